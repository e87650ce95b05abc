//! A second opinion: html5ever, a whole HTML parser, reads what leaves the rewriter and says of every
//! script element in it why it can't do harm. Scripts are enabled, as in a browser. Documents in
//! `srcdoc` are read too.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use countersign::judge::{Kind, kind_of_type};
use countersign::policy::PageGrants;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, LocalName, ParseOpts, QualName, ns, parse_document};
use url::Url;

use super::grants::{PAGE_URL, WITNESS, sha256};

/// Why a script element in the output does no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    /// Never runs: a data block, empty, unclosed, or in MathML.
    Inert,
    /// Carries the integrity of an approved script; the browser checks the bytes.
    Pinned,
    /// Inline, its digest approved.
    Approved,
    /// Would run, but nothing grants it: the CSP with digests stops it.
    Stopped,
}

impl Class {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Inert => "inert",
            Self::Pinned => "pinned",
            Self::Approved => "approved",
            Self::Stopped => "stopped",
        }
    }
}

/// One script element as html5ever sees it.
#[derive(Debug)]
pub(super) struct Script {
    svg: bool,
    mathml: bool,
    attributes: Vec<(String, String)>,
    pub(super) text: String,
    unclosed: bool,
    base: Option<String>,
}

impl Script {
    /// Whether the document ends before it does.
    pub(super) fn is_unclosed(&self) -> bool {
        self.unclosed
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sorts the element by what a browser under the page's CSP does with it. Panics on a grant that
    /// is not exactly what the policy approves.
    pub(super) fn class(&self, grants: &PageGrants) -> Class {
        let kind = kind_of_type(self.attribute("type"), self.attribute("language"));
        if self.mathml || self.unclosed || kind == Kind::DataBlock {
            return Class::Inert;
        }
        let address = if self.svg {
            self.attribute("href").or_else(|| self.attribute("xlink:href"))
        } else {
            self.attribute("src")
        };
        if address.is_none() {
            let digest = sha256(&self.text);
            return match self.text.as_str() {
                "" => Class::Inert,
                WITNESS if grants.witness.is_some() => Class::Approved,
                _ if grants.approves_inline(&digest) => Class::Approved,
                _ => Class::Stopped,
            };
        }
        // <https://w3c.github.io/webappsec-csp/#external-hash>: every digest must be listed.
        let granted = grants.scripts.iter().find(|script| {
            !script.integrity.is_empty() && self.attribute("integrity") == Some(script.integrity.as_str())
        });
        if self.svg || granted.is_none() {
            let integrity = self.attribute("integrity").unwrap_or_default();
            let listed = |word: &str| {
                grants.scripts.iter().any(|s| s.digests.iter().any(|digest| digest.to_string() == word))
            };
            let passes_csp = integrity.split_ascii_whitespace().any(listed);
            assert!(!passes_csp, "a grant on {self:?}");
            return Class::Stopped;
        }
        assert_eq!(self.attribute("crossorigin"), Some("anonymous"), "{self:?}");
        assert_eq!(self.attribute("nonce"), None, "{self:?}");
        assert_eq!(self.attribute("charset"), None, "{self:?}");
        Class::Pinned
    }

    /// Whether a pinned script is fetched from the address that the policy approves for its bytes.
    pub(super) fn asks_where_approved(&self, grants: &PageGrants) -> bool {
        let base = Url::parse(self.base.as_deref().unwrap_or(PAGE_URL)).unwrap();
        let url = base.join(self.attribute("src").unwrap()).unwrap();
        let integrity = self.attribute("integrity");
        let script =
            grants.scripts.iter().find(|script| integrity == Some(script.integrity.as_str())).unwrap();
        let mirror = script.mirror_path.as_ref().map(|path| base.join(path).unwrap());
        // The fragment chooses no bytes.
        let expected = mirror.as_ref().map_or(script.address.key(), Url::as_str);
        url.as_str().split('#').next() == expected.split('#').next()
    }
}

/// What an attribute's value means that stands so between double quotes.
pub(crate) fn attribute_value(raw: &str) -> String {
    let script = scripts(&format!("<script src=\"{raw}\"></script>")).remove(0);
    script.attribute("src").unwrap_or_default().to_owned()
}

/// All script elements of a document; those of documents in `srcdoc` follow where their frame stands.
pub(super) fn scripts(document: &str) -> Vec<Script> {
    read(document, None).0
}

/// All event handlers and `javascript:` URLs of a document and of those in `srcdoc`, as `name=value`.
pub(super) fn handlers(document: &str) -> Vec<String> {
    read(document, None).1
}

fn read(document: &str, base: Option<String>) -> (Vec<Script>, Vec<String>) {
    let tree_builder = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
    let opts = ParseOpts { tree_builder, ..ParseOpts::default() };
    parse_document(Tree::new(base), opts).one(StrTendril::from(document))
}

#[derive(Clone)]
struct Node(Rc<Element>);

struct Element {
    name: QualName,
    attributes: Vec<(String, String)>,
    text: RefCell<String>,
    unclosed: Cell<bool>,
    integration_point: bool,
    base: Option<String>,
}

/// A tree that remembers only scripts, handlers and the base.
struct Tree {
    document: Node,
    scripts: RefCell<Vec<Node>>,
    handlers: RefCell<Vec<String>>,
    /// Of the document around this one.
    outer_base: Option<String>,
    base: RefCell<Option<String>>,
}

impl Tree {
    fn new(base: Option<String>) -> Self {
        let (outer_base, base) = (base, RefCell::default());
        let (scripts, handlers) = (RefCell::default(), RefCell::default());
        Self { document: Self::blank(), scripts, handlers, outer_base, base }
    }

