//! What holds for any data, and any text.

use proptest::prelude::*;

use super::tests::shape;
use super::*;

/// Data as pages write it, with what JSON makes of it.
fn data() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no others", |n| n.is_finite()).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z\"'<>/\\\\ ]{0,8}", inner, 0..6).prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #[test]
    fn any_data_fits_and_means_the_same(value in data()) {
        let shape = shape(&["f(null); g()", "f(1); g()"]);
        let values = shape.fit(&format!("f({value}); g()"));
        let values = values.expect("data fits");
        prop_assert!(!values[0].contains(['\n', '<', '>', '&']));
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&values[0]).unwrap(), value);
    }

    #[test]
    fn data_with_an_expression_in_it_never_fits(
        value in data(),
        code in prop::sample::select(vec!["x", "x()", "`x`", "/x/", "(1)", "+1", "!1", "1+1", "{get a(){}}", "[...x]", "()=>1"]),
        place in any::<prop::sample::Index>(),
    ) {
        // An expression in the place of some value: behind `[`, `:` or `,` of the data.
        let shape = shape(&["f(null); g()", "f(1); g()"]);
        let text = serde_json::json!([value, 1]).to_string();
        let mut quoted = false;
        let mut escaped = false;
        let starts: Vec<usize> = text.char_indices().filter_map(|(at, c)| {
            let inside = quoted;
            if escaped { escaped = false } else if quoted && c == '\\' { escaped = true } else if c == '"' { quoted = !quoted }
            (!inside && matches!(c, '[' | ':')).then_some(at + 1)
        }).collect();
        let at = starts[place.index(starts.len())];
        let (before, rest) = text.split_at(at);
        let separator = if rest.starts_with(']') { "" } else { "," };
        let hidden = format!("{before}{code}{separator}{rest}");
        prop_assert_eq!(shape.fit(&format!("f({hidden}); g()")), None);
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}", filled in ".{0,60}") {
        let shape = shape(&["a = 'b'; c({d: 1})"]);
        let _ = shape.fit(&text);
        let _ = shape.fit(&format!("a = {filled}; c({filled})"));
        let _ = Shape::parse(&text);
    }
}
