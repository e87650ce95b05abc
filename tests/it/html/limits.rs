//! How much is held, and what happens to a document that needs more.

use countersign::html::{Difference, HtmlError, Limits};
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
    assert_eq!(
        receiver.try_recv(),
        Ok(countersign::inventory::SeenKind::Inline),
        "the verdict comes with the script"
    );
}

#[test]
fn a_tag_longer_than_the_memory_ends_the_document() {
    let limits = Limits { parser_memory: 64 << 10, ..Limits::default() };
    let mut page = b"<p>hello<script title=\"".to_vec();
    page.resize(page.len() + (200 << 10), b'x');
    page.extend_from_slice(b"\">evil()</script>");
    let outcome = rewrite(page.chunks(4096), &grants(&Shape::default()), UTF_8, &limits);
    assert!(matches!(outcome.error, Some(HtmlError::OutOfMemory)));
    assert_eq!(outcome.output, b"<p>hello");
}

#[test]
fn deep_nesting_ends_the_document_at_the_memory_limit() {
    let limits = Limits { parser_memory: 1 << 20, ..Limits::default() };
    let page = "<div>".repeat(100_000);
    let outcome = rewrite(page.as_bytes().chunks(4096), &grants(&Shape::default()), UTF_8, &limits);
    assert!(matches!(outcome.error, Some(HtmlError::OutOfMemory)));
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

fn twice(first: &str, count: usize, second: &str, more: usize) -> String {
    [first.repeat(count), second.repeat(more)].concat()
}

fn numbered(before: &str, count: usize, after: &str) -> String {
    (0..count).flat_map(|number| [before.to_owned(), number.to_string(), after.to_owned()]).collect()
}

/// Each would keep a tree builder busy for minutes, while the whole worker waits.
#[test]
fn markup_made_to_keep_the_second_parser_busy_ends_a_payment_page() {
    let names = numbered(" a", 60_000, "");
    let quotes = numbered(" a", 60_000, "\"");
    for (name, page) in [
        ("deep nesting", twice("<div>", 20_000, "</p>", 20_000)),
        ("end tags of nothing", twice("<span>", 20_000, "</x>", 20_000)),
        ("attributes", format!("<p{names}>text")),
        ("attributes of an end tag", format!("<p>text</p{names}>")),
        ("attributes with an error in each", format!("<p{quotes}>text")),
        ("formatting elements that differ", numbered("<b class=", 20_000, ">")),
        ("copies of many attributes", {
            let start = numbered(" a", 500, "");
            twice(&format!("<div><b{start}></div>"), 1, "<div>x</div>", 50_000)
        }),
    ] {
        let shape = Shape { payment: true, ..Shape::default() };
        let outcome = rewrite(page.as_bytes().chunks(4096), &grants(&shape), UTF_8, &Limits::default());
        let expected = if name.starts_with("attributes") {
            Difference::TooManyAttributes
        } else {
            Difference::TooMuchWork
        };
        let Some(HtmlError::Difference { difference, near }) = outcome.error else {
            panic!("{name}: {:?}", outcome.error)
        };
        assert_eq!(difference, expected, "{name}");
        assert!((1..=1000).contains(&near.len()), "{name}: near {near}");
    }
}

#[test]
fn large_payment_pages_of_the_usual_kind_are_followed_to_their_end() {
    let cell = "<td><a href=\"/item/1?colour=red\" class=\"link\"><b>Item</b></a> <em>1.00</em></td>";
    let json = "{&quot;id&quot;: 1, &quot;name&quot;: &quot;a b&quot;}, ".repeat(20_000);
    for (name, page) in [
        ("table", format!("<table>{}</table>", format!("<tr>{cell}{cell}</tr>").repeat(5_000))),
        ("list without end tags", twice("<ul>", 1, "<li><p>text <i>more</i>", 20_000)),
        ("nested as deep as browsers nest", twice("<div>", 500, "<p>text</p>", 20_000)),
        ("a comment with much text", format!("<!-- {json} --><p>text</p>")),
        ("an attribute with much JSON", format!("<div data-props=\"{json}\">text</div>")),
    ] {
        let shape = Shape { payment: true, ..Shape::default() };
        let outcome = rewrite(page.as_bytes().chunks(4096), &grants(&shape), UTF_8, &Limits::default());
        assert!(outcome.error.is_none(), "{name}: {:?}", outcome.error);
        assert_eq!(outcome.output, page.as_bytes(), "{name}");
    }
}

#[test]
fn a_tag_with_more_attributes_than_the_limit_ends_the_document() {
    let limits = Limits::default();
    for element in ["script type=x", "base", "link", "svg><script"] {
        let page = |number| format!("<p>before<{element}{}>after", numbered(" a", number, ""));
        let outcome = rewrite(
            page(limits.attributes + 1).as_bytes().chunks(999),
            &grants(&Shape::default()),
            UTF_8,
            &limits,
        );
        assert!(
            matches!(outcome.error, Some(HtmlError::TooManyAttributes)),
            "{element}: {:?}",
            outcome.error
        );
        let page = page(limits.attributes - 1);
        let outcome = rewrite(page.as_bytes().chunks(999), &grants(&Shape::default()), UTF_8, &limits);
        assert!(outcome.error.is_none(), "{element}: {:?}", outcome.error);
    }
}

/// What has left, and the rest of the page behind the place that the rewriter names, are the whole page.
#[test]
fn after_a_failure_the_rewriter_says_how_far_it_came() {
    let refused = "<script src=//evil></script>";
    let marker = "<!-- countersign: removed, unknown-url -->";
    let data = "<script type=a>x</script>";
    for (before, edited) in [
        ("<p>hello", "<p>hello"),
        ("", ""),
        (data, data),
        (refused, marker),
        ("<b>x</b><script src=//evil>a</script >", "<b>x</b><!-- countersign: removed, unknown-url -->"),
    ] {
        let page = format!("{before}<select><title></select>after");
        for size in [1, 3, 7, 1000] {
            let shape = Shape { unapproved: countersign::policy::Unapproved::Strip, ..Shape::default() };
            let mut rewriter = countersign::html::Rewriter::new(
                grants(&shape),
                url::Url::parse(super::grants::PAGE_URL).unwrap(),
                UTF_8,
                Limits::default(),
                Box::new(|_| {}),
            )
            .unwrap();
            let mut out = Vec::new();
            let failed = page.as_bytes().chunks(size).try_for_each(|piece| rewriter.write(piece, &mut out));
            assert!(failed.unwrap_err().page_may_go_on());
            let dealt_with = rewriter.dealt_with().unwrap();
            let whole = String::from_utf8(out).unwrap() + &page[dealt_with..];
            assert_eq!(
                whole,
                format!("{edited}<select><title></select>after"),
                "{before} in pieces of {size}"
            );
        }
    }
}

/// A page must not make much more of itself out of what we write into it.
#[test]
fn documents_and_csps_in_attributes_do_not_multiply_a_page() {
    let shape = Shape { witness: true, ..Shape::default() };
    let meta = "<meta http-equiv=content-security-policy content='script-src a'>";
    let frame = "<iframe srcdoc='<script src=https://cdn.example/a.js></script>'></iframe>";
    let quoted = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;");
    let within = |text: &str| format!("<iframe srcdoc=\"{}\"></iframe>", quoted(text));
    let metas = within(meta).repeat(1000);
    let outcome = rewrite([metas.as_bytes()], &grants(&shape), UTF_8, &Limits::default());
    let text = String::from_utf8(outcome.output).unwrap();
    assert_eq!(text.matches("sha384-ours").count(), 32, "the others stay as they are");
    // Each frame becomes ten times longer; so many of them in a frame are too many.
    let limits = Limits { srcdoc_bytes: 8 << 10, ..Limits::default() };
    let frames = within(&frame.repeat(110));
    let outcome = rewrite([frames.as_bytes()], &grants(&shape), UTF_8, &limits);
    assert_eq!(outcome.verdicts, ["srcdoc quarantine srcdoc-too-long"]);
    let few = within(&frame.repeat(10));
    let outcome = rewrite([few.as_bytes()], &grants(&shape), UTF_8, &limits);
    assert_eq!(outcome.verdicts.len(), 10);
}
