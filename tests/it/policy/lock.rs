//! Locks that somebody or something has damaged.

use countersign::diagnostic::SourceFile;
use countersign::inventory::{Form, Lock, Statement, Trust};

use super::folder::Folder;

/// A lock of three approvals.
fn lock() -> String {
    let folder = Folder::shop();
    folder.approve("chat", Form::External, b"chat(1)");
    folder.approve("theme", Form::Inline, b"theme()");
    folder.approve("chat", Form::External, b"chat(2)");
    folder.read("shop.lock")
}

fn parse(text: &str) -> Option<Vec<Statement>> {
    let (lock, problems) = Lock::parse(&SourceFile::new("shop.lock", text), "shop", &Trust::default());
    assert_eq!(lock.is_none(), problems.iter().any(countersign::diagnostic::Diagnostic::is_error));
    lock.map(|lock| lock.entries().iter().map(|entry| entry.statement.clone()).collect())
}

#[test]
fn no_letter_of_an_earlier_entry_can_change_unnoticed() {
    let text = lock();
    let approvals = parse(&text).unwrap();
    let last = text.rfind("[[approval]]").unwrap();
    let mut noticed = 0;
    for place in 0..last {
        let mut changed = text.clone().into_bytes();
        changed[place] = if changed[place] == b'x' { b'y' } else { b'x' };
        let changed = String::from_utf8(changed).unwrap();
        match parse(&changed) {
            // Comments and spaces are nobody's words.
            Some(read) => assert_eq!(read, approvals, "{changed}"),
            None => noticed += 1,
        }
    }
    assert!(noticed > 400, "only {noticed} changes were noticed");
}

#[test]
fn a_lock_cut_anywhere_never_approves_what_the_whole_one_does_not() {
    let text = lock();
    let approvals = parse(&text).unwrap();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        if let Some(read) = parse(&text[..end]) {
            assert!(approvals.starts_with(&read), "cut at {end}");
        }
    }
}

#[test]
fn lines_from_the_left_and_the_right_of_a_merge_are_refused() {
    let base = Folder::shop();
    base.approve("chat", Form::External, b"chat(1)");
    let common = base.read("shop.lock");
    let branch = |bytes: &[u8]| {
        let folder = Folder::shop();
        folder.write("shop.lock", &common);
        folder.approve("chat", Form::External, bytes);
        folder.read("shop.lock")[common.len()..].to_owned()
    };
    let merged = format!("{common}{}{}", branch(b"left"), branch(b"right"));
    assert_eq!(parse(&merged), None);
}
