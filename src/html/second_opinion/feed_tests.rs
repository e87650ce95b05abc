//! What is skimmed makes the same tree as what goes through html5ever's tokenizer alone.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, QualName, TokenizerResult, local_name, ns};
use proptest::prelude::*;

use super::difference::Difference;
use super::feed::{Checked, Feed};
use super::token_watch::TokenWatch;

/// Writes down all that happens to elements.
#[derive(Default)]
struct Scribe {
    nodes: Cell<usize>,
    events: RefCell<Vec<String>>,
}

#[derive(Clone)]
struct Node {
    number: usize,
    name: QualName,
    integration_point: bool,
}

impl Scribe {
    fn node(&self, name: QualName, integration_point: bool) -> Node {
        self.nodes.set(self.nodes.get() + 1);
        Node { number: self.nodes.get(), name, integration_point }
    }

    fn note(&self, event: String) {
        self.events.borrow_mut().push(event);
    }

    fn put(&self, how: &str, parent: &Node, child: &NodeOrText<Node>) {
        match child {
            NodeOrText::AppendNode(child) => self.note(format!("{how} {} {}", parent.number, child.number)),
            // That of scripts in SVG is not asked for: they are judged by their tag.
            NodeOrText::AppendText(text)
                if parent.name.ns == ns!(html) && parent.name.local == local_name!("script") =>
            {
                // One script's text in whatever pieces.
                let mut events = self.events.borrow_mut();
                match events.last_mut().filter(|last| last.starts_with("text ")) {
                    Some(last) => *last += text,
                    None => events.push(format!("text {text}")),
                }
            }
            NodeOrText::AppendText(_) => {}
        }
    }
}

/// Elements on whose attributes something hangs.
const LOOKED_AT: [&str; 19] = [
    "a",
    "b",
    "big",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
    "input",
    "script",
    "iframe",
    "template",
    "annotation-xml",
];

impl TreeSink for Scribe {
    type Handle = Node;
    type Output = ();
    type ElemName<'a> = &'a QualName;

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Node {
        let node = self.node(name, flags.mathml_annotation_xml_integration_point);
        let mut shown = String::new();
        if LOOKED_AT.contains(&&*node.name.local) {
            for attribute in &attributes {
                write!(shown, " {:?}={:?}", attribute.name.local, attribute.value).unwrap();
            }
        }
        self.note(format!("{} {:?} {:?}{shown}", node.number, node.name.ns, node.name.local));
        node
    }

    fn append(&self, parent: &Node, child: NodeOrText<Node>) {
        self.put("append", parent, &child);
    }

    fn append_based_on_parent_node(&self, element: &Node, previous: &Node, child: NodeOrText<Node>) {
        self.put(&format!("foster {}", previous.number), element, &child);
    }

    fn append_before_sibling(&self, sibling: &Node, child: NodeOrText<Node>) {
        self.put("before", sibling, &child);
    }

    fn pop(&self, node: &Node) {
        self.note(format!("pop {}", node.number));
    }

    fn mark_script_already_started(&self, node: &Node) {
        self.note(format!("never {}", node.number));
    }

    fn remove_from_parent(&self, node: &Node) {
        self.note(format!("remove {}", node.number));
    }

    fn reparent_children(&self, from: &Node, to: &Node) {
        self.note(format!("move {} {}", from.number, to.number));
    }

    fn elem_name<'a>(&'a self, target: &'a Node) -> &'a QualName {
        &target.name
    }

    fn is_mathml_annotation_xml_integration_point(&self, node: &Node) -> bool {
        node.integration_point
    }

    fn same_node(&self, x: &Node, y: &Node) -> bool {
        x.number == y.number
    }

    fn get_document(&self) -> Node {
        Node { number: 0, name: QualName::new(None, ns!(), local_name!("")), integration_point: false }
    }

    fn get_template_contents(&self, node: &Node) -> Node {
        node.clone()
    }

    fn create_comment(&self, _: StrTendril) -> Node {
        self.get_document()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        self.get_document()
    }

    fn finish(self) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.note(format!("{mode:?}"));
    }
    fn add_attrs_if_missing(&self, _: &Node, _: Vec<Attribute>) {}
}

impl Checked for TreeBuilder<Node, Scribe> {
    fn check(&self) -> Result<(), Difference> {
        Ok(())
    }
}

fn builder() -> TreeBuilder<Node, Scribe> {
    let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    TreeBuilder::new(Scribe::default(), options)
}

/// The tokenizer, when it has read all of it at once.
fn tokenizer(markup: &str) -> Tokenizer<TokenWatch<TreeBuilder<Node, Scribe>>> {
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(TokenWatch::new(builder()), options);
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(markup));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer
}

/// What happens when the tokenizer reads it.
fn tokenized(markup: &str) -> Vec<String> {
    let tokenizer = tokenizer(markup);
    tokenizer.end();
    tokenizer.sink.builder.sink.events.take()
}

/// The most attributes that a tag has for the tokenizer, and whether one was there twice.
pub(super) fn attributes(markup: &str) -> (usize, bool) {
    tokenizer(markup).sink.attributes.get()
}

/// What happens when it is fed in pieces of so many characters.
fn fed(markup: &str, step: usize) -> Vec<String> {
    let mut feed = Feed::new(builder(), usize::MAX - 1);
    let characters: Vec<char> = markup.chars().collect();
    for piece in characters.chunks(step) {
        let piece: String = piece.iter().collect();
        let mut done = 0;
        while done < piece.len() {
            let (length, read) = feed.read(piece.get(done..).unwrap());
            assert_eq!(read, Ok(()), "{markup:?}");
            assert!(length > 0, "{markup:?}");
            done += length;
        }
    }
    feed.end();
    feed.builder().sink.events.take()
}

