//! The only place that writes to the terminal.

use std::io::Write;

/// Says something to the person at the terminal (stderr). A closed terminal is not an error.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes data (stdout). A reader that went away is not an error.
pub fn write_data(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
