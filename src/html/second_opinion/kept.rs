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

/// A document that is kept grows by as much as there is of it, up to so much at once.
const STEP: usize = 16 * 1024;

/// The beginning of one document.
#[derive(Debug)]
pub(super) struct Kept {
    // In pieces: one that grew would be copied each time, and leave holes where it was.
    pieces: Vec<Vec<u8>>,
    length: usize,
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
            pieces: Vec::new(),
            length: 0,
            taken: 0,
            total,
            most: limits.second_parser_bytes,
            most_together: limits.second_parser_total_bytes,
        }
    }

    /// Keeps more, all of it or nothing.
    pub(super) fn add(&mut self, more: &[u8]) -> Result<(), Full> {
        let length = self.length.saturating_add(more.len());
        if length > self.most {
            return Err(Full::Document);
        }
        let room = self.taken.saturating_sub(self.length).min(more.len());
        let (fits, rest) = more.split_at_checked(room).unwrap_or((more, &[]));
        let mut next = None;
        if !rest.is_empty() {
            let left = self.most.saturating_sub(self.taken);
            let room = rest.len().max(self.taken.min(STEP).min(left));
            if !self.total.take(room, self.most_together) {
                return Err(Full::Process);
            }
            self.taken = self.taken.saturating_add(room);
            let mut piece = Vec::with_capacity(room);
            piece.extend_from_slice(rest);
            next = Some(piece);
        }
        if let Some(last) = self.pieces.last_mut() {
            last.extend_from_slice(fits);
        }
        self.pieces.extend(next);
        self.length = length;
        Ok(())
    }

    /// What was kept, in its order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(Vec::as_slice)
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
        let kept: usize = documents.iter().flat_map(|document| &document.pieces).map(Vec::capacity).sum();
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
        assert_eq!(document.pieces().collect::<Vec<_>>().concat(), b"1234567890");
    }

    #[test]
    fn what_is_kept_in_pieces_of_whatever_size_is_what_came() {
        let total: &'static Total = Box::leak(Box::default());
        let limits =
            Limits { second_parser_bytes: 1 << 20, second_parser_total_bytes: 1 << 20, ..Limits::default() };
        let mut document = Kept::of(total, &limits);
        let came: Vec<u8> = (0..300_000_u32).map(|n| n.to_be_bytes()[3] ^ n.to_be_bytes()[2]).collect();
        let (mut rest, mut size) = (came.as_slice(), 1);
        while !rest.is_empty() {
            size = size * 7 % 40_009;
            let (piece, after) = rest.split_at(size.min(rest.len()));
            document.add(piece).unwrap();
            assert!(document.taken <= document.length + STEP);
            rest = after;
        }
        assert!(document.pieces().collect::<Vec<_>>().concat() == came);
        let room: usize = document.pieces.iter().map(Vec::capacity).sum();
        assert_eq!(room, document.taken, "no more than is counted");
    }
}
