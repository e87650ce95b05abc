//! Chromium by its own protocol, over a pipe and without a driver: for suites of many pages, in several tabs
//! at once, and for what only the debugger knows: which scripts ran.
//! <https://chromedevtools.github.io/devtools-protocol/>

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::LocalSet;

use super::eventually;
use super::session::{FLAGS, WINDOWS, chromium};

/// Windows that stay as lively behind others as in front; no second process for a frame of the same site.
const BATCH_FLAGS: &[&str] = &[
    "--remote-debugging-pipe",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--hide-scrollbars",
];

/// The pipe that Chromium reads is its file 3, the one that it writes its file 4.
const PIPES: &str = "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null";

/// Longer than any page of the tests needs, on a loaded machine too.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);

/// A running Chromium; ended when dropped.
pub(crate) struct DevTools {
    child: Mutex<Child>,
    wire: Arc<Wire>,
    _profile: TempDir,
}

/// One tab in a window of its own.
#[derive(Clone)]
pub(crate) struct Tab {
    wire: Arc<Wire>,
    session: String,
}

/// What the browser told about a tab, workers included.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// Such as `Debugger.scriptParsed`.
    pub(crate) method: String,
    pub(crate) params: Value,
    /// Who told it: the tab, or a worker of it.
    pub(crate) session: String,
}

#[derive(Default)]
struct Wire {
    input: Mutex<Option<ChildStdin>>,
    last: AtomicU64,
    asked: Mutex<HashMap<u64, oneshot::Sender<Result<Value, String>>>>,
    /// By the session of the tab.
    told: Mutex<HashMap<String, Vec<Told>>>,
    /// Workers, and the tabs they belong to.
    owners: Mutex<HashMap<String, String>>,
}

/// Runs a test with a Chromium on a runtime of its own. `flags` come after those that all tests have.
pub(crate) fn with_devtools<F: Future<Output = ()>>(test: impl FnOnce() -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async move {
        let _permit = WINDOWS.acquire().await.unwrap();
        test().await;
    });
}

impl DevTools {
    /// Starts one. `flags` come after those that all browsers of the tests have.
    pub(crate) fn start(flags: &[String]) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", PIPES, chromium()])
            .args(FLAGS)
            .args(BATCH_FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(flags)
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let wire = Arc::new(Wire::default());
        *wire.input.lock().unwrap() = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let heard = Arc::clone(&wire);
        std::thread::spawn(move || {
            for message in output.split(0) {
                let Ok(message) = message else { return };
                heard.hear(serde_json::from_slice(&message).unwrap());
            }
        });
        Self { child: Mutex::new(child), wire, _profile: profile }
    }

