//! STUB of the agreed interface.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "stub")]
use std::net::IpAddr;
use std::sync::Arc;
use http::{HeaderMap, StatusCode};
use crate::clock::Clock;
use crate::store::Store;
pub struct Collector;
impl Collector {
    pub const MAX_BODY: usize = 65536;
    pub fn new(_s: Arc<dyn Store>, _c: Clock) -> Self { Self }
    pub fn intake(&self, _p: IpAddr, _h: &HeaderMap, _q: Option<&str>, _b: &[u8]) -> StatusCode { StatusCode::NO_CONTENT }
}
