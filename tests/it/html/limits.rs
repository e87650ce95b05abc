//! How much is held, and what happens to a document that needs more.

use countersign::html::{HtmlError, Limits};
use encoding_rs::UTF_8;

use super::grants::{Shape, grants};
use super::rewriting::rewrite;

#[test]
fn a_page_leaves_while_it_arrives() {
    let grants = grants(&Shape::default());
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut rewriter = countersign::html::Rewriter::new(
        grants,
        url::Url::parse(super::grants::PAGE_URL).unwrap(),
        UTF_8,
        Limits::default(),
        Box::new(move |judged| sender.send(judged.kind).unwrap()),
    )
    .unwrap();
    let mut out = Vec::new();
    rewriter.write(b"<p>before<script>ok(", &mut out).unwrap();
    assert_eq!(out, b"<p>before", "the script waits, what stands before it doesn't");
    rewriter.write(b")</script>after", &mut out).unwrap();
    assert_eq!(out, b"<p>before<script>ok()</script>after");
    assert_eq!(receiver.try_recv(), Ok("inline"), "the verdict comes with the script");
}

#[test]
fn a_tag_longer_than_the_memory_ends_the_document() {
    let limits = Limits { parser_memory: 64 << 10, ..Limits::default() };
    let mut page = b"<p>hello<script title=\"".to_vec();
    page.resize(page.len() + (200 << 10), b'x');
    page.extend_from_slice(b"\">evil()</script>");
    let outcome = rewrite(page.chunks(4096), &grants(&Shape::default()), UTF_8, &limits);
    assert!(matches!(outcome.error, Some(HtmlError::Parser(_))));
    assert_eq!(outcome.output, b"<p>hello");
}

#[test]
fn deep_nesting_ends_the_document_at_the_memory_limit() {
    let limits = Limits { parser_memory: 1 << 20, ..Limits::default() };
    let page = "<div>".repeat(100_000);
    let outcome = rewrite(page.as_bytes().chunks(4096), &grants(&Shape::default()), UTF_8, &limits);
    assert!(matches!(outcome.error, Some(HtmlError::Parser(_))));
}

#[test]
fn a_huge_data_block_is_not_held() {
    let mut page = b"<script type=application/json>".to_vec();
    page.resize(page.len() + (3 << 20), b'1');
    let grants = grants(&Shape::default());
    let outcome = rewrite(page.chunks(4096), &grants, UTF_8, &Limits::default());
    assert_eq!(outcome.output.len(), page.len());
    assert!(outcome.error.is_none());
}

#[test]
fn an_inline_script_beyond_the_default_limit_is_refused() {
    let mut page = b"a<script>".to_vec();
    page.resize(page.len() + (1 << 20) + 1, b'x');
    page.extend_from_slice(b"</script>b");
    let shape = Shape { unapproved: countersign::policy::Unapproved::Strip, ..Shape::default() };
    let outcome = rewrite(page.chunks(4096), &grants(&shape), UTF_8, &Limits::default());
    assert_eq!(outcome.output, b"a<!-- countersign: removed, too-long -->b");
    assert_eq!(outcome.verdicts, ["inline strip too-long"]);
}
