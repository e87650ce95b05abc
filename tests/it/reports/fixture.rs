//! A collector in front of a policy, and what pages of the site were seen to have.

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use countersign::alert::Alerts;
use countersign::clock::Clock;
use countersign::inventory::approval::{Request, approve_bytes};
use countersign::inventory::{Approvers, Decision, Form, ScriptId, SeenKind, Trust};
use countersign::policy::{Snapshot, load_trusting, named_scripts};
use countersign::reports::{Collector, Sent};
use countersign::settings::ReportLimits;
use countersign::store::{GenerationRow, MemoryStore, ScriptSeen, Store, ViolationRow};
use countersign::telemetry::Metrics;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};

/// Policies that were in force before.
pub(super) const EARLIER: &str = "00000000ea51";
/// A payment page, an observed one, and the rest; a script of each sort.
const POLICY: &str = r#"
hosts = ["shop.example", "www.shop.example"]
upstreams = ["http://127.0.0.1:1"]
mode = "enforce"

[csp]
connect-src = ["'self'"]

[[page]]
path = "/pay/*"
payment = true

[[page]]
path = "/old/*"
mode = "observe"

[[script]]
id = "chat"
url = "https://cdn.example/chat.js?v=3"
pages = ["/*"]
tier = "pin"
owner = "web@shop.example"
why = "Chat"

[[script]]
id = "own"
url = "/app.js"
pages = ["/*"]
tier = "pin"
owner = "web@shop.example"
why = "The shop's own"

[[script]]
id = "cards"
url = "https://pay.example/sdk.js"
pages = ["/pay/*"]
tier = "pin"
owner = "web@shop.example"
why = "Cards"

[[script]]
id = "new"
url = "https://cdn.example/new.js"
pages = ["/*"]
tier = "pin"
owner = "web@shop.example"
why = "Not yet"

[[script]]
id = "tag"
url = "https://tags.example/t.js"
pages = ["/help/*"]
tier = "evergreen"
owner = "web@shop.example"
why = "Tags"
justification = "No copies"
expires = 2027-01-31

[[script]]
id = "gone"
url = "https://tags.example/gone.js"
pages = ["/help/*"]
tier = "evergreen"
owner = "web@shop.example"
why = "Tags"
justification = "No copies"
expires = 2026-12-01
"#;

pub(super) struct Fixture {
    pub(super) store: Arc<MemoryStore>,
    pub(super) metrics: Metrics,
    pub(super) collector: Collector,
    pub(super) snapshot: Option<Snapshot>,
}

impl Fixture {
    /// Without policies: the collector alone.
    pub(super) fn alone() -> Self {
        Self::with(None, &ReportLimits::default())
    }

    /// In front of the policy, with what pages had.
    pub(super) fn in_front() -> Self {
        Self::limited(&ReportLimits::default())
    }

    pub(super) fn limited(limits: &ReportLimits) -> Self {
        // Approving takes longer than everything else here.
        static LOADED: LazyLock<Snapshot> = LazyLock::new(loaded);
        let snapshot = Snapshot {
            generation: LOADED.generation.clone(),
            sites: LOADED.sites.clone(),
            texts: Vec::new(),
        };
        let fixture = Self::with(Some(snapshot), limits);
        fixture.pages_have();
        fixture
    }

    fn with(snapshot: Option<Snapshot>, limits: &ReportLimits) -> Self {
        // One evergreen script has ended by now, the other has not.
        let clock = Clock::Fixed("2026-12-15T12:00:00Z".parse().unwrap());
        let store = Arc::new(MemoryStore::new(clock));
        let (kept, metrics) = (Arc::clone(&store) as Arc<dyn Store>, Metrics::new());
        kept.generation(GenerationRow { fingerprint: EARLIER.into(), at: clock.now() });
        let alerts = Alerts::unheard(Arc::clone(&kept), clock, metrics.clone());
        let collector = Collector::new(kept, clock, metrics.clone(), alerts, limits);
        Self { store, metrics, collector, snapshot }
    }

    /// What was seen in pages.
    fn pages_have(&self) {
        for (rule, kind, script, verdict) in [
            ("/*", SeenKind::External, "https://cdn.example/chat.js?v=3", Decision::Pin),
            ("/*", SeenKind::External, "https://cdn.example/new.js", Decision::Quarantine),
            ("/*", SeenKind::External, "https://ads.example/served.js?x=1", Decision::Quarantine),
            ("/*", SeenKind::External, "http://shop.example/local.js", Decision::Quarantine),
            ("/*", SeenKind::Base, "https://elsewhere.example/", Decision::Quarantine),
            ("/*", SeenKind::Handler, "sha256-handler", Decision::Block),
            ("/old/*", SeenKind::Inline, "sha256-inline", Decision::Quarantine),
            ("/old/*", SeenKind::JavascriptUrl, "sha256-url", Decision::Block),
        ] {
            self.store.script_seen(ScriptSeen {
                site: "shop".into(),
                page: rule.into(),
                kind,
                srcdoc: 0,
                script: script.into(),
                digest: None,
                attribute: None,
                verdict,
                reason: "for-a-test".into(),
                enforced: true,
            });
        }
    }

    /// The fingerprint of the policies in force.
    pub(super) fn generation(&self) -> &str {
        &self.snapshot.as_ref().unwrap().generation.fingerprint
    }

    pub(super) fn send(&self, content_type: &str, body: &str) -> StatusCode {
        self.send_from(IpAddr::from([192, 0, 2, 1]), content_type, body)
    }

    pub(super) fn send_from(&self, peer: IpAddr, content_type: &str, body: &str) -> StatusCode {
        let generation = self.snapshot.as_ref().map_or("0123456789ab", |_| self.generation());
        self.send_to(peer, content_type, &format!("g={generation}&p=2"), body)
    }

    pub(super) fn send_to(&self, peer: IpAddr, content_type: &str, query: &str, body: &str) -> StatusCode {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        self.collector.intake(&Sent {
            collected: None,
            peer,
            host: "shop.example",
            policies: self.snapshot.as_ref(),
            headers: &headers,
            query: Some(query),
            body: body.as_bytes(),
        })
    }

    /// The one group that there is.
    pub(super) fn only(&self) -> ViolationRow {
        let mut rows = self.store.violations(10);
        assert_eq!(rows.len(), 1, "{rows:#?}");
        rows.remove(0)
    }
}

/// The policy, with its approvals.
fn loaded() -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.toml"), POLICY).unwrap();
    let trust = Trust::new(Approvers::none(), Clock::Fixed("2026-11-25T12:00:00Z".parse().unwrap()));
    for id in ["chat", "own", "cards"] {
        approve(folder.path(), id, id.as_bytes());
    }
    for id in ["tag", "gone"] {
        let named = named_scripts(folder.path(), &trust).unwrap();
        let named = named.scripts.into_iter().find(|named| named.id.as_str() == id).unwrap();
        approve(folder.path(), id, named.statement.unwrap().as_bytes());
    }
    load_trusting(folder.path(), None, 1, &trust).unwrap_or_else(|all| panic!("{all:#?}")).snapshot
}

fn approve(folder: &Path, script: &str, bytes: &[u8]) {
    let request = Request {
        folder,
        site: "shop",
        script: &ScriptId::new(script).unwrap(),
        form: Form::External,
        bytes,
        by: "alice@shop.example",
        because: "for a test",
        at: "2026-11-23T21:04:05Z".parse().unwrap(),
        retire_earlier: false,
    };
    approve_bytes(&request).unwrap_or_else(|error| panic!("{script}: {error}"));
}
