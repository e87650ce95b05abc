//! How operators come in at the admin address.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;
use serde_spanned::Spanned;

use super::choices::CertificateFiles;
use crate::diagnostic::{Keys, Problems, Text, Texts};

/// What was said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "The operators' window")]
pub struct AdminChoices {
    /// Who may come in: a file that `countersign token` writes [default: on loopback whoever is on this machine].
    #[arg(long = "admin-tokens", value_name = "FILE", env = "COUNTERSIGN_ADMIN_TOKENS")]
    #[arg(id = "admin-tokens")]
    pub tokens: Option<PathBuf>,
    /// Certificate chain for TLS there (PEM, leaf first).
    #[arg(long = "admin-tls-cert", value_name = "FILE", env = "COUNTERSIGN_ADMIN_TLS_CERT")]
    #[arg(id = "admin-tls-cert")]
    pub tls_cert: Option<PathBuf>,
    /// Its key (PEM).
    #[arg(long = "admin-tls-key", value_name = "FILE", env = "COUNTERSIGN_ADMIN_TLS_KEY")]
    #[arg(id = "admin-tls-key")]
    pub tls_key: Option<PathBuf>,
    /// Something in front does TLS [default: false].
    #[arg(long = "admin-behind-tls", value_name = "true|false", env = "COUNTERSIGN_ADMIN_BEHIND_TLS", num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    #[arg(id = "admin-behind-tls")]
    pub behind_tls: Option<bool>,
    /// Names that browsers ask for it by, beside addresses; with commas between.
    #[arg(long = "admin-hosts", value_name = "NAMES", env = "COUNTERSIGN_ADMIN_HOSTS", value_delimiter = ',', value_parser = host)]
    #[arg(id = "admin-hosts")]
    pub hosts: Option<Vec<String>>,
    /// Whoever reaches it may read /metrics, without a token [default: false].
    #[arg(long = "admin-open-metrics", value_name = "true|false", env = "COUNTERSIGN_ADMIN_OPEN_METRICS", num_args = 0..=1, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    #[arg(id = "admin-open-metrics")]
    pub open_metrics: Option<bool>,
}

/// The same, settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminSettings {
    /// The file with those who have a token.
    pub tokens: Option<PathBuf>,
    /// For TLS.
    pub tls: Option<CertificateFiles>,
    /// Something in front does it.
    pub behind_tls: bool,
    /// Names that it is asked for by.
    pub hosts: Vec<String>,
    /// Whether `/metrics` needs no token.
    pub open_metrics: bool,
}

impl AdminSettings {
    /// By what was said first and, where nothing was said, by the file.
    pub(super) fn settled(said: AdminChoices, file: AdminChoices) -> Result<Self, &'static str> {
        let tls = super::settle::pair(
            said.tls_cert.or(file.tls_cert),
            said.tls_key.or(file.tls_key),
            "the certificate of the admin address needs its key: --admin-tls-key FILE",
            "the key of the admin address needs its certificate: --admin-tls-cert FILE",
        )?;
        Ok(Self {
            tokens: said.tokens.or(file.tokens),
            tls,
            behind_tls: said.behind_tls.or(file.behind_tls).unwrap_or_default(),
            hosts: said.hosts.or(file.hosts).unwrap_or_default(),
            open_metrics: said.open_metrics.or(file.open_metrics).unwrap_or_default(),
        })
    }
}

/// A name, without scheme and port.
pub(super) fn host(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !text.is_empty() && text.len() <= 253 && text.chars().all(plain) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(format!("`{text}` is no host name; write admin.shop.example, without scheme and port"))
}

/// The table; an address alone may stand for it.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct AdminTable {
    #[schemars(with = "Option<String>")]
    pub(super) listen: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) tokens: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) tls_cert: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) tls_key: Option<Text>,
    #[schemars(with = "Option<bool>")]
    pub(super) behind_tls: Option<Spanned<bool>>,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) hosts: Option<Texts>,
    #[schemars(with = "Option<bool>")]
    pub(super) open_metrics: Option<Spanned<bool>>,
}

/// For the schema.
#[derive(schemars::JsonSchema)]
#[schemars(untagged)]
#[expect(
    dead_code,
    clippy::large_enum_variant,
    reason = "it says what an editor may expect, and is never made"
)]
pub(super) enum AdminShape {
    Address(String),
    Table(AdminTable),
}

impl AdminTable {
    /// `admin = "127.0.0.1:9180"`, or `[admin]` with all that can be said.
    pub(super) fn read(root: &mut Keys<'_>, problems: &mut Problems) -> Self {
        let (address, table) = root.text_or_table("admin", "[admin]", problems);
        let Some(mut keys) = table else { return Self { listen: address, ..Self::default() } };
        let table = Self {
            listen: keys.required_text("listen", "say where: listen = \"127.0.0.1:9180\"", problems),
            tokens: keys.text("tokens", problems),
            tls_cert: keys.text("tls-cert", problems),
            tls_key: keys.text("tls-key", problems),
            behind_tls: keys.flag("behind-tls", problems),
            hosts: keys.texts("hosts", problems),
            open_metrics: keys.flag("open-metrics", problems),
        };
        keys.finish(&[], problems);
        for (one, other, name) in
            [(&table.tls_cert, &table.tls_key, "tls-key"), (&table.tls_key, &table.tls_cert, "tls-cert")]
        {
            if let (Some(one), None) = (one, other) {
                let message = format!("there is no `{name}` beside it");
                problems.error(one.span(), message, "certificate and key go together: name both");
            }
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_nothing_else() {
        assert_eq!(host("Admin.shop.example"), Ok("admin.shop.example".to_owned()));
        for bad in ["", "https://admin.shop.example", "admin.shop.example:9180", "[::1]", "a b", "*"] {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_certificate_needs_its_key() {
        let said = AdminChoices { tls_cert: Some("a.pem".into()), ..AdminChoices::default() };
        assert!(
            AdminSettings::settled(said, AdminChoices::default()).unwrap_err().contains("--admin-tls-key")
        );
    }
}
