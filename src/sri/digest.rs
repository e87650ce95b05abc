//! A digest of script bytes: computed, parsed strictly, written as `sha384-…`.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::Digest as _;

/// The hash functions that SRI and CSP know.
/// <https://w3c.github.io/webappsec-subresource-integrity/#hash-algorithms>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Three times cheaper than the others on most machines: used for inline scripts.
    Sha256,
    /// The usual choice for `integrity`.
    Sha384,
    /// Accepted in locks; never chosen by us.
    Sha512,
}

impl Algorithm {
    /// The standard's name, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// Length of a digest, in bytes.
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// A digest with its algorithm. Always of the right length, so what is written from it is valid
/// integrity metadata and a valid CSP hash-source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: Algorithm,
    bytes: Box<[u8]>,
}

/// Why a text is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DigestError {
    /// No `-` between algorithm and value.
    #[error("a digest is written `sha384-…`: algorithm, hyphen, base64")]
    NoHyphen,
    /// An algorithm that browsers don't know, or not in lower case.
    #[error("unknown algorithm `{0}`; browsers know sha256, sha384 and sha512")]
    UnknownAlgorithm(String),
    /// Not canonical standard base64.
    #[error("the value after `{0}-` is not standard base64 with padding")]
    NotBase64(&'static str),
    /// Right alphabet, wrong number of bytes.
    #[error("a {algorithm} digest has {expected} bytes, this one has {found}")]
    WrongLength {
        /// The algorithm named.
        algorithm: &'static str,
        /// Bytes it must have.
        expected: usize,
        /// Bytes it has.
        found: usize,
    },
}

impl Digest {
    /// The digest of `bytes`.
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let bytes: Box<[u8]> = match algorithm {
            Algorithm::Sha256 => Box::from(sha2::Sha256::digest(bytes).as_slice()),
            Algorithm::Sha384 => Box::from(sha2::Sha384::digest(bytes).as_slice()),
            Algorithm::Sha512 => Box::from(sha2::Sha512::digest(bytes).as_slice()),
        };
        Self { algorithm, bytes }
    }

    /// The hash function.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same in the URL-safe alphabet without padding, for paths: `sha384-…`.
    pub fn url_safe(&self) -> String {
        format!("{}-{}", self.algorithm.name(), URL_SAFE_NO_PAD.encode(&self.bytes))
    }
}

/// A digest in the making, for bytes that come in pieces.
#[derive(Debug, Clone)]
pub struct Digester {
    state: State,
    empty: bool,
}

#[derive(Debug, Clone)]
enum State {
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl Digester {
    /// Begins one of SHA-256.
    pub fn sha256() -> Self {
        Self::of(Algorithm::Sha256)
    }

    /// Begins.
    pub fn of(algorithm: Algorithm) -> Self {
        let state = match algorithm {
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha384 => State::Sha384(sha2::Sha384::new()),
            Algorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
        };
        Self { state, empty: true }
    }

    /// More bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.empty &= bytes.is_empty();
        match &mut self.state {
            State::Sha256(state) => state.update(bytes),
            State::Sha384(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    /// Whether no byte came.
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    /// The digest of all bytes.
    pub fn finish(self) -> Digest {
        let (algorithm, bytes): (_, Box<[u8]>) = match self.state {
            State::Sha256(state) => (Algorithm::Sha256, Box::from(state.finalize().as_slice())),
            State::Sha384(state) => (Algorithm::Sha384, Box::from(state.finalize().as_slice())),
            State::Sha512(state) => (Algorithm::Sha512, Box::from(state.finalize().as_slice())),
        };
        Digest { algorithm, bytes }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.algorithm.name(), STANDARD.encode(&self.bytes))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    /// Strict: one spelling for each digest. Browsers accept more spellings, but a lock is compared
    /// and reviewed as text.
    fn from_str(text: &str) -> Result<Self, DigestError> {
        let (name, value) = text.split_once('-').ok_or(DigestError::NoHyphen)?;
        let algorithm =
            Algorithm::from_name(name).ok_or_else(|| DigestError::UnknownAlgorithm(name.to_owned()))?;
        let bytes = STANDARD.decode(value).ok().ok_or(DigestError::NotBase64(algorithm.name()))?;
        if bytes.len() != algorithm.digest_len() {
            return Err(DigestError::WrongLength {
                algorithm: algorithm.name(),
                expected: algorithm.digest_len(),
                found: bytes.len(),
            });
        }
        Ok(Self { algorithm, bytes: bytes.into_boxed_slice() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn a_digest_is_written_as_the_standard_says() {
        assert_eq!(Digest::of(Algorithm::Sha256, b"").to_string(), EMPTY);
        assert_eq!(EMPTY.parse::<Digest>().unwrap(), Digest::of(Algorithm::Sha256, b""));
        for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
            let mut digester = Digester::of(algorithm);
            assert!(digester.is_empty());
            digester.update(b"ab");
            digester.update(b"c");
            assert_eq!(digester.finish(), Digest::of(algorithm, b"abc"));
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for bad in [
            "",
            "sha256",
            "sha256-",
            "SHA256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "sha256-47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "sha384-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "md5-1B2M2Y8AsgTpgAmY7PhCfg==",
            " sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ] {
            assert!(bad.parse::<Digest>().is_err(), "{bad:?} was accepted");
        }
    }
}
