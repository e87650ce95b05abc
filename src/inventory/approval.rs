//! The act of approving: somebody says that these bytes may run as this script, and why.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::append::OpenLock;
use super::bytes::{MAX_SCRIPT_BYTES, bytes_path};
use super::entry::{Approval, Retirement, Retires, Statement};
use super::key::SigningKey;
use super::script::ScriptId;
use super::text::inline_text;
use super::trust::Trust;
use super::write::write_file;
use crate::diagnostic::Diagnostic;
use crate::sri::{Algorithm, Digest};

/// How a script stands in pages, which decides what its digest is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Has a URL: SHA-384 of the bytes.
    External,
    /// Its text stands in the page: SHA-256 of the text as browsers see it.
    Inline,
}

impl Form {
    /// The hash function of its approvals.
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::External => Algorithm::Sha384,
            Self::Inline => Algorithm::Sha256,
        }
    }
}

/// What is to be approved, by whom and why.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The policy folder.
    pub folder: &'a Path,
    /// The policy file's stem.
    pub site: &'a str,
    /// Which script. Whether the policy names it is the caller's to check.
    pub script: &'a ScriptId,
    /// How it stands in pages.
    pub form: Form,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Who approves.
    pub by: &'a str,
    /// Why.
    pub because: &'a str,
    /// When.
    pub at: Timestamp,
    /// Whether the script's earlier approvals end.
    pub retire_earlier: bool,
}

/// By whose key, and by what it is judged whether that is enough.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// Signs what is written; without one it is written unsigned.
    pub key: Option<&'a SigningKey>,
    /// Whose word counts in the lock.
    pub trust: &'a Trust,
}

/// Which approvals are to end, by whom and why.
#[derive(Debug, Clone, Copy)]
pub struct RetireRequest<'a> {
    /// The policy folder.
    pub folder: &'a Path,
    /// The policy file's stem.
    pub site: &'a str,
    /// Which script.
    pub script: &'a ScriptId,
    /// The approvals of these bytes; without it all of them.
    pub digest: Option<&'a Digest>,
    /// Who ends them.
    pub by: &'a str,
    /// Why.
    pub because: &'a str,
    /// When.
    pub at: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A new entry stands in the lock.
    Approved(Approval),
    /// These bytes are the script's newest approval already; the lock is as it was.
    AlreadyApproved(Digest),
}

