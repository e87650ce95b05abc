//! Countersign in front of a stub, with a policy that a test writes and changes.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use countersign::app::{self, AppConfig, Running, StartError};
use countersign::diagnostic::render;
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Form, ScriptId, Trust};
use countersign::policy::named_scripts;
use countersign::store::{Event, ScriptSeen, Store, ViolationRow};
use tempfile::TempDir;

use super::eventually;

/// A policy folder with one site, `site.toml`.
pub(crate) struct Policies {
    folder: TempDir,
}

impl Policies {
    /// A folder with this policy.
    pub(crate) fn new(policy: &str) -> Self {
        let policies = Self { folder: tempfile::tempdir().unwrap() };
        policies.write(policy);
        policies
    }

    /// Replaces the policy.
    pub(crate) fn write(&self, policy: &str) {
        fs::write(self.folder.path().join("site.toml"), policy).unwrap();
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Approves the bytes of an external script.
    pub(crate) fn approve(&self, script: &str, bytes: impl AsRef<[u8]>) {
        self.approve_as(Form::External, script, bytes.as_ref());
    }

    /// Approves the text of an inline script.
    pub(crate) fn approve_inline(&self, script: &str, text: &str) {
        self.approve_as(Form::Inline, script, text.as_bytes());
    }

    /// Approves what an evergreen script states.
    pub(crate) fn approve_evergreen(&self, script: &str) {
        let named = named_scripts(self.path(), &Trust::default()).unwrap();
        let named = named.scripts.into_iter().find(|named| named.id.as_str() == script).unwrap();
        self.approve(script, named.statement.unwrap());
    }

    fn approve_as(&self, form: Form, script: &str, bytes: &[u8]) {
        let outcome = approve_bytes(&Request {
            folder: self.folder.path(),
            site: "site",
            script: &ScriptId::new(script).unwrap(),
            form,
            bytes,
            by: "tester@shop.example",
            because: "for a test",
            at: "2026-11-23T21:04:05Z".parse().unwrap(),
            retire_earlier: false,
        });
        outcome.unwrap_or_else(|error| panic!("{script}: {error}"));
    }

    /// Starts Countersign with these policies.
    pub(crate) fn start(self, adjust: impl FnOnce(&mut AppConfig)) -> Front {
        let mut config =
            AppConfig { policies: Some(self.folder.path().to_owned()), ..AppConfig::on_loopback() };
        adjust(&mut config);
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let running = app::start(config).unwrap_or_else(|error| panic!("{}", said(&error)));
        Front { running, policies: self, scheme }
    }
}

/// Why it does not start.
fn said(error: &StartError) -> String {
    let StartError::Policy(diagnostics) = error else { return format!("it does not start: {error:?}") };
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.map(|diagnostic| render(diagnostic, false)).collect()
}

/// A running Countersign; it stops when dropped.
pub(crate) struct Front {
    running: Running,
    policies: Policies,
    scheme: &'static str,
}

impl Front {
    /// The URL of a path under a host name.
    pub(crate) fn url_at(&self, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", self.scheme, self.running.address.port())
    }

    /// The URL of a path under 127.0.0.1.
    pub(crate) fn url(&self, path: &str) -> String {
        self.url_at("127.0.0.1", path)
    }

    /// The URL of a path at the admin address.
    pub(crate) fn admin(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.admin_address.unwrap())
    }

    /// Where observations go.
    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.running.store
    }

    /// Its policies: what changes there is in force soon.
    pub(crate) fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Waits for a report of a browser, of this kind and about something that contains `blocked`.
    pub(crate) async fn report(&self, kind: &str, blocked: &str) -> ViolationRow {
        let fits = |row: &ViolationRow| row.violation.kind == kind && row.violation.blocked.contains(blocked);
        eventually(&format!("a report {kind} about {blocked}"), async || {
            self.running.store.violations(100).into_iter().find(fits)
        })
        .await
    }

    /// Waits for a report of a browser, of this kind and on this directive.
    pub(crate) async fn report_on(&self, kind: &str, directive: &str) -> ViolationRow {
        let fits = |row: &ViolationRow| row.violation.kind == kind && row.violation.directive == directive;
        eventually(&format!("a report {kind} on {directive}"), async || {
            self.running.store.violations(100).into_iter().find(fits)
        })
        .await
    }

    /// Waits for a report of a browser, of this kind and about a document whose URL ends so.
    pub(crate) async fn report_of(&self, kind: &str, document: &str) -> ViolationRow {
        let on_page = |row: &ViolationRow| row.pages.iter().any(|page| page.name.ends_with(document));
        let fits = |row: &ViolationRow| row.violation.kind == kind && on_page(row);
        eventually(&format!("a report {kind} of {document}"), async || {
            self.running.store.violations(100).into_iter().find(fits)
        })
        .await
    }

    /// What browsers reported until now.
    pub(crate) fn violations(&self) -> Vec<ViolationRow> {
        self.running.store.violations(500)
    }

    /// What was judged until now.
    pub(crate) fn scripts(&self) -> Vec<ScriptSeen> {
        self.running.store.scripts().into_iter().map(|row| row.seen).collect()
    }

    /// What it told until now, newest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.running.store.events(1000)
    }

    /// Waits for an event whose words contain `text`.
    pub(crate) async fn event(&self, text: &str) -> Event {
        eventually(&format!("an event that says {text}"), async || {
            self.running.store.events(100).into_iter().find(|event| event.message.contains(text))
        })
        .await
    }
}

/// The policy of a site at `upstream` that names external scripts, `(id, url or path, tier, pages)`, and
/// inline ones, `(id, pages)`.
pub(crate) fn policy(
    upstream: &str,
    scripts: &[(&str, &str, &str, &str)],
    inline: &[(&str, &str)],
) -> String {
    let mut tables = vec![format!(
        "hosts = [\"shop.example\", \"127.0.0.1\"]\nupstreams = [{upstream:?}]\nmode = \"enforce\""
    )];
    tables.extend(scripts.iter().map(|(id, url, tier, pages)| {
        format!(
            "[[script]]\nid = {id:?}\nurl = {url:?}\ntier = {tier:?}\npages = [{pages:?}]\n\
             owner = \"web@shop.example\"\nwhy = \"a test\""
        )
    }));
    tables.extend(
        inline
            .iter()
            .map(|(id, pages)| format!("[[inline]]\nid = {id:?}\npages = [{pages:?}]\nwhy = \"a test\"")),
    );
    tables.join("\n")
}
