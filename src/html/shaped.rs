//! Inline scripts whose data differs in each response: the data goes into a data block, and the approved
//! code, which takes it from there, stands in the place of the page's text.

use std::fmt::Write;

use encoding_rs::UTF_8;

use super::edited_tag::EditedTag;
use super::error::HtmlError;
use super::gate::Held;
use super::marker::refused_script;
use super::page::Page;
use super::text::{browser_text, digest_of_script};
use crate::judge::{Action, Kind, SeenScript, judge};
use crate::sri::Digest;

/// A held script that has an approved shape.
pub(super) struct Filled {
    /// Of the approved code.
    digest: Digest,
    /// The code in the page's charset.
    code: Vec<u8>,
    /// The data, one value a line, in characters that every charset has.
    data: String,
}

impl Page {
    /// What becomes of a held script that has an approved shape.
    pub(super) fn shaped(&self, held: &Held) -> Option<Filled> {
        if self.grants.shapes.is_empty() || held.kind() != Kind::Classic {
            return None;
        }
        let shaped = self.grants.shaped(&browser_text(held.text(), self.charset))?;
        let (code, _, _) = self.charset.encode(&shaped.approved.code);
        let digest = shaped.approved.digest.clone();
        // In another charset the code might not come out as it was approved.
        if digest_of_script(&code, self.charset) != digest {
            return None;
        }
        let data = shaped.values.join("\n");
        let data = if self.charset == UTF_8 { data } else { in_ascii(&data) };
        Some(Filled { digest, code: code.into_owned(), data })
    }

    /// Judges what would stand in the page, and puts it there. `true` when the end tag may go on.
    pub(super) fn fill(&mut self, held: &Held, filled: &Filled) -> Result<bool, HtmlError> {
        let verdict = judge(&SeenScript::Shaped { digest: &filled.digest }, &self.grants, &self.url);
        let passes = matches!(verdict.action(), Action::Release);
        if passes {
            // Nothing may come between the data and the code.
            self.before_released(held)?;
            let tag = EditedTag::open("script").attribute("type", "text/plain");
            let tag = tag.attribute("data-countersign", "data").close();
            self.insert(&format!("{tag}{}</script>", filled.data));
            self.emit(held.start_tag());
            self.emit(&filled.code);
        } else {
            self.insert(&refused_script(&verdict, None, Some(&filled.digest)));
        }
        self.report_held(held, &filled.digest, verdict);
        Ok(passes)
    }
}

/// JSON in ASCII.
fn in_ascii(json: &str) -> String {
    let mut ascii = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            ascii.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string can't fail.
            let _ = write!(ascii, "\\u{unit:04x}");
        }
    }
    ascii
}
