//! Stands between tokenizer and tree builder, to know when a token has ended, and where that leaves the
//! tokenizer.

use std::cell::{Cell, RefCell};

use html5ever::LocalName;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{TagKind, Token, TokenSink, TokenSinkResult};

/// Where the tokenizer stands behind a tag, comment or doctype.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Behind {
    /// In the data state. <https://html.spec.whatwg.org/#data-state>
    Data,
    /// In the text of the element with this name.
    RawText(RawKind, LocalName),
    /// Where nothing ends any more. <https://html.spec.whatwg.org/#plaintext-state>
    Plaintext,
}

/// Hands tokens on to the tree builder and notes that one ended.
pub(super) struct TokenWatch<B> {
    pub(super) builder: B,
    ended: Cell<bool>,
    behind: RefCell<Option<Behind>>,
    /// The most attributes that a tag had, and whether html5ever dropped one that was there twice.
    #[cfg(test)]
    pub(super) attributes: Cell<(usize, bool)>,
}

impl<B: TokenSink> TokenWatch<B> {
    /// Before the first token.
    pub(super) fn new(builder: B) -> Self {
        Self {
            builder,
            ended: Cell::new(false),
            behind: RefCell::new(None),
            #[cfg(test)]
            attributes: Cell::new((0, false)),
        }
    }

    /// Whether a token has ended since this was last asked.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.take()
    }

    /// Where the last token since this was last asked leaves the tokenizer, if it was a tag, a comment or a
    /// doctype. They end with their last character, so it stands there as long as nothing more is read.
    pub(super) fn behind(&self) -> Option<Behind> {
        self.behind.take()
    }
}

impl<B: TokenSink> TokenSink for TokenWatch<B> {
    type Handle = B::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<B::Handle> {
        let opened = match &token {
            // An error is told in the midst of a token, and is none itself.
            Token::ParseError(_) => return TokenSinkResult::Continue,
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => Some(tag.name.clone()),
            Token::TagToken(_) | Token::CommentToken(_) | Token::DoctypeToken(_) => {
                Some(LocalName::default())
            }
            Token::CharacterTokens(_) | Token::NullCharacterToken | Token::EOFToken => None,
        };
        self.ended.set(true);
        #[cfg(test)]
        if let Token::TagToken(tag) = &token {
            let (most, duplicates) = self.attributes.get();
            self.attributes.set((most.max(tag.attrs.len()), duplicates || tag.had_duplicate_attributes));
        }
        let result = self.builder.process_token(token, line);
        *self.behind.borrow_mut() = opened.map(|name| match &result {
            TokenSinkResult::RawData(kind) => Behind::RawText(*kind, name),
            TokenSinkResult::Plaintext => Behind::Plaintext,
            TokenSinkResult::Continue
            | TokenSinkResult::Script(_)
            | TokenSinkResult::EncodingIndicator(_) => Behind::Data,
        });
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
