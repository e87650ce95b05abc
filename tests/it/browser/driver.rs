//! The chromedriver process that all sessions of a test run share.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// What a test says when a program it needs is not there.
pub(crate) const MISSING: &str = "is missing: run tests/run, which installs it";

/// Ends chromedriver and the browsers it started (all of one process group) as soon as the pipe to this
/// shell closes: when the last session is gone, and also when the test process is killed.
const KEEPER: &str = "chromedriver --port=0 </dev/null & driver=$!; exec >&-; read -r _; kill -TERM $driver; wait; kill -KILL 0";

static SHARED: Mutex<Weak<Driver>> = Mutex::new(Weak::new());

/// A running chromedriver in a process group of its own; ended when the last `Arc` goes.
pub(crate) struct Driver {
    keeper: Child,
    port: u16,
}

impl Driver {
    /// The running one, or a new one.
    pub(crate) fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let driver = Arc::new(Self::start());
            *shared = Arc::downgrade(&driver);
            driver
        })
    }

    /// Where it takes commands.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Now and then it ends before it has said where it listens, while others begin: then it is begun again.
    fn start() -> Self {
        let started = (0..3).find_map(|_| Self::try_start());
        started.unwrap_or_else(|| panic!("chromedriver (Debian: chromium-driver) {MISSING}"))
    }

    fn try_start() -> Option<Self> {
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let mut port = None;
        let mut output = BufReader::new(keeper.stdout.take().expect("stdout is a pipe"));
        let mut line = String::new();
        while port.is_none() && output.read_line(&mut line).expect("chromedriver says its port") > 0 {
            // "ChromeDriver was started successfully on port 38437."
            let said = line.trim_end().strip_suffix('.').and_then(|line| line.rsplit_once("on port "));
            port = said.and_then(|(_, digits)| digits.parse().ok());
            line.clear();
        }
        let Some(port) = port else {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
            return None;
        };
        // Read on: a full pipe would stop it.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Some(Self { keeper, port })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Killed by its own `kill -KILL 0`; the status says nothing.
        let _ = self.keeper.wait();
    }
}
