//! Every operation of the API, for its description: what it takes, what it answers.

use schemars::{Schema, json_schema};

use super::act::{AcceptedCount, Accepting, Held, Looked, Who};
use super::api::Policy;
use super::asked::{Group, GroupByHour, Hours, Script};
use super::openapi::{Shape, shape, text};
use super::ready::Reloaded;
use super::register::Scripts;
use crate::alert;
use crate::headers::Rule;
use crate::inventory::SeenKind;
use crate::register::{RowOrder, State as Stands};
use crate::store::{Class, DriftRow, Event, EventKind, Order, Paging, Part, Question};

/// What a program can ask for.
pub(super) struct Operation {
    /// For programs that are generated from the description.
    pub(super) id: &'static str,
    /// In small letters, as the description has it.
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) parameters: Vec<Parameter>,
    pub(super) takes: Takes,
    pub(super) answer: Answer,
    /// Statuses beside 200, with what they mean.
    pub(super) problems: &'static [(u16, &'static str)],
}

/// What is sent with a request.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    Nothing,
    Json(Shape),
}

/// What comes with 200.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    Json(Shape),
    /// Of this media type.
    Text(&'static str),
}

/// A part of the path, or of the query.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) in_path: bool,
    pub(super) description: &'static str,
    pub(super) schema: Schema,
}

impl Parameter {
    fn query(name: &'static str, description: &'static str, schema: Schema) -> Self {
        Self { name, in_path: false, description, schema }
    }

    fn path(name: &'static str, description: &'static str, schema: Schema) -> Self {
        Self { name, in_path: true, description, schema }
    }
}

/// Where tokens are needed.
const UNKNOWN: (u16, &str) = (401, "Nobody may ask for this without a token, or this one is not taken.");
const NOT_ALLOWED: (u16, &str) = (403, "The role is not enough, or a page of another site asks.");
const TOO_OFTEN: (u16, &str) = (429, "Too much at once; `Retry-After` says when.");

/// A parameter is wrong, or the store does not answer.
const ASKED: &[(u16, &str)] = &[
    UNKNOWN,
    (400, "A parameter is wrong; it is named."),
    (500, "The store is damaged, or not one of ours."),
    (503, "The store can't be reached now: trying again later may help."),
];
const ONE_ASKED: &[(u16, &str)] = &[
    UNKNOWN,
    (400, "The id is none."),
    (404, "There is no such group."),
    (500, "The store is damaged, or not one of ours."),
    (503, "The store can't be reached now: trying again later may help."),
];
const ACTED: &[(u16, &str)] = &[
    UNKNOWN,
    NOT_ALLOWED,
    TOO_OFTEN,
    (400, "The body is no JSON."),
    (404, "There is nothing of this name."),
    (415, "The body is not said to be JSON."),
    (422, "The body lacks something, or names nobody."),
];
const LOOKED_AT: &[(u16, &str)] = &[
    UNKNOWN,
    NOT_ALLOWED,
    TOO_OFTEN,
    (400, "The body is no JSON."),
    (404, "No such script is looked at."),
    (409, "Its bytes are approved, or it does not stand as serving these."),
    (415, "The body is not said to be JSON."),
    (422, "The body lacks something, or names nobody."),
    (503, "The process is ending."),
];

const RELOADED: &[(u16, &str)] = &[
    UNKNOWN,
    NOT_ALLOWED,
    TOO_OFTEN,
    (422, "Something was refused; the last good one stays in force."),
    (503, "The process is ending."),
];

/// All of them.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = lists();
    all.extend(standing());
    all.extend(acts());
    all
}

/// Long answers, a part at a time.
fn lists() -> Vec<Operation> {
    let asked = |operation: Operation, parameters| Operation { parameters, problems: ASKED, ..operation };
    vec![
        asked(
            get("reports", "/api/reports", "What browsers reported, in groups.", shape::<Part<Group>>),
            of_question(&Question::NAMES),
        ),
        asked(
            get("hours", "/api/reports/hours", "How many reports, by hour and class.", shape::<Hours>),
            of_question(&Question::NAMES),
        ),
        Operation {
            parameters: vec![Parameter::path("id", "The group's `id`.", fingerprint())],
            problems: ONE_ASKED,
            ..get("report", "/api/reports/{id}", "One group, and its hours.", shape::<GroupByHour>)
        },
        asked(
            get("scripts", "/api/scripts", "Scripts seen in pages, the last first.", shape::<Part<Script>>),
            of_scripts(),
        ),
        asked(
            get(
                "register",
                "/api/register",
                "Every script that a policy names or a page showed, joined.",
                shape::<Scripts>,
            ),
            of_register(),
        ),
        asked(
            get(
                "events",
                "/api/events",
                "What an operator should read, the last first.",
                shape::<Part<Event>>,
            ),
            of_events(),
        ),
    ]
}

/// What is so now.
fn standing() -> Vec<Operation> {
    let text = |id, path, summary, media_type| Operation {
        answer: Answer::Text(media_type),
        ..get(id, path, summary, shape::<String>)
    };
    vec![
        get("drift", "/api/drift", "What vendors serve, findings first.", shape::<Vec<DriftRow>>),
        get("policy", "/api/policy", "The policies in force.", shape::<Policy>),
        get(
            "alerts",
            "/api/alerts",
            "What stands, what nobody has seen first.",
            shape::<Vec<alert::Standing>>,
        ),
        get("headers", "/api/headers", "Security headers of the application.", shape::<Vec<Rule>>),
        text("live", "/live", "Whether the process runs.", "text/plain"),
        text("ready", "/ready", "Whether it serves, and what is in force.", "text/plain"),
        text("metrics", "/metrics", "Metrics, as OpenMetrics.", "application/openmetrics-text"),
    ]
}

