//! Data as code writes it: what counts as data, and the same as JSON.

use std::ops::Range;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ArrayExpression, ArrayExpressionElement, Expression, NumericLiteral, ObjectExpression,
    ObjectPropertyKind, PropertyKey, PropertyKind, Statement, UnaryOperator,
};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};
use serde_json::Number;

use super::Class;

/// The key that sets an object's prototype where code writes it, and doesn't where JSON does.
const PROTOTYPE: &str = "__proto__";

/// A value of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) class: Class,
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
    /// Of a string, number or constant: as JSON.
    leaf: String,
    /// Of an object or array: what it holds; of an object with keys, as JSON.
    pub(super) children: Vec<(Option<String>, Literal)>,
}

/// Reads a text that is a value of data and nothing else. The text must not be nested deeply.
pub(super) fn read(text: &str) -> Option<Literal> {
    let allocator = Allocator::default();
    // In parentheses an object is an expression.
    let text = format!("({text})");
    let parsed = Parser::new(&allocator, &text, SourceType::script()).parse();
    let program = &parsed.program;
    if !parsed.diagnostics.is_empty() || !program.directives.is_empty() {
        return None;
    }
    let [Statement::ExpressionStatement(statement)] = program.body.as_slice() else { return None };
    let Expression::ParenthesizedExpression(inner) = &statement.expression else { return None };
    literal(&inner.expression)
}

/// An expression as data, if it is that: strings, numbers, constants, and objects and arrays of them with
/// plain keys. Everything else is code.
#[expect(clippy::wildcard_enum_match_arm, reason = "a few of very many kinds of node are data")]
pub(super) fn literal(expression: &Expression<'_>) -> Option<Literal> {
    let span = expression.span();
    let leaf = |class, leaf| Some(Literal { class, span: range(span), leaf, children: Vec::new() });
    match expression {
        // Half a character pair can't be written as JSON that everybody reads.
        Expression::StringLiteral(text) if !text.lone_surrogates => leaf(Class::String, quoted(&text.value)?),
        Expression::NumericLiteral(number) => leaf(Class::Number, digits(number)?),
        Expression::UnaryExpression(minus) if minus.operator == UnaryOperator::UnaryNegation => {
            let Expression::NumericLiteral(number) = &minus.argument else { return None };
            leaf(Class::Number, format!("-{}", digits(number)?))
        }
        Expression::BooleanLiteral(value) => leaf(Class::Constant, value.value.to_string()),
        Expression::NullLiteral(_) => leaf(Class::Constant, "null".to_owned()),
        Expression::ArrayExpression(array) => array_of(array),
        Expression::ObjectExpression(object) => object_of(object),
        _ => None,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "all but two kinds of element are expressions")]
fn array_of(array: &ArrayExpression<'_>) -> Option<Literal> {
    let elements = array.elements.iter().map(|element| match element {
        ArrayExpressionElement::SpreadElement(_) | ArrayExpressionElement::Elision(_) => None,
        other => Some((None, literal(other.as_expression()?)?)),
    });
    let children = elements.collect::<Option<Vec<_>>>()?;
    Some(Literal { class: Class::Array, span: range(array.span), leaf: String::new(), children })
}

fn object_of(object: &ObjectExpression<'_>) -> Option<Literal> {
    let properties = object.properties.iter().map(|property| {
        let ObjectPropertyKind::ObjectProperty(property) = property else { return None };
        if property.kind != PropertyKind::Init || property.method || property.shorthand || property.computed {
            return None;
        }
        Some((Some(quoted(plain_key(&property.key)?)?), literal(&property.value)?))
    });
    let children = properties.collect::<Option<Vec<_>>>()?;
    Some(Literal { class: Class::Object, span: range(object.span), leaf: String::new(), children })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "any expression can be a key; two kinds are plain")]
