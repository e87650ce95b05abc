//! The places in a script where data may stand, and what makes a script unfit for that.

use std::collections::HashSet;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentOperator, AssignmentTarget,
    BindingIdentifier, BindingPattern, CallExpression, Class as ClassNode, Expression, Function,
    IdentifierName, IdentifierReference, ImportExpression, NewExpression, Program, Statement,
    StaticMemberExpression, StringLiteral, VariableDeclarationKind, VariableDeclarator, WithStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::SourceType;
use oxc_syntax::scope::ScopeFlags;

use super::literal::{Literal, literal, range};
use super::sinks::{call_takes_data, property_takes};
use super::{Class, MAX_SHAPED_BYTES, NAME};
use crate::analysis::fold::text_of;
use crate::analysis::one_line;

/// What must not stand in the text of an inline script, or would change how a reader or browser takes it.
const REFUSED_TEXTS: [&str; 6] = ["<!--", "-->", "<script", "</script", "//# source", "//@ source"];

/// A script in which data may stand.
#[derive(Debug)]
pub(super) struct Places {
    /// In the order of the text, none inside another.
    pub(super) values: Vec<Place>,
    /// Where its code begins: behind its directives.
    pub(super) begins: usize,
    /// Why a block can't stand around it.
    pub(super) unblockable: Option<&'static str>,
}

/// One place.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) value: Literal,
    /// Inside a function, which may run later.
    pub(super) inside: bool,
    /// Text must not stand there.
    pub(super) textless: bool,
    /// For people: `argument of gtag`.
    pub(super) what: String,
}

/// What a text contains of [`REFUSED_TEXTS`].
pub(super) fn refused_text(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    REFUSED_TEXTS.into_iter().find(|refused| lower.contains(refused))
}

/// Finds the places. The error says why the script can't be approved by its shape.
pub(super) fn places(text: &str) -> Result<Places, String> {
    if text.len() > MAX_SHAPED_BYTES {
        return Err(format!("it is longer than {} KiB", MAX_SHAPED_BYTES >> 10));
    }
    if let Some(found) = refused_text(text) {
        return Err(format!("it contains `{found}`"));
    }
    if text.to_ascii_lowercase().contains(NAME) {
        return Err(format!("it mentions `{NAME}`, by which the approved code would reach its data"));
    }
    if text.contains(['\r', '\0']) {
        return Err("it has line ends that are not LF, or a NUL".to_owned());
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::script()).parse();
    if let Some(error) = parsed.diagnostics.iter().next() {
        return Err(format!("it is not valid as a classic script ({})", one_line(&error.to_string(), 200)));
    }
    if parsed.program.body.iter().any(Statement::is_module_declaration) {
        return Err("it is a module, and modules don't know their own element".to_owned());
    }
    let mut walker = Walker {
        values: Vec::new(),
        depth: 0,
        declared: HashSet::new(),
        of_page: HashSet::new(),
        refused: None,
    };
    walker.visit_program(&parsed.program);
    if let Some(why) = walker.refused {
        return Err(why.to_owned());
    }
    let unblockable = unblockable(&parsed.program, &walker);
    walker.values.sort_by_key(|place| place.value.span.start);
    Ok(Places {
        values: walker.values,
        begins: parsed.program.directives.last().map_or(0, |directive| range(directive.span).end),
        unblockable,
    })
}

/// What is declared at the top of a script belongs to the whole page, and in a block it would not.
#[expect(clippy::wildcard_enum_match_arm, reason = "a few of the kinds of statement declare something")]
fn unblockable(program: &Program<'_>, walker: &Walker) -> Option<&'static str> {
    if !program.directives.is_empty() {
        return Some("it begins with a directive such as \"use strict\"");
    }
    program.body.iter().find_map(|statement| match statement {
        Statement::VariableDeclaration(declared) if declared.kind != VariableDeclarationKind::Var => {
            Some("it declares something with `let` or `const` for the whole page")
        }
        Statement::ClassDeclaration(_) => Some("it declares a class for the whole page"),
        Statement::FunctionDeclaration(function) if function.r#async || function.generator => {
            Some("it declares an async function or a generator for the whole page")
        }
        // At the top of a script both may be there; in a block that is an error.
        Statement::FunctionDeclaration(function)
            if function.id.as_ref().is_some_and(|id| walker.declared.contains(id.name.as_str())) =>
        {
            Some("it declares a function and a variable of one name")
        }
        // At the top the page has it from the start; in a block only once the declaration is passed.
        Statement::FunctionDeclaration(function)
            if function.id.as_ref().is_some_and(|id| walker.of_page.contains(id.name.as_str())) =>
        {
            Some("it reaches a function of its own as the page's, such as `window.init`")
        }
        _ => None,
    })
}

struct Walker {
    values: Vec<Place>,
    /// Of functions and classes.
    depth: usize,
    /// Variables outside of functions.
    declared: HashSet<String>,
    /// What may be asked of the page as a whole by name: `window.init`, `window["init"]`.
    of_page: HashSet<String>,
    refused: Option<&'static str>,
}

impl Walker {
    fn refuse(&mut self, why: &'static str) {
        self.refused.get_or_insert(why);
    }

