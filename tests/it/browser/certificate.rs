//! A certificate for one test: a CA and a leaf that it signed, by the openssl command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::driver::MISSING;

/// A CA, and a leaf for the names a test asked for. The files go with it.
#[derive(Debug)]
pub(crate) struct Certificate {
    folder: TempDir,
    pin: String,
}

impl Certificate {
    /// Makes one for DNS names; `127.0.0.1` is always in it.
    pub(crate) fn for_names(names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = names.iter().map(|name| format!("DNS:{name}")).collect();
        let extensions = format!(
            "subjectAltName={},IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n",
            names.join(",")
        );
        fs::write(folder.path().join("leaf.ext"), extensions).unwrap();
        let run = |command: &str| openssl(folder.path(), command);
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        run(&format!("req -x509 {key} -keyout ca-key.pem -out ca.pem -days 2 -subj /CN=test-ca"));
        run(&format!("req -new {key} -keyout leaf-key.pem -out leaf.csr -subj /CN=test-leaf"));
        run(
            "x509 -req -in leaf.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -out leaf.pem -extfile leaf.ext",
        );
        run("x509 -in leaf.pem -pubkey -noout -out leaf.pub");
        let key = run("pkey -pubin -in leaf.pub -outform DER");
        Self { folder, pin: STANDARD.encode(Sha256::digest(key)) }
    }

    /// The leaf, PEM.
    pub(crate) fn chain(&self) -> PathBuf {
        self.folder.path().join("leaf.pem")
    }

    /// The leaf's key, PEM.
    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("leaf-key.pem")
    }

    /// The CA's certificate, PEM.
    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The SHA-256 of the leaf's public key in base64, for [`super::Setup::trusted_keys`].
    pub(crate) fn pin(&self) -> String {
        self.pin.clone()
    }
}

fn openssl(folder: &Path, command: &str) -> Vec<u8> {
    let run = Command::new("openssl").args(command.split(' ')).current_dir(folder).output();
    let output = run.unwrap_or_else(|_| panic!("openssl {MISSING}"));
    assert!(output.status.success(), "openssl {command}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}
