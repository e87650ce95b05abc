//! Page rules: what each inherits, and that each can be reached.

use std::ops::Range;
use std::sync::Arc;

use serde_spanned::Spanned;

use super::{csp, headers, word};
use crate::diagnostic::{Problems, Text};
use crate::policy::file::{PageTable, PolicyFile};
use crate::policy::lint;
use crate::policy::model::{
    CspForm, FailMode, Mode, Opinion, OwnScripts, PageId, PageRules, Refresh, Unapproved,
};
use crate::policy::sample::sample;
use crate::web::{PathPattern, PathReadings};

/// Rules, and where those stand that are written.
pub(super) struct Checked {
    pub(super) rules: Vec<PageRules>,
    pub(super) places: Vec<Range<usize>>,
}

/// What a page rule inherits from the file.
struct Defaults {
    mode: Mode,
    enforce_percent: u8,
    unapproved: Option<Unapproved>,
    fail: Option<FailMode>,
    second_opinion: Option<Opinion>,
    refresh: Option<Refresh>,
    everywhere: PageRules,
}

impl Defaults {
    fn read(file: &PolicyFile, problems: &mut Problems) -> Self {
        let mode = word(file.mode.as_ref(), "mode", problems).unwrap_or(Mode::Enforce);
        let percent = percent(file.enforce_percent.as_ref(), problems);
        if let (Some(_), Some(place), Mode::Observe) = (percent, &file.enforce_percent, mode) {
            percent_of_nothing(place, problems);
        }
        let unapproved = word(file.unapproved.as_ref(), "unapproved", problems);
        let fail = word(file.fail.as_ref(), "fail", problems);
        let second_opinion = word(file.second_opinion.as_ref(), "second-opinion", problems);
        let refresh = word(file.refresh.as_ref(), "refresh", problems);
        let own_scripts = word(file.own_scripts.as_ref(), "own-scripts", problems);
        let everywhere = PageRules {
            enforce_percent: percent.unwrap_or(100),
            csp_form: csp_form(file.csp_form.as_ref(), problems).unwrap_or(CspForm::Hash),
            unapproved: unapproved.unwrap_or(Unapproved::Quarantine),
            fail: fail.unwrap_or(FailMode::HeadersOnly),
            second_opinion: second_opinion.unwrap_or(Opinion::Suspects),
            refresh: refresh.unwrap_or(Refresh::Any),
            own_scripts: own_scripts.unwrap_or(OwnScripts::Observe),
            csp: Arc::new(csp::csp(&file.csp, problems)),
            headers: Arc::new(headers::headers(&file.headers, problems)),
            ..PageRules::everywhere(mode)
        };
        Self {
            mode,
            enforce_percent: percent.unwrap_or(100),
            unapproved,
            fail,
            second_opinion,
            refresh,
            everywhere,
        }
    }
}

/// The rules in order, and behind them one for every other path.
pub(super) fn rules(file: &PolicyFile, problems: &mut Problems) -> Checked {
    let defaults = Defaults::read(file, problems);
    let mut rules: Vec<PageRules> = Vec::new();
    let mut places: Vec<&Text> = Vec::new();
    for table in &file.pages {
        let Some((rule, text)) = rule(table, page_id(rules.len()), &defaults, problems) else { continue };
        let earlier = rules.iter().zip(&places).find(|(earlier, _)| earlier.path.covers(&rule.path));
        if let Some((earlier, place)) = earlier {
            problems.lint_with(
                lint::UNREACHABLE_RULE,
                text.span(),
                format!("this rule is never reached: `{}` matches all of its paths", earlier.path.as_str()),
                "the first rule that matches counts: move this one before the other, or remove it",
                (place.span(), "matches first"),
            );
        }
        rules.push(rule);
        places.push(text);
    }
    warn_of_bare_folders(&rules, &places, problems);
    rules.push(PageRules { id: page_id(rules.len()), ..defaults.everywhere });
    Checked { rules, places: places.into_iter().map(Spanned::span).collect() }
}

