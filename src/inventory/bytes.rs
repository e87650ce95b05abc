//! Where the approved bytes lie, in the folder and on the site.

use std::path::{Path, PathBuf};

use super::script::ScriptId;
use crate::sri::Digest;

/// The longest script that can be approved.
pub const MAX_SCRIPT_BYTES: usize = 10 * 1024 * 1024;

/// The folder of a site's approved bytes: `shop.scripts`.
pub fn bytes_folder(policies: &Path, site: &str) -> PathBuf {
    policies.join(format!("{site}.scripts"))
}

/// The file of one version of a script: `shop.scripts/<id>/sha384-….js`.
pub fn bytes_path(policies: &Path, site: &str, script: &ScriptId, digest: &Digest) -> PathBuf {
    bytes_folder(policies, site).join(script.as_str()).join(format!("{}.js", digest.url_safe()))
}

/// What stands after `/_countersign/s/` in the URL of mirrored bytes.
pub fn mirror_key(script: &ScriptId, digest: &Digest) -> String {
    format!("{}/{script}.js", digest.url_safe())
}
