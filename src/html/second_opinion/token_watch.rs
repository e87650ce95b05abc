//! Stands between tokenizer and tree builder, to know when a token has ended.

use std::cell::Cell;

use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

use super::tree_watch::{Node, TreeWatch};

/// Hands tokens on to the tree builder and notes that one ended.
pub(super) struct TokenWatch {
    pub(super) builder: TreeBuilder<Node, TreeWatch>,
    ended: Cell<bool>,
    /// The most attributes that a tag had, and whether html5ever dropped one that was there twice.
    #[cfg(test)]
    pub(super) attributes: Cell<(usize, bool)>,
}

impl TokenWatch {
    /// Before the first token.
    pub(super) fn new(watch: TreeWatch) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
        Self {
            builder: TreeBuilder::new(watch, options),
            ended: Cell::new(false),
            #[cfg(test)]
            attributes: Cell::new((0, false)),
        }
    }

    /// Whether a token has ended since this was last asked.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.take()
    }
}

impl TokenSink for TokenWatch {
    type Handle = Node;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Node> {
        // An error is told in the midst of a token, and is none itself.
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.ended.set(true);
        #[cfg(test)]
        if let Token::TagToken(tag) = &token {
            let (most, duplicates) = self.attributes.get();
            self.attributes.set((most.max(tag.attrs.len()), duplicates || tag.had_duplicate_attributes));
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
