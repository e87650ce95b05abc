//! The second opinion: a parser that follows the standard reads what the rewriter wrote, before it
//! leaves, and looks for a script that would run without a grant.
//!
//! ```text
//!  output ─► SecondOpinion ─► Feed ─► html5ever's tokenizer ─► TokenWatch ─► tree builder ─► TreeWatch
//!                               │                            (a token ended)       ▲       (scripts) │
//!                               └─────────► what is plain at a glance ─────────────┘       Granted ◄─┘
//! ```
//!
//! `lol_html` reads hostile markup differently from browsers now and then; html5ever's tree builder does
//! not. It sees the *output*, so it need not agree with the rewriter about anything else: every script
//! element that it finds must be inert, carry the integrity of an approved script, or have an approved
//! text. Nothing is kept but the stack of open elements.
//!
//! An inline script is found out at its end tag, when its first bytes may have left already. Its end tag
//! has not, and a script without one doesn't run.
//!
//! Some of html5ever's work grows with the square of what a page has at once. For elements it is counted
//! while it is done ([`effort`]); for the attributes of a tag there is a limit, because html5ever doesn't
//! say how many it has until the tag ends.

mod read_along;
mod kept;
mod difference;
mod granted;
mod reader;
mod feed;
mod skim;
mod token_watch;
mod tree_watch;
mod effort;
mod attribute_count;
#[cfg(test)]
mod feed_tests;

