//! How much of a document may be held in memory, how far it may grow, and how much work it may make.

use clap::Args;

use super::limits;

/// Limits for one document. Plain values; [`DocumentLimits::default`] is what the product ships with.
#[derive(Debug, Clone)]
pub struct DocumentLimits {
    /// Longest text of an inline script that is withheld until its end, in bytes. A longer one is
    /// refused.
    pub inline_script: usize,
    /// Memory of the parser, in bytes: the longest tag, and 128 bytes for each open element.
    pub parser_memory: usize,
    /// Most attributes of one tag: of scripts, links, bases, metas and frames everywhere, of every tag
    /// where a second parser reads along, because its work grows with their square. Pages in the wild
    /// have some dozens.
    pub attributes: usize,
    /// Steps of work that a second parser may spend on each byte of a document. Ordinary pages need about
    /// one; markup nested thousands deep needs thousands.
    pub steps_per_byte: u64,
    /// Bytes of a document that are kept until a second parser is asked (`second-opinion = "suspects"`).
    /// Behind them it can't be asked any more, and a sign that it should be counts as a difference.
    pub second_parser_bytes: usize,
    /// The same of all documents together. Where there are more, the second parser reads without waiting
    /// for a sign.
    pub second_parser_total_bytes: usize,
    /// Steps allowed to a document of any size.
    pub steps_floor: u64,
    /// How many `srcdoc` documents deep one is still looked into; those within it are taken away.
    pub srcdoc_depth: usize,
    /// Longest `srcdoc` document that is looked into, decoded, in bytes.
    pub srcdoc_bytes: usize,
    /// Longest script of the site itself that is held until its digest is known, in bytes as they come.
    pub own_script: usize,
    /// Bytes of all such scripts together.
    pub own_script_total: usize,
    /// Longest document after decoding, in bytes. Not applied to bodies that come without a coding.
    pub decoded: u64,
    /// Most decoded bytes for each coded byte.
    pub ratio: u64,
    /// Decoded bytes up to which the ratio doesn't count.
    pub ratio_floor: u64,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            inline_script: 1 << 20,
            parser_memory: 16 << 20,
            attributes: 512,
            steps_per_byte: 64,
            second_parser_bytes: 256 << 10,
            second_parser_total_bytes: 64 << 20,
            steps_floor: 20_000_000,
            srcdoc_depth: 3,
            srcdoc_bytes: 256 << 10,
            own_script: 1 << 20,
            own_script_total: 64 << 20,
            decoded: 256 << 20,
            ratio: 100,
            ratio_floor: 1 << 20,
        }
    }
}

