//! Page rules: what each inherits, and that each can be reached.

use super::{MODES, choice};
use crate::diagnostic::{Problems, Text};
use crate::policy::file::{PageTable, PolicyFile};
use crate::policy::model::{FailMode, Mode, PageId, PageRules, Unapproved};
use crate::web::PathPattern;

const UNAPPROVED: [(&str, Unapproved); 2] =
    [("quarantine", Unapproved::Quarantine), ("strip", Unapproved::Strip)];
const FAIL: [(&str, FailMode); 2] = [("closed", FailMode::Closed), ("headers-only", FailMode::HeadersOnly)];

/// What a page rule inherits from the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defaults {
    mode: Mode,
    unapproved: Option<Unapproved>,
    fail: Option<FailMode>,
}

impl Defaults {
    pub(super) fn read(file: &PolicyFile, problems: &mut Problems) -> Self {
        Self {
            mode: choice(file.mode.as_ref(), "mode", &MODES, &[], problems).unwrap_or(Mode::Enforce),
            unapproved: choice(file.unapproved.as_ref(), "unapproved", &UNAPPROVED, &[], problems),
            fail: choice(file.fail.as_ref(), "fail", &FAIL, &[], problems),
        }
    }
}

/// The rules in order, and behind them one for every other path.
pub(super) fn rules(tables: &[PageTable], defaults: Defaults, problems: &mut Problems) -> Vec<PageRules> {
    let mut rules: Vec<PageRules> = Vec::new();
    let mut places: Vec<&Text> = Vec::new();
    for table in tables {
        let Some(text) = &table.path else { continue };
        let Some(path) = pattern(text, problems) else { continue };
        let payment = table.payment.as_ref().is_some_and(|payment| *payment.get_ref());
        let rule = PageRules {
            id: page_id(rules.len()),
            path,
            mode: choice(table.mode.as_ref(), "mode", &MODES, &[], problems).unwrap_or(defaults.mode),
            payment,
            // A payment page is strict unless the rule itself says otherwise: the file's defaults were
            // written with the other pages in mind.
            unapproved: choice(table.unapproved.as_ref(), "unapproved", &UNAPPROVED, &[], problems)
                .or(if payment { Some(Unapproved::Strip) } else { defaults.unapproved })
                .unwrap_or(Unapproved::Quarantine),
            fail: choice(table.fail.as_ref(), "fail", &FAIL, &[], problems)
                .or(if payment { Some(FailMode::Closed) } else { defaults.fail })
                .unwrap_or(FailMode::HeadersOnly),
        };
        if payment
            && let Some(fail) = &table.fail
            && rule.fail == FailMode::HeadersOnly
        {
            problems.error(
                fail.span(),
                "a payment page can't go on after it could not be judged",
                "remove this line: payment pages fail closed, so that no script runs there unseen",
            );
        }
        let earlier = rules.iter().zip(&places).find(|(earlier, _)| earlier.path.covers(&rule.path));
        if let Some((earlier, place)) = earlier {
            problems.error_with(
                text.span(),
                format!("this rule is never reached: `{}` matches all of its paths", earlier.path.as_str()),
                "the first rule that matches counts: move this one before the other, or remove it",
                (place.span(), "matches first"),
            );
        }
        if payment && rule.mode == Mode::Observe {
            problems.warning(
                text.span(),
                "a payment page that is only observed is not protected",
                "once the reports are quiet, write mode = \"enforce\" in this rule",
            );
        }
        rules.push(rule);
        places.push(text);
    }
    warn_of_bare_folders(&rules, &places, problems);
    rules.push(PageRules {
        id: page_id(rules.len()),
        path: PathPattern::every(),
        mode: defaults.mode,
        payment: false,
        unapproved: defaults.unapproved.unwrap_or(Unapproved::Quarantine),
        fail: defaults.fail.unwrap_or(FailMode::HeadersOnly),
    });
    rules
}

/// `/checkout/*` doesn't match `/checkout`. As a page rule it counts there all the same, but scripts that
/// are approved for `/checkout/*` are not approved there, which surprises people.
fn warn_of_bare_folders(rules: &[PageRules], places: &[&Text], problems: &mut Problems) {
    for (rule, place) in rules.iter().zip(places).filter(|(rule, _)| rule.payment) {
        let Some(bare) = rule.path.as_str().strip_suffix("/*").filter(|bare| !bare.is_empty()) else {
            continue;
        };
        if rules.iter().any(|other| other.payment && other.path.matches(bare)) {
            continue;
        }
        problems.warning(
            place.span(),
            format!(
                "this rule holds for `{bare}` too, but scripts with pages = [\"{}\"] are not approved there",
                rule.path.as_str()
            ),
            format!("write \"{bare}{{/*}}?\", here and in the scripts' `pages`, to cover both"),
        );
    }
}

/// A pattern, or its problem.
pub(super) fn pattern(text: &Text, problems: &mut Problems) -> Option<PathPattern> {
    match PathPattern::parse(text.get_ref()) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            problems.error(
                text.span(),
                format!("`{}` is not a pattern of paths: {error}", text.get_ref()),
                "write \"/exact/path\" or \"/folder/*\"; \
the language is https://urlpattern.spec.whatwg.org/ (pathname)",
            );
            None
        }
    }
}

fn page_id(place: usize) -> PageId {
    PageId(u16::try_from(place).unwrap_or(u16::MAX))
}
