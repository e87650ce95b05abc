//! Who reads a document: first the bypass, and the parser from the place where that gives up.

use std::cell::RefCell;
use std::rc::Rc;

use super::bypass::{Bypass, Rest};
use super::error::HtmlError;
use super::page::Page;
use super::parser::{Kind, Parser};

/// Reads a document, and is gone after an error: the parser panics when it is used again.
pub(super) enum Reader {
    Bypass(Box<Bypass>, Kind),
    Parser(Box<Parser>),
}

impl Reader {
    /// Reads the next bytes.
    pub(super) fn write(self, page: &Rc<RefCell<Page>>, markup: &[u8]) -> Result<Self, HtmlError> {
        match self {
            Self::Bypass(mut bypass, kind) => {
                let rest = bypass.read(&mut page.borrow_mut(), markup)?;
                match rest {
                    None => Ok(Self::Bypass(bypass, kind)),
                    Some(rest) => Ok(Self::Parser(Box::new(taken_over(page, &bypass, kind, &rest)?))),
                }
            }
            Self::Parser(mut parser) => {
                parser.write(markup)?;
                Ok(Self::Parser(parser))
            }
        }
    }

    /// The end of the document.
    pub(super) fn end(self, page: &Rc<RefCell<Page>>) -> Result<(), HtmlError> {
        match self {
            Self::Bypass(mut bypass, kind) => {
                if let Some(rest) = bypass.end() {
                    taken_over(page, &bypass, kind, &rest)?.end()?;
                }
            }
            Self::Parser(parser) => parser.end()?,
        }
        page.borrow_mut().document_ends();
        Ok(())
    }
}

/// A parser that has read the rest of what came.
fn taken_over(
    page: &Rc<RefCell<Page>>,
    bypass: &Bypass,
    kind: Kind,
    rest: &Rest<'_>,
) -> Result<Parser, HtmlError> {
    let mut parser = Parser::at(page, kind, &bypass.stands())?;
    for bytes in [rest.waited.as_slice(), rest.behind] {
        if !bytes.is_empty() {
            parser.write(bytes)?;
        }
    }
    Ok(parser)
}
