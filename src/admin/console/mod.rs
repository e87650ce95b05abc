//! The pages for people. They work without JavaScript; a small script of ours only keeps them up to date.
//!
//! Everything they show came from strangers: templates escape every value, nothing that a stranger named becomes a
//! link, and nothing runs but our own script, which the CSP names by its digest.
//!
//! ```text
//!  handler of a page ─► what the page shows, and its Frame ─► template (extends frame.html) ─► show()
//! ```

mod assets;
mod frame;
mod moment;
mod rows;
mod standing;
mod chart;
mod health;
mod sites;
mod overview;
mod links;
mod scripts;
mod script;
mod code;
mod command;
mod violations;
mod violation;
mod alerts;
mod headers;
mod policy;
mod policy_change;
mod explain;

use axum::routing::get;

use super::routes::Routes;

pub(super) use assets::Asset;
pub(super) use code::Readers;
pub(super) use frame::show;
pub(super) use rows::explanation;

/// The pages, and the files that they need.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .open("/assets/{name}", get(assets::asset))
        .view("/", get(overview::page))
        .view("/scripts", get(scripts::page))
        .view("/scripts.csv", get(super::register::table))
        .view("/script", get(script::page))
        .view("/violations", get(violations::page))
        .view("/violations.csv", get(violations::table))
        .view("/violations/{id}", get(violation::page))
        .view("/alerts", get(alerts::page))
        .view("/headers", get(headers::page))
        .view("/policy", get(policy::page))
        .view("/policy/{fingerprint}", get(policy_change::page))
        .operate("/explain", get(explain::page))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    #[test]
    fn templates_escape_everything_and_have_nothing_inline() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/admin/templates");
        let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() > 2);
        for file in files {
            let text = fs::read_to_string(&file).unwrap().to_ascii_lowercase();
            let name = file.file_name().unwrap().to_str().unwrap();
            let squeezed = text.replace(' ', "");
            assert!(!squeezed.contains("|safe") && !squeezed.contains("escape\"none"), "{name}");
            for inline in
                [" style=", "<style", "javascript:", " onclick", " onsubmit", " onchange", "http-equiv"]
            {
                assert!(!text.contains(inline), "{name}: {inline}");
            }
            let scripts = usize::from(name == "frame.html");
            assert_eq!(text.matches("<script").count(), scripts, "{name}");
            assert_eq!(
                text.matches("<script defer src=\"{{ frame.script.path() }}\"").count(),
                scripts,
                "{name}"
            );
        }
    }
}
