//! Names for what reports are about where no policy names the site: the host that they were sent to, which
//! a stranger writes, so there may be only so many.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Hosts told apart. Reports to any other are about none.
const KEPT: usize = 1_000;
/// Longest name of a host.
const LONGEST: usize = 253;

/// Hosts without a policy that reports were sent to.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<HashSet<String>>);

impl Hosts {
    /// The name that a host goes by: its own, or none where there are too many. `allowed` is asked where it is new.
    pub(super) fn named(&self, host: &str, allowed: impl FnOnce() -> bool) -> String {
        if host.len() > LONGEST || !host.bytes().all(|byte| byte.is_ascii_graphic()) {
            return String::new();
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < KEPT && !known.contains(host) && allowed() {
            known.insert(host.to_owned());
        }
        if known.contains(host) { host.to_owned() } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_hosts_are_told_apart_and_no_more() {
        let hosts = Hosts::default();
        for n in 0..KEPT {
            assert_eq!(hosts.named(&format!("h{n}.example"), || true), format!("h{n}.example"));
        }
        assert_eq!(hosts.named("one-more.example", || true), "");
        assert_eq!(hosts.named("h7.example", || false), "h7.example");
        assert_eq!(Hosts::default().named("a.example", || false), "", "who brings too much that is new");
        assert_eq!(Hosts::default().named("a\u{1b}b", || true), "");
    }
}
