//! Walks a syntax tree and gathers what it reaches.
#![expect(clippy::wildcard_enum_match_arm, reason = "a few of very many kinds of node are looked at")]

use std::collections::BTreeSet;

use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentTarget, BinaryExpression, BinaryOperator, BindingPattern,
    CallExpression, ComputedMemberExpression, ExportAllDeclaration, ExportFromDeclaration, Expression,
    IdentifierName, IdentifierReference, ImportDeclaration, ImportExpression, ImportMeta, NewExpression,
    Program, StaticMemberExpression, StringLiteral, TemplateElement, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

use super::fold::{argument, call_text, terms, text_of};
use super::gather::Gather;
use super::names::{
    global, is_input_event, is_wanted, is_window, loader, picks_fields, picks_scripts, property,
};
use super::reaches::{Reaches, What};
use super::{MAX_IMPORTS, MAX_SPECIFIER};

/// A text this long, without a space, is rarely meant for people.
const LONG_TEXT: usize = 1000;
/// So many escapes in one text are rarely needed.
const MANY_ESCAPES: usize = 8;

/// Everything that a program reaches, and what it imports.
pub(super) fn reaches(source: &str, program: &Program<'_>) -> (Reaches, Vec<String>) {
    let mut walker = Walker { gather: Gather::new(source), imports: BTreeSet::new(), source };
    walker.visit_program(program);
    (walker.gather.finish(), walker.imports.into_iter().collect())
}

struct Walker<'s> {
    gather: Gather<'s>,
    imports: BTreeSet<String>,
    source: &'s str,
}

fn start(span: Span) -> usize {
    usize::try_from(span.start).unwrap_or(usize::MAX)
}

/// The last name of an expression: `document` of `window.document`.
fn last_name<'e>(expression: &'e Expression<'_>) -> Option<&'e str> {
    match expression.get_inner_expression() {
        Expression::Identifier(name) => Some(name.name.as_str()),
        Expression::StaticMemberExpression(member) => Some(member.property.name.as_str()),
        _ => None,
    }
}

/// Object and name of a member expression.
fn member_of<'e, 'a>(expression: &'e Expression<'a>) -> Option<(&'e Expression<'a>, String)> {
    match expression.get_inner_expression() {
        Expression::StaticMemberExpression(member) => {
            Some((&member.object, member.property.name.as_str().to_owned()))
        }
        Expression::ComputedMemberExpression(member) => Some((&member.object, text_of(&member.expression)?)),
        _ => None,
    }
}

