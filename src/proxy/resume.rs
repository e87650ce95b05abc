//! Where a page goes on after the rewriter has failed: right behind the last byte that left it. Pure.
//!
//! The rewriter doesn't say how far it came, and what it held back is gone. But what left it last stands
//! in its input too, unless it was edited. Where the place can't be told for certain there is none: a
//! page with a hole or a piece twice would be broken without anybody noticing.

/// How much of the end of the output is looked for.
pub(super) const TAIL: usize = 256;
/// Shorter than this, a match may be chance.
const LEAST: usize = 32;

/// The end of what left the rewriter, and how much left it altogether.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    total: usize,
}

impl Tail {
    /// More has left.
    pub(super) fn add(&mut self, output: &[u8]) {
        self.total = self.total.saturating_add(output.len());
        if let Some(last) = output.len().checked_sub(TAIL) {
            self.bytes.clear();
            self.bytes.extend_from_slice(output.get(last..).unwrap_or_default());
            return;
        }
        let surplus = (self.bytes.len() + output.len()).saturating_sub(TAIL);
        self.bytes.drain(..surplus);
        self.bytes.extend_from_slice(output);
    }

    /// The place in `input` (the last that went in) behind the last byte that left. `from_start` says
    /// that `input` is everything that ever went in.
    pub(super) fn find_in(&self, input: &[u8], from_start: bool) -> Option<usize> {
        // Nothing was edited yet, and little has left: the output is the input's beginning.
        if from_start && self.total == self.bytes.len() && input.starts_with(&self.bytes) {
            return Some(self.bytes.len());
        }
        let mut length = TAIL;
        while length >= LEAST {
            if let Some(skipped) = self.bytes.len().checked_sub(length) {
                let wanted = self.bytes.get(skipped..).unwrap_or_default();
                let mut places = input.windows(length).enumerate().filter(|(_, here)| *here == wanted);
                if let Some((place, _)) = places.next() {
                    return places.next().is_none().then_some(place + length);
                }
            }
            length /= 2;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(output: &[u8]) -> Tail {
        let mut tail = Tail::default();
        for chunk in output.chunks(7) {
            tail.add(chunk);
        }
        tail
    }

    fn text(from: usize, to: usize) -> Vec<u8> {
        (from..to).flat_map(|n| format!("<p>{n}</p>").into_bytes()).collect()
    }

    #[test]
    fn the_page_goes_on_behind_the_last_byte_that_left() {
        let input = [text(0, 200), b"<select><title>".to_vec(), text(200, 300)].concat();
        let left = text(0, 200);
        assert_eq!(tail(&left).find_in(&input, false), Some(left.len()));
    }

    #[test]
    fn an_edit_earlier_in_the_page_does_not_matter() {
        let input = [b"<script src=a></script>".to_vec(), text(0, 50), text(50, 60)].concat();
        let left = [b"<!--removed-->".to_vec(), text(0, 50)].concat();
        let place = tail(&left).find_in(&input, false).unwrap();
        assert_eq!(&input[place..], text(50, 60));
    }

    #[test]
    fn a_place_that_is_not_certain_is_none() {
        let twice = [text(0, 60), text(0, 60)].concat();
        assert_eq!(tail(&text(0, 60)).find_in(&twice, false), None, "it stands there twice");
        assert_eq!(tail(b"an edited tag, nowhere in the input").find_in(&text(0, 60), false), None);
        assert_eq!(tail(b"<p>").find_in(b"<p>x<p>", false), None, "too short to be sure");
    }

    #[test]
    fn at_the_beginning_little_is_enough() {
        assert_eq!(tail(b"<p>").find_in(b"<p>x<p>", true), Some(3));
        assert_eq!(tail(b"").find_in(b"<select>", true), Some(0));
    }
}
