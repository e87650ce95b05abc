//! Samples of an inline script whose data differs: texts, or pages that have it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use encoding_rs::WINDOWS_1252;
use url::Url;

use super::bytes::read_file;
use crate::analysis::shape::Found;
use crate::cli::apart::shape_apart;
use crate::cli::stop::Stop;
use crate::html::{CHARSET_SEARCH, Charset, Judged, Limits, Rewriter, charset_of};
use crate::inventory::inline_text;
use crate::judge::Kind;
use crate::policy::{Mode, PageGrants};

/// Reads the samples and finds what they have in common.
pub(super) fn shape(files: &[PathBuf]) -> Result<(Found, String), Stop> {
    let mut samples = Vec::with_capacity(files.len());
    for file in files {
        let bytes = read_file(file)?;
        let scripts = if is_page(file) {
            let why = |why| Stop::CouldNot(format!("{}: {why}", file.display()));
            inline_scripts(&bytes).map_err(why)?
        } else {
            let text = std::str::from_utf8(&bytes);
            let text = text.map_err(|error| Stop::CouldNot(format!("{}: {error}", file.display())))?;
            vec![inline_text(text).into_owned()]
        };
        samples.push(scripts);
    }
    let found = shape_apart(&samples).map_err(|why| Stop::No(format!("nothing was approved: {why}")))?;
    let count = if files.len() == 1 { "one sample".to_owned() } else { format!("{} samples", files.len()) };
    Ok((found, count))
}

fn is_page(file: &Path) -> bool {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    matches!(ending.to_ascii_lowercase().as_str(), "html" | "htm")
}

/// The texts of a page's classic inline scripts, as visitors' browsers would see them.
fn inline_scripts(page: &[u8]) -> Result<Vec<String>, String> {
    let prefix = page.get(..CHARSET_SEARCH).unwrap_or(page);
    let Charset::Known(charset) = charset_of(prefix, true, None, WINDOWS_1252) else {
        return Err("its charset can't be read".to_owned());
    };
    let texts = Rc::<RefCell<Vec<String>>>::default();
    let kept = Rc::clone(&texts);
    let observer = move |judged: Judged| {
        if judged.runs_as == Some(Kind::Classic) {
            kept.borrow_mut().extend(judged.text.filter(|text| !text.is_empty()));
        }
    };
    // Where the page is from makes no difference to its inline scripts.
    let url = Url::parse("https://site.invalid/").map_err(|error| error.to_string())?;
    let grants = Arc::new(PageGrants::nothing(Mode::Observe));
    let rewriter = Rewriter::new(grants, url, charset, Limits::default(), Box::new(observer));
    let mut rewriter = rewriter.map_err(|error| error.to_string())?.with_texts();
    let mut passed = Vec::new();
    rewriter.write(page, &mut passed).map_err(|error| error.to_string())?;
    if let Some(why) = rewriter.blind() {
        return Err(why.to_string());
    }
    rewriter.end(&mut passed).map_err(|error| error.to_string())?;
    Ok(texts.take())
}
