//! One browser window with a fresh profile, for one test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::common::log::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities};
use tokio::sync::Semaphore;
use tokio::task::LocalSet;

use super::client::DriverClient;
use super::driver::{Driver, MISSING};

/// Chromium's processes share two cores with everything else.
pub(crate) static WINDOWS: Semaphore = Semaphore::const_new(2);

/// What Chromium is started with, here and in `dump_dom`. Nothing but loopback can be reached:
/// `*.example` and `localhost` lead there, every other name leads nowhere.
pub(crate) const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    "--host-resolver-rules=MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    // Reports leave within a second, not within a minute.
    "--short-reporting-delay",
    "--window-size=1200,900",
];

/// What a test wants of its browser.
#[derive(Debug, Default, Clone)]
pub(crate) struct Setup {
    /// Public keys that are trusted whoever signed them: [`super::Certificate::pin`].
    pub(crate) trusted_keys: Vec<String>,
}

/// A browser under control. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    window: WebDriver,
}

/// Runs a test with a browser on a runtime of its own. When it fails, a screenshot, the address and the
/// console are left in `target/browser/`.
pub(crate) fn in_browser(setup: Setup, test: impl AsyncFnOnce(Session) + 'static) {
    let name = std::thread::current().name().unwrap_or("test").replace("::", ".");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    LocalSet::new().block_on(&runtime, async move {
        let _permit = WINDOWS.acquire().await.unwrap();
        let driver = Driver::shared();
        let profile = tempfile::tempdir().unwrap();
        let session = Session::open(&driver, &setup, &profile).await;
        let (ours, theirs) = (session.clone(), session);
        let outcome = tokio::task::spawn_local(async move { test(theirs).await }).await;
        if outcome.is_err() {
            ours.leave_evidence(&name).await;
        }
        // A browser that is gone already is no reason to hide what the test said.
        let _ = ours.window.quit().await;
        if let Err(failure) = outcome {
            std::panic::resume_unwind(failure.into_panic());
        }
    });
}

/// Where Chromium is.
pub(crate) fn chromium() -> &'static str {
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let found = known.into_iter().find(|path| Path::new(path).exists());
    found.unwrap_or_else(|| panic!("chromium {MISSING}"))
}

impl Session {
    async fn open(driver: &Arc<Driver>, setup: &Setup, profile: &TempDir) -> Self {
        let mut capabilities = ChromeCapabilities::new();
        capabilities.set_binary(chromium()).unwrap();
        for flag in FLAGS {
            capabilities.add_arg(flag).unwrap();
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        if !setup.trusted_keys.is_empty() {
            let keys = setup.trusted_keys.join(",");
            capabilities.add_arg(&format!("--ignore-certificate-errors-spki-list={keys}")).unwrap();
        }
        // thirtyfour asks for the opposite by default.
        capabilities.accept_insecure_certs(false).unwrap();
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let connect =
            || WebDriver::builder(driver.url(), capabilities.clone()).client(DriverClient).connect();
        // On a loaded machine Chromium's start now and then runs into chromedriver's own time limit.
        let window = match connect().await {
            Ok(window) => window,
            Err(first) => connect().await.unwrap_or_else(|second| panic!("no browser: {first}; {second}")),
        };
        Self { window }
    }

    /// Loads a page and waits for its `load` event.
    pub(crate) async fn open_page(&self, url: &str) {
        if let Err(refusal) = self.try_to_open(url).await {
            panic!("{url} does not load: {refusal}");
        }
    }

    /// Loads a page, or gives what the browser says instead.
    pub(crate) async fn try_to_open(&self, url: &str) -> Result<(), String> {
        self.window.goto(url).await.map_err(|error| error.to_string())?;
        // For a certificate that it mistrusts, the browser shows a page of its own.
        if self.holds("location.protocol === 'chrome-error:'").await {
            return Err(self.value("document.body.textContent").await.to_string());
        }
        Ok(())
    }

    /// Loads the page again.
    pub(crate) async fn reload(&self) {
        self.window.refresh().await.unwrap();
    }

    /// The value of a JavaScript expression.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        let answer = self.window.execute(script, Vec::new()).await;
        answer.unwrap_or_else(|error| panic!("{expression}: {error}")).json().clone()
    }

    /// Whether a JavaScript expression is true, by JavaScript's rules.
    pub(crate) async fn holds(&self, expression: &str) -> bool {
        self.value(&format!("Boolean({expression})")).await == Value::Bool(true)
    }

    /// Waits until a JavaScript expression is true.
    pub(crate) async fn until(&self, expression: &str) {
        super::eventually(expression, async || self.holds(expression).await.then_some(())).await;
    }

    /// Clicks the first element that matches a CSS selector.
    pub(crate) async fn click(&self, selector: &str) {
        self.window.find(By::Css(selector)).await.unwrap().click().await.unwrap();
    }

    /// Types into the first element that matches a CSS selector, as a person does.
    pub(crate) async fn type_into(&self, selector: &str, text: &str) {
        self.window.find(By::Css(selector)).await.unwrap().send_keys(text).await.unwrap();
    }

    /// Presses one key, such as Tab or Enter, wherever the focus is.
    pub(crate) async fn press(&self, key: Key) {
        self.window.action_chain().send_keys(key).perform().await.unwrap();
    }

    /// A command of the browser's own protocol.
    pub(crate) async fn command(&self, name: &str, parameters: Value) {
        self.window.cdp().send_raw(name, parameters).await.unwrap();
    }

    /// What the console got since the last call, as `LEVEL message`.
    pub(crate) async fn console(&self) -> Vec<String> {
        let entries = self.window.browser_log().await.unwrap();
        entries.into_iter().map(|entry| format!("{} {}", entry.level, entry.message)).collect()
    }

    async fn leave_evidence(&self, name: &str) {
        let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/browser");
        fs::create_dir_all(&folder).unwrap();
        if let Ok(picture) = self.window.screenshot_as_png().await {
            fs::write(folder.join(format!("{name}.png")), picture).unwrap();
        }
        let url = self.window.current_url().await.map_or_else(|e| e.to_string(), |url| url.to_string());
        let console =
            self.window.browser_log().await.map_or_else(|e| e.to_string(), |log| format!("{log:#?}"));
        let source = self.window.source().await.unwrap_or_default();
        fs::write(folder.join(format!("{name}.txt")), format!("{url}\n{console}\n{source}\n")).unwrap();
        eprintln!("at {url}; see target/browser/{name}.png and .txt");
    }
}
