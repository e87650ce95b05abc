//! html5lib-tests: every input of a parser's own test suite as a page. It may hide no script from the
//! second opinion, whether it has one itself or one stands behind it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::html::{HtmlError, Limits};
use countersign::inventory::ScriptId;
use countersign::policy::{Mode, Opinion, PageGrants};
use encoding_rs::UTF_8;
use serde_json::Value;

use super::grants::sha256;
use super::oracle::{Class, scripts};
use super::rewriting::rewrite;

/// Stands behind each input, where it is a script unless the input makes it text.
const BEHIND: &str = "<script>evil()</script>";

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/html5lib-tests").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

/// The inputs of a tree-construction file. Those for fragments count as pages too.
fn tree_inputs(text: &str) -> Vec<String> {
    let cases = text.strip_prefix("#data\n").unwrap().split("\n#data\n");
    cases.map(|case| case.split("\n#errors").next().unwrap().to_owned()).collect()
}

fn tokenizer_inputs(text: &str) -> Vec<String> {
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["tests"].as_array().into_iter().flatten();
    let input = |case: &Value| {
        let input = case["input"].as_str().unwrap();
        if case["doubleEscaped"] == true { unescaped(input) } else { input.to_owned() }
    };
    cases.map(input).collect()
}

/// `\uXXXX` decoded; surrogates become what a decoder makes of them.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut decoded = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(4);
        let code = u32::from_str_radix(digits, 16).unwrap();
        decoded.push(char::from_u32(code).unwrap_or('\u{fffd}'));
        decoded.push_str(rest);
    }
    decoded
}

pub(super) fn inputs() -> Vec<String> {
    let read = |path: PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    let trees = files("tree-construction", "dat").into_iter().flat_map(|path| tree_inputs(&read(path)));
    let scripted = files("tree-construction/scripted", "dat");
    let scripted = scripted.into_iter().flat_map(|path| tree_inputs(&read(path)));
    let tokens = files("tokenizer", "test").into_iter().flat_map(|path| tokenizer_inputs(&read(path)));
    trees.chain(scripted).chain(tokens).collect()
}

/// Approves every other inline script of a document.
fn grants(document: &str, opinion: Opinion) -> Arc<PageGrants> {
    let texts = scripts(document).into_iter().step_by(2).map(|script| script.text);
    let digests = texts.filter(|text| !text.is_empty() && !BEHIND.contains(text)).map(|text| sha256(&text));
    let inline = digests.map(|digest| (digest, ScriptId::new("x").unwrap())).collect();
    Arc::new(PageGrants { second_opinion: opinion, inline, ..PageGrants::nothing(Mode::Enforce) })
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    scripts: usize,
    approved: usize,
    missed: usize,
    differed: usize,
    failed: usize,
}

fn count(documents: &[String], opinion: Opinion) -> Count {
    let mut count = Count::default();
    for document in documents {
        let grants = grants(document, opinion);
        let outcome = rewrite(document.as_bytes().chunks(5), &grants, UTF_8, &Limits::default());
        match outcome.error {
            Some(HtmlError::Difference { .. }) => count.differed += 1,
            Some(_) => count.failed += 1,
            None => {}
        }
        let left = scripts(&String::from_utf8_lossy(&outcome.output));
        let classes: Vec<Class> = left.iter().map(|script| script.class(&grants)).collect();
        count.scripts += scripts(document).len();
        count.approved += classes.iter().filter(|class| **class == Class::Approved).count();
        if classes.contains(&Class::Stopped) {
            count.missed += 1;
            assert_eq!(opinion, Opinion::Off, "missed in {document:?}");
        }
    }
    count
}

#[test]
fn no_input_of_a_parsers_test_suite_hides_a_script() {
    let inputs = inputs();
    assert!(inputs.len() > 2_000, "only {} inputs were found", inputs.len());
    let documents: Vec<String> =
        inputs.iter().cloned().chain(inputs.iter().map(|input| format!("{input}{BEHIND}"))).collect();
    let [off, suspects, always] =
        [Opinion::Off, Opinion::Suspects, Opinion::Always].map(|opinion| count(&documents, opinion));
    println!("{} documents\noff: {off:?}\nsuspects: {suspects:?}\nalways: {always:?}", documents.len());
    assert_eq!((suspects.missed, always.missed), (0, 0));
    assert_eq!((suspects.failed, always.failed), (0, 0));
    assert_eq!(suspects.differed, always.differed);
    assert!(always.approved > 100, "approved scripts pass");
}