impl Walker<'_> {
    fn import(&mut self, specifier: &str) {
        if self.imports.len() < MAX_IMPORTS && specifier.len() <= MAX_SPECIFIER {
            self.imports.insert(specifier.to_owned());
        }
    }

    fn add(&mut self, what: What, thing: &str, span: Span) {
        self.gather.add(what, thing, start(span));
    }

    /// A property is read, or called.
    fn read(&mut self, object: &Expression<'_>, name: &str, computed: bool, span: Span) {
        let object = last_name(object);
        match (name, object) {
            ("cookie", Some("document")) => return self.add(What::Cookie, "reads document.cookie", span),
            ("cookie", _) => return self.add(What::Cookie, "reads a property `cookie`", span),
            ("write" | "writeln", Some("document")) => return self.add(What::Markup, "document.write", span),
            ("currentScript" | "scripts", Some("document")) => {
                return self.add(What::Address, &format!("document.{name}"), span);
            }
            ("forms", Some("document")) => return self.add(What::Field, "document.forms", span),
            _ => {}
        }
        // A name of the window put together by code is one, whatever the object is called.
        if (computed || object.is_some_and(is_window))
            && let Some(what) = global(name)
        {
            return self.add(what, name, span);
        }
        if computed && name == "Function" {
            return self.add(What::Code, "Function", span);
        }
        if let Some((what, thing)) = property(name) {
            self.add(what, thing, span);
        }
    }

    /// A property is written.
    fn write(&mut self, object: &Expression<'_>, name: &str, span: Span) {
        let object = last_name(object);
        match (name, object) {
            ("cookie", Some("document")) => self.add(What::Cookie, "writes document.cookie", span),
            ("cookie", _) => self.add(What::Cookie, "writes a property `cookie`", span),
            ("src", _) => self.add(What::Network, "src = …", span),
            ("action" | "formAction", _) => self.add(What::Network, "action = …", span),
            ("href", Some("location")) => self.add(What::Network, "location = …", span),
            ("location", Some(object)) if is_window(object) => self.add(What::Network, "location = …", span),
            ("innerHTML" | "outerHTML" | "srcdoc", _) => {
                self.add(What::Markup, &format!("{name} = …"), span);
            }
            _ => {
                if let Some(event) = name.strip_prefix("on").filter(|event| is_input_event(event)) {
                    self.add(What::Field, &format!("listens to `{event}`"), span);
                }
            }
        }
    }

    fn call(&mut self, name: &str, object: Option<&Expression<'_>>, arguments: &[Argument<'_>], span: Span) {
        let first = || argument(arguments, 0);
        match name {
            "setTimeout" | "setInterval" | "setImmediate" if is_text(arguments) => {
                self.add(What::Code, &format!("{name} with text"), span);
            }
            "Function" if object.is_none() => self.add(What::Code, "Function", span),
            "constructor" if !arguments.is_empty() => self.add(What::Code, "constructor()", span),
            "createElement" => {
                if let Some(element) = first().as_deref().and_then(loader) {
                    self.add(What::Insert, element, span);
                }
            }
            "querySelector"
            | "querySelectorAll"
            | "getElementById"
            | "getElementsByName"
            | "getElementsByTagName"
            | "getElementsByClassName"
            | "closest"
            | "$"
            | "jQuery" => match first() {
                Some(which) if picks_fields(&which) => {
                    self.add(What::Field, &format!("looks up `{which}`"), span);
                }
                Some(which) if picks_scripts(&which) => {
                    self.add(What::Address, &format!("looks up `{which}`"), span);
                }
                Some(which) if !which.trim_start().starts_with('<') => {
                    self.add(What::Lookup, &which, span);
                }
                _ => {}
            },
            "addEventListener" | "attachEvent" | "on" | "bind" | "live" | "delegate" => {
                let events = first().unwrap_or_default();
                for event in events.split_ascii_whitespace() {
                    let event = event.split('.').next().unwrap_or(event);
                    let event = event.strip_prefix("on").unwrap_or(event);
                    if is_input_event(event) {
                        self.add(What::Field, &format!("listens to `{event}`"), span);
                    }
                }
            }
            "submit" if object.is_some() && arguments.is_empty() => self.add(What::Network, "submit()", span),
            "val" if object.is_some() && arguments.is_empty() => self.add(What::Field, "reads value", span),
            "assign" | "replace" if object.and_then(last_name) == Some("location") => {
                self.add(What::Network, "location = …", span);
            }
            "open" if object.is_none_or(|object| last_name(object).is_some_and(is_window)) => {
                self.add(What::Network, "open()", span);
            }
            _ => {}
        }
    }

    /// A text in the code.
    fn text(&mut self, text: &str, span: Span) {
        self.gather.hosts(text, start(span).saturating_add(1));
        if is_wanted(text) && !text.contains(' ') {
            self.add(What::Field, &format!("names `{text}`"), span);
        }
        if text.len() > LONG_TEXT && !text.contains(' ') {
            self.add(What::Hidden, "a long text without spaces", span);
        }
        let end = usize::try_from(span.end).unwrap_or(usize::MAX);
        let raw = self.source.get(start(span)..end).unwrap_or_default();
        if raw.matches("\\x").count() >= MANY_ESCAPES {
            self.add(What::Hidden, "text in hex escapes", span);
        }
    }
}

