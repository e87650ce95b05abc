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

use super::effort::{Effort, Formatting};
use crate::inventory::Tier;
use crate::judge::{Kind, kind_of_type};
use crate::policy::PageGrants;
use crate::sri::Digester;

/// Bytes read before the effort is looked at again.
const PIECE: usize = 2 << 10;

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
    /// Markup that takes too much work to be followed: nested too deep, or with too many attributes.
    #[error("markup that takes too much work to be followed (nested too deep, or too many attributes)")]
    TooMuchWork,
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
}

impl SecondOpinion {
    /// For a document in `charset` under `grants`.
    pub fn new(grants: Arc<PageGrants>, charset: &'static Encoding) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
        let builder = TreeBuilder::new(Watcher::new(grants), options);
        Self {
            tokenizer: Tokenizer::new(
                Progress { builder, ended: Cell::new(false) },
                TokenizerOpts::default(),
            ),
            input: BufferQueue::default(),
            decoder: charset.new_decoder_with_bom_removal(),
            pending: 0,
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
        for piece in output.chunks(PIECE) {
            self.feed_piece(piece, false)?;
        }
        if last { self.feed_piece(&[], true) } else { Ok(()) }
    }

    fn feed_piece(&mut self, piece: &[u8], last: bool) -> Result<(), Difference> {
        let capacity = self.decoder.max_utf8_buffer_length(piece.len()).unwrap_or(piece.len());
        let mut text = String::with_capacity(capacity);
        let (_, _, _) = self.decoder.decode_to_string(piece, &mut text, last);
        self.input.push_back(StrTendril::from(text));
        // The tokenizer stops at scripts and at encoding declarations; neither concerns us.
        while !matches!(self.tokenizer.feed(&self.input), TokenizerResult::Done) {}
        let ended = self.tokenizer.sink.ended.take();
        self.pending = if ended { 0 } else { self.pending.saturating_add(piece.len()) };
        if self.pending > TOKEN_MAX {
            return Err(Difference::TokenTooLong);
        }
        let watcher = &self.tokenizer.sink.builder.sink;
        watcher.effort.read(piece, ended);
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
}

impl TokenSink for Progress {
    type Handle = Node;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Node> {
        self.ended.set(true);
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
    fn new(grants: Arc<PageGrants>) -> Self {
        let name = QualName::new(None, ns!(), LocalName::from(""));
        let document =
            node(Element { name, integration_point: false, text: RefCell::default(), _formatting: None });
        Self { document, grants, effort: Effort::default(), finding: RefCell::new(None) }
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
    use super::*;
    use crate::policy::sample_grants;

    const APPROVED: &str = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC";

    fn read(markup: &str, step: usize) -> Result<(), Difference> {
        let mut opinion = SecondOpinion::new(Arc::new(sample_grants(APPROVED, "ok()")), encoding_rs::UTF_8);
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
        let mut opinion = SecondOpinion::new(Arc::new(sample_grants(APPROVED, "ok()")), encoding_rs::UTF_8);
        opinion.read(b"<!--").unwrap();
        let piece = vec![b'x'; 1 << 20];
        let outcome = (0..64).try_for_each(|_| opinion.read(&piece));
        assert_eq!(outcome, Err(Difference::TokenTooLong));
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
