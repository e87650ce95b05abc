//! One process takes the place of another while visitors come.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::command::Child;
use crate::support::{Client, Upstream, page, within};

/// Visitors, each of whom makes a connection for each request.
struct Crowd {
    over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    visitors: Vec<tokio::task::JoinHandle<()>>,
}

impl Crowd {
    fn at(address: SocketAddr) -> Self {
        let (over, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let visitors = (0..16)
            .map(|_| {
                let (over, answered) = (Arc::clone(&over), Arc::clone(&answered));
                tokio::spawn(async move {
                    let request = "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n";
                    while !over.load(Ordering::Relaxed) {
                        let response = Client::connect(address).await.ask(request).await;
                        assert!(response.status == 200 && response.whole, "{response:?}");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        Self { over, answered, visitors }
    }

    /// Waits until so many more were answered.
    async fn more(&self, count: usize) {
        let wanted = self.answered.load(Ordering::Relaxed) + count;
        within("answers", async {
            while self.answered.load(Ordering::Relaxed) < wanted {
                let let_down = self.visitors.iter().any(tokio::task::JoinHandle::is_finished);
                assert!(!let_down, "a visitor was let down");
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn end(self) -> usize {
        self.over.store(true, Ordering::Relaxed);
        for visitor in self.visitors {
            visitor.await.expect("every request was answered");
        }
        self.answered.load(Ordering::Relaxed)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_takes_the_place_of_another_and_no_request_fails() {
    let upstream = Upstream::answering(page("<p>here")).await;
    let origin = format!("http://{}", upstream.address);
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let arguments = ["--upstream", &origin, "--drain-time", "10s"];
    let mut child = Child::inheriting(&socket, &arguments);
    assert_eq!(child.address(), socket.local_addr().unwrap());
    let crowd = Crowd::at(child.address());
    for _ in 0..5 {
        crowd.more(100).await;
        let next = Child::inheriting(&socket, &arguments);
        child.terminate();
        let (code, said) = std::mem::replace(&mut child, next).end();
        assert_eq!(code, Some(0), "{said}");
        crowd.more(100).await;
    }
    // Stopped before the next one begins, as systemd restarts a service: connections wait in the socket.
    child.terminate();
    assert_eq!(child.end().0, Some(0));
    let _last = Child::inheriting(&socket, &arguments);
    crowd.more(100).await;
    assert!(crowd.end().await >= 1000);
}

#[test]
fn what_is_handed_over_and_is_no_socket_is_said() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    for (files, count, says) in [
        ("3</dev/null", 1, "LISTEN_FDS: what was handed over can't be used"),
        ("3<&0 4</dev/null", 2, "LISTEN_FDS: what was handed over can't be used"),
        ("3<&0 4<&0 5<&0", 3, "more than two sockets"),
        // Two addresses for visitors, as somebody might think.
        ("3<&0 4<&0", 2, "the settings have no `admin`"),
    ] {
        let shell = format!(
            "exec {files}; LISTEN_PID=$$ LISTEN_FDS={count} exec \"$0\" run --upstream http://127.0.0.1:1"
        );
        let mut command = Command::new("sh");
        command.args(["-c", &shell, env!("CARGO_BIN_EXE_countersign")]);
        let output = command.stdin(OwnedFd::from(socket.try_clone().unwrap())).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(says), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_supervisor_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let supervisor = UnixDatagram::bind(&path).unwrap();
    supervisor.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let told = || {
        let mut buffer = [0; 256];
        let length = supervisor.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    let child = Child::notifying(&path, &["--upstream", "http://127.0.0.1:1"]);
    assert_eq!(told().trim(), "READY=1");
    child.terminate();
    assert_eq!(told().trim(), "STOPPING=1");
    assert_eq!(child.end().0, Some(0));
}
