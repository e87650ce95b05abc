//! The JSON Schema that `check --schema` writes, held against the reader, both ways.

use std::fs;
use std::path::Path;
use std::process::Command;

use countersign::clock::Clock;
use countersign::diagnostic::Diagnostic;
use countersign::inventory::{Approvers, Trust};
use countersign::policy::{check_trusting, policy_schema};
use countersign::settings::{self, settings_schema};
use serde_json::Value;

use super::folder::{Folder, now};

/// TOML as the JSON that editors validate: dates and times are texts.
fn json(text: &str) -> Option<Value> {
    fn value(toml: toml::Value) -> Value {
        match toml {
            toml::Value::Datetime(moment) => Value::String(moment.to_string()),
            toml::Value::Array(list) => list.into_iter().map(value).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, toml)| (key, value(toml))).collect(),
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(flag) => flag.into(),
        }
    }
    toml::from_str::<toml::Table>(text).ok().map(|table| value(toml::Value::Table(table)))
}

/// What the reader says about a policy, without warnings.
fn errors(policy: &str) -> Vec<String> {
    let folder = Folder::empty();
    folder.write("shop.toml", policy);
    let trust = Trust::new(Approvers::none(), Clock::Fixed(now()));
    let told = check_trusting(folder.path(), &trust).diagnostics;
    told.into_iter().filter(Diagnostic::is_error).map(|told| told.message).collect()
}

/// Everything that the language has.
const WHOLE: &str = r#"
hosts = ["shop.example", "*.shop.example"]
upstreams = ["https://127.0.0.1:3000"]
upstream-name = "app.internal"
mode = "enforce"
enforce-percent = 10
csp-form = "hash"
default-charset = "utf-8"
upstream-csp = "merge"
report-hashes = true
witness = true
service-workers = false
unapproved = "quarantine"
fail = "headers-only"
second-opinion = "suspects"
refresh = "any"
own-scripts = "alert"

[[page]]
path = "/pay{/*}?"
payment = true
mode = "enforce"
enforce-percent = 100
csp-form = "hash"
unapproved = "strip"
fail = "closed"
second-opinion = "always"
refresh = "own"
own-scripts = "stop"
[page.csp]
connect-src = ["'self'"]
[page.headers]
Permissions-Policy = "payment=(self)"

[[script]]
id = "chat"
url = "https://cdn.example/chat.js"
pages = ["/help/*"]
tier = "mirror"
module = true
owner = "care@shop.example"
why = "Chat"

[[script]]
id = "app"
url-pattern = "/assets/app.:build.js"
tier = "pin"
why = "The shop itself"

[[script]]
id = "map"
url = "https://cdn.example/map.js"
tier = "pin"
on-drift = "mirror"
why = "Where the shop is"

[[script]]
id = "cards"
url = "https://js.pay.example/v3/"
pages = ["/cards"]
tier = "evergreen"
why = "Card fields"
justification = "The processor forbids copies"
expires = 2027-06-01

[[inline]]
shape = false
id = "print"
kind = "handler"
pages = ["/receipt/*"]
owner = "web@shop.example"
why = "The button that prints"

[[build]]
id = "front"
at = "/static/"
pages = ["/*"]
files = ["/static/app.:hash.js"]
module = false
owner = "web@shop.example"
why = "The shop itself"

[csp]
img-src = ["'self'"]

[balance]
strategy = "sticky"
weights = [1]
max-in-flight = 100
retries = 2
health-path = "/healthz"
health-interval = "5s"

[headers]
Referrer-Policy = "no-referrer"
X-Powered-By = false
"#;

#[test]
fn the_whole_language_is_valid_to_reader_and_schema() {
    let schema = policy_schema();
    assert!(jsonschema::draft7::meta::is_valid(&schema), "{schema:#}");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let whole = json(WHOLE).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&whole).map(|error| error.to_string()).collect();
    assert_eq!((errors(WHOLE), wrong), (Vec::new(), Vec::new()));
}