fn rule<'a>(
    table: &'a PageTable,
    id: PageId,
    defaults: &Defaults,
    problems: &mut Problems,
) -> Option<(PageRules, &'a Text)> {
    let payment = table.payment.as_ref().is_some_and(|payment| *payment.get_ref());
    let mode = word(table.mode.as_ref(), "mode", problems).unwrap_or(defaults.mode);
    let enforce_percent = rule_percent(table, payment, mode, defaults, problems);
    // A payment page is strict unless the rule itself says otherwise: the file's defaults were written
    // with the other pages in mind.
    let unapproved = word(table.unapproved.as_ref(), "unapproved", problems)
        .or(if payment { Some(Unapproved::Strip) } else { defaults.unapproved })
        .unwrap_or(Unapproved::Quarantine);
    let written = word(table.fail.as_ref(), "fail", problems);
    if payment && let (Some(fail), Some(FailMode::HeadersOnly)) = (&table.fail, written) {
        problems.error(
            fail.span(),
            "a payment page can't go on after it could not be judged",
            "remove this line: payment pages fail closed, so that no script runs there unseen",
        );
    }
    let fail = written
        .or(if payment { Some(FailMode::Closed) } else { defaults.fail })
        .unwrap_or(FailMode::HeadersOnly);
    let second_opinion = second_opinion(table, payment, defaults, problems);
    let refresh = word(table.refresh.as_ref(), "refresh", problems)
        .or(if payment { Some(Refresh::Own) } else { defaults.refresh })
        .unwrap_or(Refresh::Any);
    let own_scripts =
        word(table.own_scripts.as_ref(), "own-scripts", problems).unwrap_or(defaults.everywhere.own_scripts);
    let csp = if table.csp.is_empty() {
        Arc::clone(&defaults.everywhere.csp)
    } else {
        Arc::new(csp::with(&defaults.everywhere.csp, &table.csp, problems))
    };
    let headers = if table.headers.is_empty() {
        Arc::clone(&defaults.everywhere.headers)
    } else {
        Arc::new(headers::with(&defaults.everywhere.headers, &table.headers, problems))
    };
    let csp_form = csp_form(table.csp_form.as_ref(), problems).unwrap_or(CspForm::Hash);
    let text = table.path.as_ref()?;
    let path = pattern(text, problems)?;
    if finds_no_rule(&path) {
        problems.lint(
            lint::RULE_ON_NO_PAGE,
            text.span(),
            format!("no path matches `{}`", path.as_str()),
            NEVER_MATCHES,
        );
    }
    if payment && mode == Mode::Observe {
        problems.lint(
            lint::PAYMENT_OBSERVED,
            text.span(),
            "a payment page that is only observed is not protected",
            "once the reports are quiet, write mode = \"enforce\" in this rule",
        );
    }
    let rule = PageRules {
        id,
        path,
        mode,
        enforce_percent,
        csp_form,
        payment,
        unapproved,
        fail,
        second_opinion,
        refresh,
        own_scripts,
        csp,
        headers,
    };
    Some((rule, text))
}

/// Whether a second parser reads along. On payment pages always, unless the rule itself says otherwise.
fn second_opinion(table: &PageTable, payment: bool, defaults: &Defaults, problems: &mut Problems) -> Opinion {
    let written = word(table.second_opinion.as_ref(), "second-opinion", problems);
    if payment && let (Some(place), Some(Opinion::Off)) = (&table.second_opinion, written) {
        problems.error(
            place.span(),
            "a payment page is not left to one parser alone",
            "remove this line, or write second-opinion = \"suspects\" if every millisecond counts there",
        );
    }
    written
        .or(if payment { Some(Opinion::Always) } else { defaults.second_opinion })
        .unwrap_or(Opinion::Suspects)
}

/// For how many visitors a rule is carried out. On payment pages always for all.
fn rule_percent(
    table: &PageTable,
    payment: bool,
    mode: Mode,
    defaults: &Defaults,
    problems: &mut Problems,
) -> u8 {
    let inherited = if payment { 100 } else { defaults.enforce_percent };
    let Some(place) = &table.enforce_percent else { return inherited };
    let Some(percent) = percent(Some(place), problems) else { return inherited };
    if payment && percent < 100 {
        problems.error(
            place.span(),
            "a payment page is enforced for every visitor or for none",
            "whose card number is stolen must not be left to chance: write mode = \"observe\" in this rule \
until its reports are quiet, then remove both",
        );
    } else if mode == Mode::Observe {
        percent_of_nothing(place, problems);
    }
    percent
}

fn percent(number: Option<&Spanned<u64>>, problems: &mut Problems) -> Option<u8> {
    let number = number?;
    let percent = u8::try_from(*number.get_ref()).ok().filter(|percent| (1..=100).contains(percent));
    if percent.is_none() {
        problems.error(
            number.span(),
            format!("`enforce-percent` can't be {}", number.get_ref()),
            "write a number from 1 to 100; for nobody write mode = \"observe\"",
        );
    }
    percent
}

fn percent_of_nothing(place: &Spanned<u64>, problems: &mut Problems) {
    problems.error(
        place.span(),
        "`enforce-percent` says for how many visitors verdicts are carried out, and `mode` is \"observe\"",
        "write mode = \"enforce\" beside it; the other visitors are observed",
    );
}

fn csp_form(text: Option<&Text>, problems: &mut Problems) -> Option<CspForm> {
    let form = text?;
    if form.get_ref() == "nonce" {
        problems.error(
            form.span(),
            "scripts are never let run by a nonce: any script on the page can read it and hand it to others",
            "write csp-form = \"hash\", or nothing; an inline script whose data differs in each response is \
approved with `shape = true` in its [[inline]] entry",
        );
        return None;
    }
    word(text, "csp-form", problems)
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
        problems.lint(
            lint::PAYMENT_BARE_PATH,
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

pub(super) const NEVER_MATCHES: &str = "paths are compared decoded, with `.`, `..`, repeated slashes and \
`;parameters` resolved, and without query and fragment: write the path as it looks then";

/// Whether no page rule is found by a pattern: an example of it is no path in any form that is compared.
fn finds_no_rule(pattern: &PathPattern) -> bool {
    has_fragment(pattern)
        || sample(pattern)
            .is_some_and(|path| !PathReadings::of(&path).for_rules().any(|reading| pattern.matches(reading)))
}

/// Whether no script is found by a pattern.
pub(super) fn finds_no_script(pattern: &PathPattern) -> bool {
    has_fragment(pattern)
        || sample(pattern).is_some_and(|path| {
            !PathReadings::of(&path).for_scripts().all(|reading| pattern.matches(reading))
        })
}

/// Browsers keep fragments to themselves.
fn has_fragment(pattern: &PathPattern) -> bool {
    pattern.as_str().contains('#')
}

fn page_id(place: usize) -> PageId {
    PageId(u16::try_from(place).unwrap_or(u16::MAX))
}
