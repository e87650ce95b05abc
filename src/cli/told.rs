//! Whom alerts reach, from the settings: secrets are read from their files.

use std::path::{Path, PathBuf};

use crate::alert::{AlertConfig, Gathering, MailConfig, Secret, SecretError, Webhook, read_password};
use crate::app::StartError;
use crate::settings::AlertSettings;

/// What is needed to tell somebody. `folder`: where what is told is kept.
pub(super) fn alert_config(
    settled: &AlertSettings,
    folder: Option<PathBuf>,
) -> Result<AlertConfig, StartError> {
    let failed = |key: &'static str, path: &Path, cause: &SecretError| StartError::Secret {
        key,
        path: path.to_owned(),
        cause: cause.to_string(),
    };
    let webhook = match &settled.webhook {
        Some((url, path)) => {
            let secret = Secret::read(path).map_err(|error| failed("alert.secret", path, &error))?;
            Some(Webhook { url: url.clone(), secret })
        }
        None => None,
    };
    let mail = match &settled.email {
        Some(email) => {
            let login = match &email.login {
                Some((user, path)) => {
                    let password =
                        read_password(path).map_err(|error| failed("alert.email.password", path, &error))?;
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
