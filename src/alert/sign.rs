//! What shows a receiver that an alert is ours, whole, and not an old one.
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme>

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// How a secret begins that is written in base64.
const PREFIX: &str = "whsec_";
/// The shortest secret, in bytes.
const SHORTEST: usize = 16;
/// The longest file that is read.
const MAX_FILE_BYTES: u64 = 4096;

/// Shared with the receiver. Never shown, never logged.
#[derive(Clone)]
pub struct Secret(Key);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file can't be read.
    #[error("{0}")]
    File(#[from] io::Error),
    /// It is no secret's file.
    #[error("the file has more than {MAX_FILE_BYTES} bytes: there should be nothing in it but the secret")]
    Long,
    /// There is nothing in it.
    #[error("the file is empty: write the password into it")]
    Empty,
    /// After the prefix there is no base64.
    #[error("what follows `{PREFIX}` is no base64")]
    Base64,
    /// It could be guessed.
    #[error("a secret has at least {SHORTEST} bytes; `openssl rand -base64 32` makes one")]
    Short,
}

impl Secret {
    /// Reads a file with nothing but the secret in it: `whsec_` and base64, or any text.
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        Self::of(&read_small(path)?)
    }

    /// The secret in a text.
    pub fn of(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        let bytes = match text.strip_prefix(PREFIX) {
            Some(coded) => Zeroizing::new(STANDARD.decode(coded).ok().ok_or(SecretError::Base64)?),
            None => Zeroizing::new(text.as_bytes().to_vec()),
        };
        if bytes.len() < SHORTEST {
            return Err(SecretError::Short);
        }
        Ok(Self(Key::new(HMAC_SHA256, &bytes)))
    }

    /// The signature of a message: its id, the moment of sending in seconds, its bytes.
    pub(super) fn signature(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let signed = [format!("{id}.{seconds}.").as_bytes(), body].concat();
        format!("v1,{}", STANDARD.encode(sign(&self.0, &signed)))
    }
}

/// Reads a file with nothing but a password in it; a line's end behind it is none of it.
pub fn read_password(path: &Path) -> Result<Zeroizing<String>, SecretError> {
    let text = read_small(path)?;
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(SecretError::Empty);
    }
    Ok(Zeroizing::new(password.to_owned()))
}

/// Never a part of a longer one.
fn read_small(path: &Path) -> Result<Zeroizing<String>, SecretError> {
    let mut text = Zeroizing::new(String::new());
    let read = File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read > MAX_FILE_BYTES) {
        return Err(SecretError::Long);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standards_example() {
        // Of the specification's reference implementations.
        let secret = Secret::of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let signature =
            secret.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn what_could_be_guessed_is_no_secret() {
        assert!(matches!(Secret::of("short"), Err(SecretError::Short)));
        assert!(matches!(Secret::of("whsec_c2hvcnQ="), Err(SecretError::Short)));
        assert!(matches!(Secret::of("whsec_%"), Err(SecretError::Base64)));
        let text = "correct horse battery staple";
        assert!(!format!("{:?}", Secret::of(text).unwrap()).contains("horse"));
    }
}
