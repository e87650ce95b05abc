//! Reads scripts in a process of their own. Code can be nested so deeply that parsing it exhausts any
//! stack, and then the process ends: that must not be the one that talks to a person.

use std::env;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{COULD_NOT_RUN, write_data};
use crate::analysis::{MAX_PARSED_BYTES, Reading, read};

/// How long one script is read. It takes a second or two where nothing is wrong.
const PATIENCE: Duration = Duration::from_mins(1);

/// `countersign read-script`: the other process.
pub(super) fn run() -> ExitCode {
    let limit = u64::try_from(MAX_PARSED_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    if io::stdin().lock().take(limit).read_to_end(&mut bytes).is_err() {
        return ExitCode::from(COULD_NOT_RUN);
    }
    match serde_json::to_string(&read(&bytes)) {
        Ok(json) => {
            write_data(&json);
            ExitCode::SUCCESS
        }
        Err(_never_for_such_types) => ExitCode::from(COULD_NOT_RUN),
    }
}

/// Reads a script in another process. Never fails: what can't be read says why.
pub(super) fn read_apart(bytes: &[u8]) -> Reading {
    if bytes.len() > MAX_PARSED_BYTES {
        // Not parsed anyway.
        return read(bytes);
    }
    match ask(bytes) {
        Ok(Some(reading)) => reading,
        Ok(None) => Reading::unparsed(
            bytes,
            "reading it took too long or too much memory: it is nested too deeply, or made to stop readers",
        ),
        Err(error) => Reading::unparsed(bytes, format!("no process could be started to read it ({error})")),
    }
}

fn ask(bytes: &[u8]) -> io::Result<Option<Reading>> {
    let mut child = Command::new(env::current_exe()?)
        .arg("read-script")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // What a process says whose stack ended helps nobody.
        .stderr(Stdio::null())
        .spawn()?;
    let reading = answer(&mut child, bytes);
    // Whether it has ended or hangs: it is not needed any more.
    let _ = child.kill();
    child.wait()?;
    Ok(reading)
}

fn answer(child: &mut Child, bytes: &[u8]) -> Option<Reading> {
    let (mut stdin, mut stdout) = (child.stdin.take()?, child.stdout.take()?);
    let (sender, receiver) = mpsc::channel();
    // Detached: it ends with the other process.
    thread::spawn(move || {
        let mut json = Vec::new();
        let _ = stdout.read_to_end(&mut json);
        let _ = sender.send(json);
    });
    thread::scope(|scope| {
        scope.spawn(move || {
            // It may be gone before it has read all.
            let _ = stdin.write_all(bytes);
        });
        let json = receiver.recv_timeout(PATIENCE).ok();
        let _ = child.kill();
        serde_json::from_slice(&json?).ok()
    })
}
