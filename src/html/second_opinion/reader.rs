//! Feeds html5ever in step with the output, and stops where it would work without end.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::{Decoder, Encoding};
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};

use super::attribute_count::AttributeCount;
use super::difference::{Difference, end_of, tail};
use super::granted::Granted;
use super::token_watch::TokenWatch;
use super::tree_watch::TreeWatch;
use crate::html::Limits;
use crate::html::code::Findings;
use crate::policy::PageGrants;

/// Bytes that one token may span: a comment or an attribute is collected whole by the tokenizer.
const TOKEN_MAX: usize = 16 << 20;

/// Reads a document's output in step with it.
pub struct SecondOpinion {
    pub(super) tokenizer: Tokenizer<TokenWatch>,
    input: BufferQueue,
    decoder: Decoder,
    /// Bytes read since a token last ended.
    pending: usize,
    /// The tag that may be open: since a `<` around which there was no other tag and no comment.
    tag: Option<AttributeCount>,
    most_attributes: usize,
    /// The end of what was read.
    read: String,
}

impl SecondOpinion {
    /// For a document in `charset` under `grants`.
    pub fn new(grants: Arc<PageGrants>, charset: &'static Encoding, limits: &Limits) -> Self {
        Self::within(&Rc::new(Granted::new(grants)), charset, limits, 0)
    }

    /// For a document that is so many `srcdoc` documents deep.
    pub(super) fn within(
        granted: &Rc<Granted>,
        charset: &'static Encoding,
        limits: &Limits,
        depth: usize,
    ) -> Self {
        let watch = TreeWatch::new(Rc::clone(granted), limits, depth);
        Self {
            tokenizer: Tokenizer::new(TokenWatch::new(watch), TokenizerOpts::default()),
            input: BufferQueue::default(),
            decoder: charset.new_decoder_with_bom_removal(),
            pending: 0,
            tag: None,
            most_attributes: limits.attributes,
            read: String::new(),
        }
    }

    /// Has it look for code in attributes.
    pub(in crate::html) fn look_for_code(&mut self, found: &Rc<RefCell<Findings>>) {
        self.tokenizer.sink.builder.sink.look_for_code(found);
    }

    /// Reads bytes that are about to leave. On an error they must not.
    pub fn read(&mut self, output: &[u8]) -> Result<(), Difference> {
        self.feed(output, false)
    }

    /// The end of the document.
    pub fn end(&mut self) -> Result<(), Difference> {
        self.feed(&[], true)?;
        self.tokenizer.end();
        self.watch().finding()
    }

    fn feed(&mut self, output: &[u8], last: bool) -> Result<(), Difference> {
        self.watch().effort.read(output.len());
        let capacity = self.decoder.max_utf8_buffer_length(output.len()).unwrap_or(output.len());
        let mut text = String::with_capacity(capacity);
        let (_, _, _) = self.decoder.decode_to_string(output, &mut text, last);
        // A tag begins with `<`, so a piece has the rest of one tag at most, and whatever ends in it.
        let mut done = 0_usize;
        let outcome = text.split_inclusive('<').try_for_each(|piece| {
            done = done.saturating_add(piece.len());
            self.read_piece(piece)
        });
        self.remember(text.get(..done).unwrap_or_default());
        outcome
    }

    /// Keeps the end of what was read.
    fn remember(&mut self, text: &str) {
        self.read.push_str(tail(text));
        let kept = tail(&self.read).len();
        self.read.drain(..self.read.len().saturating_sub(kept));
    }

    /// The end of what was read, for people.
    pub(super) fn near(&self) -> String {
        end_of(&self.read)
    }

    /// Reads a piece without `<`, but for its last character.
    fn read_piece(&mut self, piece: &str) -> Result<(), Difference> {
        let too_many = self.tag.as_mut().and_then(|tag| tag.read(piece));
        let (before, rest) = too_many.and_then(|at| piece.split_at_checked(at)).unwrap_or((piece, ""));
        self.tokenize(before)?;
        // Where a token has ended, it was no tag after all, but text that looks like one.
        if too_many.is_some() && self.tag.is_some() {
            return Err(Difference::TooManyAttributes);
        }
        self.tokenize(rest)?;
        if piece.ends_with('<') && self.tag.is_none() {
            self.tag = Some(AttributeCount::new(self.most_attributes));
        }
        Ok(())
    }

    fn tokenize(&mut self, text: &str) -> Result<(), Difference> {
        if text.is_empty() {
            return Ok(());
        }
        self.input.push_back(StrTendril::from(text));
        // The tokenizer stops at scripts and at encoding declarations; neither concerns us.
        while !matches!(self.tokenizer.feed(&self.input), TokenizerResult::Done) {}
        self.pending = self.pending.saturating_add(text.len());
        if self.tokenizer.sink.has_ended() {
            self.pending = 0;
            self.tag = None;
        }
        if self.pending > TOKEN_MAX {
            return Err(Difference::TokenTooLong);
        }
        if self.watch().effort.is_too_much() {
            return Err(Difference::TooMuchWork);
        }
        self.watch().finding()
    }

    pub(super) fn watch(&self) -> &TreeWatch {
        &self.tokenizer.sink.builder.sink
    }
}
