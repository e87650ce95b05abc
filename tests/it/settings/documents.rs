//! `docs/settings.md` and the example have every key, flag and variable, with its default.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use countersign::settings::{
    AdminSettings, CertificateFiles, Choices, DocumentLimits, DriftInterval, FromFile, ReportLimits,
    Settings, StoreChoices, parse, read, settle, settle_approvers,
};
use countersign::store::StoreTarget;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn example() -> FromFile {
    read(&path("docs/countersign.example.toml")).unwrap_or_else(|error| panic!("{error:?}"))
}

/// A row of the table: keys, flags, variables, default.
struct Row {
    keys: Vec<String>,
    flag: String,
    variable: String,
    default: String,
}

fn words(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(path("docs/settings.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        Row {
            keys: words(cells[0]),
            flag: words(cells[1])[0].split(' ').next().unwrap().to_owned(),
            variable: words(cells[2])[0].clone(),
            default: words(cells[3]).concat(),
        }
    })
    .collect()
}

/// The keys that the reader of the file knows: what it suggests beside an unknown one.
fn known_keys() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for (table, prefix) in [
        ("", ""),
        ("[tls]", "tls."),
        ("[[certificate]]", "certificate."),
        ("[acme]", "acme."),
        ("[admin]", "admin."),
        ("[drift]", "drift."),
        ("[alert]", "alert."),
        ("[alert.email]", "alert.email."),
        ("[traces]", "traces."),
        ("[store]", "store."),
        ("[limits]", "limits."),
        ("[[approver]]", "approver."),
    ] {
        let problems = parse(Path::new("x.toml"), &format!("{table}\nunknown-key-0815 = 1\n")).unwrap_err();
        let unknown = problems.iter().find(|problem| problem.message.starts_with("unknown key")).unwrap();
        let (_, list) = unknown.help.as_ref().unwrap().split_once("may have: ").unwrap();
        known.extend(list.split(", ").map(|key| format!("{prefix}{key}")));
    }
    for table in [
        "tls",
        "certificate",
        "acme",
        "admin",
        "drift",
        "alert",
        "alert.email",
        "traces",
        "store",
        "limits",
        "approver",
    ] {
        assert!(known.remove(table), "{table}");
    }
    known
}

