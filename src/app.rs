//! Puts the parts of the running process together.
