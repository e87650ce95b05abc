//! The demo's policies as a folder on disk, so that they can be read and changed while it runs.

use std::fs::{self, DirBuilder};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::shop::{SEATS_HELD, SHOP_JS};
use super::vendor::CHAT_JS;
use crate::inventory::{Form, ScriptId, bytes_path};
use crate::sri::Digest;

/// The policy's name.
const SITE: &str = "demo";
const POLICY: &str = include_str!("../../policies/demo.toml");
const LOCK: &str = include_str!("../../policies/demo.lock");

/// The approved scripts, by id. Were one changed without a new approval, its file would not be the one
/// that the lock names, and Countersign would not start.
const APPROVED: [(&str, Form, &str); 4] = [
    ("chat-pinned", Form::External, CHAT_JS),
    ("chat-mirrored", Form::External, CHAT_JS),
    ("shop", Form::External, SHOP_JS),
    ("seats-held", Form::Inline, SEATS_HELD),
];

/// The addresses that `policies/demo.toml` names.
const SHOP: &str = "127.0.0.1:7601";
const VENDOR: &str = "127.0.0.1:7602";

/// A folder in the system's place for temporary files, removed when dropped: the policies, and what is observed.
pub(super) struct PolicyFolder {
    path: PathBuf,
    policies: PathBuf,
}

impl PolicyFolder {
    /// Writes policy, lock and approved bytes, with the addresses that are really used.
    pub(super) fn write(shop: SocketAddr, vendor: SocketAddr) -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("countersign-demo-{}", Uuid::now_v7()));
        // Others on this machine must not be able to approve scripts. Creating it fails where it exists.
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        let folder = Self { policies: path.join("policies"), path };
        builder.create(&folder.policies)?;
        builder.create(folder.observed())?;
        folder.fill(shop, vendor)?;
        Ok(folder)
    }

    pub(super) fn policies(&self) -> &Path {
        &self.policies
    }

    pub(super) fn store_file(&self) -> PathBuf {
        self.observed().join("countersign.db")
    }

    /// For the store, and for what vendors served.
    pub(super) fn observed(&self) -> PathBuf {
        self.path.join("observed")
    }

    fn fill(&self, shop: SocketAddr, vendor: SocketAddr) -> io::Result<()> {
        let policy = POLICY.replace(SHOP, &shop.to_string()).replace(VENDOR, &vendor.to_string());
        fs::write(self.policies.join("demo.toml"), policy)?;
        fs::write(self.policies.join("demo.lock"), LOCK)?;
        for (script, form, text) in APPROVED {
            let script = ScriptId::new(script).ok_or_else(|| io::Error::other("not a script's id"))?;
            let digest = Digest::of(form.algorithm(), text.as_bytes());
            let file = bytes_path(&self.policies, SITE, &script, &digest);
            fs::create_dir_all(file.parent().unwrap_or(&self.policies))?;
            fs::write(file, text)?;
        }
        Ok(())
    }
}

impl Drop for PolicyFolder {
    fn drop(&mut self) {
        // What can't be removed is left to the system's own cleaning.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::inventory::approval::{Request, approve_bytes};
    use crate::policy::{Visit, check_folder, load_folder};

    /// `policies/` of the repository.
    fn shipped() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")
    }

    fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                    found.push((name, fs::read(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn the_folder_is_the_one_in_the_repository_and_goes_with_the_demo() {
        let folder = PolicyFolder::write(SHOP.parse().unwrap(), VENDOR.parse().unwrap()).unwrap();
        let shipped: Vec<_> =
            files(&shipped()).into_iter().filter(|(name, _)| name.starts_with("demo.")).collect();
        assert_eq!(files(folder.policies()), shipped);
        let path = folder.policies().to_owned();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn other_ports_are_written_into_the_policy() {
        let folder =
            PolicyFolder::write("127.0.0.1:41001".parse().unwrap(), "127.0.0.1:41002".parse().unwrap())
                .unwrap();
        let policy = fs::read_to_string(folder.policies().join("demo.toml")).unwrap();
        assert!(policy.contains("upstreams = [\"http://127.0.0.1:41001\"]"), "{policy}");
        assert_eq!(policy.matches("http://127.0.0.1:41002/chat.js").count(), 2);
        assert!(!policy.contains(":76"), "{policy}");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_on_the_machine_can_write_there() {
        use std::os::unix::fs::PermissionsExt;
        let folder = PolicyFolder::write(SHOP.parse().unwrap(), VENDOR.parse().unwrap()).unwrap();
        assert_eq!(fs::metadata(folder.policies()).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn nothing_is_wrong_with_the_policy() {
        let folder = PolicyFolder::write(SHOP.parse().unwrap(), VENDOR.parse().unwrap()).unwrap();
        let summary = check_folder(folder.policies());
        assert!(summary.diagnostics.is_empty(), "{:#?}", summary.diagnostics);
        let snapshot = load_folder(folder.policies(), None, 1).unwrap().snapshot;
        let site = snapshot.site("127.0.0.1").unwrap();
        for (path, scripts) in [("/pay/pin", 2), ("/pay/mirror", 2), ("/attacked", 1), ("/", 1)] {
            assert_eq!(
                site.grants(path, Visit::enforced(Clock::System.now())).scripts.len(),
                scripts,
                "{path}"
            );
        }
    }

    /// After a script of the demo was changed on purpose:
    /// `cargo test --lib demo::folder -- --ignored`, then look at the difference.
    #[test]
    #[ignore = "approves: writes policies/demo.lock and policies/demo.scripts"]
    fn approve_what_the_demo_serves() {
        for (script, form, text) in APPROVED {
            approve_bytes(&Request {
                folder: &shipped(),
                site: SITE,
                script: &ScriptId::new(script).unwrap(),
                form,
                bytes: text.as_bytes(),
                by: "security@shop.example",
                because: if text == CHAT_JS {
                    "Parley Chat 3.4.1, read line by line"
                } else {
                    "The shop's own release"
                },
                at: "2026-11-24T08:00:00Z".parse().unwrap(),
                retire_earlier: true,
            })
            .unwrap();
        }
    }
}
