//! How much of a document may be held in memory, and how far it may grow.

/// Limits for one document.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest text of an inline script that is withheld until its end, in bytes. A longer one is
    /// refused.
    pub inline_script: usize,
    /// Memory of the parser, in bytes: the longest tag, and 128 bytes for each open element.
    pub parser_memory: usize,
    /// Most attributes of one tag: of scripts, links and bases everywhere, of every tag where a second
    /// parser reads along (payment pages), because its work grows with their square. Pages in the wild
    /// have some dozens.
    pub attributes: usize,
    /// Steps of work that a second parser may spend on each byte of a document (payment pages). Ordinary
    /// pages need about one; markup nested thousands deep needs thousands.
    pub steps_per_byte: u64,
    /// Bytes of a document that are kept for a second parser until it is asked (`second-opinion =
    /// "suspects"`). Behind them it can't be asked any more, and a sign counts as a difference.
    pub kept: usize,
    /// Steps allowed to a document of any size.
    pub steps_floor: u64,
    /// How many `srcdoc` documents deep one is still looked into; those within it are taken away.
    pub srcdoc_depth: usize,
    /// Longest `srcdoc` document that is looked into, decoded, in bytes.
    pub srcdoc_bytes: usize,
    /// Longest document after decoding, in bytes. Not applied to bodies that come without a coding.
    pub decoded: u64,
    /// Most decoded bytes for each coded byte.
    pub ratio: u64,
    /// Decoded bytes up to which the ratio doesn't count.
    pub ratio_floor: u64,
}

/// Steps of work that a second parser may spend on each byte of a `srcdoc` document, beside those that are
/// allowed in any document: enough for five hundred open elements.
const SRCDOC_STEPS_PER_BYTE: u64 = 192;

impl Limits {
    /// Those for a `srcdoc` document of so many bytes. A page may have thousands of them, so what each may
    /// cost goes by its length alone.
    pub(super) fn for_srcdoc(&self, length: usize) -> Self {
        let steps_floor = u64::try_from(length).unwrap_or(0).saturating_mul(SRCDOC_STEPS_PER_BYTE);
        Self { steps_floor, ..self.clone() }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inline_script: 1 << 20,
            parser_memory: 16 << 20,
            attributes: 512,
            steps_per_byte: 64,
            kept: 256 << 10,
            steps_floor: 20_000_000,
            srcdoc_depth: 3,
            srcdoc_bytes: 256 << 10,
            decoded: 256 << 20,
            ratio: 100,
            ratio_floor: 1 << 20,
        }
    }
}
