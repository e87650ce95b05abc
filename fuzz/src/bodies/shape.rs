//! Any text against an approved shape: nothing panics; what fits is data that JSON can say; and the same
//! text with an expression in the place of its data, or with anything else changed, doesn't fit.
//!
//! Most input stands in the place of data, so that there is something to fit. Texts such as
//! `{"a": [1, 'b']}` make a good corpus.

use std::sync::LazyLock;

use countersign::analysis::shape::{Shape, shape_of_samples};
use serde_json::Value;

/// `a(…); b = {c: …}` with any data, and a function that gets its data later.
static SHAPES: LazyLock<[Shape; 2]> = LazyLock::new(|| {
    [["a(1); b = {c: 1}", "a(''); b = {c: ''}"], ["f = () => g(1)", "f = () => g('')"]].map(|samples| {
        let found = shape_of_samples(&samples.map(str::to_owned)).expect("a shape");
        Shape::parse(&found.code).expect("approved code")
    })
});

fn fits(text: &str) -> Option<Vec<String>> {
    SHAPES.iter().find_map(|shape| shape.fit(text))
}

/// See the head of this file.
pub fn shape(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else { return };
    let _ = fits(data);
    if let Some(shape) = Shape::parse(data) {
        assert_eq!(shape.code(), data, "approved code has one spelling");
    }
    let (first, second) = data.split_once('\u{1}').unwrap_or((data, "null"));
    for (text, count) in
        [(format!("a({first}); b = {{c: {second}}}"), 2), (format!("f = () => g({first})"), 1)]
    {
        let Some(values) = fits(&text) else { continue };
        assert_eq!(values.len(), count, "{text}");
        for value in &values {
            assert!(!value.contains(['\n', '<', '>', '&']), "{value}");
            assert!(serde_json::from_str::<Value>(value).is_ok(), "{value} is no JSON");
        }
        assert_eq!(fits(&format!("{text} ")), None, "{text}");
        assert_eq!(fits(&format!(";{text}")), None, "{text}");
    }
    if fits(&format!("f = () => g({first})")).is_some() {
        for expression in [
            format!("({first})"),
            format!("{first}+x()"),
            format!("x,{first}"),
            format!("[{first},x()]"),
            format!("{{a:{first},b:x}}"),
            format!("{{get a(){{return {first}}}}}"),
            format!("!{first}"),
            format!("{first}/**/"),
        ] {
            assert_eq!(fits(&format!("f = () => g({expression})")), None, "{expression}");
        }
        // And what is data stays data, whatever stands around it.
        for data in [format!("[{first}]"), format!("{{\"a\":{first}}}")] {
            let deep = data.matches(['[', '{']).count() > 60;
            assert!(deep || fits(&format!("f = () => g({data})")).is_some(), "{data}");
        }
    }
}