fn compare(markup: &str, steps: &[usize]) {
    let expected = tokenized(markup);
    for step in steps {
        assert_eq!(fed(markup, *step), expected, "{markup:?} in steps of {step}");
    }
}

/// Every text of so many of these characters, in places where they mean different things.
fn all_texts(length: u32, contexts: &[(&str, &str)]) {
    let characters = ['<', '/', '>', 'a', '!', '-', '"', '=', ' ', '\n', '\r', '\0', '&'];
    for number in 0..characters.len().pow(length) {
        let mut rest = number;
        let text: String = (0..length)
            .map(|_| {
                let c = characters[rest % characters.len()];
                rest /= characters.len();
                c
            })
            .collect();
        for (before, after) in contexts {
            compare(&format!("{before}{text}{after}"), &[1, 1000]);
        }
    }
}

const CONTEXTS: [(&str, &str); 12] = [
    ("", "<p>"),
    ("<pre>", "<i>"),
    ("<a><div>", "</a>\">-->"),
    ("<a b", ">\">'>"),
    ("<a b=", ">\">'>"),
    ("<p b=\"", "\"c><i>"),
    ("<!-", "--><i>-->"),
    ("<title>", "</title><i>"),
    ("<script>", "</script><i>--></script>"),
    ("<svg><![CDATA[", "]]><i>"),
    ("<table><b>", "<td>"),
    ("</", "><i>"),
];

#[test]
fn short_texts_are_all_read_as_the_tokenizer_reads_them() {
    all_texts(3, &CONTEXTS);
}

#[test]
#[ignore = "takes minutes; run by hand in release"]
fn longer_texts_are_all_read_as_the_tokenizer_reads_them() {
    all_texts(5, &CONTEXTS);
}

fn piece() -> impl Strategy<Value = String> {
    let tags = "a b code em font i nobr u p div span li td tr table caption colgroup col tbody select option \
                template svg math mi mtext annotation-xml desc foreignObject title style script textarea \
                iframe noscript xmp noframes plaintext pre listing button form input head body html frameset \
                frame br hr img image meta link base object applet ruby rt h1 dd x-y SCRIPT Title mglyph g";
    let tags: Vec<String> = tags.split_whitespace().map(str::to_owned).collect();
    let attributes = prop::sample::select(vec![
        "",
        "",
        "",
        "",
        " ",
        "/",
        " /",
        " a=b",
        " A=b",
        " a=\"b\"",
        " a='b' a=\"c\"",
        " b a",
        " a=\"<i>\"",
        " a='",
        " a=\"",
        " a=&lt;",
        " a=\"x&amp;&amp;y\"",
        " a='x&amp'",
        " a=x&ampy",
        " a=\"&#10;\"",
        " a=x/",
        " a=b/c",
        "\na\r=\r'x'",
        " type=hidden",
        " color=x",
        " encoding=text/html",
        " a=\"b\"c",
        " =",
        " \"",
        "\0",
        " é=é",
        " a='\r\n'",
        " href=https://x.example/?a&b",
    ]);
    let start = (prop::sample::select(tags.clone()), attributes.clone())
        .prop_map(|(tag, attributes)| format!("<{tag}{attributes}>"));
    let end = (prop::sample::select(tags), attributes)
        .prop_map(|(tag, attributes)| format!("</{tag}{attributes}>"));
    let other = prop::sample::select(vec![
        "text",
        " ",
        "\n",
        "\r",
        "\r\n",
        " \n x",
        "\0",
        "&",
        "&amp;",
        "&nbsp;x",
        "&#32;",
        "&Tab;",
        "&T",
        "&NewLine;",
        "&nbsp;",
        "&lt;script>",
        "<",
        ">",
        "\"",
        "'",
        "-->",
        "--!>",
        "<!--",
        "<!-->",
        "<!--->",
        "<!-- x -->",
        "<!---->",
        "<!--x--!>",
        "<!--<!-->",
        "<!-- - -- >",
        "<!doctype html>",
        "<!doctype>",
        "<!x>",
        "<?x?>",
        "</>",
        "</ x>",
        "<3>",
        "<![CDATA[",
        "]]>",
        "\u{feff}",
        "é",
        "<\u{feff}title>",
        "</scr",
        "ipt>",
        "<scr",
    ]);
    prop_oneof![start, end, other.prop_map(str::to_owned)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn pages_are_read_as_the_tokenizer_reads_them(
        pieces in prop::collection::vec(piece(), 0..24),
        step in 1_usize..40,
    ) {
        compare(&pieces.concat(), &[step, usize::MAX]);
    }
}

#[test]
fn no_other_references_stand_for_white_space() {
    for (name, (first, _)) in &html5ever::data::NAMED_ENTITIES {
        let space = char::from_u32(*first).is_some_and(|c| c.is_ascii_whitespace());
        assert!(!space || name.starts_with(['T', 'N']), "{name}");
        if name.ends_with(';') {
            compare(&format!("<table><b>&{name}<td><pre>&{name}<p><a b=\"&{name}\">"), &[1, 1000]);
        }
    }
}

#[test]
fn text_behind_plaintext_reopens_formatting_elements() {
    compare("<p><a><plaintext><a>", &[1, 1000]);
}

#[test]
fn a_byte_order_mark_in_the_midst_is_text() {
    // As a piece of its own html5ever's tokenizer dropped it, and took what stands there for a tag.
    let text = "<\u{feff}title>";
    assert!(!fed(text, 1).iter().any(|event| event.contains("title")), "{:?}", fed(text, 1));
    compare(text, &[1, 2, 3, 100]);
}
