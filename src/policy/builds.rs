//! From a build's approved lists to its files as scripts of the site.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assemble::{Assembly, Live, Served};
use super::check::CheckedBuild;
use super::lint;
use super::model::ApprovedScript;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inventory::{BuildList, Form, ScriptAddress, Tier, bytes_path};
use crate::sri::Digest;

/// A file of a build.
pub(super) struct BuildScript {
    pub(super) script: Arc<ApprovedScript>,
    /// Pages may name it.
    pub(super) named: bool,
}

impl Assembly<'_> {
    /// The files of all lists that are in force: while an application is replaced by its next release, both
    /// are served.
    pub(super) fn build(&mut self, build: &CheckedBuild) -> Vec<BuildScript> {
        let live = self.live(&build.id, Form::External, Served::InPages);
        self.warn_if_none(&live, &build.id, build.span.clone(), " --from DIR");
        let mut files: BTreeMap<String, Vec<Digest>> = BTreeMap::new();
        for list in live.iter().filter_map(|live| self.build_list(build, live)) {
            for (name, digest) in &list.files {
                let Some(path) = list.path_of(name) else { continue };
                let digests = files.entry(path).or_default();
                if !digests.contains(digest) {
                    digests.push(digest.clone());
                }
            }
        }
        let script = |(path, digests): (String, Vec<Digest>)| BuildScript {
            named: build.files.iter().any(|pattern| pattern.matches(&path)),
            script: Arc::new(ApprovedScript {
                id: build.id.clone(),
                address: ScriptAddress::OnSite(path),
                tier: Tier::Pin,
                integrity: digests.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                digests,
                mirror_path: None,
                module: build.module,
                expires: None,
            }),
        };
        files.into_iter().map(script).collect()
    }

    fn build_list(&mut self, build: &CheckedBuild, live: &Live<'_>) -> Option<BuildList> {
        let text = std::str::from_utf8(live.bytes.as_ref()?).unwrap_or_default();
        let id = &build.id;
        match BuildList::parse(text) {
            Ok(list) if list.at.starts_with(&build.at) => Some(list),
            Ok(list) => {
                self.lock_problems.lint(
                    lint::BUILD_ELSEWHERE,
                    live.digest_span.clone(),
                    format!(
                        "the files of `{id}` were approved under `{}`, and the policy says `{}`",
                        list.at, build.at
                    ),
                    format!("approve the build again: countersign approve {id} --from DIR --because \"…\""),
                );
                None
            }
            Err(error) => {
                let path = bytes_path(&self.contents.folder, self.name, id, &live.approval.digest);
                self.file_problems.push(Diagnostic::of_file(
                    Severity::Error,
                    path,
                    format!("what was approved of the build `{id}` is no list of its files: {error}"),
                    "end the approval with `countersign retire`, and approve the build with --from DIR",
                ));
                None
            }
        }
    }
}
