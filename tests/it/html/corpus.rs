//! Real pages (`tests/pages`) through the rewriter: with everything approved, and with nothing. However a page
//! arrives it comes out the same, a second pass changes nothing, only tags are edited, and a second parser
//! finds a verdict for every script.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::html::{Charset, Limits, charset_of};
use countersign::inventory::{ScriptAddress, ScriptId, Tier};
use countersign::policy::{ApprovedScript, Mode, Opinion, PageGrants};
use countersign::sri::{Algorithm, Digest};
use countersign::web::javascript_url;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use jiff::Timestamp;
use regex::bytes::Regex;
use url::Url;

use super::grants::sha256;
use super::oracle::{Class, handlers, scripts};
use super::rewriting::{Outcome, rewrite, rewrite_looking};

/// Pages up to this many bytes are also cut into single bytes.
const SMALL: usize = 16 << 10;

struct Page {
    name: String,
    bytes: Vec<u8>,
    charset: &'static Encoding,
}

impl Page {
    fn through(&self, grants: &Arc<PageGrants>, pieces: &[&[u8]]) -> Outcome {
        let outcome = rewrite(pieces.iter().copied(), grants, self.charset, &Limits::default());
        assert!(outcome.error.is_none(), "{}: {:?}", self.name, outcome.error);
        outcome
    }

    fn decoded(&self, bytes: &[u8]) -> String {
        self.charset.decode_with_bom_removal(bytes).0.into_owned()
    }

    /// Grants for everything that the page has. Which bytes are approved for a URL makes no difference here.
    fn everything(&self, payment: bool) -> Arc<PageGrants> {
        let mut grants = PageGrants { payment, ..PageGrants::nothing(Mode::Enforce) };
        let id = ScriptId::new("script").unwrap();
        // Documents in attributes are opened up one level by each pass.
        let seen = self.through(&Arc::new(PageGrants::nothing(Mode::Observe)), &[&self.bytes]).verdicts;
        for verdict in seen {
            let words: Vec<&str> = verdict.trim_start_matches('>').split(' ').collect();
            let [kind, _, _, url] = words[..] else { continue };
            if kind == "external"
                && let Ok(address) = Url::parse(url)
            {
                let digest = Digest::of(Algorithm::Sha384, url.as_bytes());
                let script = ApprovedScript {
                    id: id.clone(),
                    address: ScriptAddress::Absolute(address),
                    tier: Tier::Pin,
                    integrity: digest.to_string(),
                    digests: vec![digest],
                    mirror_path: None,
                    module: false,
                    expires: None,
                };
                grants.scripts.insert(&Arc::new(script), Timestamp::UNIX_EPOCH);
            }
        }
        let mut documents = vec![self.decoded(&self.bytes)];
        while let Some(document) = documents.pop() {
            for script in scripts(&document) {
                grants.inline.insert(sha256(&script.text), id.clone());
            }
            documents.extend(srcdocs(&document));
        }
        Arc::new(grants)
    }
}

/// The documents in attributes of a document.
fn srcdocs(document: &str) -> Vec<String> {
    let attribute = regex::Regex::new(r#"(?s) srcdoc="([^"]*)""#).unwrap();
    attribute.captures_iter(document).map(|found| htmlize::unescape(&found[1]).into_owned()).collect()
}

fn pages() -> Vec<Page> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "html") {
                files.push(path);
            }
        }
    }
    files.sort();
    let page = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        let Charset::Known(charset) = charset_of(&bytes, true, None, WINDOWS_1252) else {
            panic!("{} is in a charset that is refused", path.display())
        };
        Page { name: path.display().to_string(), bytes, charset }
    };
    files.into_iter().map(page).collect()
}

/// Places to cut, different for each page and the same in every run.
fn pieces<'a>(bytes: &'a [u8], seed: &mut u64) -> Vec<&'a [u8]> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let most = if *seed >> 62 == 0 { 8 } else { 4096 };
        let length = usize::try_from(*seed >> 33).unwrap() % most + 1;
        let (piece, left) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = left;
    }
    pieces
}

#[test]
fn how_a_real_page_arrives_changes_nothing() {
    let mut seed = 1;
    for page in pages() {
        let grants = page.everything(true);
        let whole = page.through(&grants, &[&page.bytes]);
        for _ in 0..4 {
            let cut = page.through(&grants, &pieces(&page.bytes, &mut seed));
            assert!(cut.output == whole.output, "{} cut at random", page.name);
            assert_eq!(cut.verdicts, whole.verdicts, "{}", page.name);
        }
        if page.bytes.len() <= SMALL {
            let single: Vec<&[u8]> = page.bytes.chunks(1).collect();
            assert!(page.through(&grants, &single).output == whole.output, "{} byte by byte", page.name);
        }
    }
}

