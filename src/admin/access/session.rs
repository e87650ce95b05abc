//! Sessions of people, after a login: in memory, by the digest of their id, bounded in number and time.
//!
//! A session knows the digest of the token that it was opened with and nothing else about its owner: who that is,
//! and in which role, the tokens say anew with every request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use zeroize::Zeroizing;

use super::token::{NoRandomness, TokenDigest, random};
use crate::sri::{Algorithm, Digest};

/// A session ends so long after it began,
pub(super) const LENGTH: SignedDuration = SignedDuration::from_hours(12);
/// or when nothing was asked for so long.
pub(super) const IDLE: SignedDuration = SignedDuration::from_hours(1);
/// Sessions of one token; the one that was idle longest makes room.
const OF_ONE: usize = 8;
/// Sessions altogether.
const MOST: usize = 1024;

/// What a browser keeps. Never logged.
pub(super) struct SessionId(Zeroizing<String>);

/// Sessions that are open.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<Digest, Session>>);

struct Session {
    token: TokenDigest,
    begun: Timestamp,
    used: Timestamp,
}

impl Session {
    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.begun) >= LENGTH || now.duration_since(self.used) >= IDLE
    }
}

impl SessionId {
    pub(super) fn of(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text, for the cookie.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// What forms of this session carry, and those of no other.
    pub(super) fn form_token(&self) -> String {
        let key = Key::new(HMAC_SHA256, self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(sign(&key, b"countersign form"))
    }

    fn digest(&self) -> Digest {
        Digest::of(Algorithm::Sha256, self.0.as_bytes())
    }
}

impl Sessions {
    /// Opens one, under an id that nobody has had before.
    pub(super) fn open(&self, token: TokenDigest, now: Timestamp) -> Result<SessionId, NoRandomness> {
        let id = SessionId(random()?);
        let mut all = self.lock();
        all.retain(|_, session| !session.is_over(now));
        let of_this = |session: &Session| session.token == token;
        if all.values().filter(|session| of_this(session)).count() >= OF_ONE {
            end_idlest(&mut all, of_this);
        }
        if all.len() >= MOST {
            end_idlest(&mut all, |_| true);
        }
        all.insert(id.digest(), Session { token, begun: now, used: now });
        Ok(id)
    }

    /// The digest of the token that a session was opened with, if it is still open; it is used with that.
    pub(super) fn token_of(&self, id: &SessionId, now: Timestamp) -> Option<TokenDigest> {
        self.token_behind(id, now, true)
    }

    /// The same without using it: it may be over sooner.
    pub(super) fn token_without_use(&self, id: &SessionId, now: Timestamp) -> Option<TokenDigest> {
        self.token_behind(id, now, false)
    }

    fn token_behind(&self, id: &SessionId, now: Timestamp, is_use: bool) -> Option<TokenDigest> {
        let mut all = self.lock();
        let digest = id.digest();
        let session = all.get_mut(&digest)?;
        if session.is_over(now) {
            all.remove(&digest);
            return None;
        }
        if is_use {
            session.used = now;
        }
        Some(session.token.clone())
    }

    /// Ends one.
    pub(super) fn end(&self, id: &SessionId) {
        self.lock().remove(&id.digest());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Session>> {
        // Every change leaves the map whole, so a panic elsewhere doesn't spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end_idlest(all: &mut HashMap<Digest, Session>, which: impl Fn(&Session) -> bool) {
    let those = all.iter().filter(|(_, session)| which(session));
    if let Some(idlest) = those.min_by_key(|(_, session)| session.used).map(|(digest, _)| digest.clone()) {
        all.remove(&idlest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::access::token::Token;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn token() -> TokenDigest {
        Token::generate().unwrap().digest()
    }

    #[test]
    fn a_page_that_updates_itself_keeps_no_session_open() {
        let sessions = Sessions::default();
        let id = sessions.open(token(), at(0)).unwrap();
        assert!((1..60).all(|minute| sessions.token_without_use(&id, at(minute * 60)).is_some()));
        assert!(sessions.token_without_use(&id, at(61 * 60)).is_none(), "an hour without a person");
    }

    #[test]
    fn a_session_is_its_tokens_until_it_ends() {
        let (sessions, alice) = (Sessions::default(), token());
        let id = sessions.open(alice.clone(), at(0)).unwrap();
        let is_open = |seconds| sessions.token_of(&id, at(seconds)) == Some(alice.clone());
        assert!(is_open(0) && is_open(3599) && is_open(7000), "used again within an hour");
        assert!(!is_open(7000 + 3600), "idle for an hour");
        let id = sessions.open(alice.clone(), at(0)).unwrap();
        for hour in 0..24 {
            let open = sessions.token_of(&id, at(hour * 1800)).is_some();
            assert!(open, "{hour}");
        }
        assert!(sessions.token_of(&id, at(12 * 3600)).is_none(), "twelve hours, however busy");
        let id = sessions.open(alice, at(0)).unwrap();
        sessions.end(&id);
        assert!(sessions.token_of(&id, at(1)).is_none());
    }

    #[test]
    fn an_id_that_was_never_given_opens_nothing() {
        let sessions = Sessions::default();
        sessions.open(token(), at(0)).unwrap();
        assert!(sessions.token_of(&SessionId::of(""), at(0)).is_none());
        assert!(sessions.token_of(&SessionId::of("chosen-by-somebody"), at(0)).is_none());
    }

    #[test]
    fn sessions_are_bounded_for_one_token_and_altogether() {
        let (sessions, alice) = (Sessions::default(), token());
        let first = sessions.open(alice.clone(), at(0)).unwrap();
        let others: Vec<SessionId> = (1..9).map(|n| sessions.open(alice.clone(), at(n)).unwrap()).collect();
        assert!(sessions.token_of(&first, at(9)).is_none(), "the idlest made room");
        assert!(others.iter().all(|id| sessions.token_of(id, at(9)).is_some()));
        for _ in 0..1100 {
            sessions.open(token(), at(10)).unwrap();
        }
        assert_eq!(sessions.lock().len(), MOST);
    }

    #[test]
    fn a_forms_token_is_of_one_session() {
        let sessions = Sessions::default();
        let (one, other) = (sessions.open(token(), at(0)).unwrap(), sessions.open(token(), at(0)).unwrap());
        assert_eq!(one.form_token(), SessionId::of(one.reveal()).form_token());
        assert_ne!(one.form_token(), other.form_token());
        assert!(!one.form_token().contains(one.reveal()));
    }
}
