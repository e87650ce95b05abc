//! Any bytes as a document: nothing panics, pieces change nothing, observing changes nothing, and a
//! document comes out of a second pass as it came out of the first.
//!
//! To run on the stable toolchain:
//! `RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
//! -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
//! -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
//! cargo run -p countersign-fuzz --target x86_64-unknown-linux-gnu --bin rewrite -- CORPUS`
#![no_main]

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use countersign::html::{HtmlError, Limits, Rewriter};
use countersign::inventory::{ScriptAddress, ScriptId, Tier};
use countersign::policy::{ApprovedScript, Mode, PageGrants};
use countersign::sri::{Algorithm, Digest};
use encoding_rs::{Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};
use libfuzzer_sys::fuzz_target;
use url::Url;

const SCRIPT: &str = "https://a.example/a.js";

static ENFORCE: LazyLock<Arc<PageGrants>> = LazyLock::new(|| grants(Mode::Enforce));
static OBSERVE: LazyLock<Arc<PageGrants>> = LazyLock::new(|| grants(Mode::Observe));

fn grants(mode: Mode) -> Arc<PageGrants> {
    let digest = Digest::of(Algorithm::Sha384, b"a");
    let script = ApprovedScript {
        id: ScriptId::new("a").expect("an id"),
        address: ScriptAddress::Absolute(Url::parse(SCRIPT).expect("a URL")),
        tier: Tier::Pin,
        integrity: digest.to_string(),
        digests: vec![digest],
        mirror_path: None,
        module: false,
        expires: None,
    };
    let inline = (Digest::of(Algorithm::Sha256, b"ok()"), ScriptId::new("ok").expect("an id"));
    Arc::new(PageGrants {
        scripts: HashMap::from([(SCRIPT.to_owned(), Arc::new(script))]),
        inline: HashMap::from([inline]),
        ..PageGrants::nothing(mode)
    })
}

fn rewrite<'a>(
    pieces: impl Iterator<Item = &'a [u8]>,
    grants: &Arc<PageGrants>,
    charset: &'static Encoding,
) -> Result<Vec<u8>, HtmlError> {
    let url = Url::parse("https://a.example/").expect("a URL");
    let limits = Limits { inline_script: 4 << 10, parser_memory: 64 << 10, ..Limits::default() };
    let mut rewriter = Rewriter::new(Arc::clone(grants), url, charset, limits, Box::new(|_| {}))?;
    let mut out = Vec::new();
    for piece in pieces {
        rewriter.write(piece, &mut out)?;
    }
    rewriter.end(&mut out)?;
    Ok(out)
}

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (charset, size, document) = input;
    let charset = [UTF_8, WINDOWS_1252, SHIFT_JIS, GB18030][usize::from(charset % 4)];
    let whole = rewrite(std::iter::once(document), &ENFORCE, charset);
    let size = usize::from(size).max(1);
    let pieces = rewrite(document.chunks(size), &ENFORCE, charset);
    // Memory for a tag is only counted when it arrives in pieces, so one may fail and the other not.
    if let (Ok(whole), Ok(pieces)) = (&whole, &pieces) {
        assert_eq!(whole, pieces, "pieces of {size} changed the output");
    }
    let observed = rewrite(document.chunks(size), &OBSERVE, charset).expect("observing never fails");
    assert_eq!(observed, document, "observing changed the document");
    if let Ok(once) = whole
        && let Ok(twice) = rewrite(std::iter::once(once.as_slice()), &ENFORCE, charset)
    {
        assert_eq!(twice, once, "a second pass changed the output");
    }
});
