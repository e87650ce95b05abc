//! The access log: one JSON object a line for each exchange, written by a thread of its own.
//!
//! What strangers wrote is made fit to be shown and short before it comes here; queries, cookies and
//! credentials never come. A slow disk or a reader that has stopped costs lines, which are counted, and
//! never makes a visitor wait.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::metrics::Metrics;

/// Lines that wait for the disk, at most.
const WAITING: usize = 8192;
/// How long the last lines may take when the process ends.
const LAST_LINES: Duration = Duration::from_secs(2);
/// Bytes that are written together, and what one line more may add.
const BATCH: usize = 64 << 10;

/// Where the access log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessTarget {
    /// To standard output.
    Stdout,
    /// To the end of a file, which is opened again after [`AccessLog::reopen`].
    File(PathBuf),
}

/// One exchange. Sizes are bytes, times milliseconds.
#[derive(Debug, Clone, Serialize)]
pub struct AccessLine {
    /// When the request's head was read.
    pub at: Timestamp,
    /// The exchange id, as in `X-Request-Id`.
    pub exchange: String,
    /// The id of the trace that it belongs to.
    pub trace: Option<String>,
    /// The visitor's address.
    pub client: String,
    /// `GET` and so on.
    pub method: String,
    /// `http` or `https`, as the browser sees it.
    pub scheme: &'static str,
    /// The host asked for.
    pub host: String,
    /// The path without its query.
    pub path: String,
    /// The protocol between visitor and us: `HTTP/1.1`, `HTTP/2.0`.
    pub protocol: &'static str,
    /// Status of the response.
    pub status: u16,
    /// Bytes of the response's body that were handed on to the connection.
    pub sent: u64,
    /// Until the response's head was decided.
    pub head_ms: f64,
    /// Until the last byte, or the end of the connection.
    pub took_ms: f64,
    /// `whole`, `cut` (ended with an error) or `left` (the visitor went away before the end).
    pub end: &'static str,
    /// The code of what went wrong, if anything did.
    pub failure: Option<&'static str>,
    /// The site's name; `None` where no policy was found for the host.
    pub site: Option<String>,
    /// The page rule.
    pub rule: Option<String>,
    /// `observe` or `enforce`.
    pub mode: Option<&'static str>,
    /// Number and fingerprint of the policies' generation.
    pub generation: Option<String>,
    /// The visitor's `User-Agent`.
    pub agent: Option<String>,
    /// The visitor's `Referer`, without query and fragment.
    pub referrer: Option<String>,
}

/// Takes lines from all workers. Dropping the last handle writes what waits and ends the thread.
#[derive(Debug)]
pub struct AccessLog {
    /// Gone while it ends.
    lines: Option<SyncSender<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
    /// Its other end is dropped when the thread ends.
    done: Mutex<Receiver<()>>,
    reopen: Arc<AtomicBool>,
    metrics: Metrics,
    /// One of so many exchanges is logged.
    one_of: u64,
    seen: AtomicU64,
}

impl AccessLog {
    /// Begins to log one of `one_of` exchanges (0 and 1: each) to a target. The error is that of opening it.
    pub fn begin(target: &AccessTarget, one_of: u64, metrics: Metrics) -> io::Result<Self> {
        let reopen = Arc::new(AtomicBool::new(false));
        let (lines, waiting) = sync_channel(WAITING);
        let out = Out::open(target, metrics.clone())?;
        let asked = Arc::clone(&reopen);
        let (ends, done) = sync_channel(0);
        let thread = thread::Builder::new().name("access-log".to_owned()).spawn(move || {
            let _ends = ends;
            out.run(&waiting, &asked);
        })?;
        Ok(Self {
            lines: Some(lines),
            thread: Some(thread),
            done: Mutex::new(done),
            reopen,
            metrics,
            one_of,
            seen: AtomicU64::new(0),
        })
    }

    /// Whether the exchange that begins now is one of those that are logged.
    pub fn wants_next(&self) -> bool {
        self.seen.fetch_add(1, Ordering::Relaxed).checked_rem(self.one_of).unwrap_or(0) == 0
    }

    /// Hands a line to the thread, or counts it where too many wait.
    pub fn write(&self, line: &AccessLine) {
        let Ok(mut text) = serde_json::to_vec(line) else { return };
        text.push(b'\n');
        let sent = self.lines.as_ref().map(|lines| lines.try_send(text));
        if let Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) | None = sent {
            self.metrics.access_lines_dropped(1);
        }
    }

    /// Has the file opened anew before the next line, after it was renamed by whoever rotates it.
    pub fn reopen(&self) {
        self.reopen.store(true, Ordering::Relaxed);
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        self.lines = None;
        // It ends when what waits is written; a pipe that nobody reads must not hold up the end of the process.
        let done = self.done.get_mut().unwrap_or_else(PoisonError::into_inner);
        if done.recv_timeout(LAST_LINES) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the access log takes no lines; the last ones are lost");
            return;
        }
        if let Some(thread) = self.thread.take() {
            // It has said so already if it panicked.
            let _ = thread.join();
        }
    }
}

/// The thread's end.
struct Out {
    target: AccessTarget,
    /// Gone after it could not be written to; opened again with the next lines.
    sink: Option<Box<dyn Write + Send>>,
    /// What is written together.
    batch: Vec<u8>,
    /// Lines in it.
    lines: u64,
    metrics: Metrics,
    /// Said already that lines are lost.
    failing: bool,
}

