//! The shape of the source: which module may use which, what each file begins with, how long it is.
//!
//! Reads `src/` as text. A small scanner blanks comments and literals first, so that a path in a doc
//! comment is not a use. Every check is itself tested with a planted violation.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the top: a module may use those in later lines; modules of one line don't use each other.
const LAYERS: &[&[&str]] = &[
    &["main"],
    &["cli"],
    &["demo", "scan"],
    &["app"],
    &["admin"],
    &["explain", "advice", "evidence"],
    &["proxy"],
    &["html", "reports", "drift", "headers", "register"],
    &["judge", "settings"],
    &["alert"],
    &["policy", "store", "traces"],
    &["inventory", "csp", "transport"],
    &["sri", "web", "diagnostic", "clock", "telemetry", "watch", "analysis"],
];

/// Crates that bring sockets, TLS or a runtime.
const SOCKET_CRATES: &[&str] =
    &["hyper", "hyper_util", "rustls", "tokio", "tokio_rustls", "tokio_util", "socket2", "axum"];

/// The modules that may name them.
const SOCKET_MODULES: &[&str] =
    &["transport", "store", "alert", "traces", "drift", "proxy", "admin", "app", "demo", "explain", "cli"];

/// Lines that a file may have before its unit tests.
const LONGEST: usize = 500;

/// One source file, with comments and literals blanked.
struct Source {
    /// `html/element.rs`.
    name: String,
    /// `["html", "element"]`; empty for lib.rs, `["main"]` for main.rs.
    module: Vec<String>,
    text: String,
    /// The text without comments and literals; lines stay where they are.
    code: String,
}

impl Source {
    fn new(name: &str, text: &str) -> Self {
        let stem = name.strip_suffix(".rs").unwrap_or(name);
        let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod" || last == "lib") {
            module.pop();
        }
        Self { name: name.to_owned(), module, text: text.to_owned(), code: blank(text) }
    }

    fn top(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    /// The line (from 0) at which the unit tests begin, or the number of lines.
    fn production_lines(&self) -> usize {
        let lines = || self.code.lines();
        lines().position(|line| line.trim_start().starts_with("#[cfg(test)]")).unwrap_or(lines().count())
    }
}

