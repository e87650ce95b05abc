//! Where a page rule is enforced for a part of the visitors: which part this visitor belongs to, and
//! that they stay there. Pure.
//!
//! A visitor has a place among a hundred, kept in a cookie that holds nothing but that number, so it
//! tells nobody from anybody. Who brings no cookie gets the place that their address leads to: the same
//! for every request, on every node, after every restart.

use std::net::IpAddr;

use http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue};

use super::hop_by_hop::tokens;
use crate::sri::{Algorithm, Digest};

/// How long a place is kept, in seconds: a year.
const KEPT: u32 = 31_536_000;

/// Where a visitor belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seat {
    /// From 0 to 99.
    pub(super) place: u8,
    /// The visitor brought it.
    known: bool,
}

/// The cookie's name. Over TLS no subdomain and no page without TLS can set one of that name.
/// <https://www.rfc-editor.org/rfc/rfc6265#section-8.6>
const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-countersign-place" } else { "countersign-place" }
}

impl Seat {
    /// Of whom nothing depends on it.
    pub(super) const FIRST: Self = Self { place: 0, known: true };

    /// From what the request says. `site` keeps the same visitors from being the first everywhere.
    pub(super) fn of(headers: &HeaderMap, peer: IpAddr, site: &str, secure: bool) -> Self {
        match from_cookie(headers, cookie_name(secure)) {
            Some(place) => Self { place, known: true },
            None => Self { place: from_address(peer, site), known: false },
        }
    }

    /// Makes a response this visitor's own: no shared cache may give it to the others.
    pub(super) fn mark(self, headers: &mut HeaderMap, secure: bool) {
        let kept: Vec<String> = tokens(headers, &CACHE_CONTROL)
            .filter(|token| {
                let name = token.split('=').next().unwrap_or(token).trim();
                !["public", "private", "s-maxage"].iter().any(|known| name.eq_ignore_ascii_case(known))
            })
            .map(ToOwned::to_owned)
            .collect();
        let text = [vec!["private".to_owned()], kept].concat().join(", ");
        headers.insert(CACHE_CONTROL, HeaderValue::from_str(&text).unwrap_or(PRIVATE));
        headers.append(VARY, HeaderValue::from_static("Cookie"));
        if self.known {
            return;
        }
        let name = cookie_name(secure);
        let transport = if secure { "; Secure" } else { "" };
        let place = self.place;
        let cookie = format!("{name}={place}; Path=/; Max-Age={KEPT}; HttpOnly; SameSite=Lax{transport}");
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(SET_COOKIE, value);
        }
    }
}

const PRIVATE: HeaderValue = HeaderValue::from_static("private");

fn from_cookie(headers: &HeaderMap, name: &str) -> Option<u8> {
    let fields = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = fields
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name)
        .map(|(_, value)| value);
    let number = values.next()?.parse::<u8>().ok()?;
    (number < 100).then_some(number)
}

fn from_address(peer: IpAddr, site: &str) -> u8 {
    let digest = Digest::of(Algorithm::Sha256, format!("{site}\n{peer}").as_bytes());
    let mut sum = 0_u32;
    // Horner's rule over all of it: no bias worth the name.
    for byte in digest.as_bytes() {
        sum = (sum * 256 + u32::from(*byte)) % 100;
    }
    u8::try_from(sum).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_cookie(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(value).unwrap());
        headers
    }

    fn seat(headers: &HeaderMap, secure: bool) -> Seat {
        Seat::of(headers, "192.0.2.1".parse().unwrap(), "shop", secure)
    }

    #[test]
    fn a_cookie_keeps_the_place() {
        let kept = seat(&with_cookie("a=b; countersign-place=42; c=d"), false);
        assert_eq!((kept.place, kept.known), (42, true));
        assert!(!seat(&with_cookie("countersign-place=42"), true).known, "not the one of TLS");
        assert_eq!(seat(&with_cookie("__Host-countersign-place=7"), true).place, 7);
        for odd in ["countersign-place=100", "countersign-place=-1", "countersign-place=", "x"] {
            assert!(!seat(&with_cookie(odd), false).known, "{odd}");
        }
    }

    #[test]
    fn without_a_cookie_the_address_decides_and_all_places_are_taken() {
        let none = HeaderMap::new();
        assert_eq!(seat(&none, false), seat(&none, false));
        let mut counts = [0_u32; 100];
        for last in 0..=255_u8 {
            for third in 0..=15_u8 {
                let address = IpAddr::from([198, 51, third, last]);
                counts[usize::from(Seat::of(&none, address, "shop", false).place)] += 1;
            }
        }
        // 4,096 addresses, 41 a place on average.
        assert!(counts.iter().all(|count| (12..=80).contains(count)), "{counts:?}");
    }

    #[test]
    fn what_one_visitor_gets_no_shared_cache_gives_to_another() {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=60, S-MaxAge=600"));
        seat(&HeaderMap::new(), true).mark(&mut headers, true);
        assert_eq!(headers[CACHE_CONTROL], "private, max-age=60");
        assert_eq!(headers[VARY], "Cookie");
        let cookie = headers[SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("__Host-countersign-place=") && cookie.ends_with("; Secure"), "{cookie}");
        let mut again = HeaderMap::new();
        seat(&with_cookie("countersign-place=42"), false).mark(&mut again, false);
        assert!(!again.contains_key(SET_COOKIE));
    }
}
