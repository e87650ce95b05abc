//! How much of a document may be held in memory, and how far it may grow.

/// Limits for one document.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest text of an inline script that is withheld until its end, in bytes. A longer one is
    /// refused.
    pub inline_script: usize,
    /// Memory of the parser, in bytes: the longest tag, and 128 bytes for each open element.
    pub parser_memory: usize,
    /// Longest document after decoding, in bytes. Not applied to bodies that come without a coding.
    pub decoded: u64,
    /// Most decoded bytes for each coded byte.
    pub ratio: u64,
    /// Decoded bytes up to which the ratio doesn't count.
    pub ratio_floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inline_script: 1 << 20,
            parser_memory: 16 << 20,
            decoded: 256 << 20,
            ratio: 100,
            ratio_floor: 1 << 20,
        }
    }
}
