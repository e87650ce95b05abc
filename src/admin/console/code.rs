//! Scripts' code for people: what it reaches, and how one version differs from another. It came from strangers, and
//! some of it from attackers: it is read apart, one at a time, and shown as text.

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::admin::work::worked;
use crate::analysis::{Comparison, Difference, Item, Reading, What, compare, printable};
use crate::drift::ReadScript;
use crate::inventory::{MAX_SCRIPT_BYTES, ScriptId, bytes_path};
use crate::sri::{Algorithm, Digest};

/// Readings that are kept.
const KEPT: usize = 8;
/// How long somebody waits until others' code was read.
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines of a difference.
const LINES: usize = 400;
/// Characters of code that are shown.
const TEXT: usize = 64 * 1024;
/// Findings of one kind.
const THINGS: usize = 40;

/// Reads code, and remembers what was read last.
#[derive(Clone)]
pub(in crate::admin) struct Readers {
    read: ReadScript,
    /// One at a time: a page that is asked for often must not take every processor.
    turn: Arc<Semaphore>,
    known: Arc<Mutex<Known>>,
}

/// What was read last, first.
type Known = VecDeque<(Digest, Arc<Reading>)>;

/// Code, read.
pub(super) struct Code {
    pub(super) digest: String,
    pub(super) size: usize,
    pub(super) unparsed: Option<String>,
    pub(super) reaches: Vec<ReachView>,
    pub(super) left_out: usize,
    /// The beginning of it, one statement a line where it could be parsed.
    pub(super) text: String,
    pub(super) cut: bool,
}

/// What code reaches of one kind.
pub(super) struct ReachView {
    pub(super) title: &'static str,
    pub(super) things: Vec<String>,
    pub(super) more: usize,
}

/// What changed from one version to another.
pub(super) struct Change {
    pub(super) from: String,
    pub(super) to: String,
    /// Whether both could be parsed, and are compared formatted.
    pub(super) formatted: bool,
    pub(super) new: Vec<String>,
    pub(super) gone: Vec<String>,
    pub(super) added: usize,
    pub(super) removed: usize,
    pub(super) lines: Vec<LineView>,
    pub(super) left_out: usize,
}

/// A line of a difference: `+`, `-`, `@` or a space, and the rest.
pub(super) struct LineView {
    pub(super) sign: char,
    pub(super) text: String,
}

/// Bytes that a vendor serves and nobody has approved.
pub(super) struct Unapproved {
    /// The file's name without its ending: what the page is asked by.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) size: u64,
    pub(super) at: Option<Timestamp>,
}

impl Readers {
    pub(in crate::admin) fn new(read: ReadScript) -> Self {
        Self { read, turn: Arc::new(Semaphore::new(1)), known: Arc::default() }
    }

    /// Code as it was read. `None`: others' code is read just now.
    async fn reading(&self, bytes: &Arc<Vec<u8>>) -> Option<Arc<Reading>> {
        let digest = Digest::of(Algorithm::Sha384, bytes);
        if let Some(known) = self.known(&digest) {
            return Some(known);
        }
        let turn = timeout(PATIENCE, Arc::clone(&self.turn).acquire_owned()).await.ok()?.ok()?;
        if let Some(known) = self.known(&digest) {
            return Some(known);
        }
        let (read, bytes, known) = (Arc::clone(&self.read), Arc::clone(bytes), Arc::clone(&self.known));
        // The turn ends with the work, and what was read is kept: whoever asked may be gone by then.
        let work = spawn_blocking(move || {
            let _turn = turn;
            let reading = Arc::new(read(&bytes));
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.truncate(KEPT - 1);
            known.push_front((digest, Arc::clone(&reading)));
            reading
        });
        work.await.ok()
    }

    fn known(&self, digest: &Digest) -> Option<Arc<Reading>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(of, _)| of == digest).map(|(_, reading)| Arc::clone(reading))
    }

    /// What code is and reaches.
    pub(super) async fn code(&self, digest: String, bytes: &Arc<Vec<u8>>) -> Option<Code> {
        let reading = self.reading(bytes).await?;
        let of = |what: What| {
            let all = reading.reaches.of(what).count();
            ReachView {
                title: what.title(),
                things: reading.reaches.of(what).take(THINGS).map(short).collect(),
                more: all.saturating_sub(THINGS),
            }
        };
        let shown: String = reading.readable.chars().take(TEXT).collect();
        Some(Code {
            digest,
            size: bytes.len(),
            unparsed: reading.unparsed.clone(),
            reaches: What::ALL.into_iter().map(of).filter(|view| !view.things.is_empty()).collect(),
            left_out: reading.reaches.left_out,
            cut: shown.len() < reading.readable.len(),
            text: shown.lines().map(printable).collect::<Vec<_>>().join("\n"),
        })
    }

    /// What changed from one version to another; the digests are for people.
    pub(super) async fn change(
        &self,
        (from, old): (String, &Arc<Vec<u8>>),
        (to, new): (String, &Arc<Vec<u8>>),
    ) -> Option<Change> {
        let (old, new) = (self.reading(old).await?, self.reading(new).await?);
        let (before, after) = (Arc::clone(&old), Arc::clone(&new));
        let compared = worked(move || compare(&before.readable, &after.readable, Some(LINES))).await;
        let Difference { added, removed, lines, left_out } = compared?;
        let Comparison { new: newly, gone } = new.reaches.compared_with(&old.reaches);
        Some(Change {
            from,
            to,
            formatted: old.unparsed.is_none() && new.unparsed.is_none(),
            new: newly.iter().take(THINGS).map(long).collect(),
            gone: gone.iter().take(THINGS).map(short).collect(),
            added,
            removed,
            lines: lines.iter().map(|line| LineView::of(line)).collect(),
            left_out,
        })
    }
}

