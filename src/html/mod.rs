//! Markup in, markup out: decodes, judges every script, edits, encodes. No sockets, no clock.
