//! Reads scripts in a process of their own. Code can be nested so deeply that parsing it exhausts any
//! stack, and then the process ends: that must not be the one that talks to a person.

use std::env;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::{COULD_NOT_RUN, write_data};
use serde::de::DeserializeOwned;

use crate::analysis::shape::{Found, MAX_SAMPLES, MAX_SHAPED_BYTES, shape_among};
use crate::analysis::{MAX_PARSED_BYTES, Reading, read};

/// How long one script is read. It takes a second or two where nothing is wrong.
const PATIENCE: Duration = Duration::from_mins(1);

/// `countersign read-script`: the other process.
pub(super) fn run() -> ExitCode {
    match taken(MAX_PARSED_BYTES) {
        Some(bytes) => given(serde_json::to_string(&read(&bytes))),
        None => ExitCode::from(COULD_NOT_RUN),
    }
}

/// `countersign find-shape`: the other process.
pub(super) fn run_shape() -> ExitCode {
    let files = taken(MAX_QUESTION).and_then(|json| serde_json::from_slice::<Vec<Vec<String>>>(&json).ok());
    match files {
        Some(files) => given(serde_json::to_string(&shape_among(&files))),
        None => ExitCode::from(COULD_NOT_RUN),
    }
}

/// Samples as JSON, which may escape every letter.
const MAX_QUESTION: usize = MAX_SAMPLES * MAX_SHAPED_BYTES * 6;

/// Standard input, or one byte more than is allowed.
fn taken(limit: usize) -> Option<Vec<u8>> {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    io::stdin().lock().take(limit).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn given(json: serde_json::Result<String>) -> ExitCode {
    match json {
        Ok(json) => {
            write_data(&json);
            ExitCode::SUCCESS
        }
        Err(_never_for_such_types) => ExitCode::from(COULD_NOT_RUN),
    }
}

/// Finds a shape in another process. Each file has one script, or several to choose from.
pub(super) fn shape_apart(files: &[Vec<String>]) -> Result<Found, String> {
    let question = serde_json::to_vec(files).map_err(|error| error.to_string())?;
    match ask::<Result<Found, String>>("find-shape", &question) {
        Ok(Some(found)) => found,
        Ok(None) => Err("reading the samples took too long or too much memory".to_owned()),
        Err(error) => Err(format!("no process could be started to read the samples ({error})")),
    }
}

/// Reads a script in another process. Never fails: what can't be read says why.
pub(super) fn read_apart(bytes: &[u8]) -> Reading {
    if bytes.len() > MAX_PARSED_BYTES {
        // Not parsed anyway.
        return read(bytes);
    }
    match ask("read-script", bytes) {
        Ok(Some(reading)) => reading,
        Ok(None) => Reading::unparsed(
            bytes,
            "reading it took too long or too much memory: it is nested too deeply, or made to stop readers",
        ),
        Err(error) => Reading::unparsed(bytes, format!("no process could be started to read it ({error})")),
    }
}

fn ask<T: DeserializeOwned>(command: &str, bytes: &[u8]) -> io::Result<Option<T>> {
    let mut child = Command::new(env::current_exe()?)
        .arg(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // What a process says whose stack ended helps nobody.
        .stderr(Stdio::null())
        .spawn()?;
    let said = answer(&mut child, bytes);
    // Whether it has ended or hangs: it is not needed any more.
    let _ = child.kill();
    child.wait()?;
    Ok(said)
}

fn answer<T: DeserializeOwned>(child: &mut Child, bytes: &[u8]) -> Option<T> {
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
