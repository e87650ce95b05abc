//! From the file's shape to valid values. Every problem is collected.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use serde_spanned::Spanned;

use super::admin::{self, AdminChoices, AdminTable};
use super::alert::{self, AlertChoices, EmailChoices};
use super::choices::{AccessLog, AcmeChoices, ApproverChoices, CertificateFiles, Choices, LimitChoices};
use super::document::DocumentChoices;
use super::drift::{self, DriftChoices};
use super::file::{AcmeTable, AlertTable, ApproverTable, LimitsTable, SettingsFile, StoreTable};
use super::limits::{self, Numbers, Times};
use super::read::FromFile;
use super::reports::ReportChoices;
use super::store::{self, StoreChoices};
use super::traces::{self, TracesChoices};
use super::values;
use crate::diagnostic::{Problems, Text, Texts, suggestion};
use crate::inventory::{Approver, Approvers, ApproversError};
use crate::store::StoreTarget;
use crate::telemetry::{AccessTarget, LogFormat};

/// The values. Paths are taken from the folder that the file is in.
pub(super) fn check(file: &SettingsFile, folder: &Path, problems: &mut Problems) -> FromFile {
    let path = |text: Option<&Text>| text.map(|text| folder.join(text.get_ref()));
    let (tls_cert, tls_key): (Option<PathBuf>, Option<PathBuf>) = match &file.tls {
        Some(tls) => (path(tls.cert.as_ref()), path(tls.key.as_ref())),
        None => (None, None),
    };
    let choices = Choices {
        upstream: parsed(file.upstream.as_ref(), "upstream", values::upstream, problems),
        listen: parsed(file.listen.as_ref(), "listen", values::address, problems),
        policies: path(file.policies.as_ref()),
        admin: parsed(file.admin.listen.as_ref(), "admin", values::address, problems),
        admin_access: admin(&file.admin, folder, problems),
        tls_cert,
        tls_key,
        certificates: certificates(file, folder),
        acme: file.acme.as_ref().map(|table| acme(table, folder, problems)).unwrap_or_default(),
        redirect: parsed(file.redirect.as_ref(), "redirect", values::address, problems),
        upstream_ca: path(file.upstream_ca.as_ref()),
        upstream_cert: path(file.upstream_cert.as_ref()),
        upstream_key: path(file.upstream_key.as_ref()),
        workers: number(file.workers.as_ref(), "workers", limits::WORKERS, problems),
        trust_forwarded: file.trust_forwarded.as_ref().map(|flag| *flag.get_ref()),
        forwarded_from: all_parsed(file.forwarded_from.as_ref(), "forwarded-from", problems),
        proxy_protocol_from: all_parsed(file.proxy_protocol_from.as_ref(), "proxy-protocol-from", problems),
        log_format: log_format(file.log_format.as_ref(), problems),
        access_log: access_log(file.access_log.as_ref(), folder, problems),
        access_log_sample: number(
            file.access_log_sample.as_ref(),
            "access-log-sample",
            limits::SAMPLE,
            problems,
        ),
        drift: DriftChoices {
            interval: parsed(file.drift.interval.as_ref(), "interval", drift::interval, problems),
            folder: path(file.drift.folder.as_ref()),
            allow_private: file.drift.allow_private.as_ref().map(|flag| *flag.get_ref()),
            through_proxy: file.drift.through_proxy.as_ref().map(|flag| *flag.get_ref()),
        },
        alert: alerts(&file.alert, folder, problems),
        traces: TracesChoices {
            endpoint: parsed(file.traces.endpoint.as_ref(), "endpoint", traces::endpoint, problems),
            sample: number(file.traces.sample.as_ref(), "sample", limits::SAMPLE, problems),
        },
        store: kept(&file.store, folder, problems),
        limits: bounds(&file.limits, problems),
    };
    let (cert, key) = (&file.upstream_cert, &file.upstream_key);
    for (one, other, name) in [(cert, key, "upstream-key"), (key, cert, "upstream-cert")] {
        if let (Some(one), None) = (one, other) {
            let message = format!("there is no `{name}` beside it");
            problems.error(one.span(), message, "certificate and key go together: name both");
        }
    }
    FromFile { choices, approvers: approvers(file, problems) }
}

fn admin(table: &AdminTable, folder: &Path, problems: &mut Problems) -> AdminChoices {
    let path = |text: &Text| folder.join(text.get_ref());
    let hosts = table.hosts.as_ref().map(|hosts| {
        let found = hosts.get_ref().iter().map(|text| parsed(Some(text), "hosts", admin::host, problems));
        found.flatten().collect()
    });
    AdminChoices {
        tokens: table.tokens.as_ref().map(path),
        tls_cert: table.tls_cert.as_ref().map(path),
        tls_key: table.tls_key.as_ref().map(path),
        behind_tls: table.behind_tls.as_ref().map(|flag| *flag.get_ref()),
        hosts,
        open_metrics: table.open_metrics.as_ref().map(|flag| *flag.get_ref()),
    }
}

