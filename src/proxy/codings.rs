//! Which content codings a visitor can read.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use super::hop_by_hop::tokens;
use crate::html::Coding;

/// Content codings that somebody can read, beside none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Codings(u8);

impl Codings {
    /// No coding but none at all.
    #[cfg(test)]
    pub(super) const NONE: Self = Self(0);

    /// Those that a request names.
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3>
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        for token in tokens(headers, &ACCEPT_ENCODING) {
            let mut parts = token.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            // `q=0` says that it is not wanted.
            let wanted = !parts.any(|part| {
                let (key, value) = part.split_once('=').unwrap_or((part, ""));
                key.trim().eq_ignore_ascii_case("q") && value.trim().trim_start_matches(['0', '.']).is_empty()
            });
            if let Some(coding) = Coding::from_name(name).filter(|_| wanted) {
                accepted.0 |= Self::bit(coding);
            }
        }
        accepted
    }

    const fn bit(coding: Coding) -> u8 {
        match coding {
            Coding::Identity => 0,
            Coding::Gzip => 1,
            Coding::Deflate => 2,
            Coding::Brotli => 4,
            Coding::Zstd => 8,
        }
    }

    /// Whether a coding is among them.
    pub(super) fn have(self, coding: Coding) -> bool {
        let bit = Self::bit(coding);
        self.0 & bit == bit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn what_is_named_and_wanted_can_be_read() {
        const ALL: [Coding; 4] = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];
        for (accepted, readable) in [
            ("gzip, deflate, br, zstd", &ALL[..]),
            ("gzip;q=1.0, br;q=0", &[Coding::Gzip]),
            ("X-GZIP ; q=0.5, zstd;Q=0.000", &[Coding::Gzip]),
            ("identity, *", &[]),
            ("", &[]),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            let codings = Codings::accepted(&headers);
            assert_eq!(ALL.into_iter().filter(|coding| codings.have(*coding)).collect::<Vec<_>>(), readable);
            assert!(codings.have(Coding::Identity), "{accepted}");
        }
        assert!(!Codings::accepted(&HeaderMap::new()).have(Coding::Gzip));
    }
}