impl LineView {
    fn of(line: &str) -> Self {
        let mut letters = line.chars();
        let sign = letters.next().unwrap_or(' ');
        Self { sign, text: letters.collect() }
    }
}

fn short(item: &Item) -> String {
    format!("{} (line {})", printable(&item.thing), item.place.line)
}

fn long(item: &Item) -> String {
    let (title, thing, line) = (item.what.title(), printable(&item.thing), item.place.line);
    format!("{title}: {thing} (line {line})  {}", printable(&item.excerpt))
}

/// The approved bytes of a digest. The error is why they can't be shown.
pub(super) fn approved(policies: &Path, site: &str, id: &str, digest: &str) -> Result<Arc<Vec<u8>>, String> {
    let parsed = ScriptId::new(id).zip(digest.parse::<Digest>().ok());
    let (id, digest) = parsed.ok_or("it is no digest")?;
    let path = bytes_path(policies, site, &id, &digest);
    let bytes = bounded(&path)?;
    if Digest::of(digest.algorithm(), &bytes) == digest {
        Ok(bytes)
    } else {
        Err(format!("{} are not the bytes that were approved", path.display()))
    }
}

/// Bytes of one file, as many as a script may have.
pub(super) fn bounded(path: &Path) -> Result<Arc<Vec<u8>>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let most = u64::try_from(MAX_SCRIPT_BYTES).unwrap_or(u64::MAX);
    if fs::metadata(path).map_err(failed)?.len() > most {
        return Err(format!("{} is longer than a script may be", path.display()));
    }
    fs::read(path).map(Arc::new).map_err(failed)
}

/// What lies in the quarantine of a script, the latest first.
pub(super) fn unapproved(quarantine: &Path, site: &str, id: &str) -> Vec<Unapproved> {
    let Ok(entries) = fs::read_dir(quarantine.join(site).join(id)) else { return Vec::new() };
    let mut found: Vec<Unapproved> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let file = entry.file_name();
            let name = file.to_str()?.strip_suffix(".js").filter(|name| !name.starts_with('.'))?;
            let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            let at = metadata.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
            let at = at.and_then(|since| Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok());
            Some(Unapproved { name: name.to_owned(), path: entry.path(), size: metadata.len(), at })
        })
        .collect();
    found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.name.cmp(&b.name)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis;

    fn bytes(text: &str) -> Arc<Vec<u8>> {
        Arc::new(text.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn a_change_says_what_new_code_reaches_and_shows_no_control_characters() {
        let readers = Readers::new(Arc::new(analysis::read));
        let (old, new) = (bytes("a(1);"), bytes("a(1);fetch('https://evil.example/\u{1b}[2J');"));
        let change = readers.change(("old".into(), &old), ("new".into(), &new)).await.unwrap();
        assert!(change.formatted);
        assert!(change.new.iter().any(|item| item.contains("https://evil.example")), "{:?}", change.new);
        assert_eq!((change.added, change.removed), (1, 0));
        assert!(change.lines.iter().any(|line| line.sign == '+' && line.text.contains("fetch")));
        assert!(change.lines.iter().all(|line| !line.text.contains('\u{1b}')));
        let code = readers.code("new".into(), &new).await.unwrap();
        assert!(!code.text.contains('\u{1b}') && !code.cut);
        let long = readers.code("long".into(), &bytes(&"a();".repeat(TEXT))).await.unwrap();
        assert!(long.cut && long.text.len() <= TEXT);
    }

    #[tokio::test]
    async fn code_that_was_read_lately_is_not_read_again() {
        let times = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&times);
        let readers = Readers::new(Arc::new(move |bytes: &[u8]| {
            *counted.lock().unwrap() += 1;
            analysis::read(bytes)
        }));
        for _ in 0..3 {
            readers.code("x".into(), &bytes("a()")).await.unwrap();
        }
        assert_eq!(*times.lock().unwrap(), 1);
        for n in 0..20 {
            readers.code("x".into(), &bytes(&format!("a({n})"))).await.unwrap();
        }
        assert_eq!(readers.known.lock().unwrap().len(), KEPT);
    }

    #[test]
    fn nothing_but_scripts_of_this_script_is_in_its_quarantine() {
        let folder = tempfile::tempdir().unwrap();
        let of = folder.path().join("shop").join("chat");
        fs::create_dir_all(of.join("folder.js")).unwrap();
        for name in ["sha384-a.js", ".first", ".x.js", "notes.txt"] {
            fs::write(of.join(name), "a()").unwrap();
        }
        let names: Vec<String> =
            unapproved(folder.path(), "shop", "chat").into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["sha384-a"]);
        assert!(unapproved(folder.path(), "shop", "other").is_empty());
    }

    #[test]
    fn approved_bytes_are_shown_only_where_they_are_those() {
        let folder = tempfile::tempdir().unwrap();
        let digest = Digest::of(Algorithm::Sha384, b"a()");
        let path = bytes_path(folder.path(), "shop", &ScriptId::new("chat").unwrap(), &digest);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let shown = |digest: &str| approved(folder.path(), "shop", "chat", digest);
        assert!(shown(&digest.to_string()).is_err());
        fs::write(&path, "a()").unwrap();
        assert_eq!(*shown(&digest.to_string()).unwrap(), b"a()");
        fs::write(&path, "b()").unwrap();
        assert!(shown(&digest.to_string()).unwrap_err().contains("not the bytes"));
        assert!(shown("../../etc/passwd").is_err() && approved(folder.path(), "shop", "../x", "").is_err());
    }
}
