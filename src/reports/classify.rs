//! Was it ours? A report, and what is known of the page that it is about, become a reason, and with it a class.
//! Pure: [`Facts`] says all that is known.
//!
//! A report is a stranger's word for it, and everything that it names may be forged. To be of a class that
//! speaks of what was served (`policy-fault`, `stopped-as-meant`), it must name something that was: a script
//! that a page had or the policy names, as what was stopped or as what asked for it, or code on a page rule
//! where such code was seen; on enforced pages also the page itself as what asked. So a forger can repeat what is
//! true of a site, and can't make up scripts for it; only what a served script or a page is said to have asked for is
//! his word alone. That is why such groups are counted by
//! networks and bounded like all others, why `--suggest` shows its evidence, and why nothing ever follows from a
//! report by itself.

use url::Url;

use super::directive::{Directive, Role, known};
use super::injectors::{injector, is_extension};
use super::kind::Kind;
use super::parse::Report;
use super::reason::Reason;
use super::scrub::Named;
use crate::inventory::Tier;
use crate::policy::{ApprovedScript, Mode, Opinion, PageGrants, PageScripts};

/// What is known of the page that a report is about.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// What the report URL says of the policies.
    pub(super) generation: Standing,
    /// Whether the page is one of the site, as far as its URL says.
    pub(super) on_site: bool,
    /// The page's URL, or that of the site where the page has none.
    pub(super) base: Url,
    /// What is approved on the page now.
    pub(super) grants: &'a PageGrants,
    /// Every external script that the policy names, on whatever pages.
    pub(super) named: &'a PageScripts,
    /// Whether pages had what was blocked.
    pub(super) blocked: Seen,
    /// Whether they had the script that asked for it.
    pub(super) asker: Seen,
    /// What pages under the rule had that nobody approved.
    pub(super) unapproved: Code,
}

/// What a report URL says of the policies under which the page was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Missing,
    /// Policies that nobody remembers.
    Unknown,
    /// Those in force, and a page rule that they don't have.
    WithoutRule,
    /// Those in force, or that once were.
    Known,
}

/// Whether pages of the site had a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// Not as far as is known.
    Never,
    /// Yes, and it was or would have been stopped.
    Stopped,
    /// Yes, and it ran.
    Ran,
}

/// Code without a URL, seen in pages and not approved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// Inline scripts.
    pub(super) inline: bool,
    /// Event handlers.
    pub(super) handlers: bool,
    /// `javascript:` URLs.
    pub(super) urls: bool,
}

/// Who asked for what was blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// The browser doesn't say.
    Unsaid,
    /// The page itself: its markup, or code in it.
    Page,
    /// A script that is approved.
    Approved,
    /// One that is not, and that the page had.
    Unapproved,
    /// One that it didn't.
    Stranger,
}

/// Why a report is of its class. Without facts there is no policy for the host.
pub(super) fn classify(report: &Report, facts: Option<&Facts<'_>>) -> Reason {
    let of_extension = [&report.blocked, &report.source, &report.document]
        .into_iter()
        .any(|named| is_extension(&named.kept));
    if of_extension {
        return Reason::Extension;
    }
    let Some(facts) = facts else {
        if !report.kind.is_joined() {
            return Reason::Told;
        }
        // What injects into pages is known by its address alone.
        let injected = from_elsewhere(report) == Reason::KnownInjector;
        return if injected { Reason::KnownInjector } else { Reason::NoPolicy };
    };
    if !facts.on_site {
        return Reason::OtherSite;
    }
    match facts.generation {
        _ if !report.kind.is_joined() => return Reason::Told,
        Standing::Unknown => return Reason::UnknownGeneration,
        Standing::WithoutRule => return Reason::UnknownRule,
        // The witness's text is the same on every page, so it can't know.
        Standing::Missing if report.kind != Kind::ScriptRefused => return Reason::NoGeneration,
        Standing::Missing | Standing::Known => {}
    }
    match report.kind {
        Kind::CspHash => digest(report, facts),
        Kind::ScriptRefused => refused(report, facts),
        Kind::Integrity => external(report, facts, Asker::Unsaid),
        Kind::Csp => csp(report, facts),
        Kind::Deprecation
        | Kind::Intervention
        | Kind::Crash
        | Kind::NetworkError
        | Kind::Permissions
        | Kind::DocumentPolicy
        | Kind::Embedder
        | Kind::Opener
        | Kind::Other => Reason::Told,
    }
}

