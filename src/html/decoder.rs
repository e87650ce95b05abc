//! Undoes a content coding, piece by piece, within limits that are checked before a piece leaves.
//!
//! The codecs are driven through their raw interfaces, because the writers around them hide what
//! matters here: whether the stream ended, whether something follows it, and how much was written.

use std::io;

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{DParameter, InBuffer, Operation, OutBuffer};

use super::content_coding::Coding;
use super::error::HtmlError;
use super::limits::Limits;

/// Most bytes that a codec writes before the limits are checked.
const PIECE: usize = 16 << 10;

/// The largest window of zstd that browsers accept, as a power of two.
/// <https://www.rfc-editor.org/rfc/rfc9659>
const ZSTD_WINDOW_LOG: u32 = 23;

/// Undoes one content coding. After an error it must not be used again; it then only gives
/// [`HtmlError::Spent`].
pub struct Decoder {
    codec: Codec,
    coding: Coding,
    budget: Budget,
    piece: Vec<u8>,
    spent: bool,
}

enum Codec {
    Identity,
    Inflate(Inflate),
    Brotli(Box<Unbrotli>),
    Zstd(Unzstd),
}

/// What one step of a codec did.
struct Step {
    read: usize,
    written: usize,
}

impl Decoder {
    /// A decoder for one body.
    pub fn new(coding: Coding, limits: &Limits) -> Result<Self, HtmlError> {
        let bad = |cause| HtmlError::BadEncoding { coding: coding.name(), cause };
        let codec = match coding {
            Coding::Identity => Codec::Identity,
            Coding::Gzip => Codec::Inflate(Inflate::gzip()),
            Coding::Deflate => Codec::Inflate(Inflate::deflate()),
            Coding::Brotli => Codec::Brotli(Box::new(Unbrotli::new())),
            Coding::Zstd => Codec::Zstd(Unzstd::new().map_err(bad)?),
        };
        let piece = if coding == Coding::Identity { Vec::new() } else { vec![0; PIECE] };
        Ok(Self { codec, coding, budget: Budget::new(limits), piece, spent: false })
    }

    /// The same where what follows the first member of gzip is a fault: browsers leave it out, so bytes that are
    /// known by their digest would not be those that run.
    pub fn of_one_member(coding: Coding, limits: &Limits) -> Result<Self, HtmlError> {
        let mut decoder = Self::new(coding, limits)?;
        if let Codec::Inflate(inflate) = &mut decoder.codec {
            inflate.one_member = true;
        }
        Ok(decoder)
    }

    /// Decodes the next bytes of the body and appends what they mean to `out`.
    pub fn write(&mut self, mut coded: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if self.spent {
            return Err(HtmlError::Spent);
        }
        if matches!(self.codec, Codec::Identity) {
            out.extend_from_slice(coded);
            return Ok(());
        }
        loop {
            let step = self.step(coded)?;
            self.budget.spend(&step).inspect_err(|_| self.spent = true)?;
            out.extend_from_slice(self.piece.get(..step.written).unwrap_or_default());
            coded = coded.get(step.read..).unwrap_or_default();
            // A full piece may mean that the codec has more to give without more input.
            if coded.is_empty() && step.written < PIECE {
                return Ok(());
            }
            if step.read == 0 && step.written == 0 {
                return if coded.is_empty() { Ok(()) } else { Err(self.bad(stuck())) };
            }
        }
    }

    /// The end of the body. Nothing is ever left to append, but the body may be incomplete. A body of
    /// no bytes at all is complete in every coding, as browsers have it.
    pub fn finish(&mut self, _out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if self.spent {
            return Err(HtmlError::Spent);
        }
        self.spent = true;
        let complete = match &self.codec {
            Codec::Identity => true,
            Codec::Inflate(inflate) => inflate.ended,
            Codec::Brotli(brotli) => brotli.ended,
            Codec::Zstd(zstd) => zstd.ended,
        };
        if complete || self.budget.read == 0 { Ok(()) } else { Err(HtmlError::Truncated) }
    }

    fn step(&mut self, coded: &[u8]) -> Result<Step, HtmlError> {
        let done = match &mut self.codec {
            Codec::Identity => Ok(Step { read: 0, written: 0 }),
            Codec::Inflate(inflate) => inflate.step(coded, &mut self.piece),
            Codec::Brotli(brotli) => brotli.step(coded, &mut self.piece),
            Codec::Zstd(zstd) => zstd.step(coded, &mut self.piece),
        };
        done.map_err(|cause| self.bad(cause))
    }

    fn bad(&mut self, cause: io::Error) -> HtmlError {
        self.spent = true;
        HtmlError::BadEncoding { coding: self.coding.name(), cause }
    }
}

/// How much may still be written.
struct Budget {
    read: u64,
    written: u64,
    decoded: u64,
    ratio: u64,
    ratio_floor: u64,
}

impl Budget {
    fn new(limits: &Limits) -> Self {
        let Limits { decoded, ratio, ratio_floor, .. } = *limits;
        Self { read: 0, written: 0, decoded, ratio, ratio_floor }
    }

