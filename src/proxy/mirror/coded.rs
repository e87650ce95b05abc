//! Mirrored bytes in content codings: made once for each, by a thread of its own, when somebody first asks
//! for them. Until then they go out as they are.

use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::html::Coding;
use crate::proxy::codings::Codings;

/// Shorter ones would gain nothing worth a header.
const WORTH_IT: usize = 512;
/// Scripts of which codings are kept. Where there are more, all are made anew.
const KEPT: usize = 1024;
/// How hard is tried, of 11. The last two take ten times as long for a few hundredths.
const BROTLI: i32 = 9;
/// Of 9.
const GZIP: u32 = 9;
/// Of 22.
const ZSTD: i32 = 19;

/// One script in its codings, those in which it is shorter.
type Coded = Vec<(Coding, Bytes)>;

/// The codings that are made, the one that makes scripts shortest first.
const MADE: [Coding; 3] = [Coding::Brotli, Coding::Zstd, Coding::Gzip];

/// By the scripts' names, which hold their digests. Nobody but a policy adds one.
static CODED: LazyLock<Mutex<HashMap<String, Coded>>> = LazyLock::new(Mutex::default);
/// Whether the thread is at work.
static BUSY: AtomicBool = AtomicBool::new(false);

/// The bytes in the coding that suits a visitor best, where there is one already.
pub(super) fn choose(read: Codings, name: &str, bytes: &Bytes) -> Option<(Coding, Bytes)> {
    if bytes.len() < WORTH_IT || !MADE.iter().any(|coding| read.have(*coding)) {
        return None;
    }
    let found = {
        let kept = kept();
        kept.get(name).map(|codings| {
            let of = |wanted: Coding| codings.iter().find(|(coding, _)| *coding == wanted).cloned();
            MADE.into_iter().filter(|coding| read.have(*coding)).find_map(of)
        })
    };
    if found.is_none() {
        begin(name, bytes);
    }
    found.flatten()
}

fn kept() -> MutexGuard<'static, HashMap<String, Coded>> {
    // The map is whole after every step, so a panic elsewhere doesn't spoil it.
    CODED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One at a time: whoever asks for another meanwhile gets it as it is.
fn begin(name: &str, bytes: &Bytes) {
    if BUSY.swap(true, Ordering::AcqRel) {
        return;
    }
    let (name, bytes) = (name.to_owned(), bytes.clone());
    let work = move || {
        let _idle = Idle;
        let codings = codings(&bytes);
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(name, codings);
    };
    // Nothing waits for it, at the end of the process neither.
    if let Err(error) = thread::Builder::new().name("mirror".to_owned()).spawn(work) {
        BUSY.store(false, Ordering::Release);
        tracing::warn!(%error, "no thread could be begun that compresses mirrored scripts");
    }
}

/// At its end, whichever that is, the next one may begin.
struct Idle;

impl Drop for Idle {
    fn drop(&mut self) {
        BUSY.store(false, Ordering::Release);
    }
}

fn codings(bytes: &[u8]) -> Coded {
    let made = [(Coding::Brotli, brotli(bytes)), (Coding::Zstd, zstd(bytes)), (Coding::Gzip, gzip(bytes))];
    let shorter = |(coding, coded): (Coding, Option<Vec<u8>>)| {
        coded.filter(|coded| coded.len() < bytes.len()).map(|coded| (coding, Bytes::from(coded)))
    };
    made.into_iter().filter_map(shorter).collect()
}

fn brotli(bytes: &[u8]) -> Option<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: BROTLI, ..Default::default() };
    let mut coded = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut coded, &parameters).ok()?;
    Some(coded)
}

fn zstd(bytes: &[u8]) -> Option<Vec<u8>> {
    // Its window is no longer than the bytes, of which there are less than browsers accept of a window.
    zstd::bulk::compress(bytes, ZSTD).ok().filter(|_| bytes.len() <= 8 << 20)
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(GZIP));
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{Decoder, Limits};

    #[test]
    fn each_coding_is_of_the_same_bytes_and_shorter() {
        let bytes = b"function chat() { return fetch('/chat') }\n".repeat(200);
        let made = codings(&bytes);
        assert_eq!(
            made.iter().map(|(coding, _)| *coding).collect::<Vec<_>>(),
            [Coding::Brotli, Coding::Zstd, Coding::Gzip]
        );
        for (coding, coded) in made {
            let (mut decoder, mut text) = (Decoder::new(coding, &Limits::default()).unwrap(), Vec::new());
            decoder.write(&coded, &mut text).unwrap();
            decoder.finish(&mut text).unwrap();
            assert!(text == bytes && coded.len() < bytes.len() / 4, "{coding:?}");
        }
    }

    #[test]
    fn what_would_become_longer_is_left_as_it_is() {
        let noise: Vec<u8> = crate::sri::Digest::of(crate::sri::Algorithm::Sha512, b"x").as_bytes().to_vec();
        assert!(codings(&noise).is_empty());
    }
}