fn csp(report: &Report, facts: &Facts<'_>) -> Reason {
    let asker = asker(report, facts);
    let Some(directive) = known(&report.directive) else { return Reason::NotLookedFor };
    let only_approved_runs = facts.grants.mode == Mode::Enforce && report.enforced;
    // Code in the page is approved code where nothing else runs.
    let is_ours = asker == Asker::Approved || (asker == Asker::Page && only_approved_runs);
    match (directive.role, report.blocked.kept.as_str()) {
        (Role::Script, "eval") => made(Reason::NeedsEval, asker, is_ours, report),
        (Role::Script, "wasm-eval") => made(Reason::NeedsWasm, asker, is_ours, report),
        (Role::TrustedTypes, _) => made(Reason::NeedsTrustedTypes, asker, is_ours, report),
        (Role::Script, "inline") => inline(report, facts, asker),
        (Role::Attribute, _) => handler(facts, asker),
        (Role::Worker, _) if is_ours => Reason::Needs(directive),
        (Role::Worker, _) => worker(report, facts, asker),
        (Role::Script, _) => external(report, facts, asker),
        (Role::Base, _) if facts.blocked != Seen::Never => Reason::ForeignBase,
        (Role::Base, _) if asker == Asker::Approved => Reason::InsertedByScript,
        (Role::Base, _) => from_elsewhere(report),
        (Role::Ancestors, _) => Reason::Framed,
        (Role::Code | Role::Thing, _) => thing(report, directive, asker, is_ours),
    }
}

/// Text that was to become code.
fn made(needs: Reason, asker: Asker, is_ours: bool, report: &Report) -> Reason {
    match asker {
        _ if is_ours => needs,
        Asker::Unapproved => Reason::AskedByUnapproved,
        Asker::Stranger => from_elsewhere(report),
        Asker::Page | Asker::Unsaid | Asker::Approved => Reason::PageCode,
    }
}

/// An inline script, or a `javascript:` URL, which browsers don't tell apart.
fn inline(report: &Report, facts: &Facts<'_>, asker: Asker) -> Reason {
    if asker == Asker::Approved {
        return Reason::InsertedByScript;
    }
    // What pages have in their markup is made inert where verdicts are carried out.
    let markup_stays = !report.enforced || facts.grants.mode == Mode::Observe;
    if asker != Asker::Stranger {
        if markup_stays && facts.unapproved.inline {
            return Reason::UnapprovedInline;
        }
        if facts.unapproved.urls {
            return Reason::UnapprovedJavascriptUrl;
        }
        if markup_stays && !facts.grants.shapes.is_empty() {
            return Reason::OnlyObserved;
        }
    }
    from_elsewhere(report)
}

fn handler(facts: &Facts<'_>, asker: Asker) -> Reason {
    let every_page = facts.grants.mode == Mode::Observe || facts.grants.second_opinion == Opinion::Always;
    match asker {
        Asker::Approved => Reason::InsertedByScript,
        Asker::Stranger => Reason::NotSeen,
        _ if facts.unapproved.handlers => Reason::UnapprovedHandler,
        _ if every_page => Reason::NotSeen,
        Asker::Unsaid | Asker::Page | Asker::Unapproved => Reason::CodeUnseen,
    }
}

/// Firefox doesn't say who asked for a worker, so it may have been the page's own code.
fn worker(report: &Report, facts: &Facts<'_>, asker: Asker) -> Reason {
    let reason = external(report, facts, asker);
    if reason == Reason::NotSeen && asker == Asker::Unsaid { Reason::NotLookedFor } else { reason }
}

/// A script with a URL.
fn external(report: &Report, facts: &Facts<'_>, asker: Asker) -> Reason {
    let of_csp = report.kind == Kind::Csp;
    if let Some(script) =
        report.blocked.url.as_ref().and_then(|url| facts.grants.scripts.find(url, &facts.base))
    {
        return approved_here(script, report, facts);
    }
    if let Some(script) = report.blocked.url.as_ref().and_then(|url| facts.named.find(url, &facts.base))
        && facts.grants.lets_run(script)
    {
        return Reason::ApprovedElsewhere;
    }
    if facts.blocked != Seen::Never {
        return Reason::NotApproved;
    }
    if asker == Asker::Approved {
        return Reason::InsertedByScript;
    }
    // Browsers once wrote no more than that of other origins' URLs.
    let host_only = report.blocked.url.as_ref().is_some_and(|url| url.path() == "/" && url.query().is_none());
    if of_csp && host_only && injector(&report.blocked.kept, report.blocked.url.as_ref()).is_none() {
        return Reason::HostOnly;
    }
    from_elsewhere(report)
}