fn acme(table: &AcmeTable, folder: &Path, problems: &mut Problems) -> AcmeChoices {
    let path = |text: &Text| folder.join(text.get_ref());
    AcmeChoices {
        names: table
            .names
            .as_ref()
            .map(|names| names.get_ref().iter().map(|name| name.get_ref().clone()).collect()),
        folder: table.folder.as_ref().map(path),
        contact: table.contact.as_ref().map(|text| text.get_ref().clone()),
        directory: parsed(table.directory.as_ref(), "directory", values::directory, problems),
        ca: table.ca.as_ref().map(path),
    }
}

fn alerts(table: &AlertTable, folder: &Path, problems: &mut Problems) -> AlertChoices {
    let path = |text: &Text| folder.join(text.get_ref());
    let email = &table.email;
    for (one, other, name, help) in [
        (&table.webhook, &table.secret, "secret", "secret = \"secret.txt\" names the file with it"),
        (&table.secret, &table.webhook, "webhook", "webhook = \"https://alerts.example/countersign\""),
        (&email.user, &email.password, "password", "password = \"password.txt\" names the file with it"),
        (&email.password, &email.user, "user", "user = \"countersign\""),
    ] {
        if let (Some(one), None) = (one, other) {
            problems.error(one.span(), format!("there is no `{name}` beside it"), help);
        }
    }
    for (list, key, help) in [
        (&table.kinds, "kinds", "leave `kinds` out to be told of all"),
        (&email.to, "to", "name somebody, or take all of [alert.email] out"),
    ] {
        if let Some(list) = list.as_ref().filter(|list| list.get_ref().is_empty()) {
            problems.error(list.span(), format!("`{key}` is empty: nobody would be told of anything"), help);
        }
    }
    AlertChoices {
        webhook: parsed(table.webhook.as_ref(), "webhook", alert::webhook, problems),
        secret: table.secret.as_ref().map(path),
        kinds: all_parsed(table.kinds.as_ref(), "kinds", problems),
        severity: parsed(table.severity.as_ref(), "severity", str::parse, problems),
        email: EmailChoices {
            to: all_parsed(email.to.as_ref(), "to", problems),
            from: parsed(email.from.as_ref(), "from", str::parse, problems),
            server: parsed(email.server.as_ref(), "server", str::parse, problems),
            user: email.user.as_ref().map(|text| text.get_ref().clone()),
            password: email.password.as_ref().map(path),
            ca: email.ca.as_ref().map(path),
        },
    }
}

fn kept(table: &StoreTable, folder: &Path, problems: &mut Problems) -> StoreChoices {
    if let (Some(_), Some(url)) = (&table.path, &table.url) {
        let message = "there is a `path` as well as a `url`: observations are kept in one place";
        problems.error(url.span(), message, "`path` names a file of this machine, `url` a PostgreSQL");
    }
    if let (None, Some(file)) = (&table.url, &table.password_file) {
        let help = "url = \"postgres://countersign@db.example/countersign\"";
        problems.error(file.span(), "there is a `password-file`, but no `url`", help);
    }
    let file = table.path.as_ref().map(|path| StoreTarget::File(folder.join(path.get_ref())));
    StoreChoices {
        target: file.or_else(|| parsed(table.url.as_ref(), "url", store::url, problems)),
        password_file: table.password_file.as_ref().map(|path| folder.join(path.get_ref())),
        keep: parsed(table.keep.as_ref(), "keep", store::days, problems),
        keep_evidence: parsed(table.keep_evidence.as_ref(), "keep-evidence", store::days, problems),
        max_bytes: number(table.max_bytes.as_ref(), "max-bytes", limits::STORE_BYTES, problems),
        flush_interval: parsed(
            table.flush_interval.as_ref(),
            "flush-interval",
            store::flush_interval,
            problems,
        ),
        node: parsed(table.node.as_ref(), "node", store::node, problems),
    }
}

/// Those with both files; the other kind is an error already.
fn certificates(file: &SettingsFile, folder: &Path) -> Option<Vec<CertificateFiles>> {
    let pairs = file.certificates.iter().filter_map(|table| table.cert.as_ref().zip(table.key.as_ref()));
    let path = |text: &Text| folder.join(text.get_ref());
    let pairs: Vec<_> =
        pairs.map(|(cert, key)| CertificateFiles { cert: path(cert), key: path(key) }).collect();
    (!pairs.is_empty()).then_some(pairs)
}

