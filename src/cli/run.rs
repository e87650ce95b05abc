//! `countersign run`: starts the proxy, says where it listens, and ends it when asked to.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use super::say;
use crate::app::{self, AppConfig, Running, StartError, TlsFiles};
use crate::clock::Clock;
use crate::diagnostic::{color_wanted, render};
use crate::policy::UpstreamAddress;
use crate::settings::Settings;
use crate::telemetry::{LogFormat, init_logs};
use crate::watch::Pace;

/// How often the workers are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Arguments of `countersign run`.
#[derive(Debug, Parser)]
#[command(after_help = "Without --policies everything is observed and nothing changed.")]
pub struct Args {
    /// The application: http://HOST:PORT or https://HOST:PORT.
    #[arg(long, value_name = "URL", env = "COUNTERSIGN_UPSTREAM", value_parser = parse_upstream)]
    upstream: Option<UpstreamAddress>,
    /// Where visitors connect.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_LISTEN", default_value = "127.0.0.1:8080", value_parser = parse_address)]
    listen: SocketAddr,
    /// The folder with the policies; changes in it are live within a second.
    #[arg(long, value_name = "DIR", env = "COUNTERSIGN_POLICIES")]
    policies: Option<PathBuf>,
    /// Open the operators' window; 127.0.0.1:9180 if no address is given.
    #[arg(long, value_name = "ADDR", env = "COUNTERSIGN_ADMIN", num_args = 0..=1, default_missing_value = "127.0.0.1:9180", value_parser = parse_address)]
    admin: Option<SocketAddr>,
    /// Certificate chain for TLS towards visitors (PEM, leaf first).
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A CA (PEM) that https upstreams may have their certificates from, beside the system's.
    #[arg(long, value_name = "FILE", env = "COUNTERSIGN_UPSTREAM_CA")]
    upstream_ca: Option<PathBuf>,
    /// Threads that serve; 0 is one for each core.
    #[arg(long, value_name = "N", env = "COUNTERSIGN_WORKERS", default_value_t = 0)]
    workers: usize,
    /// Believe X-Forwarded-For, -Proto, -Host and X-Request-Id: only where every client is a proxy of
    /// your own.
    #[arg(long, env = "COUNTERSIGN_TRUST_FORWARDED")]
    trust_forwarded: bool,
    /// How log lines are written.
    #[arg(long, value_enum, env = "COUNTERSIGN_LOG_FORMAT", default_value = "text")]
    log_format: LogFormat,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    init_logs(args.log_format);
    // Before anything is bound: a signal that comes early must not be lost.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return could_not_run(&StartError::Thread(error)),
    };
    let result = runtime.block_on(async {
        let (mut terminate, mut interrupt) = signals().map_err(StartError::Thread)?;
        let mut hangup = signal(SignalKind::hangup()).map_err(StartError::Thread)?;
        let running = app::start(config(args))?;
        say_where(args, &running);
        tokio::select! {
            _ = terminate.recv() => say("stopping: what is in flight may end"),
            _ = interrupt.recv() => say("stopping: what is in flight may end"),
            () = damage(&running) => {}
            () = reloads(&mut hangup, &running) => {}
        }
        Ok::<Running, StartError>(running)
    });
    match result {
        Ok(running) if running.is_damaged() => {
            say(
                "countersign: a worker ended by itself; stopping, so that whoever watches over this starts it anew",
            );
            running.stop();
            ExitCode::from(super::COULD_NOT_RUN)
        }
        Ok(running) => {
            running.stop();
            ExitCode::SUCCESS
        }
        Err(error) => could_not_run(&error),
    }
}

/// Waits until a worker has ended though nobody asked it to: never, unless there is a defect.
async fn damage(running: &Running) {
    let mut looks = tokio::time::interval(LOOK);
    while !running.is_damaged() {
        looks.tick().await;
    }
}

/// Looks at policies and certificate whenever the signal comes.
async fn reloads(hangup: &mut tokio::signal::unix::Signal, running: &Running) {
    while hangup.recv().await.is_some() {
        say("looking at policies and certificate");
        running.reload();
    }
    // No such signal will ever come again, which is no reason to end.
    std::future::pending::<()>().await;
}

fn signals() -> io::Result<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)> {
    Ok((signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?))
}

fn could_not_run(error: &StartError) -> ExitCode {
    if let StartError::Policy(diagnostics) = error {
        for diagnostic in diagnostics {
            say(&render(diagnostic, color_wanted(&io::stderr())));
        }
    }
    say(&format!("countersign: {error}"));
    ExitCode::from(super::COULD_NOT_RUN)
}

fn config(args: &Args) -> AppConfig {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => {
            Some(TlsFiles { certificate: certificate.clone(), key: key.clone() })
        }
        _ => None,
    };
    AppConfig {
        listen: args.listen,
        admin: args.admin,
        upstream: args.upstream.clone(),
        policies: args.policies.clone(),
        tls,
        upstream_ca: args.upstream_ca.clone(),
        workers: args.workers,
        settings: Settings { trust_forwarded: args.trust_forwarded, ..Settings::default() },
        clock: Clock::System,
        pace: Pace::default(),
    }
}

fn say_where(args: &Args, running: &Running) {
    for warning in &running.warnings {
        say(&render(warning, color_wanted(&io::stderr())));
    }
    let scheme = if args.tls_cert.is_some() { "https" } else { "http" };
    say(&format!("listening on {scheme}://{}", running.address));
    if let Some(address) = running.admin_address {
        say(&format!("admin on http://{address}"));
    }
    if args.policies.is_none() {
        say("no policies: everything is observed, nothing is changed");
    }
}

/// A socket address, or a host name with a port.
fn parse_address(text: &str) -> Result<SocketAddr, String> {
    let wrong = || format!("`{text}` is not HOST:PORT, for example 127.0.0.1:8080");
    text.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(wrong)
}

/// An upstream: scheme, host and port, nothing else.
fn parse_upstream(text: &str) -> Result<UpstreamAddress, String> {
    let url = Url::parse(text).map_err(|error| format!("{error}; write http://127.0.0.1:3000"))?;
    let tls = match url.scheme() {
        "http" => false,
        "https" => true,
        other => return Err(format!("`{other}` is not http or https; write http://127.0.0.1:3000")),
    };
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err("an upstream has no path, query or user name; write http://127.0.0.1:3000".to_owned());
    }
    match (url.host(), url.port_or_known_default()) {
        (Some(host), Some(port)) => {
            let host = host.to_string().trim_matches(['[', ']']).to_owned();
            Ok(UpstreamAddress { tls, host, port })
        }
        _ => Err("no host in it; write http://127.0.0.1:3000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_scheme_host_and_port() {
        let address = parse_upstream("http://127.0.0.1:3000").unwrap();
        assert_eq!(address.to_string(), "http://127.0.0.1:3000");
        assert_eq!(parse_upstream("https://[::1]/").unwrap().to_string(), "https://[::1]:443");
        for bad in ["127.0.0.1:3000", "ftp://a", "http://a/x", "http://u@a/", "http://a?x", ""] {
            assert!(parse_upstream(bad).is_err(), "{bad}");
        }
    }
}
