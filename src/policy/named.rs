//! The scripts that policies name, for the person who approves one of them.

use std::path::Path;

use jiff::Timestamp;

use super::check::{DefaultUpstream, OnDrift, check};
use super::folder::Contents;
use super::load::{read_lock, source};
use super::model::{InlineKind, SiteName};
use crate::diagnostic::{self, Diagnostic, Problems};
use crate::inventory::{Form, Lock, ScriptAddress, ScriptId, Tier, Trust};
use crate::web::PathPattern;

/// A script that a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedScript {
    /// Whose policy.
    pub site: SiteName,
    /// Its id.
    pub id: ScriptId,
    /// Where it is and how it is delivered; `None` for an inline one.
    pub external: Option<(ScriptAddress, Tier)>,
    /// What an inline text is; `None` for an external script.
    pub inline: Option<InlineKind>,
    /// Tier evergreen: the text that is approved in place of bytes.
    pub statement: Option<String>,
    /// Inline: approved by its shape.
    pub shape: bool,
    /// Pages may name our copy of it: tier mirror, or `on-drift = "mirror"`.
    pub mirrored: bool,
    /// Of a build, the path under which its files are served.
    pub build: Option<String>,
    /// Patterns of the paths of pages on which it may run.
    pub pages: Vec<String>,
    /// Tier evergreen: from this moment on it may not run.
    pub ends: Option<Timestamp>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Why it is there.
    pub why: String,
}

impl NamedScript {
    /// How it stands in pages.
    pub fn form(&self) -> Form {
        if self.external.is_some() || self.build.is_some() { Form::External } else { Form::Inline }
    }
}

/// What is known to a person who approves.
#[derive(Debug)]
pub struct NamedScripts {
    /// All scripts that the folder's policies name, in order.
    pub scripts: Vec<NamedScript>,
    /// Each site's lock.
    pub locks: Vec<(SiteName, Lock)>,
    /// Of the folder as it was read: that of the generation which it makes.
    pub fingerprint: String,
}

/// The scripts named by the policies in a folder. The error is what is wrong with policies or locks:
/// nobody should approve what can't be loaded then.
pub fn named_scripts(folder: &Path, trust: &Trust) -> Result<NamedScripts, Vec<Diagnostic>> {
    let contents = Contents::read(folder)?;
    let mut named =
        NamedScripts { scripts: Vec::new(), locks: Vec::new(), fingerprint: contents.fingerprint() };
    let mut diagnostics = Vec::new();
    for name in contents.stems("toml") {
        let site = SiteName(name.to_owned());
        let Some(source) = source(&contents, &format!("{name}.toml"), &mut diagnostics) else { continue };
        let mut problems = Problems::new(source.clone());
        if let Some(policy) =
            check(source.text(), &DefaultUpstream::Unknown, trust.clock().now(), &mut problems)
        {
            named.scripts.extend(policy.scripts.into_iter().map(|script| NamedScript {
                site: site.clone(),
                id: script.id,
                external: Some((script.address, script.tier)),
                inline: None,
                ends: script.terms.as_ref().map(|terms| terms.end),
                statement: script.terms.map(|terms| terms.statement),
                shape: false,
                mirrored: script.tier == Tier::Mirror || script.on_drift == OnDrift::Mirror,
                build: None,
                pages: paths(&script.pages),
                owner: script.owner,
                why: script.why,
            }));
            named.scripts.extend(policy.inline.into_iter().map(|inline| NamedScript {
                site: site.clone(),
                id: inline.id,
                external: None,
                inline: Some(inline.kind),
                statement: None,
                shape: inline.shape,
                mirrored: false,
                build: None,
                pages: paths(&inline.pages),
                ends: None,
                owner: inline.owner,
                why: inline.why,
            }));
            named.scripts.extend(policy.builds.into_iter().map(|build| NamedScript {
                site: site.clone(),
                id: build.id,
                external: None,
                inline: None,
                statement: None,
                shape: false,
                mirrored: false,
                build: Some(build.at),
                pages: paths(&build.pages),
                ends: None,
                owner: build.owner,
                why: build.why,
            }));
        }
        diagnostics.extend(problems.into_list().into_iter().filter(Diagnostic::is_error));
        let lock = read_lock(&contents, name, trust, &mut diagnostics);
        named.locks.extend(lock.map(|(lock, _)| (site, lock)));
    }
    diagnostic::sort(&mut diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) { Err(diagnostics) } else { Ok(named) }
}

fn paths(patterns: &[PathPattern]) -> Vec<String> {
    patterns.iter().map(|pattern| pattern.as_str().to_owned()).collect()
}

/// Each site's lock. The error is what is wrong with them; policies are not looked at, so an approval can be
/// ended whatever they say.
pub fn locks(folder: &Path, trust: &Trust) -> Result<Vec<(SiteName, Lock)>, Vec<Diagnostic>> {
    let contents = Contents::read(folder)?;
    let mut diagnostics = Vec::new();
    let mut locks = Vec::new();
    for name in contents.stems("lock") {
        let lock = read_lock(&contents, name, trust, &mut diagnostics);
        locks.extend(lock.map(|(lock, _)| (SiteName(name.to_owned()), lock)));
    }
    diagnostic::sort(&mut diagnostics);
    if diagnostics.iter().any(Diagnostic::is_error) { Err(diagnostics) } else { Ok(locks) }
}
