//! One function for each fuzz target: bytes in, and it panics when something does not hold.
//!
//! The first bytes of an input choose what is varied beside the document.

mod bypass;
mod charset;
mod codings;
mod inline;
mod pipeline;
mod policy;
mod reports;
mod rewrite;
mod shape;
mod srcdoc;
mod url;

pub use bypass::{bypass, stretches};
pub use charset::charset;
pub use codings::codings;
pub use inline::inline;
pub use pipeline::pipeline;
pub use policy::policy;
pub use reports::reports;
pub use rewrite::rewrite;
pub use shape::shape;
pub use srcdoc::srcdoc;
pub use url::url;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, WINDOWS_1252};

/// What a target does with an input.
pub type Body = fn(&[u8]);

/// Every target.
pub const ALL: &[(&str, Body)] = &[
    ("bypass", bypass),
    ("stretches", stretches),
    ("charset", charset),
    ("codings", codings),
    ("inline", inline),
    ("pipeline", pipeline),
    ("policy", policy),
    ("reports", reports),
    ("rewrite", rewrite),
    ("shape", shape),
    ("srcdoc", srcdoc),
    ("url", url),
];

/// Charsets with different ideas of what follows a byte.
const CHARSETS: [&Encoding; 8] = [UTF_8, WINDOWS_1252, SHIFT_JIS, GB18030, EUC_JP, EUC_KR, BIG5, GBK];

/// The first `N` bytes of an input, zeros where it is shorter, and the rest.
fn choices<const N: usize>(input: &[u8]) -> ([u8; N], &[u8]) {
    let mut chosen = [0; N];
    let length = input.len().min(N);
    chosen[..length].copy_from_slice(&input[..length]);
    (chosen, &input[length..])
}

/// One of `all`, by a byte.
fn one_of<T: Copy>(all: &[T], choice: u8) -> T {
    all[usize::from(choice) % all.len()]
}
