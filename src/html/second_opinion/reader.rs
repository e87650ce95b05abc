//! Reads a document's output in step with it, and judges what the tree builder sees in it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::{Decoder, Encoding, UTF_8};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

use super::difference::{Difference, end_of, tail};
use super::feed::{Checked, Feed};
use super::granted::Granted;
use super::tree_watch::{Node, TreeWatch};
use crate::html::Limits;
use crate::html::code::Findings;
use crate::policy::PageGrants;

type Builder = TreeBuilder<Node, TreeWatch>;

impl Checked for Builder {
    fn check(&self) -> Result<(), Difference> {
        if self.sink.effort.is_too_much() {
            return Err(Difference::TooMuchWork);
        }
        self.sink.finding()
    }
}

/// Reads a document's output in step with it.
pub struct SecondOpinion {
    pub(super) feed: Feed<Builder>,
    decoder: Decoder,
    /// What was decoded last.
    text: String,
    /// The end of what was read.
    read: String,
}

impl SecondOpinion {
    /// For a document in `charset` under `grants`.
    pub fn new(grants: Arc<PageGrants>, charset: &'static Encoding, limits: &Limits) -> Self {
        let decoder = charset.new_decoder_with_bom_removal();
        Self::over(TreeWatch::new(Rc::new(Granted::new(grants)), limits, 0), decoder, limits)
    }

    /// For a document that is so many `srcdoc` documents deep. It was never encoded, so it has no mark of
    /// a byte order.
    pub(super) fn within(granted: &Rc<Granted>, limits: &Limits, depth: usize) -> Self {
        let decoder = UTF_8.new_decoder_without_bom_handling();
        Self::over(TreeWatch::new(Rc::clone(granted), limits, depth), decoder, limits)
    }

    fn over(watch: TreeWatch, decoder: Decoder, limits: &Limits) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() };
        let feed = Feed::new(TreeBuilder::new(watch, options), limits.attributes);
        Self { feed, decoder, text: String::new(), read: String::new() }
    }

    /// Has it look for code in attributes.
    pub(in crate::html) fn look_for_code(&mut self, found: &Rc<RefCell<Findings>>) {
        self.feed.builder_with_code().sink.look_for_code(found);
    }

    /// Reads bytes that are about to leave. On an error they must not.
    pub fn read(&mut self, output: &[u8]) -> Result<(), Difference> {
        self.decode(output, false)
    }

    /// The end of the document.
    pub fn end(&mut self) -> Result<(), Difference> {
        self.decode(&[], true)?;
        self.feed.end();
        self.watch().finding()
    }

    fn decode(&mut self, output: &[u8], last: bool) -> Result<(), Difference> {
        self.watch().effort.read(output.len());
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        text.reserve(self.decoder.max_utf8_buffer_length(output.len()).unwrap_or(output.len()));
        let (_, _, _) = self.decoder.decode_to_string(output, &mut text, last);
        let mut done = 0_usize;
        let mut outcome = Ok(());
        while outcome.is_ok()
            && let Some(rest) = text.get(done..).filter(|rest| !rest.is_empty())
        {
            let (length, read) = self.feed.read(rest);
            done = done.saturating_add(length);
            outcome = read;
        }
        self.remember(text.get(..done).unwrap_or_default());
        self.text = text;
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

    pub(super) fn watch(&self) -> &TreeWatch {
        &self.feed.builder().sink
    }
}
