//! Every message that the reader of policies can say is said in a golden case: read from its source.

use std::fs;
use std::path::{Path, PathBuf};

use countersign::policy::LINTS;

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Messages whose case would be a file of its own size: more entries than a policy may have.
const TOO_LONG_FOR_A_CASE: [&str; 1] = ["more than {most} {name} entries in one file"];

/// What all golden cases say, line by line.
fn said() -> Vec<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(root("tests/it/policy/golden")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let said = text.split_once("--- said\n").unwrap().1;
        lines.extend(said.lines().filter(|line| line.contains(": ")).map(ToOwned::to_owned));
    }
    lines
}

/// A call's arguments, from behind its opening bracket: cut at commas of the same depth.
fn arguments(code: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0_i32, false, false);
    let mut arguments = vec![String::new()];
    for c in code.chars() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else {
            match c {
                '"' => quoted = true,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    arguments.push(String::new());
                    continue;
                }
                _ => {}
            }
        }
        arguments.last_mut().unwrap().push(c);
    }
    arguments
}

/// The first text in quotes, with its line continuations taken out.
fn literal(code: &str) -> Option<String> {
    let start = code.find('"')?;
    let mut text = String::new();
    let mut chars = code[start + 1..].chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

/// The messages in a source file: what stands in a call's argument of this number.
fn messages(code: &str) -> Vec<String> {
    let production = code.split("#[cfg(test)]").next().unwrap();
    let calls = [
        ("problems.error(", 1),
        ("problems.error_with(", 1),
        ("problems.warning(", 1),
        ("problems.lint(", 2),
        ("problems.lint_with(", 2),
        ("warn(\n", 1),
        ("let message = ", 0),
        ("#[error(", 0),
    ];
    let mut found = Vec::new();
    for (call, number) in calls {
        for (at, _) in production.match_indices(call) {
            let given = arguments(&production[at + call.len()..]);
            let argument = given.get(number).map(|text| text.trim()).unwrap_or_default();
            // A variable's text stands elsewhere.
            if argument.starts_with('"') || argument.starts_with("format!(") {
                found.extend(literal(argument));
            } else if call == "let message = " {
                found.extend(literal(argument.split(';').next().unwrap()));
            }
        }
    }
    found
}

/// Whether the fixed parts of a message stand in a line, in their order.
fn is_said(message: &str, lines: &[String]) -> bool {
    let text = message.replace("{{", "\u{1}").replace("}}", "\u{2}");
    let fixed: Vec<String> = text
        .split('{')
        .enumerate()
        .map(
            |(number, part)| {
                if number == 0 { part } else { part.split_once('}').map_or("", |(_, rest)| rest) }
            },
        )
        .map(|part| part.replace('\u{1}', "{").replace('\u{2}', "}"))
        .collect();
    lines.iter().any(|line| {
        let mut rest = line.as_str();
        fixed.iter().all(|part| match rest.split_once(part.as_str()) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })
}

#[test]
fn every_message_has_a_golden_case() {
    let mut sources: Vec<PathBuf> = ["src/policy/check", "src/policy/file"]
        .iter()
        .flat_map(|folder| fs::read_dir(root(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    for single in [
        "src/diagnostic/keys.rs",
        "src/csp/source.rs",
        "src/csp/directive.rs",
        "src/web/path_pattern.rs",
        "src/web/url_pattern.rs",
    ] {
        sources.push(root(single));
    }
    let lines = said();
    let mut found = 0;
    let mut missing = Vec::new();
    for path in sources {
        for message in messages(&fs::read_to_string(&path).unwrap()) {
            found += 1;
            if !is_said(&message, &lines) && !TOO_LONG_FOR_A_CASE.contains(&message.as_str()) {
                missing.push(format!("{}: {message}", path.file_name().unwrap().to_str().unwrap()));
            }
        }
    }
    assert!(found >= 80, "only {found} messages were found");
    assert!(missing.is_empty(), "no golden case says\n{}", missing.join("\n"));
}

#[test]
fn every_lint_has_a_golden_case_and_a_line_in_the_docs() {
    let lines = said();
    let docs = fs::read_to_string(root("docs/lints.md")).unwrap();
    for (lint, _) in LINTS {
        let code = lint.code;
        assert!(lines.iter().any(|line| line.contains(&format!("[{code}]"))), "no case says {code}");
        assert!(
            docs.contains(&format!("| `{code}` | {} |", severity(lint))),
            "{code} is not in docs/lints.md"
        );
    }
}

fn severity(lint: &countersign::diagnostic::Lint) -> &'static str {
    if lint.severity == countersign::diagnostic::Severity::Error { "error" } else { "warning" }
}

#[test]
fn a_message_without_a_case_is_found() {
    let code = "problems.error(\n    text.span(),\n    format!(\"`{a}` is (not) {b}\"),\n    help,\n);";
    let found = messages(code);
    assert_eq!(found, ["`{a}` is (not) {b}"]);
    assert!(is_said(&found[0], &["error: `x` is (not) y".to_owned()]));
    assert!(!is_said(&found[0], &["error: `x` is y".to_owned()]));
}