/// A script that the policy names on this page, and that was stopped all the same.
fn approved_here(script: &ApprovedScript, report: &Report, facts: &Facts<'_>) -> Reason {
    if facts.grants.has_ended(script) {
        return Reason::Ended;
    }
    if !facts.grants.lets_run(script) {
        return Reason::NoApproval;
    }
    match (script.tier, report.kind) {
        (Tier::Evergreen, Kind::Integrity) => Reason::EvergreenUnchecked,
        (Tier::Evergreen, _) => Reason::EvergreenRedirects,
        // While observing, tags get no integrity, and the CSP names the URL.
        (Tier::Pin | Tier::Mirror, _) if !report.enforced && facts.grants.mode == Mode::Observe => {
            Reason::OnlyObserved
        }
        (Tier::Pin | Tier::Mirror, _) => Reason::WithoutIntegrity,
    }
}

/// Our witness saw a script with integrity fail.
fn refused(report: &Report, facts: &Facts<'_>) -> Reason {
    let url = report.blocked.url.as_ref();
    let approved = url.and_then(|url| {
        facts.grants.scripts.find(url, &facts.base).or_else(|| facts.named.find(url, &facts.base))
    });
    match (approved, facts.blocked) {
        (Some(_), _) | (None, Seen::Ran) => Reason::BytesDiffer,
        (None, Seen::Stopped) => Reason::NotApproved,
        (None, Seen::Never) => from_elsewhere(report),
    }
}

/// The digest of a script that the browser fetched.
fn digest(report: &Report, facts: &Facts<'_>) -> Reason {
    let Some(script) = named(report, facts) else { return Reason::OtherBytes };
    if script.tier == Tier::Evergreen || script.digests.is_empty() {
        return Reason::OtherBytes;
    }
    let Some(digest) = &report.digest else { return Reason::UnreadBytes };
    let comparable = |known: &&crate::sri::Digest| known.algorithm() == digest.algorithm();
    match script.digests.iter().find(comparable) {
        None => Reason::OtherBytes,
        Some(_) if script.digests.contains(digest) => Reason::ApprovedBytes,
        Some(_) => Reason::UnknownBytes,
    }
}

/// The script that the policy names for a report's URL, here or elsewhere.
pub(super) fn named<'a>(report: &Report, facts: &Facts<'a>) -> Option<&'a ApprovedScript> {
    let url = report.blocked.url.as_ref()?;
    let found = facts.grants.scripts.find(url, &facts.base).or_else(|| facts.named.find(url, &facts.base));
    found.map(AsRef::as_ref)
}

/// What is no script.
fn thing(report: &Report, directive: &'static Directive, asker: Asker, is_ours: bool) -> Reason {
    if injector(&report.blocked.kept, report.blocked.url.as_ref()).is_some() && asker != Asker::Approved {
        return Reason::KnownInjector;
    }
    match asker {
        Asker::Unapproved => Reason::AskedByUnapproved,
        Asker::Stranger => from_elsewhere(report),
        // A tag or a style sheet may have asked as well, with what the application's data has made of it.
        Asker::Page if directive.role == Role::Thing => Reason::NotLookedFor,
        _ if is_ours && !directive.needs.is_empty() => Reason::Needs(directive),
        Asker::Page => Reason::PageCode,
        Asker::Unsaid | Asker::Approved => Reason::NotLookedFor,
    }
}

/// What the page didn't have.
fn from_elsewhere(report: &Report) -> Reason {
    let known = |named: &Named| injector(&named.kept, named.url.as_ref()).is_some();
    if known(&report.blocked) || known(&report.source) { Reason::KnownInjector } else { Reason::NotSeen }
}

fn asker(report: &Report, facts: &Facts<'_>) -> Asker {
    if report.source.kept.is_empty() {
        return Asker::Unsaid;
    }
    if report.asked_by_page() {
        return Asker::Page;
    }
    // A document without a URL of its own, or code made from text.
    let Some(url) = &report.source.url else { return Asker::Unsaid };
    let find = |scripts: &PageScripts| {
        scripts.find(url, &facts.base).is_some_and(|script| facts.grants.lets_run(script))
    };
    match facts.asker {
        _ if find(&facts.grants.scripts) || find(facts.named) => Asker::Approved,
        Seen::Ran => Asker::Approved,
        Seen::Stopped => Asker::Unapproved,
        Seen::Never => Asker::Stranger,
    }
}