    fn spend(&mut self, step: &Step) -> Result<(), HtmlError> {
        // Both fit: a step is at most one piece or one chunk.
        self.read = self.read.saturating_add(u64::try_from(step.read).unwrap_or(u64::MAX));
        self.written = self.written.saturating_add(u64::try_from(step.written).unwrap_or(u64::MAX));
        if self.written > self.decoded {
            return Err(HtmlError::TooLarge);
        }
        if self.written > self.ratio_floor && self.written > self.read.saturating_mul(self.ratio) {
            return Err(HtmlError::Ratio);
        }
        Ok(())
    }
}

/// gzip (one member or several), zlib and raw deflate.
struct Inflate {
    state: Decompress,
    form: Form,
    /// At the end of a stream, or of a member.
    ended: bool,
    /// No other member may follow.
    one_member: bool,
}

enum Form {
    Gzip,
    /// `deflate` before its first two bytes are there; holds the first.
    Undecided(Option<u8>),
    Deflate,
}

impl Inflate {
    fn gzip() -> Self {
        Self { state: Decompress::new_gzip(15), form: Form::Gzip, ended: false, one_member: false }
    }

    fn deflate() -> Self {
        Self { state: Decompress::new(true), form: Form::Undecided(None), ended: false, one_member: false }
    }

    fn step(&mut self, coded: &[u8], piece: &mut [u8]) -> io::Result<Step> {
        if self.ended {
            match (coded, &self.form) {
                ([], _) => return Ok(Step { read: 0, written: 0 }),
                (_, Form::Gzip) if !self.one_member => *self = Self::gzip(),
                (_, Form::Gzip | Form::Undecided(_) | Form::Deflate) => return Err(trailing()),
            }
        }
        if let Form::Undecided(held) = self.form {
            return self.decide(held, coded, piece);
        }
        self.inflate(coded, piece)
    }

    /// Chooses between zlib and raw deflate as browsers do: by whether the first two bytes are a zlib
    /// header. <https://www.rfc-editor.org/rfc/rfc1950#section-2.2>
    fn decide(&mut self, held: Option<u8>, coded: &[u8], piece: &mut [u8]) -> io::Result<Step> {
        let (first, second) = match (held, coded) {
            (Some(first), [second, ..]) => (first, *second),
            (None, [first, second, ..]) => (*first, *second),
            (None, [first]) => {
                self.form = Form::Undecided(Some(*first));
                return Ok(Step { read: 1, written: 0 });
            }
            (_, []) => return Ok(Step { read: 0, written: 0 }),
        };
        let zlib = first & 0x0f == 8 && u16::from_be_bytes([first, second]) % 31 == 0;
        self.state = Decompress::new(zlib);
        self.form = Form::Deflate;
        // One byte can't mean any output yet, in either form.
        if held.is_some() {
            self.inflate(&[first], piece)?;
        }
        self.inflate(coded, piece)
    }

    fn inflate(&mut self, coded: &[u8], piece: &mut [u8]) -> io::Result<Step> {
        let (read, written) = (self.state.total_in(), self.state.total_out());
        let status = self.state.decompress(coded, piece, FlushDecompress::None)?;
        match status {
            Status::StreamEnd => self.ended = true,
            // BufError: no progress without more input; the caller sees that from the counts.
            Status::Ok | Status::BufError => {}
        }
        Ok(Step {
            read: difference(self.state.total_in(), read),
            written: difference(self.state.total_out(), written),
        })
    }
}

fn difference(after: u64, before: u64) -> usize {
    usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX)
}

/// Brotli without large windows, which no browser takes and which could ask for a gigabyte.
struct Unbrotli {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    ended: bool,
}

impl Unbrotli {
    fn new() -> Self {
        let alloc = StandardAlloc::default;
        Self { state: BrotliState::new_strict(alloc(), alloc(), alloc()), ended: false }
    }

    fn step(&mut self, coded: &[u8], piece: &mut [u8]) -> io::Result<Step> {
        if self.ended {
            return if coded.is_empty() { Ok(Step { read: 0, written: 0 }) } else { Err(trailing()) };
        }
        let (mut left, mut read) = (coded.len(), 0);
        let (mut room, mut written) = (piece.len(), 0);
        let mut total = 0;
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            coded,
            &mut room,
            &mut written,
            piece,
            &mut total,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultFailure => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "not brotli"));
            }
            BrotliResult::ResultSuccess => self.ended = true,
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => {}
        }
        Ok(Step { read, written })
    }
}

/// Zstandard, one frame or several. The codec takes a missing end for a pause, so the end of a frame
/// is remembered here.
struct Unzstd {
    state: zstd::stream::raw::Decoder<'static>,
    ended: bool,
}

impl Unzstd {
    fn new() -> io::Result<Self> {
        let mut state = zstd::stream::raw::Decoder::new()?;
        state.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG))?;
        Ok(Self { state, ended: false })
    }

    fn step(&mut self, coded: &[u8], piece: &mut [u8]) -> io::Result<Step> {
        let mut input = InBuffer::around(coded);
        let mut output = OutBuffer::around(piece);
        let wanted = self.state.run(&mut input, &mut output)?;
        let step = Step { read: input.pos(), written: output.pos() };
        // Without progress the answer speaks of the next frame.
        if step.read > 0 || step.written > 0 {
            self.ended = wanted == 0;
        }
        Ok(step)
    }
}

fn trailing() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "bytes follow the end of the stream")
}

fn stuck() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the codec makes no progress")
}
