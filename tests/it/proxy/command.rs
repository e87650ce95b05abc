//! The command `countersign run`: what it says, how it ends.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::process::{ChildStderr, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tokio::sync::{Mutex, oneshot};

use crate::support::{Client, Upstream, answer, get};

/// A running `countersign run`; killed when dropped.
pub(crate) struct Child {
    process: std::process::Child,
    said: BufReader<ChildStderr>,
    address: SocketAddr,
}

impl Child {
    /// Starts it on a free port and waits until it listens.
    pub(crate) fn run(arguments: &[&str]) -> Self {
        let mut started = command(&["--listen", "127.0.0.1:0", "--workers", "1"]);
        started.args(arguments);
        Self::start(started)
    }

    /// Starts `countersign watch` and waits until it looks.
    pub(crate) fn watch(arguments: &[&str]) -> Self {
        let mut started = Command::new(env!("CARGO_BIN_EXE_countersign"));
        started.arg("watch").args(arguments).env_remove("RUST_LOG").env("NO_COLOR", "1");
        Self::start(started)
    }

    /// Starts `countersign collect` on a free port and waits until it listens.
    pub(crate) fn collect(arguments: &[&str]) -> Self {
        let mut started = Command::new(env!("CARGO_BIN_EXE_countersign"));
        started.args(["collect", "--listen", "127.0.0.1:0"]).args(arguments);
        started.env_remove("RUST_LOG").env_remove("COUNTERSIGN_STORE").env("NO_COLOR", "1");
        Self::start(started)
    }

    /// Starts `countersign run` with at most so many open files.
    fn run_with_files(limit: usize, arguments: &[&str]) -> Self {
        let mut started = Command::new("sh");
        started.args([
            "-c",
            &format!("ulimit -n {limit}; exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_countersign"),
        ]);
        started.args(["run", "--listen", "127.0.0.1:0", "--workers", "1"]).args(arguments);
        Self::start(started)
    }

    /// Starts it by a shell's script, which another program may run: `"$0" "$@"` is the command.
    pub(crate) fn run_by(program: &[&str], script: &str, arguments: &[&str]) -> Self {
        let shell: Vec<&str> = program.iter().copied().chain(["sh", "-c", script]).collect();
        let mut started = Command::new(shell[0]);
        started.args(&shell[1..]).args([env!("CARGO_BIN_EXE_countersign"), "run", "--listen", "127.0.0.1:0"]);
        started.args(["--workers", "1"]).args(arguments).env_remove("RUST_LOG").env("NO_COLOR", "1");
        Self::start(started)
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Reads what it says until it tells where operators connect.
    pub(crate) fn until_admin(&mut self) -> SocketAddr {
        loop {
            let mut line = String::new();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it ended without an admin address");
            if let Some(address) = line.trim().strip_prefix("admin on http://") {
                return address.parse().unwrap();
            }
        }
    }

    /// Starts it so that it tells a supervisor's socket how it stands.
    pub(super) fn notifying(supervisor: &std::path::Path, arguments: &[&str]) -> Self {
        let mut started = command(&["--listen", "127.0.0.1:0", "--workers", "1"]);
        started.args(arguments).env("NOTIFY_SOCKET", supervisor);
        Self::start(started)
    }

    /// Starts it with an open socket for visitors, as systemd does.
    pub(super) fn inheriting(socket: &TcpListener, arguments: &[&str]) -> Self {
        let mut started = Command::new("sh");
        // A child has no other way to be given an open file than as one of the three that all have.
        let shell = "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\"";
        started.args(["-c", shell, env!("CARGO_BIN_EXE_countersign"), "run", "--workers", "2"]);
        let socket = OwnedFd::from(socket.try_clone().unwrap());
        started.args(arguments).stdin(Stdio::from(socket)).env_remove("RUST_LOG").env("NO_COLOR", "1");
        Self::start(started)
    }

    fn start(mut started: Command) -> Self {
        let mut process = started.stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(process.stderr.take().unwrap());
        let mut child = Self { process, said, address: SocketAddr::from(([0; 4], 0)) };
        loop {
            let mut line = String::new();
            assert!(child.said.read_line(&mut line).unwrap() > 0, "it ended before it listened");
            if line.starts_with("looking at vendors") {
                return child;
            }
            let listening = line.trim().strip_prefix("listening on http://");
            let collecting = || Some(line.strip_prefix("collecting on http://")?.split_once(',')?.0);
            if let Some(address) = listening.or_else(collecting) {
                child.address = address.parse().unwrap();
                return child;
            }
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The most memory it ever had, in bytes.
    pub(super) fn peak_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().trim().parse::<usize>().unwrap() * 1024
    }

    /// Reads what it says until a text comes; kills it after two minutes, which ends the reading.
    pub(crate) fn until_said(&mut self, text: &str) {
        let (found, wait) = mpsc::channel::<()>();
        let id = self.process.id().to_string();
        let guard = thread::spawn(move || {
            if wait.recv_timeout(Duration::from_mins(2)) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &id]).status();
            }
        });
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it ended without saying: {text}");
        }
        drop(found);
        guard.join().unwrap();
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([name, &self.process.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    /// Waits for its end: the exit code, and what it said since it listened.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.process.wait().unwrap().code();
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).unwrap();
        (code, rest)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.arg("run").args(arguments).env_remove("RUST_LOG").env("NO_COLOR", "1");
    command
}