/// The sources under a folder, in order of name.
fn sources(root: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Replaces comments and the insides of literals by spaces. Line breaks stay.
fn blank(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut i = 0;
    while i < chars.len() {
        let end = match (at(i), at(i + 1)) {
            ('/', '/') => end_where(&chars, i, |j| at(j) == '\n'),
            ('/', '*') => end_where(&chars, i + 2, |j| at(j - 2) == '*' && at(j - 1) == '/'),
            ('r', '"' | '#') if !is_word(at(i.wrapping_sub(1))) && raw_hashes(&chars, i).is_some() => {
                let hashes = raw_hashes(&chars, i).unwrap();
                let closes = |j: usize| at(j - 1 - hashes) == '"' && (j - hashes..j).all(|k| at(k) == '#');
                end_where(&chars, i + 3 + hashes, closes)
            }
            ('"', _) => end_of_string(&chars, i),
            ('\'', '\\') => end_where(&chars, i + 4, |j| at(j - 1) == '\''),
            ('\'', _) if at(i + 2) == '\'' => i + 3,
            _ => i,
        };
        if end == i {
            out.push(at(i));
            i += 1;
            continue;
        }
        out.extend((i..end.min(chars.len())).map(|j| if at(j) == '\n' { '\n' } else { ' ' }));
        i = end;
    }
    out
}

fn end_where(chars: &[char], from: usize, ends: impl Fn(usize) -> bool) -> usize {
    (from..chars.len()).find(|j| ends(*j)).unwrap_or(chars.len())
}

fn end_of_string(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// The number of `#` of a raw string that begins at `start`, if one does.
fn raw_hashes(chars: &[char], start: usize) -> Option<usize> {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(start + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The positions right behind each `word::` that stands alone.
fn after_path_root(code: &str, word: &str) -> Vec<usize> {
    let needle = format!("{word}::");
    code.match_indices(&needle)
        .filter(|(at, _)| stands_alone(&code[..*at]))
        .map(|(at, _)| at + needle.len())
        .collect()
}

/// Whether a path can begin behind this text: `a::tokio::` is no use of tokio, `::tokio::` is.
fn stands_alone(before: &str) -> bool {
    let before = before.strip_suffix("::").unwrap_or(before);
    !before.ends_with(|c: char| is_word(c) || c == '>')
}

/// The first names of the path or of the braced list of paths at `at`.
fn first_names(code: &str, at: usize) -> Vec<String> {
    let rest = &code[at..];
    let Some(list) = rest.strip_prefix('{') else {
        return vec![rest.chars().take_while(|c| is_word(*c)).collect()];
    };
    let mut depth = 1;
    let mut names = vec![String::new()];
    let mut in_name = true;
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {
                names.push(String::new());
                in_name = true;
            }
            c if depth == 1 && in_name && is_word(c) => names.last_mut().unwrap().push(c),
            c if depth == 1 && c.is_whitespace() && names.last().unwrap().is_empty() => {}
            _ => in_name = false,
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty() && name != "self");
    names
}

/// The top-level modules that a file names.
fn uses(source: &Source) -> BTreeSet<String> {
    let code = &source.code;
    let mut used = BTreeSet::new();
    let root = if source.top() == Some("main") { "countersign" } else { "crate" };
    for at in after_path_root(code, root) {
        used.extend(first_names(code, at));
    }
    // `super::super::x` from a::b is the crate's x; inside `mod tests` one `super` more is needed.
    let tests_at: usize = code.lines().take(source.production_lines()).map(|line| line.len() + 1).sum();
    for mut at in after_path_root(code, "super") {
        let mut levels = 1;
        let first = at;
        while code[at..].starts_with("super::") {
            levels += 1;
            at += "super::".len();
        }
        let depth = source.module.len() + usize::from(first > tests_at);
        if levels >= depth && depth > 0 {
            used.extend(first_names(code, at));
        }
    }
    if let Some(own) = source.top() {
        used.remove(own);
    }
    used
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Uses that go up or sideways, and modules without a layer.
fn layer_violations(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let Some(own) = source.top() else { continue };
        let Some(own_layer) = layer(own) else {
            wrong.push(format!("{}: module `{own}` has no layer", source.name));
            continue;
        };
        for used in uses(source) {
            match layer(&used) {
                Some(used_layer) if used_layer > own_layer => {}
                Some(_) => wrong.push(format!("{}: `{own}` must not use `{used}`", source.name)),
                None => wrong.push(format!("{}: `crate::{used}` is in no layer", source.name)),
            }
        }
    }
    wrong
}

/// Files that name a socket crate outside the modules that may.
fn socket_violations(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        if source.top().is_some_and(|top| SOCKET_MODULES.contains(&top)) {
            continue;
        }
        let production: String =
            source.code.lines().take(source.production_lines()).flat_map(|line| [line, "\n"]).collect();
        for name in SOCKET_CRATES {
            if !after_path_root(&production, name).is_empty() {
                wrong.push(format!("{}: names `{name}`", source.name));
            }
        }
    }
    wrong
}

/// Files that don't begin with what they are for.
fn heading_violations(sources: &[Source]) -> Vec<String> {
    let missing = |source: &&Source| !source.text.starts_with("//! ");
    sources.iter().filter(missing).map(|source| format!("{}: no `//!` first line", source.name)).collect()
}

/// Files that are too long.
fn length_violations(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| source.production_lines() > LONGEST)
        .map(|source| format!("{}: {} lines", source.name, source.production_lines()))
        .collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn each_module_uses_only_lower_layers() {
    assert_none(&layer_violations(&sources(&folder("src"))));
}

#[test]
fn sockets_and_tls_are_named_only_at_the_edge() {
    assert_none(&socket_violations(&sources(&folder("src"))));
}

#[test]
fn every_file_says_what_it_is_for() {
    assert_none(&heading_violations(&sources(&folder("src"))));
    assert_none(&heading_violations(&sources(&folder("tests/it"))));
}

#[test]
fn no_file_is_too_long() {
    let sources = sources(&folder("src"));
    let mut lengths: Vec<usize> = sources.iter().map(Source::production_lines).collect();
    lengths.sort_unstable();
    println!(
        "{} files, median {} lines, longest {}",
        lengths.len(),
        lengths[lengths.len() / 2],
        lengths.last().unwrap()
    );
    assert_none(&length_violations(&sources));
}

mod the_checks_themselves {
    use super::*;

    fn violations(check: fn(&[Source]) -> Vec<String>, name: &str, text: &str) -> usize {
        check(&[Source::new(name, text)]).len()
    }

    #[test]
    fn a_use_that_goes_up_or_sideways_is_found() {
        for (name, text) in [
            ("html/element.rs", "use crate::proxy::Exchange;"),
            ("html/element.rs", "use crate::{web, proxy::Exchange};"),
            ("html/element.rs", "use crate::{\n    web::{self, Url},\n    reports,\n};"),
            ("html/element.rs", "fn f() { super::super::admin::g() }"),
            ("html/mod.rs", "use super::cli;"),
            ("html/mod.rs", "struct A { b:crate::cli::B }"),
            ("html/mod.rs", "pub use self::a::B; impl crate::app::T for X {}"),
            ("csp/mod.rs", "use crate::inventory::Tier;"),
            ("sri/digest.rs", "#[cfg(test)]\nmod tests {\n    use super::super::super::judge;\n}"),
            ("sri/digest.rs", "const A: char = '\"'; use crate::judge;"),
            ("sri/digest.rs", "const A: &str = r#\"\"\"#; use crate::judge;"),
            ("clock.rs", "fn f<'a>(x: &'a str) { crate::web::g() }"),
            ("gadget.rs", ""),
            ("cli/mod.rs", "use crate::gadget::G;"),
        ] {
            assert_eq!(violations(layer_violations, name, text), 1, "{name}: {text}");
        }
    }

    #[test]
    fn a_use_that_goes_down_is_fine() {
        for (name, text) in [
            ("html/element.rs", "use crate::judge::Verdict; use super::edit; use crate::html::coding;"),
            (
                "html/element.rs",
                "//! [`crate::proxy`]\n/* crate::proxy::X */ const A: &str = \"crate::cli::x\";",
            ),
            (
                "html/element.rs",
                "#[cfg(test)]\nmod tests {\n    use super::*;\n    use super::super::edit;\n}",
            ),
            ("html/mod.rs", "use crate::{\n    judge::{self, Verdict},\n    web,\n};"),
            ("main.rs", "fn main() { countersign::cli::main() }"),
            ("lib.rs", "pub mod cli; pub use crate::cli::X;"),
            ("app.rs", "mycrate::cli::x()"),
        ] {
            assert_eq!(layer_violations(&[Source::new(name, text)]), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_socket_in_the_wrong_place_is_found() {
        let text = "use tokio::net::TcpStream;";
        assert_eq!(violations(socket_violations, "judge/verdict.rs", text), 1);
        assert_eq!(violations(socket_violations, "reports/intake.rs", "fn f(x: a::hyper::Body) {}"), 0);
        assert_eq!(violations(socket_violations, "reports/intake.rs", "fn f(x: ::hyper::Body) {}"), 1);
        assert_eq!(violations(socket_violations, "proxy/listen.rs", text), 0);
        assert_eq!(violations(socket_violations, "judge/a.rs", "use rustls_pki_types::X; // tokio::x"), 0);
        assert_eq!(violations(socket_violations, "store/a.rs", "#[cfg(test)]\nmod t { use tokio::a; }"), 0);
    }

    #[test]
    fn a_file_without_a_heading_and_a_file_too_long_are_found() {
        assert_eq!(violations(heading_violations, "a.rs", "use std::fs;\n//! Late.\n"), 1);
        assert_eq!(violations(heading_violations, "a.rs", "//! What it is for.\n"), 0);
        let long = "fn f() {}\n".repeat(LONGEST + 1);
        assert_eq!(violations(length_violations, "a.rs", &long), 1);
        let tested = format!("{}#[cfg(test)]\n{long}", "fn f() {}\n".repeat(LONGEST));
        assert_eq!(violations(length_violations, "a.rs", &tested), 0);
    }
}
