//! The shape of `countersign.toml`: every key with its place, nothing judged yet. What the values must
//! be is `check`'s to say.

use serde_spanned::Spanned;

use super::admin::{AdminShape, AdminTable};
use crate::diagnostic::{Keys, Problems, Text, Texts};

/// How a Countersign process runs.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields, title = "Countersign settings")]
pub(super) struct SettingsFile {
    #[schemars(with = "Option<String>")]
    pub(super) listen: Option<Text>,
    #[schemars(with = "Option<AdminShape>")]
    pub(super) admin: AdminTable,
    #[schemars(with = "Option<String>")]
    pub(super) upstream: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) upstream_ca: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) upstream_cert: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) upstream_key: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) redirect: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) policies: Option<Text>,
    #[schemars(with = "Option<u64>")]
    pub(super) workers: Option<Spanned<u64>>,
    #[schemars(with = "Option<bool>")]
    pub(super) trust_forwarded: Option<Spanned<bool>>,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) forwarded_from: Option<Texts>,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) proxy_protocol_from: Option<Texts>,
    #[schemars(with = "Option<String>")]
    pub(super) log_format: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) access_log: Option<Text>,
    #[schemars(with = "Option<u64>")]
    pub(super) access_log_sample: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) quorum: Option<Spanned<u64>>,
    pub(super) tls: Option<TlsTable>,
    pub(super) acme: Option<AcmeTable>,
    #[schemars(rename = "certificate", with = "Option<Vec<TlsTable>>")]
    pub(super) certificates: Vec<TlsTable>,
    #[schemars(with = "Option<DriftTable>")]
    pub(super) drift: DriftTable,
    #[schemars(with = "Option<AlertTable>")]
    pub(super) alert: AlertTable,
    #[schemars(with = "Option<TracesTable>")]
    pub(super) traces: TracesTable,
    #[schemars(with = "Option<StoreTable>")]
    pub(super) store: StoreTable,
    #[schemars(with = "Option<LimitsTable>")]
    pub(super) limits: LimitsTable,
    #[schemars(rename = "approver", with = "Option<Vec<ApproverTable>>")]
    pub(super) approvers: Vec<ApproverTable>,
}

/// A certificate that visitors are shown.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TlsTable {
    #[schemars(with = "String")]
    pub(super) cert: Option<Text>,
    #[schemars(with = "String")]
    pub(super) key: Option<Text>,
}

/// A certificate that is asked for by ACME.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct AcmeTable {
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) names: Option<Texts>,
    #[schemars(with = "Option<String>")]
    pub(super) folder: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) contact: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) directory: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) ca: Option<Text>,
}

/// Looking whether vendors still serve what was approved.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct DriftTable {
    #[schemars(with = "Option<String>")]
    pub(super) interval: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) folder: Option<Text>,
    #[schemars(with = "Option<bool>")]
    pub(super) allow_private: Option<Spanned<bool>>,
    #[schemars(with = "Option<bool>")]
    pub(super) through_proxy: Option<Spanned<bool>>,
}

/// Who outside is told, and of what.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct AlertTable {
    #[schemars(with = "Option<String>")]
    pub(super) webhook: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) secret: Option<Text>,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) kinds: Option<Texts>,
    #[schemars(with = "Option<String>")]
    pub(super) severity: Option<Text>,
    #[schemars(with = "Option<EmailTable>")]
    pub(super) email: EmailTable,
}

/// People who are told by e-mail.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct EmailTable {
    #[schemars(with = "Vec<String>")]
    pub(super) to: Option<Texts>,
    #[schemars(with = "String")]
    pub(super) from: Option<Text>,
    #[schemars(with = "String")]
    pub(super) server: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) user: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) password: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) ca: Option<Text>,
}

/// Where spans go.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct TracesTable {
    #[schemars(with = "Option<String>")]
    pub(super) endpoint: Option<Text>,
    #[schemars(with = "Option<u64>")]
    pub(super) sample: Option<Spanned<u64>>,
}

/// Where observations are kept, and for how long.
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct StoreTable {
    #[schemars(with = "Option<String>")]
    pub(super) path: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) url: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) password_file: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) keep: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) keep_evidence: Option<Text>,
    #[schemars(with = "Option<u64>")]
    pub(super) max_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<String>")]
    pub(super) flush_interval: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) node: Option<Text>,
}