fn output(arguments: &[&str]) -> (i32, String) {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_ends_what_is_in_flight_first() {
    let (go, wait) = oneshot::channel::<()>();
    let wait = Arc::new(Mutex::new(Some(wait)));
    let upstream = Upstream::serving(move |mut connection| {
        let wait = Arc::clone(&wait);
        async move {
            connection.request().await;
            connection
                .send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nfirst")
                .await;
            wait.lock().await.take().unwrap().await.unwrap();
            connection.send("-last").await;
        }
    })
    .await;
    let child = Child::run(&["--upstream", &format!("http://{}", upstream.address)]);
    let mut client = Client::connect(child.address()).await;
    client.send(get("/")).await;
    assert!(client.until(b"first").await);
    child.terminate();
    go.send(()).unwrap();
    let response = client.response(false).await;
    assert_eq!((response.text().as_str(), response.whole), ("first-last", true));
    let (code, said) = tokio::task::spawn_blocking(move || child.end()).await.unwrap();
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("stopping"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_window_opens_where_it_is_asked_for() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let mut child =
        Child::run(&["--upstream", &format!("http://{}", upstream.address), "--admin", "127.0.0.1:0"]);
    let mut line = String::new();
    child.said.read_line(&mut line).unwrap();
    let admin: SocketAddr = line.trim().strip_prefix("admin on http://").unwrap().parse().unwrap();
    Client::connect(child.address()).await.ask(get("/")).await;
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n");
    let metrics = Client::connect(admin).await.ask(request).await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.text().contains("countersign_exchanges_total"), "{}", metrics.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_visitors_than_open_files_allow_wait_and_are_served_then() {
    let upstream = Upstream::answering(answer("Content-Type: text/plain", "x")).await;
    let child = Child::run_with_files(100, &["--upstream", &format!("http://{}", upstream.address)]);
    let mut held = Vec::new();
    for _ in 0..120 {
        let mut client = Client::connect(child.address()).await;
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ").await;
        held.push(client);
    }
    let mut waiting = Client::connect(child.address()).await;
    waiting.send(get("/")).await;
    drop(held);
    assert_eq!(waiting.response(false).await.status, 200);
}

#[test]
fn a_port_that_is_taken_is_said_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, said) = output(&["--upstream", "http://127.0.0.1:1", "--listen", &address]);
    assert_eq!(code, 2);
    assert!(said.contains(&format!("can't listen on {address}")), "{said}");
    assert!(said.contains("choose another port"), "{said}");
}

#[test]
fn policies_that_cannot_be_used_end_it_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.toml"), "hosts = [\"a.test\"]\nmodus = \"enforce\"\n").unwrap();
    let policies = folder.path().to_str().unwrap();
    let (code, said) =
        output(&["--upstream", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--policies", policies]);
    assert_eq!(code, 2);
    assert!(said.contains("shop.toml:2:1"), "{said}");
    assert!(said.contains("modus"), "{said}");
}

#[test]
fn without_anything_to_stand_in_front_of_it_says_what_to_give() {
    let (code, said) = output(&["--listen", "127.0.0.1:0"]);
    assert_eq!(code, 2);
    assert!(said.contains("--upstream"), "{said}");
    let (code, said) = output(&["--upstream", "127.0.0.1:3000"]);
    assert_eq!(code, 2);
    assert!(said.contains("http://127.0.0.1:3000"), "{said}");
}
