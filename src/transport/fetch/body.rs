//! The body of what is fetched: read and decoded within limits.

use std::cell::Cell;
use std::io::{self, Read};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use url::Url;

use super::error::{FetchError, network};
use super::hop::Stage;

pub(super) async fn read(
    url: &Url,
    mut body: Incoming,
    most: usize,
    stage: &Cell<Stage>,
) -> Result<Bytes, FetchError> {
    if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(too_long(url, most));
    }
    let mut bytes = BytesMut::new();
    stage.set(Stage::Reading(0));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| network(url, &error))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(too_long(url, most));
        }
        bytes.extend_from_slice(&data);
        stage.set(Stage::Reading(bytes.len()));
    }
    Ok(bytes.freeze())
}

fn too_long(url: &Url, most: usize) -> FetchError {
    let limit = if most.trailing_zeros() >= 20 {
        format!("{} MiB", most >> 20)
    } else {
        format!("{} KiB", most >> 10)
    };
    FetchError::TooLong { url: url.to_string(), limit }
}

/// Removes one content coding. Several stacked, or one unknown, are refused: browsers would hash other
/// bytes than we.
pub(super) fn decode(
    url: &Url,
    headers: &HeaderMap,
    coded: Bytes,
    most: usize,
) -> Result<Vec<u8>, FetchError> {
    let codings: Vec<&[u8]> =
        headers.get_all(CONTENT_ENCODING).iter().map(http::HeaderValue::as_bytes).collect();
    let coding = codings.join(&b","[..]).to_ascii_lowercase();
    let text = &coded[..];
    let decoded = match coding.trim_ascii() {
        b"" | b"identity" => return Ok(coded.into()),
        b"gzip" | b"x-gzip" => one_member(text, most),
        b"br" => bounded(brotli::Decompressor::new(text, 4096), most),
        b"zstd" => zstd::stream::read::Decoder::with_buffer(text).and_then(|decoder| bounded(decoder, most)),
        // Some servers send the bare format under this name, and browsers take both.
        b"deflate" => bounded(flate2::read::ZlibDecoder::new(text), most)
            .or_else(|_not_zlib| bounded(flate2::read::DeflateDecoder::new(text), most)),
        other => {
            let name = String::from_utf8_lossy(other);
            let why = format!("it came in the content coding `{name}`, which can't be read");
            return Err(FetchError::Coded { url: url.to_string(), why });
        }
    };
    match decoded {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(too_long(url, most)),
        Err(error) => {
            let why = format!("it came in a content coding that can't be read: {error}");
            Err(FetchError::Coded { url: url.to_string(), why })
        }
    }
}

/// What the first member of gzip holds. Browsers leave out what follows, so that must be nothing.
fn one_member(mut text: &[u8], most: usize) -> io::Result<Option<Vec<u8>>> {
    let decoded = bounded(flate2::bufread::GzDecoder::new(&mut text), most)?;
    if decoded.is_some() && !text.is_empty() {
        return Err(io::Error::other("bytes behind its end, which browsers leave out"));
    }
    Ok(decoded)
}

/// Everything that a decoder gives; `None` when that is too much.
fn bounded(decoder: impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let one_more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(one_more).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= most).then_some(bytes))
}
