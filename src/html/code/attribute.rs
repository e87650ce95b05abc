//! Which attributes have code in them, and which text of it browsers hold against a CSP.

use std::borrow::Cow;

use crate::inventory::SeenKind;
use crate::web::javascript_url;

/// How code may stand in an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::html) enum Place {
    /// Its value is code.
    Handler,
    /// Its value is a URL that somebody may be led to.
    Url,
    /// Its value is a list of what such a URL is set to, one after the other.
    Urls,
}

impl Place {
    /// What code there is called.
    pub(in crate::html) const fn kind(self) -> SeenKind {
        match self {
            Self::Handler => SeenKind::Handler,
            Self::Url | Self::Urls => SeenKind::JavascriptUrl,
        }
    }
}

/// How code may stand in an attribute of this name, in lower case, on some element. Every name that begins
/// with `on` and has only letters counts as a handler's: new ones come, and a list would miss them.
/// <https://html.spec.whatwg.org/#event-handler-content-attributes>
/// <https://html.spec.whatwg.org/#the-javascript:-url-special-case>
pub(in crate::html) fn place_by_name(name: &str) -> Option<Place> {
    if let Some(event) = name.strip_prefix("on") {
        let is_event = !event.is_empty() && event.bytes().all(|c| c.is_ascii_lowercase());
        return is_event.then_some(Place::Handler);
    }
    match name {
        "href" | "xlink:href" | "action" | "formaction" | "src" | "data" | "from" | "to" | "by" => {
            Some(Place::Url)
        }
        "values" => Some(Place::Urls),
        _ => None,
    }
}

/// The same on this element.
pub(in crate::html) fn place_of(element: &str, name: &str) -> Option<Place> {
    let place = place_by_name(name)?;
    let counts = match name {
        // In SVG and MathML any element may be a link.
        "href" | "xlink:href" => !matches!(element, "base" | "link" | "script"),
        "action" => element == "form",
        "formaction" => matches!(element, "button" | "input"),
        "src" => matches!(element, "iframe" | "frame" | "embed"),
        "data" => element == "object",
        "from" | "to" | "by" => matches!(element, "animate" | "set"),
        "values" => element == "animate",
        _ => true,
    };
    counts.then_some(place)
}

/// Whether a value, undecoded, may have a `javascript:` URL in it: it begins with that letter, or with a
/// character reference, or it is a list.
pub(in crate::html) fn may_be_javascript(raw: &str) -> bool {
    let first = raw.bytes().find(|c| *c > b' ');
    matches!(first, Some(b'j' | b'J' | b'&')) || raw.contains(';')
}

/// The code in an attribute with this value, as browsers hold it against a CSP. None where nothing would
/// run: the digest of an empty text is approved nowhere.
pub(in crate::html) fn code_in(place: Place, value: &str) -> Option<Cow<'_, str>> {
    match place {
        Place::Handler => (!value.is_empty()).then_some(Cow::Borrowed(value)),
        Place::Url => javascript_url(value).map(Cow::Owned),
        Place::Urls => value.split(';').find_map(javascript_url).map(Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_known_by_their_names() {
        for name in ["onclick", "onx", "onbeforetoggle", "onsomethingnew"] {
            assert_eq!(place_of("p", name), Some(Place::Handler), "{name}");
        }
        for name in ["on", "on-click", "on:click", "@click", "only1", "content", "title", "onclick.x"] {
            assert_eq!(place_of("p", name), None, "{name}");
        }
    }

    #[test]
    fn what_can_not_be_such_a_url_is_told_by_its_first_letter() {
        for raw in [" \u{1}\tjava", "J", "&#106;avascript:", "/a;javascript:b()"] {
            assert!(may_be_javascript(raw), "{raw:?}");
        }
        assert!(!may_be_javascript("/javascript:") && !may_be_javascript(""));
    }

    #[test]
    fn urls_count_where_browsers_are_led_to_them() {
        for (element, name) in [
            ("a", "href"),
            ("area", "href"),
            ("mi", "xlink:href"),
            ("form", "action"),
            ("button", "formaction"),
            ("iframe", "src"),
            ("object", "data"),
            ("set", "to"),
        ] {
            assert_eq!(place_of(element, name), Some(Place::Url), "{element} {name}");
        }
        for (element, name) in
            [("img", "src"), ("script", "href"), ("base", "href"), ("p", "to"), ("p", "data")]
        {
            assert_eq!(place_of(element, name), None, "{element} {name}");
        }
        let listed = code_in(Place::Urls, "/a; JavaScript:b()").unwrap();
        assert_eq!(listed, "javascript:b()");
        assert_eq!(code_in(Place::Url, "/javascript:b()"), None);
    }
}
