//! A start tag that we write: known name, double-quoted values, no raw `<` or `>` inside. Whatever
//! state a browser's parser is in when it meets one, it can't open anything that is not there.

use memchr::memchr3;

use super::error::HtmlError;

/// Room for nearly every tag: marks of a quarantine, or a grant, and a URL.
const USUAL: usize = 320;

/// A start tag being written.
pub(super) struct EditedTag(String);

impl EditedTag {
    /// Begins a tag; `name` is one of ours.
    pub(super) fn open(name: &'static str) -> Self {
        let mut tag = String::with_capacity(USUAL);
        tag.push('<');
        tag.push_str(name);
        Self(tag)
    }

    /// An attribute of the page: its character references stay as they are, so the value means the
    /// same.
    pub(super) fn page_attribute(mut self, name: &str, raw: &str) -> Self {
        self.begin(name);
        self.escaped(raw, false);
        self.0.push('"');
        self
    }

    /// An attribute of ours.
    pub(super) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.begin(name);
        self.escaped(value, true);
        self.0.push('"');
        self
    }

    /// An attribute that grants something: refused unless it reads the same in every charset and needs
    /// no escaping. An empty `integrity` would be no integrity at all.
    pub(super) fn grant(self, name: &'static str, value: &str) -> Result<Self, HtmlError> {
        let plain = |c: u8| matches!(c, b' '..=b'~') && !matches!(c, b'"' | b'&' | b'<' | b'>');
        if value.trim_start().is_empty() || !all(value, plain) {
            return Err(HtmlError::NotRepresentable(name));
        }
        Ok(self.plain_attribute(name, value))
    }

    /// A canonical URL: refused if it contains anything but `&` that needs escaping.
    pub(super) fn url(self, name: &'static str, url: &str) -> Result<Self, HtmlError> {
        let plain = |c: u8| c.is_ascii_graphic() && !matches!(c, b'"' | b'<' | b'>');
        if url.is_empty() || !all(url, plain) {
            return Err(HtmlError::NotRepresentable(name));
        }
        Ok(self.attribute(name, url))
    }

    /// One whose value needs no escaping.
    fn plain_attribute(mut self, name: &'static str, value: &str) -> Self {
        self.begin(name);
        self.0.push_str(value);
        self.0.push('"');
        self
    }

    /// Ends the tag.
    pub(super) fn close(mut self) -> String {
        self.0.push('>');
        self.0
    }

    /// Ends the tag of an element without content, as SVG writes it.
    pub(super) fn close_empty(mut self) -> String {
        self.0.push_str(" />");
        self.0
    }

    fn begin(&mut self, name: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
    }

    /// Adds a value, in runs that need no escaping; `ampersands` are escaped where the value is ours.
    fn escaped(&mut self, mut value: &str, ampersands: bool) {
        // One search for all: a second one behind another would go through the whole rest for each `&`.
        let special = |text: &str| {
            if ampersands {
                return text.bytes().position(|byte| matches!(byte, b'"' | b'<' | b'>' | b'&'));
            }
            memchr3(b'"', b'<', b'>', text.as_bytes())
        };
        while let Some((plain, rest)) = special(value).and_then(|at| value.split_at_checked(at)) {
            self.0.push_str(plain);
            self.0.push_str(match rest.bytes().next() {
                Some(b'"') => "&quot;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                _ => "&amp;",
            });
            value = rest.get(1..).unwrap_or_default();
        }
        self.0.push_str(value);
    }
}

/// Whether that is so of every byte. It looks at all of them, which goes many at a time.
fn all(text: &str, is_so: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & is_so(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_can_not_leave_its_quotes() {
        let tag = EditedTag::open("script")
            .page_attribute("data-a", "1\" onload=x '&quot;<b>")
            .attribute("data-b", "&amp;\"<>")
            .close();
        assert_eq!(
            tag,
            "<script data-a=\"1&quot; onload=x '&quot;&lt;b&gt;\" data-b=\"&amp;amp;&quot;&lt;&gt;\">"
        );
    }

    #[test]
    fn a_long_value_of_nothing_but_what_is_escaped_takes_no_longer_than_another() {
        // Looked at to its end for each of them, it would take a minute.
        let tag = EditedTag::open("meta").attribute("content", &"&".repeat(1 << 20)).close();
        assert_eq!(tag.matches("&amp;").count(), 1 << 20);
    }

    #[test]
    fn a_grant_that_browsers_would_ignore_is_an_error() {
        for bad in ["", " ", "sha384-é", "a\"b", "a\nb", "a&b"] {
            let written = EditedTag::open("script").grant("integrity", bad);
            assert!(matches!(written, Err(HtmlError::NotRepresentable("integrity"))), "{bad:?}");
        }
    }
}