/// The same, as far as they were said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct DocumentChoices {
    /// The longest inline script that waits for its end; a longer one is refused [default: 1048576].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_INLINE_SCRIPT_BYTES", value_parser = |text: &str| limits::INLINE_SCRIPT_BYTES.parse(text))]
    pub inline_script_bytes: Option<u64>,
    /// Memory of a page's parser: its longest tag, and 128 bytes for each open element [default: 16777216].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_PARSER_BYTES", value_parser = |text: &str| limits::PARSER_BYTES.parse(text))]
    pub parser_bytes: Option<u64>,
    /// Attributes of one tag [default: 512].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_MAX_ATTRIBUTES", value_parser = |text: &str| limits::MAX_ATTRIBUTES.parse(text))]
    pub max_attributes: Option<u64>,
    /// Steps of work that a second parser may spend on a page of any size [default: 20000000].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_SECOND_PARSER_STEPS", value_parser = |text: &str| limits::SECOND_PARSER_STEPS.parse(text))]
    pub second_parser_steps: Option<u64>,
    /// And on each of its bytes [default: 64].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_SECOND_PARSER_STEPS_PER_BYTE", value_parser = |text: &str| limits::STEPS_PER_BYTE.parse(text))]
    pub second_parser_steps_per_byte: Option<u64>,
    /// Bytes of a page that are kept until there is a sign that a second parser should read it [default: 262144].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_SECOND_PARSER_BYTES", value_parser = |text: &str| limits::SECOND_PARSER_BYTES.parse(text))]
    pub second_parser_bytes: Option<u64>,
    /// The same of all pages together; where there are more, it reads without waiting for a sign [default: 67108864].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_SECOND_PARSER_TOTAL_BYTES", value_parser = |text: &str| limits::SECOND_PARSER_TOTAL_BYTES.parse(text))]
    pub second_parser_total_bytes: Option<u64>,
    /// How deep documents in `iframe srcdoc` are looked into; deeper ones are taken away [default: 3].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_SRCDOC_DEPTH", value_parser = |text: &str| limits::SRCDOC_DEPTH.parse(text))]
    pub srcdoc_depth: Option<u64>,
    /// The longest of them; longer ones are taken away [default: 262144].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_SRCDOC_BYTES", value_parser = |text: &str| limits::SRCDOC_BYTES.parse(text))]
    pub srcdoc_bytes: Option<u64>,
    /// The longest script of the site itself that is held until its digest is known; longer ones are cut at their end [default: 1048576].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_OWN_SCRIPT_BYTES", value_parser = |text: &str| limits::OWN_SCRIPT_BYTES.parse(text))]
    pub own_script_bytes: Option<u64>,
    /// The same of all of them together [default: 67108864].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_OWN_SCRIPT_TOTAL_BYTES", value_parser = |text: &str| limits::OWN_SCRIPT_TOTAL_BYTES.parse(text))]
    pub own_script_total_bytes: Option<u64>,
    /// The longest page that comes compressed, once it is decoded [default: 268435456].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_DECODED_BYTES", value_parser = |text: &str| limits::DECODED_BYTES.parse(text))]
    pub decoded_bytes: Option<u64>,
    /// How many times longer it may become [default: 100].
    #[arg(long, value_name = "N", env = "COUNTERSIGN_DECODED_RATIO", value_parser = |text: &str| limits::DECODED_RATIO.parse(text))]
    pub decoded_ratio: Option<u64>,
    /// Up to so many bytes its growth doesn't count [default: 1048576].
    #[arg(long, value_name = "BYTES", env = "COUNTERSIGN_DECODED_RATIO_FROM", value_parser = |text: &str| limits::DECODED_RATIO_FROM.parse(text))]
    pub decoded_ratio_from: Option<u64>,
}

impl DocumentLimits {
    /// The limits by what was said first and, where nothing was said, by the file.
    pub(super) fn settled(said: &DocumentChoices, file: &DocumentChoices) -> Self {
        let shipped = Self::default();
        let size = |said: Option<u64>, file: Option<u64>, shipped: usize| {
            said.or(file).map_or(shipped, |number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        Self {
            inline_script: size(said.inline_script_bytes, file.inline_script_bytes, shipped.inline_script),
            parser_memory: size(said.parser_bytes, file.parser_bytes, shipped.parser_memory),
            attributes: size(said.max_attributes, file.max_attributes, shipped.attributes),
            steps_floor: said.second_parser_steps.or(file.second_parser_steps).unwrap_or(shipped.steps_floor),
            steps_per_byte: said
                .second_parser_steps_per_byte
                .or(file.second_parser_steps_per_byte)
                .unwrap_or(shipped.steps_per_byte),
            second_parser_bytes: size(
                said.second_parser_bytes,
                file.second_parser_bytes,
                shipped.second_parser_bytes,
            ),
            second_parser_total_bytes: size(
                said.second_parser_total_bytes,
                file.second_parser_total_bytes,
                shipped.second_parser_total_bytes,
            ),
            srcdoc_depth: size(said.srcdoc_depth, file.srcdoc_depth, shipped.srcdoc_depth),
            srcdoc_bytes: size(said.srcdoc_bytes, file.srcdoc_bytes, shipped.srcdoc_bytes),
            own_script: size(said.own_script_bytes, file.own_script_bytes, shipped.own_script),
            own_script_total: size(
                said.own_script_total_bytes,
                file.own_script_total_bytes,
                shipped.own_script_total,
            ),
            decoded: said.decoded_bytes.or(file.decoded_bytes).unwrap_or(shipped.decoded),
            ratio: said.decoded_ratio.or(file.decoded_ratio).unwrap_or(shipped.ratio),
            ratio_floor: said.decoded_ratio_from.or(file.decoded_ratio_from).unwrap_or(shipped.ratio_floor),
        }
    }
}
