//! Any text as a script's address: what Countersign compares is what html5ever and the `url` crate make of
//! the attribute; the outcome is canonical, and nothing of it chooses other bytes.

use countersign::web::resolve_attribute;
use url::Url;

use super::super::oracle::scripts;
use super::{choices, one_of};

const BASES: [&str; 5] = [
    "https://shop.example/a/page?q",
    "http://shop.example:8080/",
    "https://cdn.example//x/./y",
    "https://xn--bcher-kva.example/%7E/",
    "file:///etc/",
];

/// See the head of this file.
pub fn url(input: &[u8]) {
    let ([base], raw) = choices(input);
    let base = Url::parse(one_of(&BASES, base)).expect("a URL");
    let raw = String::from_utf8_lossy(raw).replace('"', "'");
    let resolved = resolve_attribute(&raw, &base);

    let elements = scripts(&format!("<!doctype html><script src=\"{raw}\"></script>"));
    let value = elements.first().and_then(|script| script.attribute("src"));
    let value = value.expect("an attribute between quotes is an attribute");
    let expected = base.join(value).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let expected = expected.map(|mut url| {
        url.set_fragment(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url
    });
    assert_eq!(resolved.as_ref().ok(), expected.as_ref(), "{raw:?} is {value:?} to html5ever");

    let Ok(url) = resolved else { return };
    assert!(url.fragment().is_none() && url.username().is_empty() && url.password().is_none(), "{url}");
    assert!(matches!(url.scheme(), "http" | "https") && url.host_str().is_some(), "{url}");
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(&url), "not canonical");
    let escaped = url.as_str().replace('&', "&amp;");
    assert_eq!(resolve_attribute(&escaped, &base).as_ref(), Ok(&url), "not the same when written out");
}