/// Whether the first argument is text rather than a function, as far as that can be seen.
fn is_text(arguments: &[Argument<'_>]) -> bool {
    let Some(first) = arguments.first().and_then(Argument::as_expression) else { return false };
    match first.get_inner_expression() {
        Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => true,
        Expression::BinaryExpression(sum) => sum.operator.as_str() == "+",
        _ => false,
    }
}

impl<'a> Visit<'a> for Walker<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if let Some(what) = global(it.name.as_str()) {
            self.add(what, it.name.as_str(), it.span);
        }
    }

    fn visit_identifier_name(&mut self, it: &IdentifierName<'a>) {
        if is_wanted(it.name.as_str()) {
            self.add(What::Field, &format!("names `{}`", it.name.as_str()), it.span);
        }
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        self.read(&it.object, it.property.name.as_str(), false, it.span);
        walk::walk_static_member_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        if let Some(name) = text_of(&it.expression) {
            self.read(&it.object, &name, true, it.span);
        }
        walk::walk_computed_member_expression(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        match &it.left {
            AssignmentTarget::StaticMemberExpression(member) => {
                self.write(&member.object, member.property.name.as_str(), it.span);
                self.visit_expression(&member.object);
                self.visit_identifier_name(&member.property);
            }
            AssignmentTarget::ComputedMemberExpression(member) => {
                if let Some(name) = text_of(&member.expression) {
                    self.write(&member.object, &name, it.span);
                }
                self.visit_expression(&member.object);
                self.visit_expression(&member.expression);
            }
            AssignmentTarget::AssignmentTargetIdentifier(name) if name.name.as_str() == "location" => {
                self.add(What::Network, "location = …", it.span);
            }
            other => self.visit_assignment_target(other),
        }
        self.visit_expression(&it.right);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (BindingPattern::ObjectPattern(pattern), Some(object)) = (&it.id, &it.init) {
            for property in &pattern.properties {
                if let Some(name) = property.key.static_name() {
                    self.read(object, &name, false, property.span);
                }
            }
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Some((object, name)) = member_of(&it.callee) {
            self.call(&name, Some(object), &it.arguments, it.span);
        } else if let Some(name) = last_name(&it.callee) {
            self.call(name, None, &it.arguments, it.span);
        }
        // Texts that a call makes of constants: `atob("…")` and the like.
        if let Some(text) = call_text(it) {
            self.gather.hosts(&text, start(it.span));
        }
        walk::walk_call_expression(self, it);
    }

    fn visit_import_meta(&mut self, it: &ImportMeta) {
        self.add(What::Address, "import.meta", it.span);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        match last_name(&it.callee) {
            Some("Image") => self.add(What::Network, "new Image()", it.span),
            Some("Function") => self.add(What::Code, "Function", it.span),
            _ => {}
        }
        walk::walk_new_expression(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        self.add(What::Network, "import()", it.span);
        if let Some(specifier) = text_of(&it.source) {
            self.import(&specifier);
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        self.add(What::Network, "import", it.span);
        self.import(it.source.value.as_str());
        walk::walk_import_declaration(self, it);
    }

    fn visit_export_all_declaration(&mut self, it: &ExportAllDeclaration<'a>) {
        self.add(What::Network, "import", it.span);
        self.import(it.source.value.as_str());
        walk::walk_export_all_declaration(self, it);
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        self.add(What::Network, "import", it.span);
        self.import(it.source.value.as_str());
        walk::walk_export_from_declaration(self, it);
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        if it.operator != BinaryOperator::Addition {
            return walk::walk_binary_expression(self, it);
        }
        // A sum as a list, so that constants beside each other are one text, and a long one is no depth.
        let mut run: Option<(String, Span)> = None;
        for part in terms(it) {
            if let Some(text) = text_of(part) {
                let (known, span) = run.get_or_insert_with(|| (String::new(), part.span()));
                known.push_str(&text);
                span.end = part.span().end;
                continue;
            }
            if let Some((text, span)) = run.take() {
                self.text(&text, span);
            }
            self.visit_expression(part);
        }
        if let Some((text, span)) = run {
            self.text(&text, span);
        }
    }

    fn visit_string_literal(&mut self, it: &StringLiteral<'a>) {
        self.text(it.value.as_str(), it.span);
    }

    fn visit_template_element(&mut self, it: &TemplateElement<'a>) {
        let text = it.value.cooked.unwrap_or(it.value.raw);
        // It has no quote of its own.
        let span = it.span();
        self.text(text.as_str(), Span::new(span.start.saturating_sub(1), span.end));
    }
}
