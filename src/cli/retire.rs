//! `countersign retire`: ends approvals of a script by an entry in the lock.

use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use super::desk::{Desk, DeskArgs, one_line};
use super::stop::{Stop, end};
use super::{say, write_data};
use crate::clock::Clock;
use crate::inventory::approval::{RetireRequest, retire};
use crate::inventory::{LiveApproval, ScriptId};
use crate::policy::locks;
use crate::sri::Digest;

/// Arguments of `countersign retire`.
#[derive(Debug, Parser)]
pub struct Args {
    /// Which script: its id.
    #[arg(value_name = "ID")]
    id: String,
    /// End only the approval of these bytes; without it all of the script's end.
    #[arg(long)]
    digest: Option<Digest>,
    /// Why; kept in the lock.
    #[arg(long, value_name = "TEXT")]
    because: String,
    #[command(flatten)]
    desk: DeskArgs,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    end(args.desk.open().and_then(|desk| end_approvals(args, &desk)))
}

fn end_approvals(args: &Args, desk: &Desk) -> Result<(), Stop> {
    args.desk.refuse_without_terminal(false)?;
    let script = ScriptId::new(&args.id)
        .ok_or_else(|| Stop::CouldNot(format!("`{}` is no id of a script", one_line(&args.id))))?;
    let locks = locks(&desk.policies, &desk.trust).map_err(Stop::Files)?;
    let meant =
        |live: &LiveApproval<'_>| args.digest.as_ref().is_none_or(|digest| live.approval.digest == *digest);
    let mut found = Vec::new();
    for (site, lock) in &locks {
        let ending: Vec<_> = lock.live(&script).into_iter().filter(meant).collect();
        if !ending.is_empty() && args.desk.site.as_ref().is_none_or(|name| site.0 == *name) {
            found.push((site, ending, lock.live(&script).len()));
        }
    }
    let (site, ending, live) = match found.as_slice() {
        [one] => one,
        [] => {
            return Err(Stop::No(format!("nothing was changed: no such approval of `{script}` is live")));
        }
        several => {
            let sites: Vec<&str> = several.iter().map(|(site, ..)| site.0.as_str()).collect();
            let sites = sites.join(" or --site ");
            return Err(Stop::CouldNot(format!("several locks approve `{script}`: --site {sites}")));
        }
    };
    for LiveApproval { approval, .. } in ending {
        let (by, because) = (one_line(&approval.by), one_line(&approval.because));
        say(&format!("ends    {}, approved {} by {by}: {because}", approval.digest, approval.at));
    }
    if ending.len() == *live {
        say("note    nothing of the script stays approved: pages that use it are served without it");
    }
    if let Some(lacking) = desk.lacking(&args.id) {
        say(&format!("note    {lacking}; the approvals end all the same"));
    }
    if !args.desk.agreed("End these approvals?") {
        return Err(Stop::No("nothing was changed".to_owned()));
    }
    retire(
        &RetireRequest {
            folder: &desk.policies,
            site: &site.0,
            script: &script,
            digest: args.digest.as_ref(),
            by: &args.desk.by()?,
            because: &args.because,
            at: Clock::System.now(),
        },
        desk.signing(),
    )?;
    if args.desk.json {
        let ended: Vec<String> = ending.iter().map(|live| live.approval.digest.to_string()).collect();
        write_data(
            &json!({ "outcome": "retired", "site": site.0, "script": script.as_str(), "digests": ended })
                .to_string(),
        );
    }
    say(&format!("ended {} of `{script}`", if ending.len() == 1 { "one approval" } else { "approvals" }));
    Ok(())
}
