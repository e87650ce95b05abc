//! Texts that code puts together from constants, so that a name or URL in pieces is still found.
#![expect(clippy::wildcard_enum_match_arm, reason = "a few of very many kinds of node are looked at")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oxc_ast::ast::{
    Argument, ArrayExpressionElement, BinaryExpression, BinaryOperator, CallExpression, Expression,
};

/// The longest text that is put together.
const MAX_TEXT: usize = 64 << 10;
/// How far into an expression it is looked; the terms of a sum are no depth.
const MAX_DEPTH: usize = 8;

/// The text that an expression always has, where that is plain from itself.
pub(super) fn text_of(expression: &Expression<'_>) -> Option<String> {
    fold(expression, MAX_DEPTH)
}

/// The text of a call's argument.
pub(super) fn argument(call: &[Argument<'_>], place: usize) -> Option<String> {
    text_of(call.get(place)?.as_expression()?)
}

/// The text that a call makes of constants.
pub(super) fn call_text(call: &CallExpression<'_>) -> Option<String> {
    call_of(call, MAX_DEPTH).filter(|text| text.len() <= MAX_TEXT)
}

fn fold(expression: &Expression<'_>, depth: usize) -> Option<String> {
    let deeper = depth.checked_sub(1)?;
    let text = match expression.get_inner_expression() {
        Expression::StringLiteral(text) => text.value.as_str().to_owned(),
        Expression::NumericLiteral(number) => number.raw?.as_str().to_owned(),
        Expression::TemplateLiteral(template) if template.expressions.is_empty() => {
            template.quasis.first()?.value.cooked?.as_str().to_owned()
        }
        Expression::BinaryExpression(sum) => sum_of(sum, deeper)?,
        Expression::CallExpression(call) => call_of(call, deeper)?,
        _ => return None,
    };
    (text.len() <= MAX_TEXT).then_some(text)
}

/// The terms of a sum, in order. It leans to the left, as long as it may be.
pub(super) fn terms<'e, 'a>(sum: &'e BinaryExpression<'a>) -> Vec<&'e Expression<'a>> {
    let mut terms = vec![&sum.right];
    let mut left = &sum.left;
    while let Expression::BinaryExpression(sum) = left {
        if sum.operator != BinaryOperator::Addition {
            break;
        }
        terms.push(&sum.right);
        left = &sum.left;
    }
    terms.push(left);
    terms.reverse();
    terms
}

fn sum_of(sum: &BinaryExpression<'_>, depth: usize) -> Option<String> {
    if sum.operator != BinaryOperator::Addition {
        return None;
    }
    terms(sum).into_iter().map(|term| fold(term, depth)).collect()
}

/// `atob("…")`, `String.fromCharCode(…)`, `["…", "…"].join("…")`.
fn call_of(call: &CallExpression<'_>, depth: usize) -> Option<String> {
    let (object, name) = match call.callee.get_inner_expression() {
        Expression::Identifier(name) => (None, name.name.as_str()),
        Expression::StaticMemberExpression(member) => {
            (Some(member.object.get_inner_expression()), member.property.name.as_str())
        }
        _ => return None,
    };
    let first = || fold(call.arguments.first()?.as_expression()?, depth);
    match (name, object) {
        ("atob", _) => String::from_utf8(STANDARD.decode(first()?.trim()).ok()?).ok(),
        ("fromCharCode" | "fromCodePoint", Some(_)) => {
            let codes = call.arguments.iter().map(|argument| match argument.as_expression()? {
                Expression::NumericLiteral(number) => fold_code(number.value),
                _ => None,
            });
            codes.collect()
        }
        ("join", Some(Expression::ArrayExpression(array))) => {
            let parts = array.elements.iter().map(|element| match element {
                ArrayExpressionElement::SpreadElement(_) | ArrayExpressionElement::Elision(_) => None,
                other => fold(other.as_expression()?, depth),
            });
            let separator = if call.arguments.is_empty() { ",".to_owned() } else { first()? };
            Some(parts.collect::<Option<Vec<_>>>()?.join(&separator))
        }
        _ => None,
    }
}

fn fold_code(code: f64) -> Option<char> {
    // Through text, because there is no checked way from a float to an integer.
    char::from_u32(format!("{code}").parse().ok()?)
}