#[test]
fn a_second_pass_over_a_real_page_changes_nothing() {
    for page in pages() {
        for grants in [page.everything(false), Arc::new(PageGrants::nothing(Mode::Enforce))] {
            let once = page.through(&grants, &[&page.bytes]).output;
            let twice = page.through(&grants, &[&once]).output;
            assert!(once == twice, "{}", page.name);
        }
    }
}

#[test]
fn only_tags_of_a_real_page_are_edited() {
    let tags = Regex::new(r"(?is-u)<(script|link|base|iframe|meta)\b[^>]*>").unwrap();
    let mut edited = 0;
    for page in pages() {
        let grants = page.everything(false);
        let output = page.through(&grants, &[&page.bytes]).output;
        edited += usize::from(output != page.bytes);
        let (before, after) = (tags.replace_all(&page.bytes, b"<>"), tags.replace_all(&output, b"<>"));
        assert!(before == after, "{}", page.name);
        if !tags.is_match(&page.bytes) {
            assert!(output == page.bytes, "{} has nothing to edit", page.name);
        }
    }
    assert!(edited > 40, "only {edited} pages were edited");
}

#[test]
fn a_second_parser_finds_a_verdict_for_every_script_of_a_real_page() {
    let mut classes: HashMap<Class, usize> = HashMap::new();
    let all = pages();
    for page in &all {
        for grants in [page.everything(true), Arc::new(PageGrants::nothing(Mode::Enforce))] {
            let output = page.through(&grants, &[&page.bytes]).output;
            let (before, after) = (page.decoded(&page.bytes), page.decoded(&output));
            for script in scripts(&after) {
                let class = script.class(&grants);
                assert!(class != Class::Stopped, "{}: only the CSP stops {script:?}", page.name);
                *classes.entry(class).or_default() += 1;
            }
            // On these the CSP decides; rewriting must not make any.
            assert_eq!(handlers(&after), handlers(&before), "{}", page.name);
        }
    }
    assert!(all.len() >= 60, "only {} pages", all.len());
    assert!(classes[&Class::Pinned] > 150 && classes[&Class::Approved] > 60, "{classes:?}");
}

/// The digests of code in attributes that were told.
fn code_told(outcome: &Outcome) -> BTreeSet<String> {
    let words = outcome.verdicts.iter().map(|verdict| verdict.trim_start_matches('>').split(' ').collect());
    let code = words.filter(|words: &Vec<&str>| words[1] == "block");
    code.filter_map(|words| words.get(3).map(|digest| (*digest).to_owned())).collect()
}

/// Those of code that a tree of the document has.
fn code_in_tree(document: &str) -> BTreeSet<String> {
    let is_event = |name: &str| name[2..].bytes().all(|c| c.is_ascii_lowercase());
    let code = |handler: &String| {
        let (name, value) = handler.split_once('=')?;
        let text = if name.starts_with("on") {
            Some(value.to_owned()).filter(|text| !text.is_empty() && is_event(name))
        } else {
            // Our marks keep what was taken away in one that leads nowhere.
            javascript_url(value).filter(|_| !name.starts_with("data-"))
        };
        text.map(|text| sha256(&text).to_string())
    };
    handlers(document).iter().filter_map(code).collect()
}

#[test]
fn code_in_attributes_of_a_real_page_is_told_as_a_tree_has_it() {
    let mut texts = 0;
    for page in pages() {
        for opinion in [Opinion::Off, Opinion::Always] {
            let grants =
                Arc::new(PageGrants { second_opinion: opinion, ..PageGrants::nothing(Mode::Enforce) });
            let outcome = rewrite_looking([&page.bytes[..]], &grants, page.charset, &Limits::default());
            assert!(outcome.error.is_none(), "{}: {:?}", page.name, outcome.error);
            let told = code_told(&outcome);
            let in_tree = code_in_tree(&page.decoded(&outcome.output));
            assert_eq!(told, in_tree, "{}, {}", page.name, opinion.name());
            texts += told.len();
        }
    }
    assert!(texts >= 8, "only {texts} texts");
}

#[test]
fn code_in_attributes_of_hostile_markup_is_told_as_a_tree_has_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attacks/markup.json");
    let attacks: Vec<String> = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let grants =
        Arc::new(PageGrants { second_opinion: Opinion::Always, ..PageGrants::nothing(Mode::Enforce) });
    let mut texts = 0;
    for attack in &attacks {
        let outcome = rewrite_looking([attack.as_bytes()], &grants, UTF_8, &Limits::default());
        if outcome.error.is_some() {
            continue;
        }
        let told = code_told(&outcome);
        let in_tree = code_in_tree(&String::from_utf8_lossy(&outcome.output));
        // The tree's reader takes every attribute for one that may lead to a URL.
        let leads_nowhere =
            attack.contains("<base") || attack.contains("<img src=") || attack.contains("<link");
        if !leads_nowhere {
            assert_eq!(told, in_tree, "{attack}");
        }
        texts += told.len();
    }
    assert!(texts > 30, "only {texts} texts");
}