impl Out {
    fn open(target: &AccessTarget, metrics: Metrics) -> io::Result<Self> {
        let sink = Some(open(target)?);
        Ok(Self { target: target.clone(), sink, batch: Vec::new(), lines: 0, metrics, failing: false })
    }

    fn run(mut self, lines: &Receiver<Vec<u8>>, reopen: &AtomicBool) {
        // What waits is written together; nothing is kept back while nothing comes.
        while let Ok(line) = lines.recv() {
            let mut next = Ok(line);
            while let Ok(line) = next {
                self.batch.extend_from_slice(&line);
                self.lines = self.lines.saturating_add(1);
                next = if self.batch.len() < BATCH { lines.try_recv() } else { Err(TryRecvError::Empty) };
            }
            if reopen.swap(false, Ordering::Relaxed) {
                self.sink = None;
            }
            self.write();
        }
    }

    fn write(&mut self) {
        let written = self.sink().and_then(|(sink, batch)| {
            sink.write_all(batch)?;
            sink.flush()
        });
        match written {
            Ok(()) => self.failing = false,
            Err(error) => {
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::error!(%error, "can't write the access log; lines are lost and counted");
                }
                self.sink = None;
                self.metrics.access_lines_dropped(self.lines);
            }
        }
        self.batch.clear();
        self.lines = 0;
    }

    fn sink(&mut self) -> io::Result<(&mut (dyn Write + Send), &[u8])> {
        let sink = match self.sink.take() {
            Some(sink) => sink,
            None => open(&self.target)?,
        };
        Ok((&mut **self.sink.insert(sink), &self.batch))
    }
}

fn open(target: &AccessTarget) -> io::Result<Box<dyn Write + Send>> {
    Ok(match target {
        AccessTarget::Stdout => Box::new(io::stdout()),
        AccessTarget::File(path) => Box::new(append(path)?),
    })
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(path: &str) -> AccessLine {
        AccessLine {
            at: Timestamp::UNIX_EPOCH,
            exchange: "0193".into(),
            trace: None,
            client: "192.0.2.7".into(),
            method: "GET".into(),
            scheme: "https",
            host: "shop.example".into(),
            path: path.into(),
            protocol: "HTTP/1.1",
            status: 200,
            sent: 3,
            head_ms: 0.5,
            took_ms: 1.0,
            end: "whole",
            failure: None,
            site: None,
            rule: None,
            mode: None,
            generation: None,
            agent: None,
            referrer: None,
        }
    }

    fn paths(file: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(file).unwrap();
        let value = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["path"].clone();
        text.lines().map(|line| value(line).as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_line_is_in_the_file_once_the_log_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access.log");
        let log = AccessLog::begin(&AccessTarget::File(file.clone()), 1, Metrics::new()).unwrap();
        for number in 0..1000 {
            log.write(&line(&format!("/{number}")));
        }
        drop(log);
        assert_eq!(paths(&file), (0..1000).map(|n| format!("/{n}")).collect::<Vec<_>>());
    }

    #[test]
    fn a_rotated_file_is_left_and_a_new_one_begun() {
        let folder = tempfile::tempdir().unwrap();
        let (file, old) = (folder.path().join("access.log"), folder.path().join("access.log.1"));
        let log = AccessLog::begin(&AccessTarget::File(file.clone()), 1, Metrics::new()).unwrap();
        std::fs::rename(&file, &old).unwrap();
        log.reopen();
        log.write(&line("/new"));
        drop(log);
        assert_eq!((paths(&old), paths(&file)), (vec![], vec!["/new".to_owned()]));
    }

    #[test]
    fn one_of_so_many_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let target = AccessTarget::File(folder.path().join("a"));
        for (one_of, wanted) in [(0, 12), (1, 12), (4, 3), (100, 1)] {
            let log = AccessLog::begin(&target, one_of, Metrics::new()).unwrap();
            assert_eq!((0..12).filter(|_| log.wants_next()).count(), wanted, "{one_of}");
        }
    }

    #[test]
    fn a_disk_that_takes_nothing_costs_lines_which_are_counted() {
        let metrics = Metrics::new();
        let log = AccessLog::begin(&AccessTarget::File("/dev/full".into()), 1, metrics.clone()).unwrap();
        for _ in 0..10_000 {
            log.write(&line("/"));
        }
        drop(log);
        let text = metrics.encode();
        assert!(text.contains("countersign_access_lines_dropped_total 10000\n"), "{text}");
    }

    #[test]
    fn a_log_whose_file_can_be_opened_again_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("access.log"), folder.path().join("link"));
        std::os::unix::fs::symlink("/dev/full", &link).unwrap();
        let metrics = Metrics::new();
        let log = AccessLog::begin(&AccessTarget::File(link.clone()), 1, metrics.clone()).unwrap();
        log.write(&line("/lost"));
        while !metrics.encode().contains("countersign_access_lines_dropped_total 1\n") {
            std::thread::yield_now();
        }
        std::fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        log.write(&line("/kept"));
        drop(log);
        assert_eq!(paths(&file), ["/kept"]);
    }

    #[test]
    fn a_file_that_can_not_be_opened_is_said_at_the_start() {
        assert!(
            AccessLog::begin(&AccessTarget::File("/no/such/folder/x".into()), 1, Metrics::new()).is_err()
        );
    }
}
