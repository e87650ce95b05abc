//! A problem in an operator's file: where, what, and the way out.
