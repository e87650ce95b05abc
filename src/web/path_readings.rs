//! The paths that a server might understand when it gets a request's path.
//!
//! Servers differ: some decode `%2F` before they route, some never; some drop `;parameters`; some fold
//! case; most answer `/pay/` as they answer `/pay`. The upstream gets the path as it came, and which kind it
//! is can't be known. So rules are looked up as each kind of server would do it, and the strictest rule
//! found holds: no such spelling of a path leads around the rule for it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::path_pattern::canonical_path;

/// A path as different servers read it. Nearly always all readings are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathReadings {
    canonical: String,
    literal: Option<String>,
    others: Vec<String>,
    /// All of them in lower case; empty where they are that already.
    lower: Vec<String>,
}

impl PathReadings {
    /// The readings of a request's path, as it came.
    pub fn of(raw: &str) -> Self {
        if is_plain(raw.as_bytes()) {
            return Self::one(raw);
        }
        let mut readings = Self::several(raw);
        if readings.for_rules().any(|path| path.contains(char::is_uppercase)) {
            readings.lower = readings.for_rules().map(str::to_lowercase).collect();
            readings.lower.sort_unstable();
            readings.lower.dedup();
        }
        readings
    }

    fn one(path: &str) -> Self {
        Self { canonical: path.to_owned(), literal: None, others: Vec::new(), lower: Vec::new() }
    }

    fn several(raw: &str) -> Self {
        let stripped = without_parameters(raw);
        let mut readings = Self::one(&canonical_path(&stripped));
        readings.literal = Some(literal_path(&stripped, true)).filter(|path| *path != readings.canonical);
        readings.add(vec![
            canonical_path(raw),
            literal_path(raw, true),
            literal_path(raw, false),
            literal_path(&stripped, false),
        ]);
        readings
    }

    fn add(&mut self, paths: Vec<String>) {
        for path in paths {
            if self.for_rules().all(|known| known != path) {
                self.others.push(path);
            }
        }
    }

    /// The readings that a script's patterns must match, all of them, for the script to be granted.
    pub fn for_scripts(&self) -> impl Iterator<Item = &str> {
        [Some(&self.canonical), self.literal.as_ref()].into_iter().flatten().map(String::as_str)
    }

    /// The readings for page rules, of which the strictest counts.
    pub fn for_rules(&self) -> impl Iterator<Item = &str> {
        self.for_scripts().chain(self.others.iter().map(String::as_str))
    }

    /// Whether a server that folds case reads the path differently from one that doesn't.
    pub fn has_capitals(&self) -> bool {
        !self.lower.is_empty()
    }

    /// The readings for rules, as servers that fold case understand them.
    pub fn in_lower_case(&self) -> impl Iterator<Item = &str> {
        let as_they_are = (!self.has_capitals()).then(|| self.for_rules());
        as_they_are.into_iter().flatten().chain(self.lower.iter().map(String::as_str))
    }
}

/// Whether all servers read a path as it is written, as they do nearly all.
fn is_plain(raw: &[u8]) -> bool {
    let mut before = b'/';
    raw.first() == Some(&b'/')
        && raw.iter().skip(1).all(|byte| {
            let after_slash = std::mem::replace(&mut before, *byte) == b'/';
            match byte {
                b'/' | b'.' => !after_slash,
                b'%' | b';' | b'\\' => false,
                _ => byte.is_ascii_graphic() && !byte.is_ascii_uppercase(),
            }
        })
}

/// The path without the slash at its end, or with one. A server that takes the two for one page takes
/// the patterns of both for rules of that page.
pub fn other_slash(path: &str) -> Option<Cow<'_, str>> {
    match path.strip_suffix('/') {
        Some("") => None,
        Some(bare) => Some(Cow::Borrowed(bare)),
        None => Some(Cow::Owned(format!("{path}/"))),
    }
}