fn access_log(text: Option<&Text>, folder: &Path, problems: &mut Problems) -> Option<AccessLog> {
    let said = parsed(text, "access-log", values::access_target, problems)?;
    Some(AccessLog(said.0.map(|target| match target {
        AccessTarget::File(path) => AccessTarget::File(folder.join(path)),
        AccessTarget::Stdout => AccessTarget::Stdout,
    })))
}

fn bounds(table: &LimitsTable, problems: &mut Problems) -> LimitChoices {
    LimitChoices {
        max_connections: number(
            table.max_connections.as_ref(),
            "max-connections",
            limits::MAX_CONNECTIONS,
            problems,
        ),
        max_connections_per_address: number(
            table.max_connections_per_address.as_ref(),
            "max-connections-per-address",
            limits::MAX_CONNECTIONS,
            problems,
        ),
        max_exchanges_per_address: number(
            table.max_exchanges_per_address.as_ref(),
            "max-exchanges-per-address",
            limits::MAX_CONNECTIONS,
            problems,
        ),
        handshake_time: time(table.handshake_time.as_ref(), "handshake-time", limits::TIME, problems),
        header_time: time(table.header_time.as_ref(), "header-time", limits::TIME, problems),
        connect_time: time(table.connect_time.as_ref(), "connect-time", limits::TIME, problems),
        head_time: time(table.head_time.as_ref(), "head-time", limits::TIME, problems),
        idle_time: time(table.idle_time.as_ref(), "idle-time", limits::TIME, problems),
        tunnel_idle_time: time(table.tunnel_idle_time.as_ref(), "tunnel-idle-time", limits::TIME, problems),
        drain_time: time(table.drain_time.as_ref(), "drain-time", limits::DRAIN, problems),
        max_headers: number(table.max_headers.as_ref(), "max-headers", limits::MAX_HEADERS, problems),
        buffer_bytes: number(table.buffer_bytes.as_ref(), "buffer-bytes", limits::BUFFER_BYTES, problems),
        max_streams: number(table.max_streams.as_ref(), "max-streams", limits::MAX_STREAMS, problems),
        pool_size: number(table.pool_size.as_ref(), "pool-size", limits::POOL_SIZE, problems),
        pool_time: time(table.pool_time.as_ref(), "pool-time", limits::TIME, problems),
        replay_bytes: number(table.replay_bytes.as_ref(), "replay-bytes", limits::REPLAY_BYTES, problems),
        document: document(table, problems),
        reports: reports(table, problems),
    }
}

fn reports(table: &LimitsTable, problems: &mut Problems) -> ReportChoices {
    let mut read =
        |value: &Option<Spanned<u64>>, key, numbers| number(value.as_ref(), key, numbers, problems);
    ReportChoices {
        report_requests_per_address: read(
            &table.report_requests_per_address,
            "report-requests-per-address",
            limits::REPORT_RATE,
        ),
        report_requests: read(&table.report_requests, "report-requests", limits::REPORT_RATE),
        reports_per_second: read(&table.reports_per_second, "reports-per-second", limits::REPORT_RATE),
        new_findings_per_address: read(
            &table.new_findings_per_address,
            "new-findings-per-address",
            limits::REPORT_RATE,
        ),
        report_page_segments: read(
            &table.report_page_segments,
            "report-page-segments",
            limits::PAGE_SEGMENTS,
        ),
    }
}

fn document(table: &LimitsTable, problems: &mut Problems) -> DocumentChoices {
    let mut read =
        |value: &Option<Spanned<u64>>, key, numbers| number(value.as_ref(), key, numbers, problems);
    DocumentChoices {
        inline_script_bytes: read(
            &table.inline_script_bytes,
            "inline-script-bytes",
            limits::INLINE_SCRIPT_BYTES,
        ),
        parser_bytes: read(&table.parser_bytes, "parser-bytes", limits::PARSER_BYTES),
        max_attributes: read(&table.max_attributes, "max-attributes", limits::MAX_ATTRIBUTES),
        second_parser_steps: read(
            &table.second_parser_steps,
            "second-parser-steps",
            limits::SECOND_PARSER_STEPS,
        ),
        second_parser_steps_per_byte: read(
            &table.second_parser_steps_per_byte,
            "second-parser-steps-per-byte",
            limits::STEPS_PER_BYTE,
        ),
        srcdoc_depth: read(&table.srcdoc_depth, "srcdoc-depth", limits::SRCDOC_DEPTH),
        srcdoc_bytes: read(&table.srcdoc_bytes, "srcdoc-bytes", limits::SRCDOC_BYTES),
        second_parser_bytes: read(
            &table.second_parser_bytes,
            "second-parser-bytes",
            limits::SECOND_PARSER_BYTES,
        ),
        second_parser_total_bytes: read(
            &table.second_parser_total_bytes,
            "second-parser-total-bytes",
            limits::SECOND_PARSER_TOTAL_BYTES,
        ),
        own_script_bytes: read(&table.own_script_bytes, "own-script-bytes", limits::OWN_SCRIPT_BYTES),
        own_script_total_bytes: read(
            &table.own_script_total_bytes,
            "own-script-total-bytes",
            limits::OWN_SCRIPT_TOTAL_BYTES,
        ),
        decoded_bytes: read(&table.decoded_bytes, "decoded-bytes", limits::DECODED_BYTES),
        decoded_ratio: read(&table.decoded_ratio, "decoded-ratio", limits::DECODED_RATIO),
        decoded_ratio_from: read(&table.decoded_ratio_from, "decoded-ratio-from", limits::DECODED_RATIO_FROM),
    }
}

