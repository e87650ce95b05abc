//! Tokens: 256 random bits, shown once to whoever is to have one, and kept as their digest.
//!
//! A plain SHA-256 is enough, and no slow password hash is needed: nobody chooses a token, so there is nothing to
//! guess, with whatever speed. For the same reason only texts of a token's form are ever compared: the digest of
//! a password that somebody chose, written into the file by hand, would let nobody in.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::sri::{Algorithm, Digest, DigestError};

/// How tokens begin, so that people and scanners for secrets know one where it should not be.
const PREFIX: &str = "cst_";
/// Random bytes in one.
const BYTES: usize = 32;

/// A secret that says who somebody is. Never logged.
pub struct Token(Zeroizing<String>);

/// What is kept of a token.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenDigest(Digest);

/// The system gave no randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

impl Token {
    /// A new one.
    pub fn generate() -> Result<Self, NoRandomness> {
        let text = random()?;
        Ok(Self(Zeroizing::new(format!("{PREFIX}{}", *text))))
    }

    /// A text, if it has the form of a token. Space around it is none of it.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok().map(Zeroizing::new)?;
        (bytes.len() == BYTES).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// What is kept of it.
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Digest::of(Algorithm::Sha256, self.0.as_bytes()))
    }

    /// The text, for whoever is to have it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// 256 random bits as text for a URL, a header or a cookie.
pub(super) fn random() -> Result<Zeroizing<String>, NoRandomness> {
    let mut bytes = Zeroizing::new([0_u8; BYTES]);
    rand::fill(bytes.as_mut()).ok().ok_or(NoRandomness)?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_ref())))
}

impl TokenDigest {
    /// Whether it is the same; the time that this takes doesn't tell where they differ.
    pub fn is(&self, other: &Self) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
    }

    /// Reads `sha256-…`.
    pub(super) fn parse(text: &str) -> Result<Self, DigestError> {
        let digest: Digest = text.parse()?;
        match digest.algorithm() {
            Algorithm::Sha256 => Ok(Self(digest)),
            other @ (Algorithm::Sha384 | Algorithm::Sha512) => {
                Err(DigestError::UnknownAlgorithm(other.name().to_owned()))
            }
        }
    }
}

impl fmt::Display for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_as_it_was_shown_and_differs_from_any_other() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        let read = Token::of(&format!(" {}\n", one.reveal())).unwrap();
        assert!(read.digest().is(&one.digest()) && !read.digest().is(&other.digest()));
        assert_eq!(one.reveal().len(), 47);
        assert!(TokenDigest::parse(&one.digest().to_string()).unwrap().is(&one.digest()));
    }

    #[test]
    fn what_somebody_chose_is_no_token() {
        let short = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([7; 31]));
        for text in ["", "hunter2", PREFIX, "cst_hunter2", &short, &"a".repeat(47)] {
            assert!(Token::of(text).is_none(), "{text}");
        }
    }

    #[test]
    fn neither_token_nor_digest_shows_in_debug_output() {
        let token = Token::generate().unwrap();
        assert_eq!(
            (format!("{token:?}"), format!("{:?}", token.digest())),
            ("Token".into(), "TokenDigest".into())
        );
    }
}
