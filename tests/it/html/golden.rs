//! Golden cases: small files that say what leaves for what goes in. Each runs whole and in pieces of
//! many sizes, which must change nothing, and its output is read by a second parser.
//!
//! In the files `$id` stands for the integrity of a script of `grants.rs`, `$[text]` for the digest of
//! an inline text, `$own-map` and `$merged-map` for the texts of the import maps there, `$quoted-map` for the
//! first in an attribute, `$code0` and `$digest0` for an approved shape's code and its digest.

use std::fs;
use std::path::Path;

use countersign::html::{HtmlError, Limits};
use countersign::policy::{Mode, Opinion, PageGrants, Refresh, Unapproved, UpstreamCsp};
use encoding_rs::{Encoding, WINDOWS_1252};
use serde::Deserialize;

use super::grants::{Modules, Shape, approved_shape, grants, integrity, merged_map, own_map, sha256};
use super::oracle::{Class, scripts};
use super::rewriting::{rewrite, rewrite_looking};

const SIZES: [usize; 8] = [1, 2, 3, 5, 7, 16, 64, 1000];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key that a case may set")]
struct Case {
    name: String,
    input: String,
    /// Absent: what goes in.
    output: Option<String>,
    #[serde(default)]
    verdicts: Vec<String>,
    /// What the second parser sees in the output, in order.
    #[serde(default)]
    oracle: Vec<String>,
    /// The rewriter must fail; `output` counts for nothing then.
    #[serde(default)]
    error: bool,
    /// Observing: the parser lost its way.
    #[serde(default)]
    blind: bool,
    /// `input` and `output` are bytes, one for each character.
    #[serde(default)]
    bytes: bool,
    #[serde(default = "utf8")]
    charset: String,
    #[serde(default)]
    strip: bool,
    #[serde(default)]
    observe: bool,
    /// Code in attributes is looked for, by its own parser and by the second opinion; verdicts count without
    /// their order.
    #[serde(default)]
    code: bool,
    #[serde(default)]
    witness: bool,
    #[serde(default)]
    modules: Modules,
    #[serde(default)]
    refresh_own: bool,
    upstream_csp: Option<String>,
    inline_limit: Option<usize>,
    srcdoc_depth: Option<usize>,
    srcdoc_bytes: Option<usize>,
    parser_memory: Option<usize>,
}

fn utf8() -> String {
    "utf-8".to_owned()
}

impl Case {
    fn encoded(&self, text: &str) -> Vec<u8> {
        if self.bytes {
            text.chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect()
        } else {
            text.as_bytes().to_vec()
        }
    }

    fn shape(&self) -> Shape {
        Shape {
            mode: if self.observe { Mode::Observe } else { Mode::Enforce },
            unapproved: if self.strip { Unapproved::Strip } else { Unapproved::Quarantine },
            witness: self.witness,
            refresh: if self.refresh_own { Refresh::Own } else { Refresh::Any },
            upstream_csp: match self.upstream_csp.as_deref() {
                None | Some("merge") => UpstreamCsp::Merge,
                Some("replace") => UpstreamCsp::Replace,
                Some("append") => UpstreamCsp::Append,
                Some(other) => panic!("{}: {other}", self.name),
            },
            modules: self.modules,
            ..Shape::default()
        }
    }

    fn run(&self) {
        let grants = grants(&self.shape());
        let charset = Encoding::for_label(self.charset.as_bytes()).unwrap();
        let mut limits = Limits::default();
        limits.inline_script = self.inline_limit.unwrap_or(limits.inline_script);
        limits.srcdoc_depth = self.srcdoc_depth.unwrap_or(limits.srcdoc_depth);
        limits.srcdoc_bytes = self.srcdoc_bytes.unwrap_or(limits.srcdoc_bytes);
        limits.parser_memory = self.parser_memory.unwrap_or(limits.parser_memory);
        let input = self.encoded(&filled_in(&self.input));
        let expected = self.output.as_ref().map_or(input.clone(), |text| self.encoded(&filled_in(text)));
        let expected_verdicts: Vec<String> = self.verdicts.iter().map(|line| filled_in(line)).collect();
        // The witness and the addresses of mirrored scripts are ours: what is read is never what we wrote.
        let ours = self.witness || self.output.as_ref().is_some_and(|text| text.contains("/_countersign/"));
        if !self.error && !self.observe && !ours {
            let again = rewrite([&expected[..]], &grants, charset, &limits);
            assert_eq!(shown(&again.output), shown(&expected), "{}: rewritten twice", self.name);
        }
        let whole = rewrite([&input[..]], &grants, charset, &limits);
        let looking = rewrite_looking([&input[..]], &grants, charset, &limits);
        assert_eq!(shown(&looking.output), shown(&whole.output), "{}: looked at", self.name);
        if self.code {
            self.run_looking(&input, charset, &limits, &expected, &expected_verdicts);
            return self.read_again(charset, &expected, &grants);
        }
        for size in SIZES.into_iter().chain([input.len().max(1)]) {
            let outcome = rewrite(input.chunks(size), &grants, charset, &limits);
            let at = format!("{} in pieces of {size}", self.name);
            if self.error {
                assert!(
                    matches!(outcome.error, Some(HtmlError::Parser(_) | HtmlError::OutOfMemory)),
                    "{at}: {:?}",
                    outcome.error
                );
                assert!(!shown(&outcome.output).contains("evil"), "{at}: {}", shown(&outcome.output));
                continue;
            }
            assert!(outcome.error.is_none(), "{at}: {:?}", outcome.error);
            assert_eq!(outcome.blind.is_some(), self.blind, "{at}: {:?}", outcome.blind);
            assert_eq!(shown(&outcome.output), shown(&expected), "{at}");
            assert_eq!(outcome.output, expected, "{at}");
            assert_eq!(outcome.verdicts, expected_verdicts, "{at}");
        }
        self.read_again(charset, &expected, &grants);
    }