#[test]
fn every_key_of_the_schema_is_in_the_whole_language_and_no_other_is_read() {
    let schema = policy_schema();
    let whole = json(WHOLE).unwrap();
    let used = |value: &Value| -> Vec<String> {
        let tables: Vec<&Value> = value.as_array().map_or(vec![value], |tables| tables.iter().collect());
        let keys = tables.into_iter().flat_map(|table| table.as_object().unwrap().keys().cloned());
        let mut keys: Vec<String> = keys.collect();
        keys.sort();
        keys.dedup();
        keys
    };
    let named = |definition: &Value| -> Vec<String> {
        let mut keys: Vec<String> = definition["properties"].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(used(&whole), named(&schema));
    let tables = [
        ("page", "PageTable"),
        ("script", "ScriptTable"),
        ("inline", "InlineTable"),
        ("build", "BuildTable"),
        ("balance", "BalanceTable"),
    ];
    for (key, definition) in tables {
        assert_eq!(used(&whole[key]), named(&schema["definitions"][definition]), "{key}");
    }
    // What the reader lists as its keys are those of the schema.
    for (table, properties) in [
        ("", &schema),
        ("[[page]]\n", &schema["definitions"]["PageTable"]),
        ("[[script]]\n", &schema["definitions"]["ScriptTable"]),
        ("[[build]]\n", &schema["definitions"]["BuildTable"]),
        ("[[inline]]\n", &schema["definitions"]["InlineTable"]),
    ] {
        let folder = Folder::empty();
        folder.write("shop.toml", format!("{table}zzzzzzzz = 1\n"));
        let trust = Trust::new(Approvers::none(), Clock::Fixed(now()));
        let told = check_trusting(folder.path(), &trust).diagnostics;
        let unknown = told.iter().find(|told| told.message.contains("zzzzzzzz")).unwrap();
        let help = unknown.help.clone().unwrap();
        let mut listed: Vec<String> =
            help.split_once("may have: ").unwrap().1.split(", ").map(ToOwned::to_owned).collect();
        listed.sort();
        assert_eq!(listed, named(properties), "{table}");
    }
}

/// The words that the schema allows for a key, wherever it stands.
fn words(schema: &Value, definition: &str) -> Vec<String> {
    let choices = schema["definitions"][definition]["oneOf"].as_array().unwrap();
    choices.iter().map(|choice| choice["const"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_word_of_the_schema_is_read_and_a_wrong_key_or_word_is_neither() {
    let schema = policy_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (key, definition, written) in [
        ("mode", "Mode", "enforce"),
        ("unapproved", "Unapproved", "quarantine"),
        ("fail", "Fail", "headers-only"),
        ("second-opinion", "Opinion", "suspects"),
        ("refresh", "Refresh", "any"),
        ("own-scripts", "OwnScripts", "stop"),
        ("upstream-csp", "UpstreamCsp", "merge"),
        ("csp-form", "CspForm", "hash"),
        ("tier", "Tier", "mirror"),
        ("on-drift", "OnDrift", "mirror"),
        ("kind", "InlineKind", "handler"),
    ] {
        for word in words(&schema, definition) {
            let text = WHOLE.replace("enforce-percent = 10\n", "").replacen(
                &format!("{key} = \"{written}\""),
                &format!("{key} = \"{word}\""),
                1,
            );
            let complains = errors(&text).into_iter().any(|error| error.contains(&format!("`{key}` can't")));
            assert!(!complains && validator.is_valid(&json(&text).unwrap()), "{key} = {word}");
        }
        let text = WHOLE.replacen(&format!("{key} = \"{written}\""), &format!("{key} = \"zzz\""), 1);
        assert!(!errors(&text).is_empty() && !validator.is_valid(&json(&text).unwrap()), "{key} = zzz");
    }
    let text = WHOLE.replace("witness = true", "witnes = true");
    assert!(!errors(&text).is_empty() && !validator.is_valid(&json(&text).unwrap()));
}

fn is_toml(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "toml")
}

#[test]
fn shipped_policies_and_golden_cases_in_order_are_valid() {
    let validator = jsonschema::validator_for(&policy_schema()).unwrap();
    let mut valid = 0;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(root.join("policies")).unwrap() {
        let path = entry.unwrap().path();
        let settings = path.file_name().unwrap().to_str().unwrap().starts_with("countersign");
        if path.extension().is_some_and(|ending| ending == "toml") && !settings {
            let policy = json(&fs::read_to_string(&path).unwrap()).unwrap();
            assert!(validator.is_valid(&policy), "{}", path.display());
            valid += 1;
        }
    }
    for entry in fs::read_dir(root.join("tests/it/policy/golden")).unwrap() {
        let path = entry.unwrap().path();
        let case = fs::read_to_string(&path).unwrap();
        let (files, said) = case.split_once("--- said\n").unwrap();
        let in_order = !said.lines().any(|line| line.starts_with("error"));
        let policies = files.split("--- ").skip(1).filter_map(|file| file.split_once('\n'));
        for (name, text) in policies.filter(|(name, _)| in_order && is_toml(name)) {
            let wrong: Vec<String> =
                validator.iter_errors(&json(text).unwrap()).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{} {name}: {wrong:?}", path.display());
            valid += 1;
        }
    }
    assert!(valid >= 10, "only {valid} policies were validated");
}

#[test]
fn the_settings_have_a_schema_too() {
    let schema = settings_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (table, definition) in [("", &schema), ("[limits]\n", &schema["definitions"]["LimitsTable"])] {
        let mut keys: Vec<&String> = definition["properties"].as_object().unwrap().keys().collect();
        keys.sort();
        assert!(!keys.is_empty());
        let path = Path::new("countersign.toml");
        let told = settings::parse(path, &format!("{table}zzzzzzzz = 1\n")).unwrap_err();
        let unknown = told.iter().find(|told| told.message.contains("zzzzzzzz")).unwrap();
        let help = unknown.help.clone().unwrap();
        let mut listed: Vec<&str> = help.split_once("may have: ").unwrap().1.split(", ").collect();
        listed.sort_unstable();
        assert_eq!(listed, keys, "{table}");
    }
    assert!(!validator.is_valid(&json("listn = \"0.0.0.0:80\"").unwrap()));
    assert!(validator.is_valid(&json("listen = \"0.0.0.0:80\"\n[limits]\nidle-time = \"10s\"").unwrap()));
}

#[test]
fn the_command_writes_both_schemas() {
    for (which, title) in [("policy", "Countersign policy"), ("settings", "Countersign settings")] {
        let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["check", "--schema", which])
            .current_dir(std::env::temp_dir())
            .output()
            .unwrap();
        assert!(output.status.success());
        let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(schema["title"], title);
    }
}
