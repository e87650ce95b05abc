//! The operator's window, on its own listener.
