//! Whom alerts reach, from the settings: secrets are read from their files.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::alert::{AlertConfig, Gathering, MailConfig, Secret, Webhook};
use crate::app::StartError;
use crate::settings::AlertSettings;

/// The longest file with a password.
const MAX_PASSWORD_BYTES: u64 = 4096;

/// What is needed to tell somebody. `folder`: where what is told is kept.
pub(super) fn alert_config(
    settled: &AlertSettings,
    folder: Option<PathBuf>,
) -> Result<AlertConfig, StartError> {
    let failed = |path: &Path, cause: String| StartError::Secret { path: path.to_owned(), cause };
    let webhook = match &settled.webhook {
        Some((url, path)) => {
            let secret = Secret::read(path).map_err(|error| failed(path, error.to_string()))?;
            Some(Webhook { url: url.clone(), secret })
        }
        None => None,
    };
    let mail = match &settled.email {
        Some(email) => {
            let login = match &email.login {
                Some((user, path)) => {
                    let password = password(path).map_err(|error| failed(path, error.to_string()))?;
                    Some((user.clone(), password))
                }
                None => None,
            };
            let (to, from) = (email.to.clone(), email.from.clone());
            Some(MailConfig { to, from, server: email.server.clone(), login, ca: email.ca.clone() })
        }
        None => None,
    };
    let (kinds, least) = (settled.kinds.clone(), settled.severity);
    Ok(AlertConfig { webhook, mail, kinds, least, folder, gathering: Gathering::default() })
}

/// A file with nothing but the password in it; a line's end behind it is none of it.
fn password(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    File::open(path)?.take(MAX_PASSWORD_BYTES).read_to_string(&mut text)?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
