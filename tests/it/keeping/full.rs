//! A disk without room: pages are served, reports are taken, and once there is room all of it is written.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::flood::{Sent, send_all};
use crate::proxy::command::Child;
use crate::support::{Client, Upstream, page, within};

/// A disk of 2 MiB, which ends with the process. Where nobody may mount one, a bound on the length of files is.
struct Disk {
    mounted: bool,
    folder: tempfile::TempDir,
}

impl Disk {
    fn new() -> Self {
        let mount = Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
        let mounted = mount.is_ok_and(|output| output.status.success());
        Self { mounted, folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("a.db")
    }

    /// Starts a process on it.
    fn run(&self, arguments: &[&str]) -> Child {
        let script = if self.mounted {
            format!(
                "mount -t tmpfs -o size=2m tmpfs '{}' && exec \"$0\" \"$@\"",
                self.folder.path().display()
            )
        } else {
            // In blocks of 512 bytes. What is ignored before `exec` stays so: it gets an error and no signal.
            "trap '' XFSZ; ulimit -S -f 4096; exec \"$0\" \"$@\"".to_owned()
        };
        Child::run_by(if self.mounted { &["unshare", "-m"] } else { &[] }, &script, arguments)
    }

    /// Takes what is left.
    fn fill(&self, child: &Child) {
        if self.mounted {
            let ballast = self.ballast(child);
            let full =
                (0..64).try_for_each(|n| fs::write(ballast.with_extension(n.to_string()), vec![0; 64 << 10]));
            assert!(full.is_err(), "the disk is larger than it should be");
        } else {
            limit(child, "1024");
        }
    }

    /// Gives it back.
    fn make_room(&self, child: &Child) {
        if self.mounted {
            let ballast = self.ballast(child);
            for n in 0..64 {
                let _ = fs::remove_file(ballast.with_extension(n.to_string()));
            }
        } else {
            limit(child, "unlimited");
        }
    }

    /// As the process sees it.
    fn ballast(&self, child: &Child) -> PathBuf {
        let folder = self.folder.path().strip_prefix("/").unwrap();
        Path::new("/proc").join(child.id().to_string()).join("root").join(folder).join("ballast")
    }
}

fn limit(child: &Child, bytes: &str) {
    let set = Command::new("prlimit")
        .args(["--pid", &child.id().to_string(), &format!("--fsize={bytes}:")])
        .status()
        .unwrap();
    assert!(set.success());
}

/// What the admin address says.
async fn asked(admin: SocketAddr, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n");
    let response = Client::connect(admin).await.ask(&request).await;
    String::from_utf8(response.body).unwrap()
}

/// Waits until the counters say so.
async fn until(admin: SocketAddr, says: &str) {
    within(says, async {
        while !asked(admin, "/metrics").await.contains(says) {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_costs_no_page_and_no_report() {
    let upstream = Upstream::answering(page("<p>here")).await;
    let disk = Disk::new();
    let (origin, file) = (format!("http://{}", upstream.address), disk.file());
    let mut child = disk.run(&[
        "--upstream",
        &origin,
        "--trust-forwarded",
        "--admin",
        "127.0.0.1:0",
        "--store",
        file.to_str().unwrap(),
        "--store-flush-interval",
        "100ms",
    ]);
    let admin = child.until_admin();
    let sent = Sent::default();
    send_all(child.address(), &sent, 20).await;
    until(admin, "countersign_store_rows_total{kind=\"violation\"} 20\n").await;
    disk.fill(&child);
    // More than fits into what the file has free within itself.
    while !asked(admin, "/metrics").await.contains("countersign_store_away 1\n") {
        send_all(child.address(), &sent, 50).await;
    }
    send_all(child.address(), &sent, 50).await;
    let visitor =
        Client::connect(child.address()).await.ask("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n").await;
    assert_eq!(visitor.status, 200);
    assert!(asked(admin, "/api/alerts").await.contains("store-away"));
    disk.make_room(&child);
    until(admin, "countersign_store_away 0\n").await;
    let all = sent.answered().len();
    until(admin, &format!("countersign_store_rows_total{{kind=\"violation\"}} {all}\n")).await;
    assert!(!asked(admin, "/metrics").await.contains("countersign_store_shed_total{"));
    child.terminate();
    assert_eq!(child.end().0, Some(0));
}
