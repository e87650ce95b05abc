//! A real browser against real sockets: Chromium, driven through chromedriver, on loopback only.
//!
//! ```text
//!  test ─► in_browser(Setup, …) ─► Session ─► chromedriver (one, shared) ─► Chromium (at most two)
//!                                     │
//!       with_devtools(…) ─► DevTools ─► Tab (Chromium without a driver, for many pages)
//!                                     └► Stub, or Countersign in front of a Stub
//! ```
//! `engine` proves what the browser does on its own, and so that the harness sees it; the other tests
//! build on that. Waiting is always [`eventually`]: a condition and a deadline.

mod certificate;
mod client;
mod devtools;
mod driver;
mod dump_dom;
mod front;
mod session;
mod stub;
mod wait;

mod engine;
mod attack;
mod cached;
mod enforce;
mod shaped;
mod language;
mod meta;
mod modules;
mod pages;
mod srcdoc;
mod urls;
mod vectors;
mod ran;
mod replay;
mod own_scripts;
mod channels;
mod websocket;
mod drift;
mod reporting;
mod console;
mod console_scripts;

pub(crate) use certificate::Certificate;
pub(crate) use front::{Front, Policies, policy};
pub(crate) use session::{Session, Setup, in_browser};
pub(crate) use stub::{Reply, Stub};
pub(crate) use wait::eventually;
