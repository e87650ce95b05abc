//! Who has a token for the admin address, watched. A file that is good is in force for the next request; one that is
//! not changes nothing.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;

use super::StartError;
use crate::admin::{Holder, PublishedTokens, TokenBook};
use crate::diagnostic::{Diagnostic, Severity};
use crate::watch::{Look, Subject};

/// What came of a look at the file.
#[derive(Debug, Clone)]
pub(super) enum TokensOutcome {
    /// Others are in force.
    Loaded {
        /// How many.
        in_force: String,
        /// Who came and who went.
        changes: String,
    },
    /// It can't be used; those before stay.
    Refused {
        /// Everything that is wrong.
        diagnostics: Vec<Diagnostic>,
    },
    /// The content is what it was at the last look.
    Unchanged,
}

/// The file.
pub(super) struct Tokens {
    path: PathBuf,
    published: PublishedTokens,
    last: Result<TokenBook, Vec<Diagnostic>>,
}

impl Tokens {
    /// Reads it.
    pub(super) fn open(path: &Path) -> Result<(Self, PublishedTokens), StartError> {
        // Events carry absolute paths where the watched one was absolute.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let book = TokenBook::read(&path).map_err(StartError::Tokens)?;
        let published = Arc::new(ArcSwap::from_pointee(book.clone()));
        Ok((Self { path, published: Arc::clone(&published), last: Ok(book) }, published))
    }

    /// Where it is.
    pub(super) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// How many there are.
    pub(super) fn in_force(&self) -> String {
        in_force(&self.published.load())
    }

    fn folder(&self) -> Vec<PathBuf> {
        self.path.parent().map(Path::to_owned).into_iter().collect()
    }
}

fn in_force(book: &TokenBook) -> String {
    format!("{} tokens", book.holders().len())
}

/// Who came, who went and who is another now.
fn changes(before: &TokenBook, after: &TokenBook) -> String {
    let missing = |of: &Holder, from: &TokenBook| !from.holders().contains(of);
    let gone = before.holders().iter().filter(|holder| missing(holder, after));
    let come = after.holders().iter().filter(|holder| missing(holder, before));
    let gone = gone.map(|holder| format!("{} ({}) is no longer taken", holder.name, holder.role));
    let come = come.map(|holder| format!("{} ({}) is taken", holder.name, holder.role));
    gone.chain(come).collect::<Vec<_>>().join(", ")
}

impl Subject for Tokens {
    type Listing = Option<(u64, Option<SystemTime>, u64)>;
    type Outcome = TokensOutcome;

    fn listing(&self) -> Option<Self::Listing> {
        let told = |of: fs::Metadata| (of.len(), of.modified().ok(), of.ino());
        Some(fs::metadata(&self.path).ok().map(told))
    }

    fn folders(&self, _listing: Option<&Self::Listing>) -> Vec<PathBuf> {
        self.folder()
    }

    fn under(&self) -> Vec<PathBuf> {
        self.folder()
    }

    fn reads(path: &Path) -> bool {
        path.extension().is_some_and(|ending| ending == "toml")
    }

    fn look(&mut self, asked: bool) -> Look<TokensOutcome> {
        let before = self.listing();
        let read = TokenBook::read(&self.path);
        if self.listing() != before {
            let help = "write it beside and rename it, as `countersign token` does";
            let diagnostic =
                Diagnostic::of_file(Severity::Error, &self.path, "it changes all the time", help);
            return Look::Moving(TokensOutcome::Refused { diagnostics: vec![diagnostic] });
        }
        if read == self.last && (read.is_ok() || !asked) {
            return Look::Same(TokensOutcome::Unchanged);
        }
        self.last.clone_from(&read);
        let in_force_now = self.published.load_full();
        Look::New(match read {
            // As before it was spoiled.
            Ok(book) if book == *in_force_now => {
                TokensOutcome::Loaded { in_force: in_force(&book), changes: "they are as before".to_owned() }
            }
            Ok(book) => {
                let changes = changes(&in_force_now, &book);
                let in_force = in_force(&book);
                self.published.store(Arc::new(book));
                TokensOutcome::Loaded { in_force, changes }
            }
            Err(diagnostics) => TokensOutcome::Refused { diagnostics },
        })
    }

    fn defect(&self) -> TokensOutcome {
        let message = "reading it failed by a defect in Countersign; please report it";
        let diagnostic = Diagnostic::of_file(Severity::Error, &self.path, message, "");
        TokensOutcome::Refused { diagnostics: vec![diagnostic] }
    }
}