/// What somebody does.
fn acts() -> Vec<Operation> {
    vec![
        Operation {
            method: "post",
            parameters: vec![Parameter::path("id", "The alert's `id`.", text())],
            takes: Takes::Json(shape::<Who>),
            problems: ACTED,
            ..get(
                "acknowledge",
                "/api/alerts/{id}/acknowledge",
                "Says that somebody has seen an alert.",
                shape::<alert::Standing>,
            )
        },
        Operation {
            method: "post",
            takes: Takes::Json(shape::<Accepting>),
            problems: ACTED,
            ..get(
                "accept",
                "/api/headers/accept",
                "Says that the headers of a page rule are as they should be.",
                shape::<AcceptedCount>,
            )
        },
        Operation {
            method: "post",
            parameters: vec![
                Parameter::path("site", "The site's name.", text()),
                Parameter::path("script", "The script's id.", text()),
            ],
            takes: Takes::Json(shape::<Looked>),
            problems: LOOKED_AT,
            ..get(
                "seen",
                "/api/drift/{site}/{script}/seen",
                "Says that somebody looked at what an evergreen script serves.",
                shape::<Held>,
            )
        },
        Operation {
            method: "post",
            problems: RELOADED,
            ..get(
                "reload",
                "/api/reload",
                "Looks at policies and certificates at once.",
                shape::<Vec<Reloaded>>,
            )
        },
    ]
}

fn get(id: &'static str, path: &'static str, summary: &'static str, answer: Shape) -> Operation {
    Operation {
        id,
        method: "get",
        path,
        summary,
        parameters: Vec::new(),
        takes: Takes::Nothing,
        answer: Answer::Json(answer),
        problems: &[UNKNOWN],
    }
}

fn of_question(names: &[&'static str]) -> Vec<Parameter> {
    names.iter().map(|name| of_one(name)).collect()
}

/// What `store::Question` takes under this name.
fn of_one(name: &'static str) -> Parameter {
    let (description, schema) = match name {
        "class" => {
            let names = Class::ALL.map(Class::name).join("|");
            let pattern = format!("^({names})(,({names}))*$");
            (
                "Of one of these classes; several with commas between.",
                json_schema!({ "type": "string", "pattern": pattern, "maxLength": 512 }),
            )
        }
        "disposition" => ("Whether it was enforced.", json_schema!({ "enum": ["enforce", "report"] })),
        "order" => ("In which order.", json_schema!({ "enum": Order::ALL.map(Order::name) })),
        "since" => ("Reported since; the whole hour counts.", moment()),
        "until" => ("Reported before; the whole hour counts.", moment()),
        "new-since" => ("Never reported before.", moment()),
        "limit" => ("Rows.", json_schema!({ "type": "integer", "minimum": 1, "maximum": Paging::MOST })),
        "after" => ("The `next` of the part before.", cursor()),
        "site" => ("Of this site.", text()),
        "kind" => ("Of this type of report.", text()),
        "directive" => ("Of this directive.", text()),
        "rule" | "page" => ("Under this page rule.", text()),
        _ => ("With this text somewhere; capitals don't matter.", text()),
    };
    Parameter::query(name, description, schema)
}

fn of_scripts() -> Vec<Parameter> {
    let mut parameters = of_question(&["site", "page", "text", "limit", "after"]);
    let stops = json_schema!({ "type": "boolean" });
    parameters.push(Parameter::query("stops", "Only those that are, or are not, stopped.", stops));
    parameters
}

/// What `register::Wanted` takes.
fn of_register() -> Vec<Parameter> {
    let mut parameters = of_question(&["site", "text", "limit"]);
    let schema = |values: &[&str]| json_schema!({ "type": "string", "enum": values });
    let states = Stands::ALL.map(Stands::name).join("|");
    let states = json_schema!({ "type": "string", "pattern": format!("^({states})(,({states}))*$"), "maxLength": 512 });
    let kind = schemars::SchemaGenerator::default().into_root_schema_for::<SeenKind>();
    parameters.extend([
        Parameter::query("state", "Standing so; several with commas between.", states),
        Parameter::query("kind", "Standing so in a page.", kind),
        Parameter::query("party", "From the site itself, or from elsewhere.", schema(&["first", "third"])),
        Parameter::query("payment", "On pages in PCI DSS scope.", schema(&["true", "false"])),
        Parameter::query("since", "Seen since.", moment()),
        Parameter::query("order", "In which order.", schema(&RowOrder::ALL.map(RowOrder::name))),
        Parameter::query("after", "The `next` of the part before.", mark()),
    ]);
    parameters
}

fn mark() -> Schema {
    json_schema!({ "type": "string", "pattern": r"^-?[0-9]{1,18}\.[0-9]{1,4}\.(named|seen)\..+$" })
}

fn of_events() -> Vec<Parameter> {
    let mut parameters = of_question(&["limit", "after"]);
    let kind = schemars::SchemaGenerator::default().into_root_schema_for::<EventKind>();
    parameters.push(Parameter::query("kind", "Of this kind.", kind));
    parameters
}

fn fingerprint() -> Schema {
    json_schema!({ "type": "string", "pattern": "^[0-9a-f]{32}$" })
}

fn cursor() -> Schema {
    json_schema!({ "type": "string", "pattern": r"^-?[0-9]{1,18}\.-?[0-9]{1,18}$" })
}

/// A day, a time back from now, or RFC 3339.
fn moment() -> Schema {
    json_schema!({ "anyOf": [
        { "type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" },
        { "type": "string", "pattern": "^[1-9][0-9]{0,3}[hd]$" },
        { "type": "string", "format": "date-time" },
    ] })
}