    /// A place that may hold data, if that is what stands there.
    fn take(&mut self, expression: &Expression<'_>, fits: impl Fn(Class) -> bool, what: String) -> bool {
        let Some(value) = literal(expression) else { return false };
        if fits(value.class) {
            let (inside, textless) = (self.depth > 0, !fits(Class::Any));
            self.values.push(Place { value, inside, textless, what });
        }
        true
    }

    fn deeper(&mut self, walk: impl FnOnce(&mut Self)) {
        self.depth = self.depth.saturating_add(1);
        walk(self);
        self.depth = self.depth.saturating_sub(1);
    }

    /// The arguments of a call; `name` is what is called, if that may get data.
    fn arguments(&mut self, name: Option<&str>, arguments: &[Argument<'_>]) {
        for argument in arguments {
            let held = match (name, argument.as_expression()) {
                (Some(name), Some(value)) => self.take(value, |_| true, format!("argument of {name}")),
                _ => false,
            };
            if !held {
                self.visit_argument(argument);
            }
        }
    }

    fn name(&mut self, name: &str) {
        match name {
            "eval" => self.refuse("it mentions `eval`"),
            "Function" => self.refuse("it mentions `Function`, which makes code of text"),
            _ => {}
        }
    }
}

/// Name and object of what is called, as far as that is plain.
#[expect(clippy::wildcard_enum_match_arm, reason = "what has no name gets no data")]
fn called(callee: &Expression<'_>) -> Option<(String, Option<String>)> {
    let object = |object: &Expression<'_>| match object {
        Expression::Identifier(name) => Some(name.name.to_string()),
        _ => None,
    };
    match callee {
        Expression::Identifier(name) => Some((name.name.to_string(), None)),
        Expression::StaticMemberExpression(member) => {
            Some((member.property.name.to_string(), object(&member.object)))
        }
        Expression::ComputedMemberExpression(member) => {
            Some((text_of(&member.expression)?, object(&member.object)))
        }
        // A function that is called where it stands.
        Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_) => {
            Some(("a function".to_owned(), None))
        }
        Expression::ParenthesizedExpression(inner) => match &inner.expression {
            Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_) => {
                Some(("a function".to_owned(), None))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether this is the global object, as far as that is plain.
fn is_page(object: &Expression<'_>) -> bool {
    const NAMES: [&str; 6] = ["window", "self", "globalThis", "top", "parent", "frames"];
    if matches!(object, Expression::ThisExpression(_)) {
        return true;
    }
    matches!(object, Expression::Identifier(name) if NAMES.contains(&name.name.as_str()))
}

/// The name of what is assigned to.
#[expect(clippy::wildcard_enum_match_arm, reason = "what has no name gets no data")]
fn assigned(target: &AssignmentTarget<'_>) -> Option<String> {
    match target {
        AssignmentTarget::AssignmentTargetIdentifier(name) => Some(name.name.to_string()),
        AssignmentTarget::StaticMemberExpression(member) => Some(member.property.name.to_string()),
        AssignmentTarget::ComputedMemberExpression(member) => text_of(&member.expression),
        _ => None,
    }
}

impl<'a> Visit<'a> for Walker {
    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (BindingPattern::BindingIdentifier(name), Some(init)) = (&it.id, &it.init) {
            let name = name.name.as_str();
            let fits = |class| property_takes(name, class);
            if self.take(init, fits, format!("value of {name}")) {
                return self.visit_binding_pattern(&it.id);
            }
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        let name = assigned(&it.left).filter(|_| it.operator == AssignmentOperator::Assign);
        if let Some(name) = name {
            let fits = |class| property_takes(&name, class);
            if self.take(&it.right, fits, format!("value of {name}")) {
                return self.visit_assignment_target(&it.left);
            }
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let takes = called(&it.callee).filter(|(name, object)| call_takes_data(name, object.as_deref()));
        self.visit_expression(&it.callee);
        self.arguments(takes.map(|(name, _)| name).as_deref(), &it.arguments);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if is_page(&it.object) {
            self.of_page.insert(it.property.name.to_string());
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_string_literal(&mut self, it: &StringLiteral<'a>) {
        self.of_page.insert(it.value.to_string());
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        // A moment is data, however it is written. Other objects may be made to run or load something.
        let date = matches!(&it.callee, Expression::Identifier(name) if name.name == "Date");
        self.visit_expression(&it.callee);
        self.arguments(date.then_some("Date"), &it.arguments);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.deeper(|walker| walk::walk_function(walker, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.deeper(|walker| walk::walk_arrow_function_expression(walker, it));
    }

    fn visit_class(&mut self, it: &ClassNode<'a>) {
        self.deeper(|walker| walk::walk_class(walker, it));
    }

    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
        self.refuse("it has a `with` statement");
        walk::walk_with_statement(self, it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        self.refuse("it loads modules by `import()`");
        walk::walk_import_expression(self, it);
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        if self.depth == 0 {
            self.declared.insert(it.name.to_string());
        }
        match it.name.as_str() {
            "JSON" => {
                self.refuse("it has a `JSON` of its own, by which the approved code would read its data");
            }
            "document" if self.depth == 0 => self.refuse("it has a `document` of its own"),
            _ => {}
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.name(it.name.as_str());
    }

    fn visit_identifier_name(&mut self, it: &IdentifierName<'a>) {
        self.name(it.name.as_str());
    }
}
