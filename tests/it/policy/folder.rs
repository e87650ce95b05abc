//! A policy folder on disk, for one test.

use std::fs;
use std::path::{Path, PathBuf};

use countersign::inventory::approval::{Outcome, Request, approve_bytes};
use countersign::inventory::{Form, ScriptId};
use jiff::Timestamp;

/// A policy that is in order, with one external and one inline script.
pub(crate) const POLICY: &str = r#"hosts = ["shop.example"]
upstreams = ["http://127.0.0.1:3000"]

[[script]]
id = "chat"
url = "https://cdn.example/chat.js"
tier = "mirror"
why = "Chat"

[[inline]]
id = "theme"
why = "Dark mode before first paint"
"#;

/// The moment at which these tests take place.
pub(crate) fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// A folder that goes away with the test.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With [`POLICY`] as shop.toml.
    pub(crate) fn shop() -> Self {
        let folder = Self::empty();
        folder.write("shop.toml", POLICY);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.join(name)).unwrap()
    }

    pub(crate) fn approve(&self, script: &str, form: Form, bytes: &[u8]) -> Outcome {
        self.approve_as(script, form, bytes, false)
    }

    pub(crate) fn approve_as(&self, script: &str, form: Form, bytes: &[u8], retire_earlier: bool) -> Outcome {
        approve_bytes(&Request {
            folder: self.path(),
            site: "shop",
            script: &ScriptId::new(script).unwrap(),
            form,
            bytes,
            by: "alice@shop.example",
            because: "release 3.4.1",
            at: "2026-11-23T21:04:05Z".parse().unwrap(),
            retire_earlier,
        })
        .unwrap()
    }
}
