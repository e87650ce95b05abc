//! Ed25519 keys of approvers: made, kept in a file, named in settings.
//! <https://www.rfc-editor.org/rfc/rfc8032>

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use zeroize::Zeroizing;

/// How public keys begin.
const PREFIX: &str = "ed25519:";
/// The longest key file that is read.
const MAX_FILE_BYTES: u64 = 16 * 1024;

/// An approver's public key, written `ed25519:` and base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

/// A text that is no public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a public key is written `ed25519:` and the base64 of its 32 bytes")]
pub struct PublicKeyError;

impl PublicKey {
    /// Whether a signature over a message is this key's.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        let value = text.strip_prefix(PREFIX).ok_or(PublicKeyError)?;
        let bytes = STANDARD.decode(value).ok().ok_or(PublicKeyError)?;
        bytes.try_into().ok().map(Self).ok_or(PublicKeyError)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An approver's private key. Never shown, never logged.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system gave no randomness.
    #[error("no key could be made")]
    NotMade,
    /// The file can't be read or written.
    #[error("{0}")]
    File(#[from] io::Error),
    /// A key is never written over something.
    #[error("there is a file already; a key is never written over one")]
    Exists,
    /// Somebody else on the machine could have read it.
    #[error("others on this machine may read it, so it may not be secret any more: chmod 600")]
    Readable,
    /// Something else is in the file.
    #[error("this is no Ed25519 key in PKCS#8 (PEM, without a passphrase): countersign key new makes one")]
    NotAKey,
}

impl SigningKey {
    /// A new key.
    pub fn generate() -> Result<Self, KeyError> {
        Self::of(Ed25519KeyPair::generate().ok().ok_or(KeyError::NotMade)?)
    }

    /// Reads a key from a PEM file, which only its owner may be able to read.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let file = File::open(path)?;
        only_the_owner_reads(&file)?;
        let mut text = Zeroizing::new(Vec::new());
        file.take(MAX_FILE_BYTES).read_to_end(&mut text)?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(&text).ok().ok_or(KeyError::NotAKey)?;
        let pair = Ed25519KeyPair::from_pkcs8(key.secret_pkcs8_der());
        Self::of(pair.ok().ok_or(KeyError::NotAKey)?)
    }

    /// Writes the key to a new file that only its owner can read: PKCS#8, PEM.
    pub fn write(&self, path: &Path) -> Result<(), KeyError> {
        let document = self.pair.to_pkcs8v1().ok().ok_or(KeyError::NotMade)?;
        let value = Zeroizing::new(STANDARD.encode(document.as_ref()));
        let mut text = Zeroizing::new(String::from("-----BEGIN PRIVATE KEY-----\n"));
        // https://www.rfc-editor.org/rfc/rfc7468#section-2: lines of 64 characters.
        let mut rest = value.as_str();
        while let Some((line, after)) =
            rest.split_at_checked(64.min(rest.len())).filter(|(l, _)| !l.is_empty())
        {
            text.push_str(line);
            text.push('\n');
            rest = after;
        }
        text.push_str("-----END PRIVATE KEY-----\n");
        let mut file = new_private_file(path).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                KeyError::Exists
            } else {
                KeyError::File(error)
            }
        })?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(())
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    pub(super) fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        self.pair.try_sign(message).ok()?.as_ref().try_into().ok()
    }

    fn of(pair: Ed25519KeyPair) -> Result<Self, KeyError> {
        let public = pair.public_key().as_ref().try_into().ok().map(PublicKey).ok_or(KeyError::NotAKey)?;
        Ok(Self { pair, public })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn new_private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn new_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn only_the_owner_reads(file: &File) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata()?;
    // A pipe or a terminal (`--key /dev/stdin`, a password manager's) lies nowhere.
    let lies_there = metadata.is_file();
    if lies_there && metadata.permissions().mode() & 0o077 != 0 { Err(KeyError::Readable) } else { Ok(()) }
}

#[cfg(not(unix))]
fn only_the_owner_reads(_file: &File) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alice.pem");
        let key = SigningKey::generate().unwrap();
        key.write(&path).unwrap();
        assert_eq!(SigningKey::read(&path).unwrap().public(), key.public());
        assert!(matches!(SigningKey::generate().unwrap().write(&path), Err(KeyError::Exists)));
        assert_eq!(SigningKey::read(&path).unwrap().public(), key.public(), "the first key is still there");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alice.pem");
        SigningKey::generate().unwrap().write(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(SigningKey::read(&path), Err(KeyError::Readable)));
    }

    #[test]
    fn the_test_vector_of_the_rfc_verifies() {
        // https://www.rfc-editor.org/rfc/rfc8032#section-7.1, test 2
        let key: PublicKey = "ed25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=".parse().unwrap();
        let signature = STANDARD.decode(
            "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMAA==",
        );
        assert!(key.verifies(&[0x72], signature.as_ref().unwrap()));
        assert!(!key.verifies(&[0x73], signature.as_ref().unwrap()));
    }

    #[test]
    fn a_public_key_has_one_spelling() {
        let key = SigningKey::generate().unwrap().public();
        assert_eq!(key.to_string().parse(), Ok(key));
        for bad in ["", "ed25519:", "ed25519:AAAA", "ED25519:PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="] {
            assert_eq!(bad.parse::<PublicKey>(), Err(PublicKeyError), "{bad}");
        }
    }

    #[test]
    fn a_private_key_does_not_show_in_debug_output() {
        let key = SigningKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey {{ public: {}, .. }}", key.public()));
    }
}