/// Limits and times; times are texts such as "10s".
#[derive(Debug, Default, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct LimitsTable {
    #[schemars(with = "Option<u64>")]
    pub(super) max_connections: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) max_connections_per_address: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) max_exchanges_per_address: Option<Spanned<u64>>,
    #[schemars(with = "Option<String>")]
    pub(super) handshake_time: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) header_time: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) connect_time: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) head_time: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) idle_time: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) tunnel_idle_time: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) drain_time: Option<Text>,
    #[schemars(with = "Option<u64>")]
    pub(super) max_headers: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) buffer_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) max_streams: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) pool_size: Option<Spanned<u64>>,
    #[schemars(with = "Option<String>")]
    pub(super) pool_time: Option<Text>,
    #[schemars(with = "Option<u64>")]
    pub(super) replay_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) inline_script_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) parser_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) max_attributes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) second_parser_steps: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) second_parser_steps_per_byte: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) srcdoc_depth: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) srcdoc_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) second_parser_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) second_parser_total_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) own_script_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) own_script_total_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) decoded_bytes: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) decoded_ratio: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) decoded_ratio_from: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) report_requests_per_address: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) report_requests: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) reports_per_second: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) new_findings_per_address: Option<Spanned<u64>>,
    #[schemars(with = "Option<u64>")]
    pub(super) report_page_segments: Option<Spanned<u64>>,
}

/// Somebody whose signature makes entries of locks count.
#[derive(Debug, schemars::JsonSchema)]
#[schemars(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ApproverTable {
    #[schemars(with = "String")]
    pub(super) name: Option<Text>,
    #[schemars(with = "String")]
    pub(super) key: Option<Text>,
}

const TOML: &str = "TOML is described at https://toml.io; docs/settings.md lists the keys";
const APPROVER: &str = "`countersign key show FILE --name NAME` prints the whole entry";

impl SettingsFile {
    /// Reads the file. `None` where it is not TOML.
    pub(super) fn read(text: &str, problems: &mut Problems) -> Option<Self> {
        let mut root = Keys::parse(text, TOML, problems)?;
        let file = Self {
            listen: root.text("listen", problems),
            admin: AdminTable::read(&mut root, problems),
            upstream: root.text("upstream", problems),
            upstream_ca: root.text("upstream-ca", problems),
            upstream_cert: root.text("upstream-cert", problems),
            upstream_key: root.text("upstream-key", problems),
            redirect: root.text("redirect", problems),
            policies: root.text("policies", problems),
            workers: root.number("workers", problems),
            trust_forwarded: root.flag("trust-forwarded", problems),
            forwarded_from: root.texts("forwarded-from", problems),
            proxy_protocol_from: root.texts("proxy-protocol-from", problems),
            log_format: root.text("log-format", problems),
            access_log: root.text("access-log", problems),
            access_log_sample: root.number("access-log-sample", problems),
            quorum: root.number("quorum", problems),
            tls: root.table("tls", "[tls]", problems).map(|keys| TlsTable::read(keys, problems)),
            acme: root.table("acme", "[acme]", problems).map(|keys| AcmeTable::read(keys, problems)),
            certificates: root
                .tables("certificate", "[[certificate]]", problems)
                .into_iter()
                .map(|keys| TlsTable::read(keys, problems))
                .collect(),
            drift: root
                .table("drift", "[drift]", problems)
                .map(|keys| DriftTable::read(keys, problems))
                .unwrap_or_default(),
            alert: root
                .table("alert", "[alert]", problems)
                .map(|keys| AlertTable::read(keys, problems))
                .unwrap_or_default(),
            traces: root
                .table("traces", "[traces]", problems)
                .map(|keys| TracesTable::read(keys, problems))
                .unwrap_or_default(),
            store: root
                .table("store", "[store]", problems)
                .map(|keys| StoreTable::read(keys, problems))
                .unwrap_or_default(),
            limits: root
                .table("limits", "[limits]", problems)
                .map(|keys| LimitsTable::read(keys, problems))
                .unwrap_or_default(),
            approvers: root
                .tables("approver", "[[approver]]", problems)
                .into_iter()
                .map(|keys| ApproverTable::read(keys, problems))
                .collect(),
        };
        root.finish(&[], problems);
        Some(file)
    }
}

impl TlsTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            cert: keys.required_text("cert", "name the chain: cert = \"chain.pem\"", problems),
            key: keys.required_text("key", "name the leaf's key: key = \"key.pem\"", problems),
        };
        keys.finish(&[], problems);
        table
    }
}

impl AcmeTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            names: keys.texts("names", problems),
            folder: keys.text("folder", problems),
            contact: keys.text("contact", problems),
            directory: keys.text("directory", problems),
            ca: keys.text("ca", problems),
        };
        keys.finish(&[], problems);
        table
    }
}

