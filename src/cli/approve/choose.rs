//! Finds the script that is meant, and what is approved of it so far.

use super::Args;
use crate::cli::desk::Desk;
use crate::cli::stop::Stop;
use crate::diagnostic::suggestion;
use crate::inventory::Approval;
use crate::policy::{NamedScript, NamedScripts, named_scripts};

/// The script to approve.
pub(super) struct Chosen {
    pub(super) script: NamedScript,
    /// Its live approvals, oldest first.
    pub(super) live: Vec<Approval>,
}

pub(super) fn choose(args: &Args, desk: &Desk) -> Result<Chosen, Stop> {
    let named = named_scripts(&desk.policies, &desk.trust).map_err(Stop::Files)?;
    let script = find(args, &named)?;
    if script.shape != args.shape && (args.inline || args.shape) {
        let what = if script.shape {
            "approved by its shape: write --shape and --file for each of several samples"
        } else {
            "not approved by its shape: write `shape = true` into its [[inline]] entry, or leave --shape out"
        };
        return Err(Stop::CouldNot(format!("`{}` is {what}", script.id)));
    }
    if script.build.is_some() != args.from.is_some() {
        let what = if script.build.is_some() {
            "a [[build]]: say where its files are, with --from DIR"
        } else {
            "no [[build]]: leave --from out"
        };
        return Err(Stop::CouldNot(format!("`{}` is {what}", script.id)));
    }
    let is_inline = script.external.is_none() && script.build.is_none();
    if (args.inline || args.shape) != is_inline {
        let what = if script.shape {
            "an [[inline]] script with `shape = true`: add --shape"
        } else if args.inline {
            "a [[script]] with a URL: leave --inline out"
        } else {
            "an [[inline]] script: add --inline"
        };
        return Err(Stop::CouldNot(format!("`{}` is {what}", script.id)));
    }
    let lock = named.locks.iter().find(|(site, _)| *site == script.site).map(|(_, lock)| lock);
    let live = lock.map(|lock| lock.live(&script.id)).unwrap_or_default();
    Ok(Chosen { live: live.into_iter().map(|live| live.approval.clone()).collect(), script })
}

fn find(args: &Args, named: &NamedScripts) -> Result<NamedScript, Stop> {
    let of_site = |script: &&NamedScript| args.desk.site.as_ref().is_none_or(|site| script.site.0 == *site);
    let scripts: Vec<&NamedScript> = named.scripts.iter().filter(of_site).collect();
    let matching: Vec<&&NamedScript> =
        scripts.iter().filter(|script| script.id.as_str() == args.id).collect();
    match matching.as_slice() {
        [script] => Ok((**script).clone()),
        [] => {
            let ids: Vec<&str> = scripts.iter().map(|script| script.id.as_str()).collect();
            let hint = match suggestion(&args.id, &ids) {
                Some(near) => format!("did you mean `{near}`?"),
                None if ids.is_empty() => {
                    "they name none: add a [[script]] or [[inline]] entry first".to_owned()
                }
                None => format!("they name: {}", ids.join(", ")),
            };
            Err(Stop::CouldNot(format!("the policies name no script `{}`; {hint}", args.id)))
        }
        several => {
            let sites: Vec<&str> = several.iter().map(|script| script.site.0.as_str()).collect();
            Err(Stop::CouldNot(format!(
                "`{}` is named by several policies: choose one with --site {}",
                args.id,
                sites.join(" or --site ")
            )))
        }
    }
}
