//! What a person types to approve a script: approving is done where their key is, never on this address.

use std::path::Path;

use crate::register::{Comes, Row};

/// The command that approves the bytes of a script; `file`: these bytes. `None`: something in it can't be written so
/// that a shell reads what a person sees.
pub(super) fn approve(row: &Row, policies: &Path, quorum: usize, file: Option<&Path>) -> Option<String> {
    let entry = row.entry.as_ref()?;
    let mut words =
        ["countersign", "approve", row.id.as_deref()?, "--site", &row.site].map(str::to_owned).to_vec();
    words.extend(["--policies".to_owned(), path(policies)?]);
    let mut more = |words_of: &[&str]| words.extend(words_of.iter().map(|word| (*word).to_owned()));
    match (file.map(path), entry.listed.comes) {
        (Some(file), Comes::InPage) => more(&["--inline", "--file", &file?]),
        (Some(file), _) => more(&["--file", &file?]),
        (None, Comes::FromVendor) => {}
        (None, Comes::FromSite | Comes::ByPattern) => more(&["--url", latest_url(row).unwrap_or("URL")]),
        (None, Comes::FromBuild) => more(&["--from", "DIR"]),
        (None, Comes::InPage) => more(&["--inline", "--file", "FILE"]),
        (None, Comes::InPageWithData) => more(&["--shape", "--file", "SAMPLE", "--file", "SAMPLE"]),
    }
    if quorum > 0 {
        more(&["--key", "YOUR-KEY.pem"]);
    }
    more(&["--because", "what changed, and why it may"]);
    let quoted: Option<Vec<String>> = words.iter().map(|word| quoted(word)).collect();
    Some(quoted?.join(" "))
}

/// The lines by which a policy would name a script that none names.
pub(super) fn entry(row: &Row) -> Option<String> {
    let rules: Vec<String> = {
        let mut rules: Vec<&str> = row.seen.iter().map(|seen| &*seen.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules.into_iter().map(toml).collect()
    };
    let pages = format!("pages = [{}]\nwhy   = \"…\"\n", rules.join(", "));
    let url = url::Url::parse(&row.script).ok();
    match url.filter(url::Url::has_host) {
        Some(url) => {
            let id = id_of(url.path_segments()?.next_back()?);
            Some(format!(
                "[[script]]\nid    = {}\nurl   = {}\ntier  = \"pin\"\n{pages}",
                toml(&id),
                toml(&row.script)
            ))
        }
        None if row.script.starts_with("sha256-") => Some(format!("[[inline]]\nid    = \"…\"\n{pages}")),
        None => None,
    }
}

fn id_of(name: &str) -> String {
    let name = name.trim_end_matches(".js").trim_end_matches(".min");
    let id: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let id: String = id.trim_matches('-').chars().take(40).collect();
    if id.is_empty() { "script".to_owned() } else { id }
}

fn toml(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Where it was seen last, of what was let run: a page may be made to name others.
fn latest_url(row: &Row) -> Option<&str> {
    row.seen
        .iter()
        .filter(|seen| !seen.verdict.stops())
        .map(|seen| &*seen.script)
        .find(|script| script.contains("://"))
}

fn path(path: &Path) -> Option<String> {
    path.to_str().map(str::to_owned)
}

/// A word as a POSIX shell takes it. `None`: it has a letter that a terminal would not show as it is.
/// <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02>
fn quoted(word: &str) -> Option<String> {
    if !word.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return Some(word.to_owned());
    }
    Some(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_back_each_word_as_it_was() {
        for word in [
            "",
            "chat",
            "https://a.example/x?y=1&z=$(id)`id`",
            "it's",
            "'; id; '",
            "a b",
            "\\",
            "*",
            "~",
            "#x",
            "!!",
        ] {
            let said =
                Command::new("sh").args(["-c", &format!("printf '[%s]' {}", quoted(word).unwrap())]).output();
            assert_eq!(String::from_utf8(said.unwrap().stdout).unwrap(), format!("[{word}]"));
        }
        for bad in ["a\nb", "\u{1b}[2J", "\u{202e}js.exe", "\t", "\u{e9}"] {
            assert_eq!(quoted(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_id_is_made_of_a_file_name() {
        let ids = ["Chat.min.js", "a%20b.js", "", "__.js", "app.3f2a.js"].map(id_of);
        assert_eq!(ids, ["chat", "a-20b", "script", "script", "app-3f2a"]);
    }
}
