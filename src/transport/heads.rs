//! The heads of frames of HTTP/2, found in the bytes as they are read. What they carry is skipped.
//! <https://www.rfc-editor.org/rfc/rfc9113#section-4.1>

const HEAD: usize = 9;

/// How far the bytes were read.
#[derive(Debug)]
pub(super) struct Heads {
    /// Bytes that belong to no head.
    skip: usize,
    head: [u8; HEAD],
    filled: usize,
}

/// One head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) length: usize,
    pub(super) kind: u8,
    pub(super) flags: u8,
}

impl Heads {
    /// Frames that begin behind so many bytes.
    pub(super) fn behind(skip: usize) -> Self {
        Self { skip, head: [0; HEAD], filled: 0 }
    }

    /// The next head that ends in these bytes, which are taken up to its end.
    pub(super) fn next(&mut self, bytes: &mut &[u8]) -> Option<Head> {
        loop {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            *bytes = bytes.get(skipped..).unwrap_or_default();
            let (first, rest) = bytes.split_first()?;
            *bytes = rest;
            if let Some(place) = self.head.get_mut(self.filled) {
                *place = *first;
            }
            self.filled += 1;
            if self.filled == HEAD {
                self.filled = 0;
                let [a, b, c, kind, flags, ..] = self.head;
                let length = usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap_or(usize::MAX);
                self.skip = length;
                return Some(Head { length, kind, flags });
            }
        }
    }
}