fn approvers(file: &SettingsFile, problems: &mut Problems) -> ApproverChoices {
    let quorum = number(file.quorum.as_ref(), "quorum", limits::QUORUM, problems);
    let list: Vec<Approver> = file.approvers.iter().filter_map(|table| approver(table, problems)).collect();
    if list.len() == file.approvers.len() {
        check_together(file, &list, quorum, problems);
    }
    ApproverChoices { approvers: list, quorum }
}

fn approver(table: &ApproverTable, problems: &mut Problems) -> Option<Approver> {
    let (name, key) = table.name.as_ref().zip(table.key.as_ref())?;
    match key.get_ref().parse() {
        Ok(key) => Some(Approver { name: name.get_ref().trim().to_owned(), key }),
        Err(error) => {
            let help = "`countersign key show FILE` prints the public key of a key file";
            problems.error(key.span(), format!("`key` of an approver: {error}"), help);
            None
        }
    }
}

/// Whether approvers and quorum fit together.
fn check_together(file: &SettingsFile, list: &[Approver], quorum: Option<u64>, problems: &mut Problems) {
    if list.is_empty() {
        if let Some(quorum) = &file.quorum {
            let help = "name them, each with [[approver]]; or remove `quorum`";
            problems.error(quorum.span(), "there is a quorum, but there are no approvers", help);
        }
        return;
    }
    let quorum = usize::try_from(quorum.unwrap_or(1)).unwrap_or(usize::MAX);
    let Err(error) = Approvers::new(list.to_vec(), quorum) else { return };
    // The later one of two that are the same.
    let key_of = |name: &str| {
        let mut named = file.approvers.iter().rev();
        let table = named.find(|table| table.name.as_ref().is_some_and(|text| text.get_ref().trim() == name));
        table.and_then(|table| table.key.as_ref().map(Spanned::span))
    };
    let (span, help) = match &error {
        ApproversError::KeyTwice(_, later) => (key_of(later), "remove one of the two"),
        ApproversError::NameTwice(name) => (key_of(name), "give them names that differ"),
        ApproversError::Quorum { .. } => {
            let span = file.quorum.as_ref().map(Spanned::span);
            (span, "at most as many must sign as there are approvers")
        }
    };
    problems.error(span.unwrap_or(0..0), error.to_string(), help);
}

fn parsed<T>(
    text: Option<&Text>,
    key: &str,
    parse: impl Fn(&str) -> Result<T, String>,
    problems: &mut Problems,
) -> Option<T> {
    let text = text?;
    match parse(text.get_ref()) {
        Ok(value) => Some(value),
        Err(error) => {
            problems.error(text.span(), format!("`{key}`: {error}"), "write it as the message shows");
            None
        }
    }
}

fn all_parsed<T: FromStr<Err = String>>(
    list: Option<&Texts>,
    key: &str,
    problems: &mut Problems,
) -> Option<Vec<T>> {
    let list = list?.get_ref();
    let found = list.iter().filter_map(|text| parsed(Some(text), key, str::parse, problems));
    Some(found.collect())
}

fn time(text: Option<&Text>, key: &str, times: Times, problems: &mut Problems) -> Option<Duration> {
    parsed(text, key, |text| times.parse(text), problems)
}

fn number(value: Option<&Spanned<u64>>, key: &str, numbers: Numbers, problems: &mut Problems) -> Option<u64> {
    let value = value?;
    match numbers.bound(*value.get_ref()) {
        Ok(number) => Some(number),
        Err(error) => {
            problems.error(value.span(), format!("`{key}`: {error}"), "choose a number between them");
            None
        }
    }
}

fn log_format(text: Option<&Text>, problems: &mut Problems) -> Option<LogFormat> {
    let text = text?;
    let word = text.get_ref();
    if let Ok(format) = LogFormat::from_str(word, false) {
        return Some(format);
    }
    let help = match suggestion(word, &["text", "json"]) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => "write log-format = \"text\" or \"json\"".to_owned(),
    };
    problems.error(text.span(), format!("`log-format` can't be \"{word}\""), help);
    None
}
