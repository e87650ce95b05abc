//! The second opinion: a parser that follows the standard reads what the rewriter wrote, before it
//! leaves, and looks for a script that would run without a grant.
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
//! while it is done ([`Effort`]); for the attributes of a tag there is a limit, because html5ever doesn't
//! say how many it has until the tag ends.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::{Decoder, Encoding};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, TokenizerResult, local_name, ns};

use super::attribute_count::AttributeCount;
use super::effort::{Effort, Formatting};
use super::limits::Limits;
use crate::inventory::Tier;
use crate::judge::{Kind, kind_of_type};
use crate::policy::PageGrants;
use crate::sri::Digester;

/// Bytes that one token may span: a comment or an attribute is collected whole by the tokenizer.
const TOKEN_MAX: usize = 16 << 20;

/// Why the second opinion differs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// An external script without the integrity of an approved one.
    #[error("a script with src `{0}` would be fetched without approved integrity")]
    External(String),
    /// An inline script whose text is not approved.
    #[error("an inline script with the unapproved text {0} would run")]
    Inline(String),
    /// A script in SVG that is not inert.
    #[error("a script in SVG would run")]
    Foreign,
    /// Markup that takes too much work to be followed.
    #[error("markup that takes too much work to be followed (nested too deep)")]
    TooMuchWork,
    /// A tag with more attributes than [`Limits::attributes`].
    #[error("a tag with more attributes than the limit")]
    TooManyAttributes,
    /// A comment or tag too long to be followed.
    #[error("a comment or tag too long to be followed")]
    TokenTooLong,
}

/// Reads a document's output in step with it.
pub struct SecondOpinion {
    tokenizer: Tokenizer<Progress>,
    input: BufferQueue,
    decoder: Decoder,
    /// Bytes read since a token last ended.
    pending: usize,
    /// The tag that may be open: since a `<` around which there was no other tag and no comment.
    tag: Option<AttributeCount>,
    most_attributes: usize,
}

impl SecondOpinion {
    /// For a document in `charset` under `grants`.
    pub fn new(grants: Arc<PageGrants>, charset: &'static Encoding, limits: &Limits) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
        let builder = TreeBuilder::new(Watcher::new(grants, limits), options);
        Self {
            tokenizer: Tokenizer::new(
                Progress {
                    builder,
                    ended: Cell::new(false),
                    #[cfg(test)]
                    attributes: Cell::new((0, false)),
                },
                TokenizerOpts::default(),
            ),
            input: BufferQueue::default(),
            decoder: charset.new_decoder_with_bom_removal(),
            pending: 0,
            tag: None,
            most_attributes: limits.attributes,
        }
    }

    /// Reads bytes that are about to leave. On an error they must not.
    pub fn read(&mut self, output: &[u8]) -> Result<(), Difference> {
        self.feed(output, false)
    }

    /// The end of the document.
    pub fn end(&mut self) -> Result<(), Difference> {
        self.feed(&[], true)?;
        self.tokenizer.end();
        self.tokenizer.sink.builder.sink.finding()
    }

    fn feed(&mut self, output: &[u8], last: bool) -> Result<(), Difference> {
        self.tokenizer.sink.builder.sink.effort.read(output.len());
        let capacity = self.decoder.max_utf8_buffer_length(output.len()).unwrap_or(output.len());
        let mut text = String::with_capacity(capacity);
        let (_, _, _) = self.decoder.decode_to_string(output, &mut text, last);
        // A tag begins with `<`, so a piece has the rest of one tag at most, and whatever ends in it.
        for piece in text.split_inclusive('<') {
            self.read_piece(piece)?;
        }
        Ok(())
    }

    /// Reads a piece without `<`, but for its last character.
    fn read_piece(&mut self, piece: &str) -> Result<(), Difference> {
        let too_many = self.tag.as_mut().and_then(|tag| tag.read(piece));
        let (before, rest) = too_many.and_then(|at| piece.split_at_checked(at)).unwrap_or((piece, ""));
        self.tokenize(before)?;
        // Where a token has ended, it was no tag after all, but text that looks like one.
        if too_many.is_some() && self.tag.is_some() {
            return Err(Difference::TooManyAttributes);
        }
        self.tokenize(rest)?;
        if piece.ends_with('<') && self.tag.is_none() {
            self.tag = Some(AttributeCount::new(self.most_attributes));
        }
        Ok(())
    }

