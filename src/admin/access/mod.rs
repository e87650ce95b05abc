//! Who may come in at the admin address, and what they may do there.
//!
//! ```text
//!  request ─► guard (host, origin) ─► gate of the route ─► handler
//!                                      │ who: nobody needed · bearer token · session cookie
//!                                      │ role ≥ the route's least
//!                                      │ an act: from our own pages, with the session's form token
//!                                      └► what was done goes into the evidence
//! ```
//! On loopback without tokens whoever is on this machine may do everything, as far as no page of another site
//! makes their browser ask. Everywhere else, and wherever tokens are set, somebody has to show one.

mod role;
mod token;
mod book;
mod book_file;
mod session;
mod tries;
mod caller;
mod acts;
mod gate;
mod login;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use jiff::Timestamp;

use crate::proxy::{OPERATORS_COOKIES, client_address};
use crate::transport::Networks;
pub use book::{Holder, NameError, PublishedTokens, TokenBook};
pub use role::{Role, RoleError};
pub use token::{NoRandomness, Token, TokenDigest};

pub(super) use acts::{About, Act, doing};
pub(super) use caller::{Asker, Caller};
pub(super) use gate::{Gate, Needs, gate};
pub(super) use login::{form as login_form, log_in, log_out};
use session::{SessionId, Sessions};
use tries::Tries;

/// How people and programs come in.
#[derive(Debug, Clone, Default)]
pub struct AccessConfig {
    /// Who has a token; `None`: nobody needs one.
    pub tokens: Option<PublishedTokens>,
    /// Browsers come with TLS: to us, or to what stands in front.
    pub is_secure: bool,
    /// Something stands in front.
    pub is_behind: bool,
    /// Names that it is asked for by, beside addresses.
    pub hosts: Vec<String>,
    /// Whether `/metrics` needs no token.
    pub open_metrics: bool,
    /// Who is believed about where somebody is: what stands in front and does TLS.
    pub believed: Networks,
}

/// Who may come in. Cheap to clone; clones are one.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    config: AccessConfig,
    sessions: Sessions,
    tries: Tries,
}

/// Where a connection comes from: on every request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

impl Default for Peer {
    fn default() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

/// Who asks.
enum Who {
    /// Somebody who may come in.
    Known(Caller),
    /// Somebody who shows nothing, or a session that is over.
    Stranger,
    /// Somebody who shows a token that is not taken.
    Wrong,
}

impl Access {
    /// Nobody in a session yet.
    pub fn new(config: AccessConfig) -> Self {
        Self(Arc::new(Inner { config, sessions: Sessions::default(), tries: Tries::default() }))
    }

    /// Whether browsers come with TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.0.config.is_secure
    }

    /// Whether something stands in front.
    pub(super) fn is_behind(&self) -> bool {
        self.0.config.is_behind
    }

    /// Whether anybody may read metrics.
    pub(super) fn open_metrics(&self) -> bool {
        self.0.config.open_metrics
    }

    /// Names that it is asked for by.
    pub(super) fn hosts(&self) -> &[String] {
        &self.0.config.hosts
    }

    /// Who is believed about where somebody is.
    pub(super) fn believed(&self) -> &Networks {
        &self.0.config.believed
    }

    fn tries(&self) -> &Tries {
        &self.0.tries
    }

    /// Where somebody is: at the other end, or where what stands in front says.
    fn address_of(&self, headers: &HeaderMap, peer: Peer) -> IpAddr {
        client_address(headers, peer.0, self.0.config.believed.contain(peer.0))
    }

    fn who(&self, headers: &HeaderMap, from: IpAddr, now: Timestamp) -> Who {
        let Some(tokens) = &self.0.config.tokens else { return Who::Known(Caller::unnamed(from)) };
        let book = tokens.load();
        if let Some(token) = bearer(headers) {
            let holder = token.ok().and_then(|token| book.holder_of(&token, now));
            return holder.map_or(Who::Wrong, |holder| Who::Known(Caller::holding(holder, from)));
        }
        let Some(id) = self.session_of(headers) else { return Who::Stranger };
        let token = if headers.contains_key(LIVE) {
            self.0.sessions.token_without_use(&id, now)
        } else {
            self.0.sessions.token_of(&id, now)
        };
        if let Some(holder) = token.as_ref().and_then(|digest| book.with_digest(digest, now)) {
            return Who::Known(Caller::holding(holder, from).in_session(&id));
        }
        // Its token was removed, or has ended: it does not come back with another one.
        self.0.sessions.end(&id);
        Who::Stranger
    }

    /// The name of the cookie. With the prefix browsers take it from this host only, over TLS, for all paths; without
    /// TLS they would not take it at all.
    fn cookie(&self) -> &'static str {
        let [with_tls, without] = OPERATORS_COOKIES;
        if self.is_secure() { with_tls } else { without }
    }

    /// The session that a browser shows. Two of one name: somebody else put one there, so neither counts.
    fn session_of(&self, headers: &HeaderMap) -> Option<SessionId> {
        // Pair by pair: another one may be of letters that are no ASCII.
        let pairs =
            headers.get_all(COOKIE).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='));
        let mut found = pairs.filter(|(name, _)| *name == self.cookie()).map(|(_, value)| value);
        match (found.next(), found.next()) {
            (Some(value), None) => Some(SessionId::of(value)),
            _ => None,
        }
    }
}

/// Sent by a page that updates itself: nobody need be there, so a session is not used by it.
const LIVE: &str = "x-countersign-live";

/// What a program shows as `Authorization: Bearer …`, and whether it is of a token's form. Other schemes are for
/// whatever stands in front.
/// <https://www.rfc-editor.org/rfc/rfc6750#section-2.1>
fn bearer(headers: &HeaderMap) -> Option<Result<Token, ()>> {
    let said = |value: &HeaderValue| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| Token::of(token).ok_or(()))
    };
    let mut shown = headers.get_all(AUTHORIZATION).iter().filter_map(said);
    match (shown.next(), shown.next()) {
        (Some(_), Some(_)) => Some(Err(())),
        (first, _) => first,
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").finish_non_exhaustive()
    }
}
