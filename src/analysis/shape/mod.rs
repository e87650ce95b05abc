//! The shape of an inline script: its code, with places in which data may stand that differs in each
//! response.
//!
//! ```text
//!  page       window.state = {"user":"bob"};
//!                            └─ taken out, as JSON, into a data block before the script
//!  approved   ;(…)(document.currentScript);window.state = JSON.parse(document.currentScript.countersign[0/*object*/]);
//! ```
//!
//! The approved code is the whole shape: it is what runs, to the last letter, under its digest in the CSP.
//! What is taken out reaches it through `JSON.parse` only, so it can never be code, however a page was made
//! and however it is read here. Nothing is run, and outside of data nothing is parsed: a page's text must
//! be the approved one, letter by letter, wherever no data stands.

mod cut;
mod literal;
mod sinks;
mod places;
mod samples;

use std::fmt::Write;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use samples::{Found, FoundHole, MAX_SAMPLES, shape_among, shape_of_samples};

/// The longest text that is held against a shape, in bytes.
pub const MAX_SHAPED_BYTES: usize = 256 << 10;
/// The most places for data in one script.
pub(super) const MAX_HOLES: usize = 64;

/// The name by which the approved code reaches its data. No page's script may mention it.
const NAME: &str = "countersign";

/// Before code whose data is used while the script runs: it takes the data block away, so that the document
/// is as the page wrote it, and keeps the values at the script element.
const AT_ELEMENT: &str = ";(e=>{let d=e.previousElementSibling;d.remove();e.countersign=d.text.split(\"\\n\")})\
                          (document.currentScript);";
/// Before code whose functions use data later on.
const IN_BLOCK: &str = "{let countersign=document.currentScript.previousElementSibling;countersign.remove();\
                        countersign=countersign.text.split(\"\\n\");";
/// Behind such code: it may end with a comment.
const END_OF_BLOCK: &str = "\n}";

/// What kind of data may stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A text in quotes.
    String,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Constant,
    /// An object of data.
    Object,
    /// An array of data.
    Array,
    /// Any of them: samples had different ones.
    Any,
}

impl Class {
    /// Its name in the approved code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Constant => "constant",
            Self::Object => "object",
            Self::Array => "array",
            Self::Any => "any",
        }
    }

    fn takes(self, other: Self) -> bool {
        self == Self::Any || self == other
    }
}

impl FromStr for Class {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let all = [Self::String, Self::Number, Self::Constant, Self::Object, Self::Array, Self::Any];
        all.into_iter().find(|class| class.name() == name).ok_or(())
    }
}

/// Where the approved code keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeping {
    /// At the script element, from this byte of the text on: behind `"use strict"`.
    Element(usize),
    /// In a block around all of the code.
    Block,
}

impl Keeping {
    const fn values(self) -> &'static str {
        match self {
            Self::Element(_) => "document.currentScript.countersign",
            Self::Block => "countersign",
        }
    }
}

/// A script's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The text before the first place for data, and behind each; one more than [`Self::holes`].
    texts: Vec<String>,
    holes: Vec<Class>,
    keeping: Keeping,
}

impl Shape {
    /// Reads approved code. `None` where it is none that [`Self::code`] writes.
    pub fn parse(code: &str) -> Option<Self> {
        let (text, keeping) = if let Some(rest) = code.strip_prefix(IN_BLOCK) {
            (rest.strip_suffix(END_OF_BLOCK)?.to_owned(), Keeping::Block)
        } else {
            let (before, behind) = code.split_once(AT_ELEMENT)?;
            (format!("{before}{behind}"), Keeping::Element(before.len()))
        };
        let opening = format!("JSON.parse({}[", keeping.values());
        let mut pieces = text.split(&opening);
        let mut shape = Self { texts: vec![pieces.next()?.to_owned()], holes: Vec::new(), keeping };
        for piece in pieces {
            let (_, rest) = piece.split_once("/*")?;
            let (class, text) = rest.split_once("*/])")?;
            shape.holes.push(class.parse().ok()?);
            shape.texts.push(text.to_owned());
        }
        let fits = !shape.holes.is_empty() && shape.holes.len() <= MAX_HOLES;
        (fits && places::refused_text(code).is_none() && shape.code() == code).then_some(shape)
    }

    /// What data may stand in its places, in order.
    pub fn holes(&self) -> &[Class] {
        &self.holes
    }

    /// The code that runs in place of the page's: this is what people approve.
    pub fn code(&self) -> String {
        let mut code = String::new();
        if self.keeping == Keeping::Block {
            code.push_str(IN_BLOCK);
        }
        let mut holes = self.holes.iter().enumerate();
        for (number, text) in self.texts.iter().enumerate() {
            match self.keeping {
                // Only in the first text: directives stand before everything.
                Keeping::Element(at) if number == 0 => {
                    let (before, behind) = text.split_at_checked(at).unwrap_or((text, ""));
                    code.push_str(before);
                    code.push_str(AT_ELEMENT);
                    code.push_str(behind);
                }
                Keeping::Element(_) | Keeping::Block => code.push_str(text),
            }
            if let Some((place, class)) = holes.next() {
                // Writing to a string can't fail.
                let _ = write!(code, "JSON.parse({}[{place}/*{}*/])", self.keeping.values(), class.name());
            }
        }
        if self.keeping == Keeping::Block {
            code.push_str(END_OF_BLOCK);
        }
        code
    }

    /// Holds a page's text against the shape: its data, each as JSON on one line, where it fits. The time
    /// grows with the length of the text, whatever it contains.
    pub fn fit(&self, text: &str) -> Option<Vec<String>> {
        if text.len() > MAX_SHAPED_BYTES || !text.ends_with(self.texts.last()?) {
            return None;
        }
        let mut texts = self.texts.iter();
        let mut rest = text.strip_prefix(texts.next()?.as_str())?;
        let mut values = Vec::with_capacity(self.holes.len());
        for (class, behind) in self.holes.iter().zip(texts) {
            let (value, after) = cut::cut(rest)?;
            let literal = literal::read(value).filter(|literal| class.takes(literal.class))?;
            values.push(literal.json());
            rest = after.strip_prefix(behind.as_str())?;
        }
        rest.is_empty().then_some(values)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod properties;