    /// A new tab that tells of everything that loads, goes wrong and runs.
    pub(crate) async fn tab(&self) -> Tab {
        let target =
            self.wire.ask(None, "Target.createTarget", json!({ "url": "about:blank", "newWindow": true }));
        let target = target.await.unwrap()["targetId"].clone();
        let attached =
            self.wire.ask(None, "Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        let session = attached.await.unwrap()["sessionId"].as_str().unwrap().to_owned();
        let tab = Tab { wire: Arc::clone(&self.wire), session };
        let workers = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        tab.ask("Target.setAutoAttach", workers).await;
        for domain in ["Page", "Runtime", "Log", "Debugger"] {
            tab.ask(&format!("{domain}.enable"), json!({})).await;
        }
        let size = json!({ "width": 1000, "height": 700, "deviceScaleFactor": 1, "mobile": false });
        tab.ask("Emulation.setDeviceMetricsOverride", size).await;
        tab
    }
}

impl Drop for DevTools {
    fn drop(&mut self) {
        // It ends when its pipe does; killed, because nobody waits for it to tidy up.
        drop(self.wire.input.lock().unwrap().take());
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Tab {
    /// The answer to a command; fails the test where it is an error.
    pub(crate) async fn ask(&self, method: &str, params: Value) -> Value {
        let answer = self.wire.ask(Some(&self.session), method, params).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Runs a script in every document before all others.
    pub(crate) async fn before_every_page(&self, script: &str) {
        self.ask("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// Loads a page and waits until its `load` event, or until it can be told that none will come. What was
    /// told before is forgotten.
    pub(crate) async fn open_page(&self, url: &str) {
        self.take_told();
        let navigated = self.ask("Page.navigate", json!({ "url": url })).await;
        if navigated["errorText"].is_string() {
            return;
        }
        let loaded = async || self.told(|told| told.method == "Page.loadEventFired").then_some(());
        eventually(&format!("{url} loads"), loaded).await;
    }

    /// The same, for pages that may never come to their `load` event: so long and no longer.
    pub(crate) async fn open_for(&self, url: &str, longest: Duration) {
        // Whether it came makes no difference.
        let _ = tokio::time::timeout(longest, self.open_page(url)).await;
    }

    /// The value of a JavaScript expression, or of the promise that it is; none where it throws or the
    /// page goes away meanwhile.
    pub(crate) async fn try_value(&self, expression: &str) -> Option<Value> {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.wire.ask(Some(&self.session), "Runtime.evaluate", params).await.ok()?;
        answer["exceptionDetails"].is_null().then(|| answer["result"]["value"].clone())
    }

    /// A picture of what is to be seen, PNG in base64.
    pub(crate) async fn picture(&self) -> String {
        let shot = self.ask("Page.captureScreenshot", json!({ "format": "png" })).await;
        shot["data"].as_str().unwrap().to_owned()
    }

    /// The source of a script that `Debugger.scriptParsed` told of.
    pub(crate) async fn source(&self, told: &Told) -> String {
        let params = json!({ "scriptId": told.params["scriptId"] });
        let answer = self.wire.ask(Some(&told.session), "Debugger.getScriptSource", params).await;
        answer
            .map_or_else(|_gone| String::new(), |answer| answer["scriptSource"].as_str().unwrap().to_owned())
    }

    /// Whether something was told since the page was opened.
    fn told(&self, fits: impl Fn(&Told) -> bool) -> bool {
        self.wire.told.lock().unwrap().get(&self.session).is_some_and(|all| all.iter().any(fits))
    }

    /// All that was told since the page was opened, or since the last call.
    pub(crate) fn take_told(&self) -> Vec<Told> {
        self.wire.told.lock().unwrap().insert(self.session.clone(), Vec::new()).unwrap_or_default()
    }
}

impl Wire {
    async fn ask(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        let (sender, receiver) = oneshot::channel();
        let id = self.next();
        self.asked.lock().unwrap().insert(id, sender);
        self.say(session, id, method, &params);
        match tokio::time::timeout(COMMAND_LIMIT, receiver).await {
            Ok(answer) => answer.unwrap_or_else(|gone| Err(gone.to_string())),
            Err(limit) => Err(format!("no answer: {limit}")),
        }
    }

    fn next(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A command whose answer nobody waits for.
    fn tell(&self, session: &str, method: &str, params: &Value) {
        self.say(Some(session), self.next(), method, params);
    }

    fn say(&self, session: Option<&str>, id: u64, method: &str, params: &Value) {
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = Value::from(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        if let Some(input) = self.input.lock().unwrap().as_mut() {
            // A browser that is gone shows as a command without an answer.
            let _ = input.write_all(&bytes);
        }
    }

    fn hear(&self, mut message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(sender) = self.asked.lock().unwrap().remove(&id) {
                let error = message["error"]["message"].as_str().map(str::to_owned);
                let answer = error.map_or_else(|| Ok(message["result"].take()), Err);
                let _ = sender.send(answer);
            }
            return;
        }
        let session = message["sessionId"].as_str().unwrap_or_default().to_owned();
        let told = Told {
            method: message["method"].as_str().unwrap_or_default().to_owned(),
            params: message["params"].take(),
            session: session.clone(),
        };
        let owner = self.owners.lock().unwrap().get(&session).cloned().unwrap_or(session);
        if told.method == "Target.attachedToTarget" && !owner.is_empty() {
            // A worker waits until it is listened to.
            let worker = told.params["sessionId"].as_str().unwrap_or_default();
            self.owners.lock().unwrap().insert(worker.to_owned(), owner.clone());
            let workers = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
            self.tell(worker, "Target.setAutoAttach", &workers);
            for method in ["Runtime.enable", "Debugger.enable", "Runtime.runIfWaitingForDebugger"] {
                self.tell(worker, method, &json!({}));
            }
        }
        if told.method == "Page.javascriptDialogOpening" {
            self.tell(&owner, "Page.handleJavaScriptDialog", &json!({ "accept": true }));
        }
        self.told.lock().unwrap().entry(owner).or_default().push(told);
    }
}
