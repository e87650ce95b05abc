//! An approver's signature on an entry of a lock.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::chain::netstring;
use super::key::{PublicKey, SigningKey};
use crate::sri::{Algorithm, Digest};

/// What every signed message begins with, so that a signature can't be taken for one of another purpose.
const DOMAIN: &str = "countersign approval v1\0";

/// A signature with the key that is said to have made it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// Whose.
    pub key: PublicKey,
    bytes: [u8; 64],
}

impl Signature {
    /// Signs the entry with this digest in the lock of this site. `None` where the library fails.
    pub fn make(key: &SigningKey, site: &str, entry: &Digest) -> Option<Self> {
        let bytes = key.sign(message(site, entry).as_bytes())?;
        Some(Self { key: key.public(), bytes })
    }

    /// From the values of `key` and `sig`.
    pub(super) fn read(key: PublicKey, value: &str) -> Option<Self> {
        let bytes = STANDARD.decode(value).ok()?.try_into().ok()?;
        Some(Self { key, bytes })
    }

    /// The value of `sig`.
    pub fn value(&self) -> String {
        STANDARD.encode(self.bytes)
    }

    /// Whether it was made by its key over this entry of this site's lock.
    pub fn fits(&self, site: &str, entry: &Digest) -> bool {
        self.key.verifies(message(site, entry).as_bytes(), &self.bytes)
    }

    /// Differs wherever anything differs that [`Self::fits`] looks at.
    pub(super) fn fingerprint(&self, site: &str, entry: &Digest) -> Digest {
        let message = message(site, entry);
        let all = [self.key.as_bytes(), &self.bytes, message.as_bytes()].concat();
        Digest::of(Algorithm::Sha256, &all)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({} by {})", self.value(), self.key)
    }
}

/// What is signed: purpose, site and the entry's digest, which covers the entry and all before it. The
/// site is in it so that an entry can't be moved to another site's lock.
fn message(site: &str, entry: &Digest) -> String {
    let mut message = DOMAIN.to_owned();
    netstring(&mut message, site);
    netstring(&mut message, &entry.to_string());
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_for_one_entry_of_one_site_by_one_key() {
        let (alice, bob) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let [one, two] = [b"one", b"two"].map(|bytes| Digest::of(Algorithm::Sha384, bytes));
        let signature = Signature::make(&alice, "shop", &one).unwrap();
        assert!(signature.fits("shop", &one));
        assert!(!signature.fits("shop", &two));
        assert!(!signature.fits("sho", &one));
        let claimed = Signature { key: bob.public(), ..signature.clone() };
        assert!(!claimed.fits("shop", &one));
        assert_ne!(claimed.fingerprint("shop", &one), signature.fingerprint("shop", &one));
        assert_eq!(Signature::read(alice.public(), &signature.value()), Some(signature));
    }
}
