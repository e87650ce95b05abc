//! What was observed, asked by commands that run beside the process that writes it.

mod observed;
mod reports;
mod suggest;
mod preview;
mod evidence;
