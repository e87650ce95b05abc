//! Applies a content coding, piece by piece, flushed whenever the caller says so: a page must reach
//! the browser while its upstream is still writing it.

use std::io::{self, BufWriter};

use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::content_coding::Coding;
use super::error::HtmlError;

/// The cheapest level of each: measured, zstd 1 packs as well as gzip 5 at eight times its speed, and
/// higher levels cost more than they save on pages that are written once and read once.
const GZIP_LEVEL: u32 = 1;
const ZSTD_LEVEL: i32 = 1;
const BROTLI_QUALITY: u32 = 1;
/// 2^18 bytes: as much as a large page; a wider window costs memory for each exchange.
const BROTLI_WINDOW_LOG: u32 = 18;
/// At this quality each write becomes a block of its own, so small ones are gathered first.
const BROTLI_BUFFER: usize = 16 << 10;

/// Applies one content coding.
pub struct Encoder(Codec);

enum Codec {
    Identity,
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    Brotli(Box<BufWriter<CompressorWriter<Vec<u8>>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    Finished,
}

impl Encoder {
    /// An encoder for one body.
    pub fn new(coding: Coding) -> Result<Self, HtmlError> {
        Ok(Self(match coding {
            Coding::Identity => Codec::Identity,
            Coding::Gzip => Codec::Gzip(GzEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL))),
            Coding::Deflate => Codec::Deflate(ZlibEncoder::new(Vec::new(), Compression::new(GZIP_LEVEL))),
            Coding::Brotli => {
                let writer =
                    CompressorWriter::new(Vec::new(), BROTLI_BUFFER, BROTLI_QUALITY, BROTLI_WINDOW_LOG);
                Codec::Brotli(Box::new(BufWriter::with_capacity(BROTLI_BUFFER, writer)))
            }
            Coding::Zstd => Codec::Zstd(
                zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL).map_err(HtmlError::Encode)?,
            ),
        }))
    }

    /// Encodes the next bytes; appends to `out` what is ready.
    pub fn write(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> {
        if let Codec::Identity = self.0 {
            out.extend_from_slice(plain);
            return Ok(());
        }
        self.work(out, |sink| sink.write_all(plain))
    }

    /// Appends everything written so far, so that a decoder can give all of it. Costs a few bytes.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        self.work(out, |sink| sink.flush())
    }

    /// Ends the body and appends its last bytes. To be called only when the whole body was written: a
    /// body that was cut must not look complete.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), HtmlError> {
        match std::mem::replace(&mut self.0, Codec::Finished) {
            Codec::Identity => {}
            Codec::Gzip(writer) => out.append(&mut writer.finish().map_err(HtmlError::Encode)?),
            Codec::Deflate(writer) => out.append(&mut writer.finish().map_err(HtmlError::Encode)?),
            Codec::Brotli(writer) => {
                let writer = writer.into_inner().map_err(|error| HtmlError::Encode(error.into_error()))?;
                out.append(&mut writer.into_inner());
            }
            Codec::Zstd(writer) => out.append(&mut writer.finish().map_err(HtmlError::Encode)?),
            Codec::Finished => return Err(HtmlError::Spent),
        }
        Ok(())
    }

    fn work(
        &mut self,
        out: &mut Vec<u8>,
        act: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), HtmlError> {
        let (done, written) = match &mut self.0 {
            Codec::Identity => return Ok(()),
            Codec::Gzip(writer) => (act(writer), writer.get_mut()),
            Codec::Deflate(writer) => (act(writer), writer.get_mut()),
            Codec::Brotli(writer) => (act(writer), writer.get_mut().get_mut()),
            Codec::Zstd(writer) => (act(writer), writer.get_mut()),
            Codec::Finished => return Err(HtmlError::Spent),
        };
        out.append(written);
        done.map_err(HtmlError::Encode)
    }
}
