//! The console's pages of scripts and violations, over HTTP: what they say, how they narrow and go on, and what
//! becomes of texts that strangers chose.

pub(crate) mod fixture;
mod scripts;
mod script;
mod violations;
