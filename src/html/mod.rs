//! STUB of the agreed interface.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "stub")]
use std::sync::Arc;
use encoding_rs::Encoding;
use http::HeaderMap;
use url::Url;
use crate::judge::Verdict;
use crate::policy::PageGrants;
#[derive(Debug, Clone, Default)]
pub struct Limits {}
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HtmlError(pub String);
#[derive(Debug)]
pub struct Judged { pub kind: &'static str, pub script: String, pub verdict: Verdict }
pub struct Rewriter { _o: Box<dyn FnMut(Judged)> }
impl Rewriter {
    pub fn new(_g: Arc<PageGrants>, _u: Url, _c: &'static Encoding, _l: Limits, o: Box<dyn FnMut(Judged)>) -> Result<Self, HtmlError> { Ok(Self { _o: o }) }
    pub fn write(&mut self, b: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> { out.extend_from_slice(b); Ok(()) }
    pub fn end(&mut self, _out: &mut Vec<u8>) -> Result<(), HtmlError> { Ok(()) }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding { Identity, Gzip, Deflate, Brotli, Zstd }
pub fn content_coding(h: &HeaderMap) -> Result<Coding, HtmlError> {
    match h.get("content-encoding").map(|v| v.as_bytes()) { None | Some(b"identity") => Ok(Coding::Identity), _ => Err(HtmlError("unknown coding".into())) }
}
pub struct Decoder;
impl Decoder {
    pub fn new(_c: Coding, _l: &Limits) -> Self { Self }
    pub fn write(&mut self, b: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> { out.extend_from_slice(b); Ok(()) }
    pub fn finish(&mut self, _o: &mut Vec<u8>) -> Result<(), HtmlError> { Ok(()) }
}
pub struct Encoder;
impl Encoder {
    pub fn new(_c: Coding) -> Self { Self }
    pub fn write(&mut self, b: &[u8], out: &mut Vec<u8>) -> Result<(), HtmlError> { out.extend_from_slice(b); Ok(()) }
    pub fn flush(&mut self, _o: &mut Vec<u8>) -> Result<(), HtmlError> { Ok(()) }
    pub fn finish(&mut self, _o: &mut Vec<u8>) -> Result<(), HtmlError> { Ok(()) }
}
#[derive(Debug)]
pub enum Charset { Known(&'static Encoding), NeedMore, Refused(&'static str) }
pub fn charset_of(p: &[u8], at_end: bool, declared: Option<&str>, default: &'static Encoding) -> Charset {
    if let Some(d) = declared.and_then(|d| Encoding::for_label(d.as_bytes())) { return Charset::Known(d) }
    if at_end || p.len() >= 1024 { Charset::Known(default) } else { Charset::NeedMore }
}
