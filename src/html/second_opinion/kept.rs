//! What documents keep of themselves until a second parser is asked: bounded for each, and for all of the
//! process together, because visitors who read slowly decide how many there are.

use crate::html::{Limits, Total};

/// Of this process.
pub(super) static TOTAL: Total = Total::none();

/// Why something is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The document is too long.
    Document,
    /// All documents keep too much.
    Process,
}

/// The beginning of one document.
#[derive(Debug)]
pub(super) struct Kept {
    bytes: Vec<u8>,
    /// What was taken of the total for it.
    taken: usize,
    total: &'static Total,
    most: usize,
    most_together: usize,
}

impl Kept {
    /// Nothing so far.
    pub(super) fn of(total: &'static Total, limits: &Limits) -> Self {
        Self {
            bytes: Vec::new(),
            taken: 0,
            total,
            most: limits.second_parser_bytes,
            most_together: limits.second_parser_total_bytes,
        }
    }

    /// Keeps more, all of it or nothing.
    pub(super) fn add(&mut self, more: &[u8]) -> Result<(), Full> {
        let length = self.bytes.len().saturating_add(more.len());
        if length > self.most {
            return Err(Full::Document);
        }
        if length > self.taken {
            // Doubled, so that little is copied.
            let room = length.max(self.taken.saturating_mul(2).min(self.most));
            if !self.total.take(room.saturating_sub(self.taken), self.most_together) {
                return Err(Full::Process);
            }
            self.taken = room;
            self.bytes.reserve_exact(room.saturating_sub(self.bytes.len()));
        }
        self.bytes.extend_from_slice(more);
        Ok(())
    }

    /// What was kept.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.total.give_back(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stalled_documents_keep_no_more_together_than_the_bound_and_give_it_back() {
        let total: &'static Total = Box::leak(Box::default());
        let limits =
            Limits { second_parser_bytes: 1000, second_parser_total_bytes: 10_000, ..Limits::default() };
        let mut documents: Vec<Kept> = (0..100).map(|_| Kept::of(total, &limits)).collect();
        let mut refused = 0;
        for _ in 0..9 {
            for document in &mut documents {
                match document.add(&[b'x'; 110]) {
                    Ok(()) => {}
                    Err(full) => {
                        assert_eq!(full, Full::Process);
                        refused += 1;
                    }
                }
            }
        }
        let kept: usize = documents.iter().map(|document| document.bytes.capacity()).sum();
        assert!(refused > 0 && (8_000..=10_000).contains(&kept), "{refused} refused, {kept} kept");
        drop(documents);
        assert!(total.take(10_000, 10_000), "everything was given back");
    }

    #[test]
    fn a_document_keeps_no_more_than_its_own_bound() {
        let total: &'static Total = Box::leak(Box::default());
        let limits = Limits { second_parser_bytes: 10, ..Limits::default() };
        let mut document = Kept::of(total, &limits);
        assert_eq!(document.add(b"12345678"), Ok(()));
        assert_eq!(document.add(b"901"), Err(Full::Document));
        assert_eq!(document.add(b"90"), Ok(()));
        assert_eq!(document.bytes(), b"1234567890");
    }
}
