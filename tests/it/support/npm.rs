//! Packages of the npm registry, in exactly the versions of their lock files under `tests/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// The folder of `tests/NAME`'s packages, installed where they are not there; other files of it are copied.
pub(crate) fn installed(name: &str, files: &[&str]) -> PathBuf {
    // Tests run side by side, and npm must not write where it reads.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let mut same = folder.join("node_modules/.package-lock.json").exists();
    for file in ["package.json", "package-lock.json"] {
        let wanted = fs::read(from.join(file)).unwrap();
        same &= fs::read(folder.join(file)).is_ok_and(|found| found == wanted);
        fs::write(folder.join(file), wanted).unwrap();
    }
    for file in files {
        fs::copy(from.join(file), folder.join(file)).unwrap();
    }
    if !same {
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            .output()
            .expect("npm is not installed; tests/run installs what is missing");
        assert!(npm.status.success(), "{}", String::from_utf8_lossy(&npm.stderr));
    }
    folder
}
