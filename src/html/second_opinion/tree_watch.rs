//! A tree that is not built: it only watches for scripts.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, QualName, local_name, ns};

use super::difference::Difference;
use super::effort::{Effort, Formatting};
use super::granted::{Granted, Start, value};
use super::reader::SecondOpinion;
use crate::html::Limits;
use crate::html::code::Findings;
use crate::html::limits::within_srcdoc;
use crate::sri::Digester;

/// An element on the stack of open elements.
#[derive(Clone)]
pub(super) struct Node(Rc<Element>);

struct Element {
    name: QualName,
    integration_point: bool,
    /// Inline script: its text so far.
    text: RefCell<Option<Box<Digester>>>,
    /// Held until the element is gone from stack and list.
    _formatting: Option<Formatting>,
}

/// A tree that is not built: it only watches for scripts.
pub(super) struct TreeWatch {
    document: Node,
    granted: Rc<Granted>,
    limits: Limits,
    /// How many `srcdoc` documents deep this one is.
    depth: usize,
    pub(super) effort: Effort,
    finding: RefCell<Option<Difference>>,
    /// Code in attributes, where somebody wants to know.
    code: Option<Rc<RefCell<Findings>>>,
}

impl TreeWatch {
    /// Before the first element.
    pub(super) fn new(granted: Rc<Granted>, limits: &Limits, depth: usize) -> Self {
        let name = QualName::new(None, ns!(), LocalName::from(""));
        let document =
            node(Element { name, integration_point: false, text: RefCell::default(), _formatting: None });
        let effort = Effort::new(limits);
        Self {
            document,
            granted,
            limits: limits.clone(),
            depth,
            effort,
            finding: RefCell::new(None),
            code: None,
        }
    }

    /// Has it look for code in attributes.
    pub(super) fn look_for_code(&mut self, found: &Rc<RefCell<Findings>>) {
        self.code = Some(Rc::clone(found));
    }

    fn look_at(&self, element: &QualName, attributes: &[Attribute]) {
        let Some(code) = &self.code else { return };
        let mut code = code.borrow_mut();
        for Attribute { name, value } in attributes {
            let local = if name.ns == ns!(xlink) && name.local == local_name!("href") {
                "xlink:href"
            } else {
                &*name.local
            };
            code.look_at(self.depth, &element.local, local, value);
        }
    }

    /// What was found, if anything was: the first of it.
    pub(super) fn finding(&self) -> Result<(), Difference> {
        match &*self.finding.borrow() {
            Some(difference) => Err(difference.clone()),
            None => Ok(()),
        }
    }

    fn found(&self, difference: Difference) {
        self.finding.borrow_mut().get_or_insert(difference);
    }

    /// A document in an attribute, which the browser reads as one of its own. The rewriter has edited it
    /// already, so nothing that it lets run is left in it, unless it didn't see the frame.
    fn srcdoc(&self, text: &str) {
        if self.depth >= self.limits.srcdoc_depth {
            self.found(Difference::Srcdoc);
            return;
        }
        let limits = within_srcdoc(&self.limits, text.len());
        let mut inner = SecondOpinion::within(&self.granted, &limits, self.depth.saturating_add(1));
        if let Some(code) = &self.code {
            inner.look_for_code(code);
        }
        if let Err(difference) = inner.read(text.as_bytes()).and_then(|()| inner.end()) {
            self.found(difference);
        }
    }
}

fn node(element: Element) -> Node {
    Node(Rc::new(element))
}

impl TreeSink for TreeWatch {
    type Handle = Node;
    type Output = ();
    type ElemName<'a> = &'a QualName;

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Node {
        let formatting = self.effort.element(&name, attributes.len());
        self.look_at(&name, &attributes);
        let start = match (&name.local, &name.ns) {
            (&local_name!("script"), &ns!(html)) => self.granted.html_script(&attributes),
            (&local_name!("script"), &ns!(svg)) => self.granted.svg_script(&attributes),
            (&local_name!("iframe"), &ns!(html)) => {
                if let Some(document) = value(&attributes, &local_name!("srcdoc")) {
                    self.srcdoc(document);
                }
                Start::Fine
            }
            _ => Start::Fine,
        };
        let text = match start {
            Start::Fine => None,
            Start::TextDecides => Some(Box::new(Digester::sha256())),
            Start::Refused(difference) => {
                self.found(difference);
                None
            }
        };
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
        if let Err(difference) = self.granted.text(&digester.finish()) {
            self.found(difference);
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

    /// A second `html` or `body` tag.
    fn add_attrs_if_missing(&self, target: &Node, attributes: Vec<Attribute>) {
        self.look_at(&target.0.name, &attributes);
    }

    // No tree: the rest has nothing to do.
    fn finish(self) {}
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn append_based_on_parent_node(&self, _: &Node, _: &Node, _: NodeOrText<Node>) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_before_sibling(&self, _: &Node, _: NodeOrText<Node>) {}
    fn remove_from_parent(&self, _: &Node) {}
    fn reparent_children(&self, _: &Node, _: &Node) {}
}
