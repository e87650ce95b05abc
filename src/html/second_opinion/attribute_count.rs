//! Counts the attributes of a tag while it goes by.
//!
//! html5ever compares each attribute with all before it, and says how many there are when the tag ends,
//! which is too late where somebody wrote a hundred thousand. Nothing is read out of the tag and nothing
//! granted by the count; it only follows the tokenizer's states, so that it stands where html5ever does.

/// The place in a tag, named after the standard's states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Behind `<`. <https://html.spec.whatwg.org/#tag-open-state>
    Open,
    /// Behind `</`.
    EndOpen,
    TagName,
    /// Before an attribute's name, or behind a `/`.
    Before,
    Name,
    AfterName,
    BeforeValue,
    /// In a value that ends with this.
    Quoted(char),
    Unquoted,
    /// The tag is over, or what follows `<` is none.
    Over,
}

/// The attributes seen since a `<`.
#[derive(Debug)]
pub(super) struct AttributeCount {
    place: Place,
    attributes: usize,
    most: usize,
}

impl AttributeCount {
    /// Begins behind a `<`. A tag may have `most` attributes.
    pub(super) fn new(most: usize) -> Self {
        Self { place: Place::Open, attributes: 0, most }
    }

    /// Reads on. Where one attribute too many begins: its place in `text`.
    pub(super) fn read(&mut self, text: &str) -> Option<usize> {
        for (at, c) in text.char_indices() {
            let (place, begins) = self.place.step(c);
            self.place = place;
            self.attributes = self.attributes.saturating_add(usize::from(begins));
            if begins && self.attributes > self.most {
                return Some(at);
            }
            if place == Place::Over {
                return None;
            }
        }
        None
    }
}

impl Place {
    /// The place behind a character, and whether an attribute begins with it.
    fn step(self, c: char) -> (Self, bool) {
        let space = matches!(c, '\t' | '\n' | '\u{c}' | '\r' | ' ');
        let next = match (self, c) {
            (Self::Open, '/') => Self::EndOpen,
            (Self::Open | Self::EndOpen, c) if c.is_ascii_alphabetic() => Self::TagName,
            (Self::Quoted(quote), c) if quote == c => Self::Before,
            (Self::Quoted(_), _) => self,
            (Self::Open | Self::EndOpen | Self::Over, _) | (_, '>') => Self::Over,
            (Self::BeforeValue, '"' | '\'') => Self::Quoted(c),
            (Self::BeforeValue, _) if space => self,
            (Self::BeforeValue, _) => Self::Unquoted,
            (Self::Unquoted, _) => {
                if space {
                    Self::Before
                } else {
                    self
                }
            }
            (_, '/') => Self::Before,
            (Self::TagName, _) => {
                if space {
                    Self::Before
                } else {
                    self
                }
            }
            (Self::Name, _) if space => Self::AfterName,
            (Self::Before | Self::AfterName, _) if space => self,
            (Self::Name | Self::AfterName, '=') => Self::BeforeValue,
            (Self::Before | Self::AfterName, _) => return (Self::Name, true),
            (Self::Name, _) => self,
        };
        (next, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_counted_however_they_are_written() {
        for (tag, attributes) in [
            ("a>", 0),
            ("/a b c>", 2),
            ("a b=c d = e f= g>", 3),
            ("a b='c d e' f=\"g h\"i/j=k/l>", 4),
            ("a/b/c//d>", 3),
            ("a =b c>", 2),
            ("a =\"b c d>", 3),
            ("a b=\"c", 1),
            ("a b \n= 'c d'>e f g", 1),
            ("!-- a b c", 0),
            ("/ a b", 0),
            ("1 a b", 0),
        ] {
            let mut all = AttributeCount::new(usize::MAX);
            assert_eq!(all.read(tag), None);
            assert_eq!(all.attributes, attributes, "{tag}");
            if attributes > 0 {
                assert!(AttributeCount::new(attributes - 1).read(tag).is_some(), "{tag}");
            }
            let mut pieces = AttributeCount::new(usize::MAX);
            assert!(tag.split_inclusive(|_| true).all(|piece| pieces.read(piece).is_none()));
            assert_eq!(pieces.attributes, attributes, "{tag} in pieces");
        }
    }
}