impl AlertTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            webhook: keys.text("webhook", problems),
            secret: keys.text("secret", problems),
            kinds: keys.texts("kinds", problems),
            severity: keys.text("severity", problems),
            email: keys
                .table("email", "[alert.email]", problems)
                .map(|keys| EmailTable::read(keys, problems))
                .unwrap_or_default(),
        };
        keys.finish(&[], problems);
        table
    }
}

impl EmailTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        keys.require("to", "say who is told: to = [\"security@shop.example\"]", problems);
        let from = "say from whom it is: from = \"countersign@shop.example\"";
        let server = "say by which server: server = \"smtp://mail.example:587\"";
        let table = Self {
            to: keys.texts("to", problems),
            from: keys.required_text("from", from, problems),
            server: keys.required_text("server", server, problems),
            user: keys.text("user", problems),
            password: keys.text("password", problems),
            ca: keys.text("ca", problems),
        };
        keys.finish(&[], problems);
        table
    }
}

impl DriftTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            interval: keys.text("interval", problems),
            folder: keys.text("folder", problems),
            allow_private: keys.flag("allow-private", problems),
            through_proxy: keys.flag("through-proxy", problems),
        };
        keys.finish(&[], problems);
        table
    }
}

impl TracesTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table =
            Self { endpoint: keys.text("endpoint", problems), sample: keys.number("sample", problems) };
        keys.finish(&[], problems);
        table
    }
}

impl StoreTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            path: keys.text("path", problems),
            url: keys.text("url", problems),
            password_file: keys.text("password-file", problems),
            keep: keys.text("keep", problems),
            keep_evidence: keys.text("keep-evidence", problems),
            max_bytes: keys.number("max-bytes", problems),
            flush_interval: keys.text("flush-interval", problems),
            node: keys.text("node", problems),
        };
        keys.finish(&[], problems);
        table
    }
}

impl LimitsTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            max_connections: keys.number("max-connections", problems),
            max_connections_per_address: keys.number("max-connections-per-address", problems),
            max_exchanges_per_address: keys.number("max-exchanges-per-address", problems),
            handshake_time: keys.text("handshake-time", problems),
            header_time: keys.text("header-time", problems),
            connect_time: keys.text("connect-time", problems),
            head_time: keys.text("head-time", problems),
            idle_time: keys.text("idle-time", problems),
            tunnel_idle_time: keys.text("tunnel-idle-time", problems),
            drain_time: keys.text("drain-time", problems),
            max_headers: keys.number("max-headers", problems),
            buffer_bytes: keys.number("buffer-bytes", problems),
            max_streams: keys.number("max-streams", problems),
            pool_size: keys.number("pool-size", problems),
            pool_time: keys.text("pool-time", problems),
            replay_bytes: keys.number("replay-bytes", problems),
            inline_script_bytes: keys.number("inline-script-bytes", problems),
            parser_bytes: keys.number("parser-bytes", problems),
            max_attributes: keys.number("max-attributes", problems),
            second_parser_steps: keys.number("second-parser-steps", problems),
            second_parser_steps_per_byte: keys.number("second-parser-steps-per-byte", problems),
            srcdoc_depth: keys.number("srcdoc-depth", problems),
            srcdoc_bytes: keys.number("srcdoc-bytes", problems),
            second_parser_bytes: keys.number("second-parser-bytes", problems),
            second_parser_total_bytes: keys.number("second-parser-total-bytes", problems),
            own_script_bytes: keys.number("own-script-bytes", problems),
            own_script_total_bytes: keys.number("own-script-total-bytes", problems),
            decoded_bytes: keys.number("decoded-bytes", problems),
            decoded_ratio: keys.number("decoded-ratio", problems),
            decoded_ratio_from: keys.number("decoded-ratio-from", problems),
            report_requests_per_address: keys.number("report-requests-per-address", problems),
            report_requests: keys.number("report-requests", problems),
            reports_per_second: keys.number("reports-per-second", problems),
            new_findings_per_address: keys.number("new-findings-per-address", problems),
            report_page_segments: keys.number("report-page-segments", problems),
        };
        keys.finish(&[], problems);
        table
    }
}

impl ApproverTable {
    fn read(mut keys: Keys<'_>, problems: &mut Problems) -> Self {
        let table = Self {
            name: keys.required_text("name", APPROVER, problems),
            key: keys.required_text("key", APPROVER, problems),
        };
        keys.finish(&[], problems);
        table
    }
}
