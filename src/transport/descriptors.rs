//! How many files and sockets the process may have open.

/// The system's limit, where it can be told (Linux).
pub fn limit() -> Option<usize> {
    parse(&std::fs::read_to_string("/proc/self/limits").ok()?)
}

/// The soft limit of open files in the text of `/proc/self/limits`.
fn parse(text: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_is_read() {
        let text = "Limit        Soft Limit  Hard Limit  Units\nMax open files   1024    524288    files\n";
        assert_eq!(parse(text), Some(1024));
        assert_eq!(parse("Max open files   unlimited unlimited files\n"), None);
        assert_eq!(parse(""), None);
    }
}