fn plain_key<'k>(key: &'k PropertyKey<'_>) -> Option<&'k str> {
    let name = match key {
        PropertyKey::StaticIdentifier(name) => name.name.as_str(),
        PropertyKey::StringLiteral(text) if !text.lone_surrogates => text.value.as_str(),
        _ => return None,
    };
    (name != PROTOTYPE).then_some(name)
}

/// A number as JSON writes it; other spellings (`0x10`, `.5`, `1_000`, `010`) are refused rather than
/// converted.
fn digits(number: &NumericLiteral<'_>) -> Option<String> {
    let raw = number.raw?.as_str();
    raw.parse::<Number>().is_ok().then(|| raw.to_owned())
}

/// As JSON, without characters that mean something to HTML or to line by line reading.
fn quoted(text: &str) -> Option<String> {
    let json = serde_json::to_string(text).ok()?;
    Some(json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

pub(super) fn range(span: Span) -> Range<usize> {
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    place(span.start)..place(span.end)
}

impl Literal {
    /// On one line.
    pub(super) fn json(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }

    fn write(&self, json: &mut String) {
        let (open, close) = match self.class {
            Class::Object => ('{', '}'),
            Class::Array => ('[', ']'),
            Class::String | Class::Number | Class::Constant | Class::Any => {
                json.push_str(&self.leaf);
                return;
            }
        };
        json.push(open);
        for (place, (key, value)) in self.children.iter().enumerate() {
            if place > 0 {
                json.push(',');
            }
            if let Some(key) = key {
                json.push_str(key);
                json.push(':');
            }
            value.write(json);
        }
        json.push(close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_becomes_json_that_means_the_same() {
        for (source, class, json) in [
            (r"'it\'s\x3c\u{1f600}\n'", Class::String, "\"it's\\u003c😀\\n\""),
            (r#""</script>&<!--""#, Class::String, r#""\u003c/script\u003e\u0026\u003c!--""#),
            ("-0", Class::Number, "-0"),
            ("1.50e+3", Class::Number, "1.50e+3"),
            ("null", Class::Constant, "null"),
            ("[1,'a',[true,],]", Class::Array, r#"[1,"a",[true]]"#),
            ("{a: 1, 'b-c': {\"\": []}, a: 2}", Class::Object, r#"{"a":1,"b-c":{"":[]},"a":2}"#),
        ] {
            let literal = read(source).unwrap_or_else(|| panic!("{source} is data"));
            assert_eq!((literal.class, literal.json().as_str()), (class, json), "{source}");
            serde_json::from_str::<serde_json::Value>(json).unwrap();
        }
    }

    #[test]
    fn whatever_could_be_code_is_not_data() {
        for source in [
            "a",
            "undefined",
            "NaN",
            "-a",
            "+1",
            "--1",
            "- -1",
            "!0",
            "void 0",
            "typeof 1",
            "1+1",
            "'a'+'b'",
            "1,2",
            "(1)",
            "`a`",
            "`${a}`",
            "/a/",
            "a()",
            "new A",
            "x=1",
            "()=>1",
            "function(){}",
            "class{}",
            "this",
            "[...a]",
            "[,]",
            "[1,,2]",
            "[a]",
            "{a}",
            "{a(){}}",
            "{get a(){return 1}}",
            "{set a(b){}}",
            "{async a(){}}",
            "{[a]: 1}",
            "{['a']: 1}",
            "{...a}",
            "{__proto__: {}}",
            "{'__proto__': 1}",
            r#"{"\u005f_proto__": 1}"#,
            "{1: 2}",
            "{a: b}",
            "{a: 1}.b",
            "0x10",
            "010",
            ".5",
            "1.",
            "1_000",
            "10n",
            "1e999",
            r"'\ud800'",
            "'a'.b",
            "'a'[0]",
            "1}",
            "1);(2",
            "1//",
            "",
            "import('a')",
            "a?.b",
            "true ? 1 : 2",
            "'a' in b",
            "await 1",
            "yield 1",
        ] {
            assert_eq!(read(source), None, "{source}");
        }
    }
}