    fn tokenize(&mut self, text: &str) -> Result<(), Difference> {
        if text.is_empty() {
            return Ok(());
        }
        self.input.push_back(StrTendril::from(text));
        // The tokenizer stops at scripts and at encoding declarations; neither concerns us.
        while !matches!(self.tokenizer.feed(&self.input), TokenizerResult::Done) {}
        self.pending = self.pending.saturating_add(text.len());
        if self.tokenizer.sink.ended.take() {
            self.pending = 0;
            self.tag = None;
        }
        if self.pending > TOKEN_MAX {
            return Err(Difference::TokenTooLong);
        }
        let watcher = &self.tokenizer.sink.builder.sink;
        if watcher.effort.is_too_much() {
            return Err(Difference::TooMuchWork);
        }
        watcher.finding()
    }
}

/// Hands tokens on to the tree builder and notes that one ended.
struct Progress {
    builder: TreeBuilder<Node, Watcher>,
    ended: Cell<bool>,
    /// The most attributes that a tag had, and whether html5ever dropped one that was there twice.
    #[cfg(test)]
    attributes: Cell<(usize, bool)>,
}

impl TokenSink for Progress {
    type Handle = Node;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Node> {
        // An error is told in the midst of a token, and is none itself.
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.ended.set(true);
        #[cfg(test)]
        if let Token::TagToken(tag) = &token {
            let (most, duplicates) = self.attributes.get();
            self.attributes.set((most.max(tag.attrs.len()), duplicates || tag.had_duplicate_attributes));
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// An element on the stack of open elements.
#[derive(Clone)]
struct Node(Rc<Element>);

struct Element {
    name: QualName,
    integration_point: bool,
    /// Inline script: its text so far.
    text: RefCell<Option<Digester>>,
    /// Held until the element is gone from stack and list.
    _formatting: Option<Formatting>,
}

/// A tree that is not built: it only watches for scripts.
struct Watcher {
    document: Node,
    grants: Arc<PageGrants>,
    effort: Effort,
    finding: RefCell<Option<Difference>>,
}

impl Watcher {
    fn new(grants: Arc<PageGrants>, limits: &Limits) -> Self {
        let name = QualName::new(None, ns!(), LocalName::from(""));
        let document =
            node(Element { name, integration_point: false, text: RefCell::default(), _formatting: None });
        Self { document, grants, effort: Effort::new(limits), finding: RefCell::new(None) }
    }

    fn finding(&self) -> Result<(), Difference> {
        match &*self.finding.borrow() {
            Some(difference) => Err(difference.clone()),
            None => Ok(()),
        }
    }

    fn found(&self, difference: Difference) {
        self.finding.borrow_mut().get_or_insert(difference);
    }

    /// Judges the start tag of an HTML script; for one whose text decides, the place to collect it.
    fn html_script(&self, attributes: &[Attribute]) -> Option<Digester> {
        let value = |name: LocalName| {
            attributes.iter().find(|a| a.name.ns == ns!() && a.name.local == name).map(|a| &*a.value)
        };
        let kind = kind_of_type(value(local_name!("type")), value(local_name!("language")));
        if kind == Kind::DataBlock {
            return None;
        }
        let Some(src) = value(local_name!("src")) else { return Some(Digester::sha256()) };
        let integrity = value(local_name!("integrity")).unwrap_or_default();
        let approved = self.grants.scripts.values().any(|script| {
            self.grants.lets_run(script)
                && match script.tier {
                    Tier::Pin | Tier::Mirror => script.integrity == integrity,
                    Tier::Evergreen => script.address.key() == src,
                }
        });
        if !approved {
            self.found(Difference::External(src.chars().take(200).collect()));
        }
        None
    }

    /// A script in SVG runs unless its type says otherwise; MathML ones never run.
    fn svg_script(&self, attributes: &[Attribute]) {
        let declared = attributes.iter().find(|a| a.name.local == local_name!("type")).map(|a| &*a.value);
        if kind_of_type(declared, None) != Kind::DataBlock {
            self.found(Difference::Foreign);
        }
    }
}

fn node(element: Element) -> Node {
    Node(Rc::new(element))
}

impl TreeSink for Watcher {
    type Handle = Node;
    type Output = ();
    type ElemName<'a> = &'a QualName;

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Node {
        let formatting = self.effort.element(&name, attributes.len());
        let mut text = None;
        if name.local == local_name!("script") {
            if name.ns == ns!(html) {
                text = self.html_script(&attributes);
            } else if name.ns == ns!(svg) {
                self.svg_script(&attributes);
            }
        }
        let integration_point = flags.mathml_annotation_xml_integration_point;
        node(Element { name, integration_point, text: RefCell::new(text), _formatting: formatting })
    }

    fn append(&self, parent: &Node, child: NodeOrText<Node>) {
        if let (Some(digester), NodeOrText::AppendText(text)) = (&mut *parent.0.text.borrow_mut(), child) {
            digester.update(text.as_bytes());
        }
    }

    fn pop(&self, node: &Node) {
        let Some(digester) = node.0.text.borrow_mut().take() else { return };
        // No text, nothing to run.
        if digester.is_empty() {
            return;
        }
        let digest = digester.finish();
        let witness = self.grants.witness.is_some() && digest == *crate::policy::witness_digest();
        if !witness && !self.grants.approves_inline(&digest) {
            self.found(Difference::Inline(digest.to_string()));
        }
    }

    /// A script without an end tag: it never runs.
    fn mark_script_already_started(&self, node: &Node) {
        node.0.text.borrow_mut().take();
    }

    fn elem_name<'a>(&'a self, target: &'a Node) -> &'a QualName {
        self.effort.step();
        &target.0.name
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &Node) -> bool {
        target.0.integration_point
    }

    fn same_node(&self, x: &Node, y: &Node) -> bool {
        self.effort.step();
        Rc::ptr_eq(&x.0, &y.0)
    }

    fn get_document(&self) -> Node {
        self.document.clone()
    }

    fn get_template_contents(&self, _: &Node) -> Node {
        self.document.clone()
    }

    fn create_comment(&self, _: StrTendril) -> Node {
        self.document.clone()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        self.document.clone()
    }

    // No tree: the rest has nothing to do.
    fn finish(self) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_based_on_parent_node(&self, _: &Node, _: &Node, _: NodeOrText<Node>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, _: &Node, _: NodeOrText<Node>) {}
    fn add_attrs_if_missing(&self, _: &Node, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, _: &Node) {}
    fn reparent_children(&self, _: &Node, _: &Node) {}
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
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
        (outcome, opinion.tokenizer.sink.builder.sink.effort.steps())
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
            let run = |attributes| {
                let mut opinion = new(&Limits { attributes, ..Limits::default() });
                let outcome = markup.as_bytes().chunks(step).try_for_each(|piece| opinion.read(piece));
                (outcome, opinion.tokenizer.sink.attributes.get())
            };
            let (free, (most, duplicates)) = run(usize::MAX);
            prop_assert_eq!(free, Ok(()));
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
        grants.payment = true;
        let url = url::Url::parse("https://shop.example/pay").unwrap();
        let limits = crate::html::Limits::default();
        let mut rewriter =
            crate::html::Rewriter::new(Arc::new(grants), url, encoding_rs::UTF_8, limits, Box::new(|_| {}))
                .unwrap();
        let mut out = Vec::new();
        rewriter.write(b"<p>before</p>", &mut out).unwrap();
        let hidden = b"<svg/><style><!--</style><script>evil()</script>-->after";
        let outcome = hidden.iter().try_for_each(|byte| rewriter.write(&[*byte], &mut out));
        assert!(matches!(outcome, Err(crate::html::HtmlError::Difference(_))));
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with("<p>before</p>") && !out.contains("</script>"), "{out}");
        assert!(rewriter.write(b"more", &mut Vec::new()).is_err());
    }
}
