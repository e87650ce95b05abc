//! Whether the certificates, keys and secrets that a settings file names can be used. Nothing else asks this: what is
//! wrong with them at the start is told by whoever needs them.

use std::path::Path;

use super::file::{AlertTable, SettingsFile, TlsTable};
use crate::alert::{Secret, SecretError, check_ca, read_password};
use crate::diagnostic::{self, Diagnostic, Problems, SourceFile, Text};
use crate::transport::tls::{self, PemPair, TlsError};

const HELP: &str = "paths are taken from the folder of this file; name PEM files of one pair, the leaf first";

/// What is wrong with the files, each with the place where it is named.
pub fn check_files(path: &Path) -> Vec<Diagnostic> {
    // Whoever reads the settings says why they can't be read.
    let Ok(text) = std::fs::read_to_string(path) else { return Vec::new() };
    let mut problems = Problems::new(SourceFile::new(path, &text));
    let mut of_the_text = Problems::new(SourceFile::new(path, &text));
    let Some(file) = SettingsFile::read(&text, &mut of_the_text) else { return Vec::new() };
    let folder = path.parent().unwrap_or(Path::new(""));
    let shown = file.tls.iter().chain(&file.certificates);
    for TlsTable { cert, key } in shown {
        pair(folder, cert.as_ref(), key.as_ref(), &mut problems);
    }
    pair(folder, file.admin.tls_cert.as_ref(), file.admin.tls_key.as_ref(), &mut problems);
    pair(folder, file.upstream_cert.as_ref(), file.upstream_key.as_ref(), &mut problems);
    if let Some(ca) = &file.upstream_ca
        && let Err(error) = tls::client(Some(&folder.join(ca.get_ref())), None)
    {
        tell(ca, &error, &mut problems);
    }
    secrets(&file.alert, folder, &mut problems);
    if let Some(named) = &file.store.password_file {
        let path = folder.join(named.get_ref());
        if let Err(error) = read_password(&path) {
            let help = "paths are taken from the folder of this file; write the password into the file, and nothing else";
            problems.error(named.span(), format!("{}: {error}", path.display()), help);
        }
    }
    let mut found = problems.into_list();
    diagnostic::sort(&mut found);
    found
}

/// What alerts are signed with, and what mail goes out with.
fn secrets(alert: &AlertTable, folder: &Path, problems: &mut Problems) {
    let mut look = |named: Option<&Text>, wrong: &dyn Fn(&Path) -> Option<String>, help: &str| {
        let Some(named) = named else { return };
        let path = folder.join(named.get_ref());
        if let Some(cause) = wrong(&path) {
            problems.error(named.span(), cause, help);
        }
    };
    let said = |path: &Path, error: SecretError| format!("{}: {error}", path.display());
    look(
        alert.secret.as_ref(),
        &|path| Secret::read(path).err().map(|error| said(path, error)),
        "paths are taken from the folder of this file; `openssl rand -base64 32 > secret.txt` makes one",
    );
    look(
        alert.email.password.as_ref(),
        &|path| read_password(path).err().map(|error| said(path, error)),
        "paths are taken from the folder of this file; write the password into the file, and nothing else",
    );
    look(
        alert.email.ca.as_ref(),
        &|path| check_ca(path).err().map(|error| error.to_string()),
        "paths are taken from the folder of this file; name a PEM file",
    );
}

fn pair(folder: &Path, cert: Option<&Text>, key: Option<&Text>, problems: &mut Problems) {
    let Some((cert, key)) = cert.zip(key) else { return };
    let [cert_path, key_path] = [cert, key].map(|text| folder.join(text.get_ref()));
    let read = PemPair::read(&cert_path, &key_path);
    let Err(error) = read.and_then(|pair| pair.certified().map(drop)) else { return };
    let of_key = matches!(&error, TlsError::File { path, .. } if *path == key_path);
    tell(if of_key || matches!(error, TlsError::Apart { .. }) { key } else { cert }, &error, problems);
}

fn tell(at: &Text, error: &TlsError, problems: &mut Problems) {
    problems.error(at.span(), error.to_string(), HELP);
}