    fn blank() -> Node {
        let name = QualName::new(None, ns!(), LocalName::from(""));
        Node(Rc::new(Element {
            name,
            attributes: Vec::new(),
            text: RefCell::default(),
            unclosed: Cell::new(false),
            integration_point: false,
            base: None,
        }))
    }

    fn add(parent: &Node, child: NodeOrText<Node>) {
        if let NodeOrText::AppendText(text) = child {
            parent.0.text.borrow_mut().push_str(&text);
        }
    }
}

impl TreeSink for Tree {
    type Handle = Node;
    type Output = (Vec<Script>, Vec<String>);
    type ElemName<'a> = &'a QualName;

    fn finish(self) -> Self::Output {
        let script = |node: &Node| {
            let srcdoc = node.0.attributes.iter().find(|(name, _)| name == "srcdoc");
            if node.0.name.local == *"iframe" {
                let document = srcdoc.map_or("", |(_, value)| value);
                let (scripts, handlers) = read(document, node.0.base.clone());
                self.handlers.borrow_mut().extend(handlers);
                return scripts;
            }
            vec![Script {
                svg: node.0.name.ns == ns!(svg),
                mathml: node.0.name.ns == ns!(mathml),
                attributes: node.0.attributes.clone(),
                text: node.0.text.borrow().clone(),
                unclosed: node.0.unclosed.get(),
                base: node.0.base.clone(),
            }]
        };
        let scripts = self.scripts.borrow().iter().flat_map(script).collect();
        (scripts, self.handlers.take())
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Node {
        let attributes: Vec<(String, String)> = attributes
            .iter()
            .map(|attribute| {
                let prefix = attribute.name.prefix.as_ref().map(|p| format!("{p}:")).unwrap_or_default();
                (format!("{prefix}{}", attribute.name.local), attribute.value.to_string())
            })
            .collect();
        // Ours keep the page's URL of a refused script in an attribute that leads nowhere.
        let code = |(name, value): &&(String, String)| {
            name.starts_with("on") || Url::parse(value).is_ok_and(|url| url.scheme() == "javascript")
        };
        if name.local != *"script" {
            let found = attributes.iter().filter(code).map(|(name, value)| format!("{name}={value}"));
            self.handlers.borrow_mut().extend(found);
        }
        let (is_html, local) = (name.ns == ns!(html), name.local.to_string());
        if is_html && local == "base" && self.base.borrow().is_none() {
            let href = attributes.iter().find(|(name, _)| name == "href");
            let fallback = Url::parse(self.outer_base.as_deref().unwrap_or(PAGE_URL)).unwrap();
            let base = href.map(|(_, value)| fallback.join(value).unwrap_or(fallback));
            *self.base.borrow_mut() = base.map(String::from);
        }
        let node = Node(Rc::new(Element {
            name,
            attributes,
            text: RefCell::default(),
            unclosed: Cell::new(false),
            integration_point: flags.mathml_annotation_xml_integration_point,
            base: self.base.borrow().clone().or_else(|| self.outer_base.clone()),
        }));
        if local == "script" || (is_html && local == "iframe") {
            self.scripts.borrow_mut().push(node.clone());
        }
        node
    }

    fn mark_script_already_started(&self, node: &Node) {
        node.0.unclosed.set(true);
    }

    fn append(&self, parent: &Node, child: NodeOrText<Node>) {
        Self::add(parent, child);
    }
    fn get_document(&self) -> Node {
        self.document.clone()
    }
    fn elem_name<'a>(&'a self, target: &'a Node) -> &'a QualName {
        &target.0.name
    }
    fn create_comment(&self, _: StrTendril) -> Node {
        Self::blank()
    }
    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Node {
        Self::blank()
    }
    fn get_template_contents(&self, _: &Node) -> Node {
        Self::blank()
    }
    fn same_node(&self, x: &Node, y: &Node) -> bool {
        Rc::ptr_eq(&x.0, &y.0)
    }
    fn is_mathml_annotation_xml_integration_point(&self, node: &Node) -> bool {
        node.0.integration_point
    }
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_based_on_parent_node(&self, _: &Node, _: &Node, _: NodeOrText<Node>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, _: &Node, _: NodeOrText<Node>) {}
    fn add_attrs_if_missing(&self, _: &Node, _: Vec<Attribute>) {}
    fn remove_from_parent(&self, _: &Node) {}
    fn reparent_children(&self, _: &Node, _: &Node) {}
}