pub use difference::Difference;
pub use read_along::OpinionOutcome;
pub(super) use read_along::ReadAlong;
pub use reader::SecondOpinion;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::html::Limits;
    use crate::policy::sample_grants;

    const APPROVED: &str = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC";

    fn new(limits: &Limits) -> SecondOpinion {
        SecondOpinion::new(Arc::new(sample_grants(APPROVED, "ok()")), encoding_rs::UTF_8, limits)
    }

    fn read(markup: &str, step: usize) -> Result<(), Difference> {
        let mut opinion = new(&Limits::default());
        for piece in markup.as_bytes().chunks(step) {
            opinion.read(piece)?;
        }
        opinion.end()
    }

    fn opinion(markup: &str) -> Result<(), Difference> {
        let whole = read(markup, markup.len().max(1));
        for step in [1, 2, 7] {
            assert_eq!(read(markup, step), whole, "{markup} in steps of {step}");
        }
        whole
    }

    #[test]
    fn what_was_granted_passes() {
        for markup in [
            format!("<script src=/x.js integrity=\"{APPROVED}\" crossorigin></script>"),
            "<script>ok()</script>".into(),
            "<script></script>".into(),
            "<script type=application/ld+json>{}</script>".into(),
            "<script type=text/plain data-countersign=quarantined></script>".into(),
            "<svg><script type=text/plain href=/x.js></script></svg>".into(),
            "<script>never closed".into(),
            "<textarea><script>evil()</script></textarea>".into(),
            "<iframe srcdoc='<script>ok()</script><iframe srcdoc=\"<b>x\">'></iframe>".into(),
        ] {
            assert_eq!(opinion(&markup), Ok(()), "{markup}");
        }
    }

    #[test]
    fn what_the_rewriter_misses_is_seen() {
        for markup in [
            "<script>evil()</script>",
            "<title t=><textarea></title><script>evil()</script>",
            "<svg/><![CDATA[><script>evil()</script>]]>",
            "<svg/><style><!--</style><script>evil()</script>-->",
            "<math><svg><title><style><mi><script>evil()</script>",
            "<select><xmp></select></xmp><script>evil()</script>",
            "<template><col><iframe></template><script>evil()</script>",
            "<div><svg></div><![CDATA[><script>evil()</script>]]>",
            // A byte-order mark in the midst is text, and so is what it keeps from being a tag.
            "<\u{feff}title><script>evil()</script>",
            "<iframe srcdoc='<script>evil()</script>'></iframe>",
            "<iframe srcdoc='<iframe srcdoc=\"<svg/><style>&lt;!--</style>&lt;script>evil()&lt;/script>\">'>",
        ] {
            assert!(matches!(opinion(markup), Err(Difference::Inline(_))), "{markup}");
        }
        assert!(matches!(opinion("<script src=//evil></script>"), Err(Difference::External(_))));
        assert!(matches!(opinion("<svg><script href=//evil /></svg>"), Err(Difference::Foreign)));
        assert!(matches!(
            opinion("<script src=x integrity=sha384-AAAA></script>"),
            Err(Difference::External(_))
        ));
    }

    #[test]
    fn documents_in_attributes_are_read_as_deep_as_the_limit() {
        let nested = |levels| {
            (0..levels).fold("<b>x".to_owned(), |inner, _| {
                format!("<iframe srcdoc=\"{}\"></iframe>", inner.replace('&', "&amp;").replace('"', "&quot;"))
            })
        };
        let limit = Limits::default().srcdoc_depth;
        assert_eq!(opinion(&nested(limit)), Ok(()));
        assert_eq!(opinion(&nested(limit + 1)), Err(Difference::Srcdoc));
    }

    #[test]
    fn a_token_without_end_is_not_collected_without_end() {
        // A quote in an attribute's name is an error, which is told in the midst of the tag.
        for (beginning, filling) in [("<!--", b'x'), ("<a title='", b'x'), ("<a ", b'"')] {
            let mut opinion = new(&Limits::default());
            opinion.read(beginning.as_bytes()).unwrap();
            let piece = vec![filling; 1 << 20];
            let outcome = (0..64).try_for_each(|_| opinion.read(&piece));
            assert_eq!(outcome, Err(Difference::TokenTooLong), "{beginning}");
        }
    }

    /// What is read, in how many steps of work on elements.
    fn steps(markup: &str) -> (Result<(), Difference>, u64) {
        let mut opinion = new(&Limits::default());
        let outcome = markup.as_bytes().chunks(4096).try_for_each(|piece| opinion.read(piece));
        (outcome, opinion.watch().effort.steps())
    }

    #[test]
    fn the_work_on_nested_elements_ends_however_many_they_are() {
        let limits = Limits::default();
        for element in ["<div>", "<b id=x>", "<p><b><a><i><u>"] {
            let markup = element.repeat(20_000);
            let (outcome, work) = steps(&markup);
            assert_eq!(outcome, Err(Difference::TooMuchWork), "{element}");
            let most = limits.steps_floor + limits.steps_per_byte * 200_000;
            assert!(work < most, "{element}: {work} steps");
        }
    }

    #[test]
    fn the_work_on_a_page_nested_as_deep_as_browsers_go_grows_with_the_page_alone() {
        let nested = |repeated: &str, times: usize| ["<div>".repeat(500), repeated.repeat(times)].concat();
        for element in ["<ul><li>x</ul>", "<div>x</div>", "</x>", "<b>x</b>", "<option>"] {
            let (outcome, once) = steps(&nested(element, 2_000));
            assert_eq!(outcome, Ok(()), "{element}");
            let (_, twice) = steps(&nested(element, 4_000));
            assert!(twice < once * 21 / 10, "{element}: {once} steps, then {twice}");
        }
    }

    fn attributes(number: usize) -> String {
        (0..number).flat_map(|n| [" a".to_owned(), n.to_string()]).collect()
    }

    #[test]
    fn a_tag_with_too_many_attributes_is_not_read_to_its_end() {
        let most = Limits::default().attributes;
        for (before, after) in [
            ("<a", ">"),
            ("<a", ""),
            ("</a", ">"),
            ("&am<a", ">"),
            ("<!-- <a x=\"--><a", ">"),
            ("<title><a x=\"</title><a", ">"),
            ("<svg/><![CDATA[<a x=\"]]><a", ">"),
            ("<svg/><style><!--</style><a", ">-->"),
            ("<a title='<b <c <d'", ">"),
            ("<a =\"", ">"),
        ] {
            let markup = format!("{before}{}{after}", attributes(most + 10));
            assert_eq!(opinion(&markup), Err(Difference::TooManyAttributes), "{before}");
        }
    }

    #[test]
    fn what_only_looks_like_a_tag_may_have_any_words() {
        let many = attributes(Limits::default().attributes + 10);
        for markup in [
            format!("<!-- <a{many} -->"),
            format!("<title><a{many}</title>"),
            format!("<script type=x>if (a <b{many}</script>"),
            format!("<1{many}"),
            format!("<?a{many}>"),
            format!("<a title=\"{many}\">"),
            format!("<a title='{many}'>{many}"),
            format!("<p{}>", attributes(Limits::default().attributes)),
        ] {
            assert_eq!(opinion(&markup), Ok(()), "{markup}");
        }
    }

    proptest! {
        /// html5ever itself, without limits, says what a tag had.
        #[test]
        fn the_count_of_attributes_is_html5evers(pieces in prop::collection::vec(piece(), 0..24), step in 1_usize..9) {
            let numbered = pieces.iter().enumerate().map(|(n, piece)| piece.replace('#', &n.to_string()));
            let markup = numbered.collect::<String>() + ">\">'>";
            let (most, duplicates) = feed_tests::attributes(&markup);
            let run = |attributes| {
                let mut opinion = new(&Limits { attributes, ..Limits::default() });
                let outcome = markup.as_bytes().chunks(step).try_for_each(|piece| opinion.read(piece));
                (outcome, opinion.feed.watch().attributes.get())
            };
            prop_assert_eq!(run(usize::MAX).0, Ok(()));
            let (limited, (read, _)) = run(3);
            prop_assert!(read <= 3, "{} were read of {}", read, markup);
            if most > 3 {
                prop_assert_eq!(limited, Err(Difference::TooManyAttributes), "{}", markup);
            } else if !duplicates {
                prop_assert_eq!(limited, Ok(()), "{}", markup);
            }
        }
    }

    fn piece() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "<",
            "<a",
            "</a",
            " n#",
            " n#",
            " n#",
            "/n#",
            "n#",
            "=",
            "=\"",
            "='",
            "\"",
            "'",
            ">",
            " ",
            "\r",
            "\0",
            "<!--",
            "-->",
            "<title>",
            "</title>",
            "<svg>",
            "<style>",
            "</style>",
            "<![CDATA[",
            "]]>",
            "&am",
            "é#",
        ])
    }

    #[test]
    fn on_a_payment_page_the_stream_stops_before_a_hidden_script_ends() {
        let mut grants = sample_grants(APPROVED, "ok()");
        grants.second_opinion = crate::policy::Opinion::Always;
        let url = url::Url::parse("https://shop.example/pay").unwrap();
        let limits = Limits::default();
        let mut rewriter =
            crate::html::Rewriter::new(Arc::new(grants), url, encoding_rs::UTF_8, limits, Box::new(|_| {}))
                .unwrap();
        let mut out = Vec::new();
        rewriter.write(b"<p>before</p>", &mut out).unwrap();
        let hidden = b"<svg/><style><!--</style><script>evil()</script>-->after";
        let outcome = hidden.iter().try_for_each(|byte| rewriter.write(&[*byte], &mut out));
        assert!(matches!(outcome, Err(crate::html::HtmlError::Difference { .. })));
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with("<p>before</p>") && !out.contains("</script>"), "{out}");
        assert!(rewriter.write(b"more", &mut Vec::new()).is_err());
    }
}