    fn run_looking(
        &self,
        input: &[u8],
        charset: &'static Encoding,
        limits: &Limits,
        expected: &[u8],
        verdicts: &[String],
    ) {
        for opinion in [Opinion::Off, Opinion::Suspects, Opinion::Always] {
            let grants = grants(&Shape { opinion, ..self.shape() });
            for size in SIZES.into_iter().chain([input.len().max(1)]) {
                let outcome = rewrite_looking(input.chunks(size), &grants, charset, limits);
                let at = format!("{} in pieces of {size}, {}", self.name, opinion.name());
                assert!(outcome.error.is_none(), "{at}: {:?}", outcome.error);
                assert_eq!(shown(&outcome.output), shown(expected), "{at}");
                let sorted = |verdicts: &[String]| {
                    let mut verdicts = verdicts.to_vec();
                    verdicts.sort();
                    verdicts
                };
                assert_eq!(sorted(&outcome.verdicts), sorted(verdicts), "{at}");
            }
        }
    }

    fn read_again(&self, charset: &'static Encoding, expected: &[u8], grants: &PageGrants) {
        if !self.error && !self.observe {
            let (document, _) = charset.decode_without_bom_handling(expected);
            let found = scripts(&document);
            let classes: Vec<Class> = found.iter().map(|script| script.class(grants)).collect();
            for (script, _) in found.iter().zip(&classes).filter(|(_, class)| **class == Class::Pinned) {
                assert!(script.asks_where_approved(grants), "{}: {script:?}", self.name);
            }
            let seen: Vec<&str> = classes.into_iter().map(Class::name).collect();
            assert_eq!(seen, self.oracle, "{}: html5ever on {document}", self.name);
        }
    }
}

/// Bytes as text for messages.
fn shown(bytes: &[u8]) -> String {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    text.into_owned()
}

fn filled_in(text: &str) -> String {
    let quoted = own_map().text().replace('"', "&quot;");
    let mut text = text.replace("$quoted-map", &quoted).replace("$own-map", own_map().text());
    text = text.replace("$merged-map", merged_map().text());
    while let Some(start) = text.find("$[") {
        let end = start + text[start..].find(']').unwrap();
        let digest = sha256(&text[start + 2..end]).to_string();
        text.replace_range(start..=end, &digest);
    }
    for place in 0..2 {
        let shape = approved_shape(place);
        text = text.replace(&format!("$code{place}"), &shape.code);
        text = text.replace(&format!("$digest{place}"), &shape.digest.to_string());
    }
    for id in ["two", "own", "sub", "a", "m"] {
        for end in ["\"", "&quot;"] {
            text = text.replace(&format!("${id}{end}"), &format!("{}{end}", integrity(id)));
        }
    }
    text
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/html/golden");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let parse = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        toml::from_str::<File>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).case
    };
    files.iter().flat_map(parse).collect()
}

/// Name, bytes and charset of each case.
pub(crate) fn inputs_of_golden_cases() -> Vec<(String, Vec<u8>, String)> {
    let input = |case: Case| (case.name.clone(), case.encoded(&case.input), case.charset.clone());
    cases().into_iter().map(input).collect()
}

#[test]
fn every_golden_case_comes_out_as_written_in_any_pieces() {
    let cases = cases();
    let mut failed = Vec::new();
    for case in &cases {
        if std::panic::catch_unwind(|| case.run()).is_err() {
            failed.push(case.name.clone());
        }
    }
    assert!(failed.is_empty(), "{} of {} cases failed: {failed:#?}", failed.len(), cases.len());
    assert!(cases.len() >= 45, "only {} cases were found", cases.len());
}

#[test]
fn no_two_golden_cases_share_a_name() {
    let mut names: Vec<String> = cases().into_iter().map(|case| case.name).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all);
}
