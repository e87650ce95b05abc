//! Where data must not stand, although it can't be code by itself: places where browsers take text for
//! code, markup or an address. No list of them is complete; the ones that everybody uses are here.

use super::Class;

/// Calls whose arguments are never data.
const CALLS: &[&str] = &[
    // text run as code
    "eval",
    "Function",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "execScript",
    "globalEval",
    "compile",
    // scripts and workers by address
    "import",
    "importScripts",
    "require",
    "getScript",
    "addModule",
    "register",
    "Worker",
    "SharedWorker",
    // markup
    "write",
    "writeln",
    "insertAdjacentHTML",
    "createContextualFragment",
    "setHTMLUnsafe",
    "setHTML",
    "parseHTMLUnsafe",
    "parseHTML",
    "parseFromString",
    "html",
    "append",
    "prepend",
    "before",
    "after",
    "replaceWith",
    "wrap",
    "$",
    "jQuery",
    "template",
    // elements and their attributes
    "createElement",
    "createElementNS",
    "setAttribute",
    "setAttributeNS",
    "attr",
    "prop",
    "css",
    "insertRule",
    "createPolicy",
    "createHTML",
    "createScript",
    "createScriptURL",
    // addresses
    "open",
    "navigate",
    "pushState",
    "replaceState",
    "reload",
    "assign",
    "replace",
    "fetch",
    "sendBeacon",
    "ajax",
    "load",
    "URL",
    // other windows, and what is run at some event
    "postMessage",
    "on",
    "defineProperty",
];

/// Properties and variables that are never given text.
const PROPERTIES: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "srcdoc",
    "text",
    "textContent",
    "innerText",
    "outerText",
    "nodeValue",
    "cssText",
    "src",
    "srcset",
    "href",
    "action",
    "formAction",
    "data",
    "code",
    "codeBase",
    "classid",
    "archive",
    "background",
    "ping",
    "manifest",
    "location",
    "host",
    "hostname",
    "port",
    "protocol",
    "pathname",
    "search",
    "hash",
    "origin",
    "cookie",
    "domain",
    "designMode",
    "contentEditable",
    "nonce",
    "integrity",
    "crossOrigin",
    "type",
    "rel",
    "httpEquiv",
    "content",
    "target",
    "__proto__",
    "prototype",
    "constructor",
];

/// Whether a call of this name may get data.
pub(super) fn call_takes_data(name: &str, object: Option<&str>) -> bool {
    // `Object.assign(state, {…})` only copies.
    let copies = name == "assign" && object == Some("Object");
    copies || !CALLS.contains(&name)
}

/// Whether a property or variable of this name may get data of a class. An array may stand for a text.
pub(super) fn property_takes(name: &str, class: Class) -> bool {
    match class {
        Class::Number | Class::Constant | Class::Object => name != "__proto__" && name != "prototype",
        Class::String | Class::Array | Class::Any => {
            // Handlers of events: `onload`, and whatever looks like one.
            let handler = name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase());
            !handler && !PROPERTIES.contains(&name)
        }
    }
}
