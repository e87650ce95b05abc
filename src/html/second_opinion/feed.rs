//! Gives html5ever's tree builder the tokens of a document: those that are plain at a glance at once
//! ([`skim`]), all others through html5ever's tokenizer. Stops where that would collect without end.

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::attribute_count::AttributeCount;
use super::difference::Difference;
use super::skim;
use super::token_watch::{Behind, TokenWatch};

/// Bytes that one token may span: a comment or an attribute is collected whole by the tokenizer.
const TOKEN_MAX: usize = 16 << 20;

/// A tree builder that may have had enough.
pub(super) trait Checked: TokenSink {
    /// Asked again and again while it is fed.
    fn check(&self) -> Result<(), Difference>;
}

/// Feeds a tree builder.
pub(super) struct Feed<B: Checked> {
    tokenizer: Tokenizer<TokenWatch<B>>,
    input: BufferQueue,
    place: Place,
    /// Bytes read since a token last ended.
    pending: usize,
    /// The tag that may be open: since a `<` around which there was no other tag and no comment.
    tag: Option<AttributeCount>,
    most_attributes: usize,
    /// Whether the tree builder is to see code in attributes.
    shows_code: bool,
}

/// Where the tokenizer stands.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// There, and it has nothing in its hands.
    Known(Behind),
    /// Somewhere: it must have every character until it says where it is.
    Unknown,
}

impl<B: Checked> Feed<B> {
    /// Before the first token. A tag may have so many attributes.
    pub(super) fn new(builder: B, most_attributes: usize) -> Self {
        // It would drop such a character at the beginning of every piece; a decoder has done it.
        let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
        Self {
            tokenizer: Tokenizer::new(TokenWatch::new(builder), options),
            input: BufferQueue::default(),
            place: Place::Known(Behind::Data),
            pending: 0,
            tag: None,
            most_attributes,
            shows_code: false,
        }
    }

    /// The tree builder.
    pub(super) fn builder(&self) -> &B {
        &self.tokenizer.sink.builder
    }

    /// The tree builder, which gets code in attributes from now on.
    pub(super) fn builder_with_code(&mut self) -> &mut B {
        self.shows_code = true;
        &mut self.tokenizer.sink.builder
    }

    /// What stands before it.
    #[cfg(test)]
    pub(super) fn watch(&self) -> &TokenWatch<B> {
        &self.tokenizer.sink
    }

    /// The end of the document.
    pub(super) fn end(&self) {
        self.tokenizer.end();
    }

    /// Reads the beginning of a text, and says how much of it. Not to be called with none.
    pub(super) fn read(&mut self, text: &str) -> (usize, Result<(), Difference>) {
        match &self.place {
            // No tag comes any more.
            Place::Known(Behind::Plaintext) => {
                (text.len(), self.tokenize(text).and_then(|()| self.builder().check()))
            }
            Place::Known(Behind::Data) => match self.skim(text) {
                Some((length, read)) => (length, read.and_then(|()| self.builder().check())),
                None => self.read_slowly(text),
            },
            Place::Known(Behind::RawText(kind, name)) => {
                let length = skim::raw_text(text, name);
                match text.split_at_checked(length) {
                    None | Some(("", _)) => self.read_slowly(text),
                    // Only the text of scripts is looked at.
                    Some((raw, _)) if *kind == RawKind::ScriptData => {
                        (length, self.tokenize(raw).and_then(|()| self.builder().check()))
                    }
                    Some(_) => (length, Ok(())),
                }
            }
            Place::Unknown => self.read_slowly(text),
        }
    }

    /// Reads a plain construct in the data state.
    fn skim(&self, text: &str) -> Option<(usize, Result<(), Difference>)> {
        let (token, length) = if text.starts_with('<') {
            if let Some((tag, length)) = skim::tag(text, self.most_attributes, self.shows_code) {
                (Token::TagToken(tag), length)
            } else {
                (Token::CommentToken(StrTendril::new()), skim::comment(text)?)
            }
        } else {
            let end = memchr::memchr(b'<', text.as_bytes());
            let run = text.get(..end.unwrap_or(text.len()))?;
            (Token::CharacterTokens(skim::text(run, end.is_none())?), run.len())
        };
        let result = self.tokenizer.sink.builder.process_token(token, 1);
        let read = match result {
            TokenSinkResult::Continue
            | TokenSinkResult::Script(_)
            | TokenSinkResult::EncodingIndicator(_) => Ok(()),
            // Not with the elements that are skimmed.
            TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext => Err(Difference::Lost),
        };
        Some((length, read))
    }

    /// Reads up to the next `<` or `>`: a tag, a comment or a doctype ends with a piece, if one does.
    fn read_slowly(&mut self, text: &str) -> (usize, Result<(), Difference>) {
        self.place = Place::Unknown;
        let end = memchr::memchr2(b'<', b'>', text.as_bytes()).map_or(text.len(), |at| at.saturating_add(1));
        let piece = text.get(..end).unwrap_or(text);
        let _ = self.tokenizer.sink.behind();
        let read = self.read_piece(piece);
        if piece.ends_with('>')
            && let Some(behind) = self.tokenizer.sink.behind()
        {
            self.place = Place::Known(behind);
        }
        (piece.len(), read)
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
        self.builder().check()
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
        if self.pending > TOKEN_MAX { Err(Difference::TokenTooLong) } else { Ok(()) }
    }
}
