//! How many requests may be sent again: a part of those that were sent, so that upstreams which are
//! failing are not buried under repetitions.

use std::cell::Cell;

/// A repetition costs as much as so many requests earn.
const COST: u32 = 5;
/// The most that can be saved: ten repetitions.
const MOST: u32 = 10 * COST;

/// The budget of one worker.
#[derive(Debug)]
pub(in crate::proxy) struct Budget(Cell<u32>);

impl Budget {
    /// Full.
    pub(in crate::proxy) fn new() -> Self {
        Self(Cell::new(MOST))
    }

    /// A request was sent.
    pub(in crate::proxy) fn earn(&self) {
        self.0.set(self.0.get().saturating_add(1).min(MOST));
    }

    /// Whether one may be sent again; it is counted then.
    pub(in crate::proxy) fn spend(&self) -> bool {
        let Some(left) = self.0.get().checked_sub(COST) else { return false };
        self.0.set(left);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_first_ten_one_request_in_five_may_be_sent_again() {
        let budget = Budget::new();
        let sent_again = (0..1000).filter(|_| {
            budget.earn();
            budget.spend()
        });
        assert!((200..=210).contains(&sent_again.count()));
    }
}