/// Without what follows `;` in each segment.
fn without_parameters(raw: &str) -> String {
    let segment = |segment: &str| segment.split(';').next().unwrap_or_default().to_owned();
    raw.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Decoded but for separators, which stay part of their segment.
fn literal_path(raw: &str, resolve_dots: bool) -> String {
    let mut segments: Vec<String> = Vec::new();
    let mut open = false;
    for segment in raw.split('/').skip(usize::from(raw.starts_with('/'))) {
        let decoded = percent_decode_str(segment).decode_utf8_lossy().replace('/', "%2F");
        open = decoded.is_empty();
        match (resolve_dots, decoded.as_str()) {
            (true, "." | "..") => {
                open = true;
                if decoded == ".." {
                    segments.pop();
                }
            }
            (true, "") => {}
            _ => segments.push(decoded),
        }
    }
    let mut path = format!("/{}", segments.join("/"));
    if open && !path.ends_with('/') {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_has_one_reading() {
        let readings = PathReadings::of("/pay/step-2.html");
        assert_eq!(readings.for_rules().collect::<Vec<_>>(), ["/pay/step-2.html"]);
    }

    #[test]
    fn a_path_that_is_taken_for_plain_has_no_other_reading() {
        let pieces =
            ["/", "//", "/.", "/..", "a", "A", ".", "..", ";x", "%2f", "%2e", "\\", "é", " ", "-_~!$"];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let path = format!("/{first}{second}{third}");
                    let slow = PathReadings::several(&path);
                    let one = slow == PathReadings::one(&path) && !path.contains(char::is_uppercase);
                    assert!(one || !is_plain(path.as_bytes()), "{path}: {slow:?}");
                }
            }
        }
        assert!(is_plain(b"/") && is_plain(b"/a/b-1.2/c~d.js") && !is_plain(b"") && !is_plain(b"a"));
    }

    #[test]
    fn a_path_but_the_shortest_has_a_twin_by_its_slash() {
        assert_eq!(other_slash("/pay").as_deref(), Some("/pay/"));
        assert_eq!(other_slash("/pay/").as_deref(), Some("/pay"));
        assert_eq!(other_slash("/"), None);
    }

    #[test]
    fn only_a_path_with_capitals_reads_differently_in_lower_case() {
        let plain = PathReadings::of("/pay");
        assert!(!plain.has_capitals());
        assert!(plain.in_lower_case().eq(plain.for_rules()));
        let capital = PathReadings::of("/Pay%2FB%C3%9Ccher");
        assert!(capital.has_capitals());
        for path in ["/pay/bücher", "/pay%2fbücher"] {
            assert!(capital.in_lower_case().any(|reading| reading == path), "{path} in {capital:?}");
        }
    }

    #[test]
    fn whatever_a_server_might_understand_is_among_the_readings() {
        for (raw, meant) in [
            ("/pay/x%2f..%2f..%2fblog", &["/blog", "/pay/x%2F..%2F..%2Fblog"][..]),
            ("/pay/x%5c..%5c..%5cblog%2fz", &["/blog/z", "/pay/x\\..\\..\\blog%2Fz"]),
            ("/pay/%2e%2e%2fblog/a", &["/blog/a", "/pay/..%2Fblog/a"]),
            ("/blog/..;/pay/pin", &["/pay/pin", "/blog/..;/pay/pin", "/blog/../pay/pin"]),
            ("/pay;v=1", &["/pay", "/pay;v=1"]),
            ("//pay/pin", &["/pay/pin", "//pay/pin"]),
            ("/blog/../pay/pin", &["/pay/pin", "/blog/../pay/pin"]),
            ("/%70ay/pin", &["/pay/pin"]),
            ("/pay%2f", &["/pay/", "/pay%2F"]),
        ] {
            let readings = PathReadings::of(raw);
            for path in meant {
                assert!(
                    readings.for_rules().any(|reading| reading == *path),
                    "{raw}: {path} in {readings:?}"
                );
            }
        }
    }

    #[test]
    fn scripts_are_granted_by_what_all_readings_agree_on() {
        let readings = PathReadings::of("/pay/x%2f..%2f..%2fblog");
        assert_eq!(readings.for_scripts().collect::<Vec<_>>(), ["/blog", "/pay/x%2F..%2F..%2Fblog"]);
        assert_eq!(PathReadings::of("/pay;jsessionid=1").for_scripts().collect::<Vec<_>>(), ["/pay"]);
    }
}