/// Why nothing was approved.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    /// Nothing to approve: the digest of nothing would bless every empty script.
    #[error("there are no bytes to approve")]
    Empty,
    /// Too long.
    #[error("{0} bytes are more than the {MAX_SCRIPT_BYTES} that a script may have")]
    TooLong(usize),
    /// Inline text that is not UTF-8.
    #[error("the text of an inline script must be UTF-8")]
    NotUtf8,
    /// An approval without a name or a reason.
    #[error("an approval needs {0}")]
    Blank(&'static str),
    /// No live approval would end.
    #[error("there is no live approval that would end")]
    NothingToRetire,
    /// The lock has no such entry (any more).
    #[error("the lock has no such entry to sign")]
    NothingToSign,
    /// The library failed.
    #[error("the entry could not be signed")]
    NotSigned,
    /// The lock that is there can't be trusted, so nothing is added to it.
    #[error("the lock is not in order")]
    Lock(Vec<Diagnostic>),
    /// A file could not be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

/// The bytes that are hashed, kept and served for a script: of an inline one the text as browsers see it.
pub fn approvable(form: Form, bytes: &[u8]) -> Result<Vec<u8>, ApproveError> {
    let bytes = match form {
        Form::External => bytes.to_vec(),
        Form::Inline => {
            let text = std::str::from_utf8(bytes).ok().ok_or(ApproveError::NotUtf8)?;
            inline_text(text).into_owned().into_bytes()
        }
    };
    if bytes.is_empty() {
        return Err(ApproveError::Empty);
    }
    if bytes.len() > MAX_SCRIPT_BYTES {
        return Err(ApproveError::TooLong(bytes.len()));
    }
    Ok(bytes)
}

/// Approves bytes without a signature, where no approvers are set. See [`approve_signed`].
pub fn approve_bytes(request: &Request<'_>) -> Result<Outcome, ApproveError> {
    approve_signed(request, Signing { key: None, trust: &Trust::default() })
}

/// Approves bytes: writes them, then the lock, each whole or not at all. Earlier entries keep their text.
pub fn approve_signed(request: &Request<'_>, signing: Signing<'_>) -> Result<Outcome, ApproveError> {
    refuse_blank(request.by, request.because)?;
    let bytes = approvable(request.form, request.bytes)?;
    let digest = Digest::of(request.form.algorithm(), &bytes);
    // The bytes come first: a lock that names bytes which are not there yet would be refused.
    let path = bytes_path(request.folder, request.site, request.script, &digest);
    write_file(&path, &bytes).map_err(|cause| ApproveError::File { path, cause })?;
    let open = OpenLock::open(request.folder, request.site, signing.trust)?;
    let live = open.lock().live(request.script);
    let already = live.last().is_some_and(|newest| newest.approval.digest == digest);
    let others_live = live.iter().any(|earlier| earlier.approval.digest != digest);
    if already && !(request.retire_earlier && others_live) {
        return Ok(Outcome::AlreadyApproved(digest));
    }
    let approval = Approval {
        script: request.script.clone(),
        digest,
        size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        at: whole_seconds(request.at),
        by: request.by.trim().to_owned(),
        because: request.because.trim().to_owned(),
        previous: None,
        retires_earlier: request.retire_earlier,
    };
    match open.append(Statement::Approval(approval), signing.key)? {
        Statement::Approval(approval) => Ok(Outcome::Approved(approval)),
        Statement::Retirement(_) => Err(ApproveError::NothingToSign),
    }
}

/// Ends approvals by an entry of its own. The bytes stay: they are part of the history.
pub fn retire(request: &RetireRequest<'_>, signing: Signing<'_>) -> Result<Statement, ApproveError> {
    refuse_blank(request.by, request.because)?;
    let open = OpenLock::open(request.folder, request.site, signing.trust)?;
    let live = open.lock().live(request.script);
    if !live.iter().any(|live| request.digest.is_none_or(|digest| *digest == live.approval.digest)) {
        return Err(ApproveError::NothingToRetire);
    }
    let retirement = Retirement {
        script: request.script.clone(),
        retires: request.digest.cloned().map_or(Retires::All, Retires::Bytes),
        at: whole_seconds(request.at),
        by: request.by.trim().to_owned(),
        because: request.because.trim().to_owned(),
        previous: None,
    };
    open.append(Statement::Retirement(retirement), signing.key)
}

/// Signs the entry with this digest, which stays as it is.
pub fn cosign(
    folder: &Path,
    site: &str,
    entry: &Digest,
    key: &SigningKey,
    trust: &Trust,
) -> Result<(), ApproveError> {
    let open = OpenLock::open(folder, site, trust)?;
    let place = open.lock().entries().iter().position(|found| found.digest == *entry);
    open.cosign(place.ok_or(ApproveError::NothingToSign)?, key)
}

fn refuse_blank(by: &str, because: &str) -> Result<(), ApproveError> {
    if by.trim().is_empty() {
        return Err(ApproveError::Blank("a name"));
    }
    if because.trim().is_empty() {
        return Err(ApproveError::Blank("a reason"));
    }
    Ok(())
}

/// People read locks; fractions of seconds say nothing to them.
fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::diagnostic::SourceFile;
    use crate::inventory::Lock;

    fn approve(folder: &Path, bytes: &[u8], retire_earlier: bool) -> Result<Outcome, ApproveError> {
        approve_bytes(&Request {
            folder,
            site: "shop",
            script: &ScriptId::new("chat").unwrap(),
            form: Form::External,
            bytes,
            by: "alice@shop.example",
            because: "a \"quoted\" reason\nin two lines",
            at: "2026-11-23T21:04:05.6Z".parse().unwrap(),
            retire_earlier,
        })
    }

    fn lock_of(folder: &Path) -> (String, Lock) {
        let text = fs::read_to_string(folder.join("shop.lock")).unwrap();
        let (lock, problems) = Lock::parse(&SourceFile::new("shop.lock", &text), "shop", &Trust::default());
        assert!(problems.is_empty(), "{problems:?}");
        (text, lock.unwrap())
    }

    #[test]
    fn approving_adds_to_the_lock_and_keeps_every_earlier_letter() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(approve(folder.path(), b"one", false), Ok(Outcome::Approved(_))));
        let (first, _) = lock_of(folder.path());
        assert!(first.contains("at       = 2026-11-23T21:04:05Z"), "{first}");
        approve(folder.path(), b"two", false).unwrap();
        let (second, lock) = lock_of(folder.path());
        assert!(second.starts_with(&first));
        assert_eq!(lock.live(&ScriptId::new("chat").unwrap()).len(), 2, "a rotation: both are live");
        let digest = Digest::of(Algorithm::Sha384, b"two");
        let path = bytes_path(folder.path(), "shop", &ScriptId::new("chat").unwrap(), &digest);
        assert_eq!(fs::read(path).unwrap(), b"two");
    }

    #[test]
    fn approving_the_newest_bytes_again_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        approve(folder.path(), b"one", false).unwrap();
        let (before, _) = lock_of(folder.path());
        assert!(matches!(approve(folder.path(), b"one", false), Ok(Outcome::AlreadyApproved(_))));
        assert_eq!(lock_of(folder.path()).0, before);
    }

    #[test]
    fn going_back_to_older_bytes_makes_them_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [b"one", b"two", b"one"] {
            assert!(matches!(approve(folder.path(), bytes, false), Ok(Outcome::Approved(_))));
        }
        let (_, lock) = lock_of(folder.path());
        let live = lock.live(&ScriptId::new("chat").unwrap());
        assert_eq!(live.len(), 2);
        assert_eq!(live[1].approval.digest, Digest::of(Algorithm::Sha384, b"one"));
    }

    #[test]
    fn an_approval_can_end_the_earlier_ones() {
        let folder = tempfile::tempdir().unwrap();
        approve(folder.path(), b"vulnerable", false).unwrap();
        approve(folder.path(), b"repaired", true).unwrap();
        let (_, lock) = lock_of(folder.path());
        let live = lock.live(&ScriptId::new("chat").unwrap());
        assert_eq!(live.len(), 1);
        assert_eq!(live[0].approval.digest, Digest::of(Algorithm::Sha384, b"repaired"));
    }

    #[test]
    fn nothing_is_added_to_a_lock_that_is_not_in_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("shop.lock"), "version = 1\n[[approval]]\nscript = \"ch").unwrap();
        assert!(matches!(approve(folder.path(), b"one", false), Err(ApproveError::Lock(_))));
        let text = fs::read_to_string(folder.path().join("shop.lock")).unwrap();
        assert!(text.ends_with("\"ch"), "the operator's file stays as it was");
    }

    #[test]
    fn the_digest_of_nothing_is_never_approved() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(approve(folder.path(), b"", false), Err(ApproveError::Empty)));
        assert!(!folder.path().join("shop.lock").exists());
    }
}
