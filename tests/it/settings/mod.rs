//! The settings file: what it may say, what goes before what, what is said about faults, and that the
//! documents tell all of it.

mod documents;
mod faults;
mod precedence;
