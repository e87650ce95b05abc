//! `countersign demo`.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use jiff::tz::TimeZone;
use tokio::runtime::Builder;

use super::{COULD_NOT_RUN, say};
use crate::clock::Clock;
use crate::demo::{self, DemoError, Options};

/// Arguments of `countersign demo`.
#[derive(Debug, Parser)]
pub struct Args {
    /// The first of five ports; one that is taken is replaced by a free one.
    #[arg(long, value_name = "PORT", default_value_t = 7600)]
    port_base: u16,
    /// Start with the vendor's script already tampered with.
    #[arg(long)]
    tampered: bool,
}

/// Runs the command until it is interrupted.
pub fn run(args: &Args) -> ExitCode {
    match play(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn play(args: &Args) -> Result<(), DemoError> {
    let failed = |cause| DemoError::Io { what: "can't wait for Ctrl-C", cause };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
    // Before anything is written to disk, so that an early Ctrl-C doesn't leave it behind.
    let mut interrupts = {
        let _entered = runtime.enter();
        Interrupts::new().map_err(failed)?
    };
    let demo = demo::start(&Options {
        port_base: Some(args.port_base),
        tampered: args.tampered,
        tell: Arc::new(say_with_time),
    })?;
    say(&demo.guide());
    runtime.block_on(interrupts.next());
    drop(demo);
    say("\nThe demo has ended, and its policies are removed.");
    Ok(())
}

/// Ctrl-C, and the signal by which a service is stopped.
#[cfg(unix)]
struct Interrupts {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Interrupts {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(windows)]
struct Interrupts(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Interrupts {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        let _ = self.0.recv().await;
    }
}

fn say_with_time(line: &str) {
    let time = Clock::System.now().to_zoned_datetime(TimeZone::system());
    say(&format!("{} {line}", time.strftime("%H:%M:%S")));
}
