//! Names that matter: what a browser offers to code, and what forms call their fields.

use super::reaches::What;

/// Names that mean the same bare and as a property of the window.
const GLOBALS: [(&str, What); 24] = [
    ("fetch", What::Network),
    ("XMLHttpRequest", What::Network),
    ("WebSocket", What::Network),
    ("EventSource", What::Network),
    ("WebTransport", What::Network),
    ("RTCPeerConnection", What::Network),
    ("webkitRTCPeerConnection", What::Network),
    ("Worker", What::Network),
    ("SharedWorker", What::Network),
    ("importScripts", What::Network),
    ("sendBeacon", What::Network),
    ("localStorage", What::Storage),
    ("sessionStorage", What::Storage),
    ("indexedDB", What::Storage),
    ("cookieStore", What::Cookie),
    ("eval", What::Code),
    ("execScript", What::Code),
    ("FormData", What::Field),
    ("postMessage", What::Message),
    ("BroadcastChannel", What::Message),
    ("atob", What::Hidden),
    ("unescape", What::Hidden),
    ("caches", What::Storage),
    ("fetchLater", What::Network),
];

/// Names that are telling as a property of anything.
const PROPERTIES: [(&str, What, &str); 18] = [
    ("sendBeacon", What::Network, "sendBeacon"),
    ("serviceWorker", What::Network, "serviceWorker"),
    ("requestSubmit", What::Network, "submit()"),
    ("localStorage", What::Storage, "localStorage"),
    ("sessionStorage", What::Storage, "sessionStorage"),
    ("indexedDB", What::Storage, "indexedDB"),
    ("postMessage", What::Message, "postMessage"),
    ("clipboard", What::Clipboard, "clipboard"),
    ("clipboardData", What::Clipboard, "clipboardData"),
    ("insertAdjacentHTML", What::Markup, "insertAdjacentHTML"),
    ("createContextualFragment", What::Markup, "createContextualFragment"),
    ("setHTMLUnsafe", What::Markup, "setHTMLUnsafe"),
    ("serializeArray", What::Field, "serializeArray"),
    ("value", What::Field, "reads value"),
    ("valueAsNumber", What::Field, "reads value"),
    ("fromCharCode", What::Hidden, "fromCharCode"),
    ("importScripts", What::Network, "importScripts"),
    ("addModule", What::Network, "addModule"),
];

/// Objects whose properties are the globals.
const WINDOWS: [&str; 9] =
    ["window", "self", "globalThis", "top", "parent", "frames", "document", "navigator", "opener"];

/// Events that tell what somebody types.
const INPUT_EVENTS: [&str; 11] = [
    "input",
    "change",
    "keydown",
    "keyup",
    "keypress",
    "paste",
    "beforeinput",
    "submit",
    "blur",
    "focusout",
    "formdata",
];

/// Elements that load something.
const LOADERS: [&str; 8] = ["script", "iframe", "img", "image", "form", "object", "embed", "link"];

/// What forms call fields that thieves want, without case and punctuation.
const WANTED: [&str; 19] = [
    "cardnumber",
    "cardnum",
    "cardno",
    "ccnumber",
    "ccnum",
    "creditcard",
    "cardholder",
    "cardcvc",
    "cvv",
    "cvc",
    "securitycode",
    "expirydate",
    "expmonth",
    "expyear",
    "ccexp",
    "iban",
    "accountnumber",
    "password",
    "passwd",
];

/// What a bare name reaches.
pub(super) fn global(name: &str) -> Option<What> {
    GLOBALS.iter().find(|(known, _)| *known == name).map(|(_, what)| *what)
}

/// What a property of anything reaches, and its name in findings.
pub(super) fn property(name: &str) -> Option<(What, &'static str)> {
    PROPERTIES.iter().find(|(known, _, _)| *known == name).map(|(_, what, thing)| (*what, *thing))
}

/// Whether the properties of an object of this name are the globals.
pub(super) fn is_window(name: &str) -> bool {
    WINDOWS.contains(&name)
}

/// Whether an event tells what somebody types.
pub(super) fn is_input_event(name: &str) -> bool {
    INPUT_EVENTS.contains(&name)
}

/// An element that loads something, as HTML writes it.
pub(super) fn loader(name: &str) -> Option<&'static str> {
    LOADERS.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

/// Whether a name or selector is about fields that thieves want.
pub(super) fn is_wanted(name: &str) -> bool {
    if name.len() > 64 {
        return false;
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    WANTED.iter().any(|wanted| plain.contains(wanted))
}

/// Whether a selector picks script elements, as code does that looks for its own.
pub(super) fn picks_scripts(selector: &str) -> bool {
    let mut words = selector.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '#' && c != '.');
    words.any(|word| word.eq_ignore_ascii_case("script"))
}

/// Whether a selector picks form fields.
pub(super) fn picks_fields(selector: &str) -> bool {
    let words = selector.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '#' && c != '.');
    let field = |word: &str| matches!(word, "input" | "select" | "textarea" | "form" | "autocomplete");
    is_wanted(selector) || words.into_iter().any(field)
}