/// What stands behind the name in `run --help`: flags with their variables.
fn flags_in_help() -> BTreeSet<(String, String)> {
    let help = Command::new(env!("CARGO_BIN_EXE_countersign")).args(["run", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let mut found = BTreeSet::new();
    let mut flag = String::new();
    for line in help.lines().map(str::trim) {
        if line.starts_with("--") {
            line.split(' ').next().unwrap().clone_into(&mut flag);
        }
        if let Some(variable) = line.strip_prefix("[env: ") {
            found.insert((flag.clone(), variable.split('=').next().unwrap().to_owned()));
        }
    }
    found
}

#[test]
fn every_key_is_documented_with_its_flag_and_its_variable() {
    let rows = rows();
    let documented: BTreeSet<String> = rows.iter().flat_map(|row| row.keys.clone()).collect();
    assert_eq!(documented, known_keys());
    let mut flags: BTreeSet<(String, String)> =
        rows.iter().map(|row| (row.flag.clone(), row.variable.clone())).collect();
    flags.insert(("--config".to_owned(), "COUNTERSIGN_CONFIG".to_owned()));
    assert_eq!(flags, flags_in_help());
}

/// What is shipped for pages.
fn of_pages(document: &DocumentLimits) -> [(&'static str, String); 14] {
    [
        ("limits.inline-script-bytes", document.inline_script.to_string()),
        ("limits.parser-bytes", document.parser_memory.to_string()),
        ("limits.max-attributes", document.attributes.to_string()),
        ("limits.second-parser-steps", document.steps_floor.to_string()),
        ("limits.second-parser-steps-per-byte", document.steps_per_byte.to_string()),
        ("limits.second-parser-bytes", document.second_parser_bytes.to_string()),
        ("limits.second-parser-total-bytes", document.second_parser_total_bytes.to_string()),
        ("limits.srcdoc-depth", document.srcdoc_depth.to_string()),
        ("limits.srcdoc-bytes", document.srcdoc_bytes.to_string()),
        ("limits.own-script-bytes", document.own_script.to_string()),
        ("limits.own-script-total-bytes", document.own_script_total.to_string()),
        ("limits.decoded-bytes", document.decoded.to_string()),
        ("limits.decoded-ratio", document.ratio.to_string()),
        ("limits.decoded-ratio-from", document.ratio_floor.to_string()),
    ]
}

/// What is shipped for the admin address.
fn of_admin(admin: &AdminSettings) -> [(&'static str, String); 2] {
    [
        ("admin.behind-tls", admin.behind_tls.to_string()),
        ("admin.open-metrics", admin.open_metrics.to_string()),
    ]
}

/// What is shipped for reports of browsers.
fn of_reports(reports: ReportLimits) -> [(&'static str, String); 4] {
    [
        ("limits.report-requests-per-address", reports.requests_per_address.to_string()),
        ("limits.report-requests", reports.requests.to_string()),
        ("limits.reports-per-second", reports.reports.to_string()),
        ("limits.new-findings-per-address", reports.new_per_address.to_string()),
    ]
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let shipped = settle(Choices::default(), Choices::default()).unwrap();
    let Settings {
        max_connections,
        max_connections_per_address,
        max_exchanges_per_address,
        handshake_time,
        header_time,
        connect_time,
        head_time,
        idle_time,
        tunnel_idle_time,
        drain_time,
        max_headers,
        buffer_bytes,
        max_streams,
        pool_size,
        pool_time,
        replay_bytes,
        trust_forwarded,
        document,
        forwarded_from,
        proxy_protocol_from,
        reports,
    } = shipped.settings;
    let unset = (max_connections_per_address, max_exchanges_per_address, reports.page_segments);
    assert_eq!((unset, forwarded_from.0.len(), proxy_protocol_from.0.len()), ((None, None, None), 0, 0));
    let time = |time: Duration| match time.as_secs() {
        60 => "1min".to_owned(),
        3600 => "1h".to_owned(),
        seconds => format!("{seconds}s"),
    };
    let file = Choices {
        store: StoreChoices { target: Some(StoreTarget::File("a.db".into())), ..StoreChoices::default() },
        ..Choices::default()
    };
    let kept = settle(file, Choices::default()).unwrap().store.retention;
    let expected = [
        ("listen", shipped.listen.to_string()),
        ("acme.folder", "acme".to_owned()),
        ("acme.directory", "https://acme-v02.api.letsencrypt.org/directory".to_owned()),
        ("workers", shipped.workers.to_string()),
        ("trust-forwarded", trust_forwarded.to_string()),
        ("log-format", "text".to_owned()),
        ("access-log", shipped.access_log.map_or("off", |_| "on").to_owned()),
        ("access-log-sample", shipped.access_log_sample.to_string()),
        ("quorum", "1".to_owned()),
        ("drift.interval", "1h".to_owned()),
        ("drift.allow-private", shipped.drift.allow_private.to_string()),
        ("drift.through-proxy", shipped.drift.through_proxy.to_string()),
        ("traces.sample", shipped.traces.sample.to_string()),
        ("store.keep", format!("{}d", kept.observations.as_hours() / 24)),
        ("store.keep-evidence", format!("{}d", kept.evidence.as_hours() / 24)),
        ("store.max-bytes", kept.bytes.to_string()),
        ("store.flush-interval", time(shipped.store.flush_interval)),
        ("alert.severity", shipped.alert.severity.name().to_owned()),
        ("limits.max-connections", max_connections.to_string()),
        ("limits.handshake-time", time(handshake_time)),
        ("limits.header-time", time(header_time)),
        ("limits.connect-time", time(connect_time)),
        ("limits.head-time", time(head_time)),
        ("limits.idle-time", time(idle_time)),
        ("limits.tunnel-idle-time", time(tunnel_idle_time)),
        ("limits.drain-time", time(drain_time)),
        ("limits.max-headers", max_headers.to_string()),
        ("limits.buffer-bytes", buffer_bytes.to_string()),
        ("limits.max-streams", max_streams.to_string()),
        ("limits.pool-size", pool_size.to_string()),
        ("limits.pool-time", time(pool_time)),
        ("limits.replay-bytes", replay_bytes.to_string()),
    ];
    assert_eq!(shipped.drift.interval, DriftInterval::Every(Duration::from_hours(1)));
    let documented: Vec<(String, String)> = rows()
        .into_iter()
        .filter(|row| !row.default.is_empty())
        .map(|row| (row.keys[0].clone(), row.default))
        .collect();
    let of_admin = of_admin(&shipped.admin_access);
    let others = of_pages(&document).into_iter().chain(of_admin).chain(of_reports(reports));
    let expected: BTreeSet<(String, String)> =
        expected.into_iter().chain(others).map(|(key, value)| (key.to_owned(), value)).collect();
    assert_eq!(documented.into_iter().collect::<BTreeSet<_>>(), expected);
    // `run --help` says the same.
    let help = Command::new(env!("CARGO_BIN_EXE_countersign")).args(["run", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for (key, default) in &expected {
        let row = rows().into_iter().find(|row| row.keys.contains(key)).unwrap();
        let flag = format!("{} ", row.flag);
        let (_, about) = help.split_once(&flag).unwrap_or_else(|| panic!("{flag}"));
        let about = about.split("[env:").next().unwrap();
        assert!(about.contains(&format!("[default: {default}]")), "{flag}{about}");
    }
}

#[test]
fn the_example_has_every_key_and_is_in_order() {
    let text = fs::read_to_string(path("docs/countersign.example.toml")).unwrap();
    for key in known_keys() {
        let name = key.rsplit('.').next().unwrap();
        assert!(
            text.lines().any(|line| line.trim_start_matches("# ").split('=').next().unwrap().trim() == name),
            "{key}"
        );
    }
    let file = example();
    let settled = settle(Choices::default(), file.choices).unwrap();
    assert_eq!(settled.policies, Some(path("docs/policies")), "from the folder that the file is in");
    let pair = |cert, key| CertificateFiles { cert: path(cert), key: path(key) };
    assert_eq!(settled.tls, Some(pair("docs/chain.pem", "docs/key.pem")));
    assert_eq!(settled.certificates, [pair("docs/blog-chain.pem", "docs/blog-key.pem")]);
    assert_eq!(settled.upstream_identity, Some(pair("docs/upstream-chain.pem", "docs/upstream-key.pem")));
    let admin = settled.admin_access;
    assert_eq!(admin.tokens, Some(path("docs/tokens.toml")));
    assert_eq!(admin.tls, Some(pair("docs/admin-chain.pem", "docs/admin-key.pem")));
    assert_eq!((settled.admin.unwrap().port(), admin.hosts), (9180, vec!["admin.shop.example".to_owned()]));
    let acme = settled.acme.unwrap();
    assert_eq!(
        (acme.names.len(), acme.folder, acme.ca),
        (2, path("docs/acme"), Some(path("docs/acme-ca.pem")))
    );
    let approvers = settle_approvers(file.approvers.clone(), file.approvers).unwrap();
    assert_eq!((approvers.iter().count(), approvers.quorum()), (2, 2));
}
