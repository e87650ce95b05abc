//! The paths that a server might understand when it gets a request's path.
//!
//! Servers differ: some decode `%2F` before they route, some never; some drop `;parameters`; some fold
//! case. The upstream gets the path as it came, and which kind it is can't be known. So rules are
//! matched against every reading, and the strictest rule that any of them meets holds: no spelling of a
//! path leads around the rule for it.

use percent_encoding::percent_decode_str;

use super::path_pattern::canonical_path;

/// A path as different servers read it. Nearly always all readings are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathReadings {
    canonical: String,
    literal: Option<String>,
    others: Vec<String>,
}

impl PathReadings {
    /// The readings of a request's path, as it came.
    pub fn of(raw: &str) -> Self {
        let odd = |c: char| matches!(c, '%' | ';' | '\\') || c.is_ascii_uppercase() || !c.is_ascii_graphic();
        if !raw.contains(odd) && !raw.contains("//") && !raw.contains("/.") && raw.starts_with('/') {
            return Self { canonical: raw.to_owned(), literal: None, others: Vec::new() };
        }
        let with_parameters = canonical_path(raw);
        let stripped = without_parameters(raw);
        let canonical = canonical_path(&stripped);
        let literal = literal_path(&stripped, true);
        let mut others = vec![
            with_parameters,
            literal_path(raw, true),
            literal_path(raw, false),
            literal_path(&stripped, false),
        ];
        let folded = |path: &String| path.to_lowercase();
        others.extend([&canonical, &literal].map(folded));
        let folded: Vec<String> = others.iter().map(folded).collect();
        others.extend(folded);
        others.sort();
        others.dedup();
        others.retain(|other| *other != canonical && *other != literal);
        let literal = (literal != canonical).then_some(literal);
        Self { canonical, literal, others }
    }

    /// Decoded, dot segments resolved, parameters dropped: the one for logs.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The readings that a script's patterns must match, all of them, for the script to be granted.
    pub fn for_scripts(&self) -> impl Iterator<Item = &str> {
        [Some(&self.canonical), self.literal.as_ref()].into_iter().flatten().map(String::as_str)
    }

    /// The readings of which the strictest page rule counts.
    pub fn for_rules(&self) -> impl Iterator<Item = &str> {
        self.for_scripts().chain(self.others.iter().map(String::as_str))
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
    fn whatever_a_server_might_understand_is_among_the_readings() {
        for (raw, meant) in [
            ("/pay/x%2f..%2f..%2fblog", &["/blog", "/pay/x%2F..%2F..%2Fblog"][..]),
            ("/pay/x%5c..%5c..%5cblog%2fz", &["/blog/z", "/pay/x\\..\\..\\blog%2Fz"]),
            ("/pay/%2e%2e%2fblog/a", &["/blog/a", "/pay/..%2Fblog/a"]),
            ("/blog/..;/pay/pin", &["/pay/pin", "/blog/..;/pay/pin", "/blog/../pay/pin"]),
            ("/pay;v=1", &["/pay", "/pay;v=1"]),
            ("/PAY/pin", &["/PAY/pin", "/pay/pin"]),
            ("//pay/pin", &["/pay/pin", "//pay/pin"]),
            ("/blog/../pay/pin", &["/pay/pin", "/blog/../pay/pin"]),
            ("/%70ay/pin", &["/pay/pin"]),
            ("/pay/", &["/pay/"]),
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
