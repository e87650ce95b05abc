//! What holds for every document.

use std::cell::RefCell;
use std::rc::Rc;

use countersign::html::Limits;
use countersign::judge::{Kind, kind_of_type};
use countersign::policy::Unapproved;
use encoding_rs::UTF_8;
use lol_html::html_content::{Element, TextChunk, TextType};
use lol_html::{HtmlRewriter, Settings, element, text};
use proptest::prelude::*;

use super::grammar::{document, plain};
use super::grants::{Modules, Shape, grants, sha256};
use super::oracle::{Class, scripts};
use super::rewriting::{Outcome, rewrite};

fn whole(document: &str, shape: &Shape) -> Outcome {
    rewrite([document.as_bytes()], &grants(shape), UTF_8, &Limits::default())
}

/// The texts of inline scripts that could run, as the parser that the rewriter uses sees them.
fn inline_texts(document: &[u8]) -> Vec<String> {
    let texts: Rc<RefCell<Vec<(bool, String)>>> = Rc::default();
    let (started, filled) = (Rc::clone(&texts), Rc::clone(&texts));
    let settings = Settings::new()
        .with_strict(false)
        // Named for the same reason as in the rewriter: it changes how their tags are read.
        .append_element_content_handler(element!(
            "title, textarea, style, xmp, iframe, noembed, noframes, noscript, plaintext",
            |_: &mut Element<'_, '_>| Ok(())
        ))
        .append_element_content_handler(element!("script", move |element: &mut Element<'_, '_>| {
            let kind = kind_of_type(
                element.get_attribute("type").as_deref(),
                element.get_attribute("language").as_deref(),
            );
            let runs = kind != Kind::DataBlock && !element.has_attribute("src");
            started.borrow_mut().push((runs, String::new()));
            Ok(())
        }))
        .append_element_content_handler(text!("script", move |chunk: &mut TextChunk<'_>| {
            // Only the text of HTML scripts; one in SVG has elements in it.
            if let (TextType::ScriptData, Some((_, text))) =
                (chunk.text_type(), filled.borrow_mut().last_mut())
            {
                text.push_str(chunk.as_str());
            }
            Ok(())
        }));
    let mut parser = HtmlRewriter::new(settings, |_: &[u8]| {});
    parser.write(document).unwrap();
    parser.end().unwrap();
    texts.borrow().iter().filter(|(runs, _)| *runs).map(|(_, text)| text.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn how_a_document_arrives_changes_nothing(
        document in document(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let bytes = document.as_bytes();
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let pieces = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
        let shape = Shape { modules: Modules::Merged, ..Shape::default() };
        let cut = rewrite(pieces, &grants(&shape), UTF_8, &Limits::default());
        let uncut = whole(&document, &shape);
        prop_assert_eq!(cut.error.is_some(), uncut.error.is_some());
        if cut.error.is_none() {
            prop_assert_eq!(String::from_utf8_lossy(&cut.output), String::from_utf8_lossy(&uncut.output));
            prop_assert_eq!(cut.verdicts, uncut.verdicts);
        }
    }

    #[test]
    fn no_unapproved_inline_text_leaves(document in document(), strip in any::<bool>()) {
        let unapproved = if strip { Unapproved::Strip } else { Unapproved::Quarantine };
        let shape = Shape { unapproved, ..Shape::default() };
        let outcome = whole(&document, &shape);
        let grants = grants(&shape);
        let real = scripts(&String::from_utf8_lossy(&outcome.output));
        // After an error too: what had left before it was judged. What this reader takes for a script and a
        // tree builder does not, runs nowhere.
        for text in inline_texts(&outcome.output) {
            let known = text.is_empty() || grants.approves_inline(&sha256(&text));
            prop_assert!(known || real.iter().all(|script| script.text != text), "{} left", text);
        }
    }

    #[test]
    fn a_document_without_scripts_comes_out_as_it_went_in(document in plain()) {
        let outcome = whole(&document, &Shape { witness: true, ..Shape::default() });
        prop_assume!(outcome.error.is_none());
        prop_assert_eq!(String::from_utf8_lossy(&outcome.output), document);
        prop_assert!(outcome.verdicts.is_empty());
    }

    #[test]
    fn rewriting_twice_is_rewriting_once(
        document in document(),
        strip in any::<bool>(),
        witness in any::<bool>(),
        modules in prop::sample::select(vec![Modules::None, Modules::Own, Modules::Merged]),
    ) {
        let unapproved = if strip { Unapproved::Strip } else { Unapproved::Quarantine };
        let shape = Shape { unapproved, witness, modules, ..Shape::default() };
        let once = whole(&document, &shape);
        prop_assume!(once.error.is_none());
        let twice = whole(&String::from_utf8(once.output.clone()).unwrap(), &shape);
        prop_assert!(twice.error.is_none());
        prop_assert_eq!(String::from_utf8_lossy(&twice.output), String::from_utf8_lossy(&once.output));
    }

    #[test]
    fn a_second_parser_finds_no_grant_that_the_policy_does_not_give(document in document()) {
        let shape = Shape { witness: true, modules: Modules::Own, ..Shape::default() };
        let outcome = whole(&document, &shape);
        let grants = grants(&shape);
        for script in scripts(&String::from_utf8_lossy(&outcome.output)) {
            // `class` panics on a wrong grant. A base that one parser sees and the other doesn't moves a
            // pinned script; then the browser asks elsewhere for the approved bytes, and takes no others.
            if script.class(&grants) == Class::Pinned && !document.contains("<base") {
                prop_assert!(script.asks_where_approved(&grants), "{:?}", script);
            }
        }
    }
}

#[test]
fn the_second_opinion_lets_approved_code_with_any_data_pass() {
    let shape = Shape { payment: true, ..Shape::default() };
    let outcome = whole("<p>a<script>state({a: '<\\/script>'}, 'é')</script><p>b", &shape);
    assert!(outcome.error.is_none(), "{:?}", outcome.error);
    assert!(outcome.verdicts[0].starts_with("inline release approved-shape"), "{:?}", outcome.verdicts);
    assert!(outcome.output.ends_with(b"</script><p>b"));
}
