//! A start tag that we write: known name, double-quoted values, no raw `<` or `>` inside. Whatever
//! state a browser's parser is in when it meets one, it can't open anything that is not there.

use super::error::HtmlError;

/// A start tag being written.
pub(super) struct EditedTag(String);

impl EditedTag {
    /// Begins a tag; `name` is one of ours.
    pub(super) fn open(name: &'static str) -> Self {
        Self(format!("<{name}"))
    }

    /// An attribute of the page: its character references stay as they are, so the value means the
    /// same.
    pub(super) fn page_attribute(mut self, name: &str, raw: &str) -> Self {
        self.begin(name);
        for c in raw.chars() {
            self.escaped(c);
        }
        self.0.push('"');
        self
    }

    /// An attribute of ours.
    pub(super) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.begin(name);
        for c in value.chars() {
            if c == '&' { self.0.push_str("&amp;") } else { self.escaped(c) }
        }
        self.0.push('"');
        self
    }

    /// An attribute that grants something: refused unless it reads the same in every charset and needs
    /// no escaping. An empty `integrity` would be no integrity at all.
    pub(super) fn grant(self, name: &'static str, value: &str) -> Result<Self, HtmlError> {
        let plain = |c: char| (c.is_ascii_graphic() || c == ' ') && !"\"&<>".contains(c);
        if value.trim().is_empty() || !value.chars().all(plain) {
            return Err(HtmlError::NotRepresentable(name));
        }
        Ok(self.attribute(name, value))
    }

    /// A canonical URL: refused if it contains anything but `&` that needs escaping.
    pub(super) fn url(self, name: &'static str, url: &str) -> Result<Self, HtmlError> {
        let plain = |c: char| c.is_ascii_graphic() && !"\"<>".contains(c);
        if url.is_empty() || !url.chars().all(plain) {
            return Err(HtmlError::NotRepresentable(name));
        }
        Ok(self.attribute(name, url))
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

    fn escaped(&mut self, c: char) {
        match c {
            '"' => self.0.push_str("&quot;"),
            '<' => self.0.push_str("&lt;"),
            '>' => self.0.push_str("&gt;"),
            other => self.0.push(other),
        }
    }
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
    fn a_grant_that_browsers_would_ignore_is_an_error() {
        for bad in ["", " ", "sha384-é", "a\"b", "a\nb", "a&b"] {
            let written = EditedTag::open("script").grant("integrity", bad);
            assert!(matches!(written, Err(HtmlError::NotRepresentable("integrity"))), "{bad:?}");
        }
    }
}
