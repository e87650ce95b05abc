//! Any bytes as the text of an inline script, in any charset: it is released if, and only if, the digest
//! of the text that html5ever takes it for is approved.

use std::sync::Arc;

use countersign::html::Limits;
use countersign::inventory::ScriptId;
use countersign::policy::{Mode, PageGrants};

use super::super::grants::sha256;
use super::super::oracle::{Class, Script, scripts};
use super::super::rewriting::rewrite;
use super::{CHARSETS, choices, one_of};

/// See the head of this file.
pub fn inline(input: &[u8]) {
    let ([charset, size, flags], text) = choices(input);
    let charset = one_of(&CHARSETS, charset);
    let size = usize::from(size).max(1);
    let before: &[u8] = if flags & 1 == 0 { b"<!doctype html><script>" } else { b"<script async>" };
    let document = [before, text, b"</script><p>after"].concat();
    let (markup, _) = charset.decode_without_bom_handling(&document);
    // A text that holds `</script>` makes several of it, or none at all: each stands for itself.
    let seen = scripts(&markup);
    // Such a script runs nowhere, and never leaves.
    let unclosed = seen.iter().any(Script::is_unclosed);
    let texts: Vec<String> = seen.into_iter().map(|script| script.text).collect();

    let limits = Limits::default();
    let nothing = Arc::new(PageGrants::nothing(Mode::Enforce));
    let refused = rewrite(document.chunks(size), &nothing, charset, &limits);
    if refused.error.is_none() {
        let (markup, _) = charset.decode_without_bom_handling(&refused.output);
        for script in scripts(&markup) {
            let class = script.class(&nothing);
            assert!(class != Class::Approved, "released without approval: {script:?}");
        }
    }

    let id = ScriptId::new("text").expect("an id");
    let approved = texts.iter().filter(|text| !text.is_empty()).map(|text| (sha256(text), id.clone()));
    let all = Arc::new(PageGrants { inline: approved.collect(), ..PageGrants::nothing(Mode::Enforce) });
    let released = rewrite(document.chunks(size), &all, charset, &limits);
    if released.error.is_some() {
        return;
    }
    // Where the text opens other elements the rewriter may see fewer scripts than html5ever, never more.
    let plain = !unclosed && texts.len() == 1 && !texts[0].is_empty() && !texts[0].contains('<');
    if plain {
        assert_eq!(released.output, document, "approved, but not released: {:?}", texts[0]);
    }
}
