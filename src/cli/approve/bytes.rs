//! Gets the bytes that are to be approved: from a file, standard input, or the script's URL.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use super::choose::Chosen;
use super::{Args, samples, say};
use crate::analysis::shape::FoundHole;
use crate::cli::stop::Stop;
use crate::inventory::approval::approvable;
use crate::inventory::{MAX_SCRIPT_BYTES, ScriptAddress, Tier};
use crate::policy::InlineKind;
use crate::sri::Digest;
use crate::transport::fetch::{self, FetchOptions, Fetched};
use crate::web::javascript_url;

/// Bytes that may be approved.
pub(super) struct Candidate {
    pub(super) bytes: Vec<u8>,
    pub(super) digest: Digest,
    /// Where they came from.
    pub(super) origin: String,
    /// Of a shape: its places for data.
    pub(super) holes: Vec<FoundHole>,
}

/// Whether standard input is taken up by the bytes, so that no question can be answered there.
pub(super) fn from_stdin(args: &Args) -> bool {
    match args.file.as_slice() {
        [] => args.inline,
        files => files.iter().any(|file| file.as_os_str() == "-"),
    }
}

/// Several samples make a shape, and nothing else.
pub(super) fn refuse_several(args: &Args) -> Result<(), Stop> {
    if args.file.len() > 1 && !args.shape {
        return Err(Stop::CouldNot(
            "several files are samples of a shape: add --shape, or name one file".to_owned(),
        ));
    }
    Ok(())
}

pub(super) fn obtain(args: &Args, chosen: &Chosen) -> Result<Candidate, Stop> {
    let mut holes = Vec::new();
    let (bytes, origin) = if let Some(statement) = &chosen.script.statement {
        if !args.file.is_empty() || args.url.is_some() {
            return Err(Stop::CouldNot(format!(
                "`{}` is evergreen: what is approved is that its URL may run whatever it serves, so leave \
--file and --url out",
                chosen.script.id
            )));
        }
        (statement.clone().into_bytes(), "the policy: no bytes, because this script is evergreen".to_owned())
    } else if args.shape {
        let (found, origin) = samples::shape(&args.file)?;
        holes = found.holes;
        (found.code.into_bytes(), origin)
    } else if from_stdin(args) {
        (read(io::stdin().lock(), "standard input")?, "standard input".to_owned())
    } else if let Some(file) = args.file.first() {
        (read_file(file)?, file.display().to_string())
    } else {
        fetched(args, chosen)?
    };
    let form = chosen.script.form();
    let bytes = approvable(form, &bytes)
        .map_err(|error| Stop::No(format!("nothing was approved: {error} ({origin})")))?;
    let bytes = if chosen.script.inline == Some(InlineKind::Url) {
        compared_url(&bytes)
            .ok_or_else(|| Stop::No(format!("nothing was approved: it is no `javascript:` URL ({origin})")))?
    } else {
        bytes
    };
    Ok(Candidate { digest: Digest::of(form.algorithm(), &bytes), bytes, origin, holes })
}

/// What browsers hold against the CSP of a `javascript:` URL as pages write it.
fn compared_url(written: &[u8]) -> Option<Vec<u8>> {
    std::str::from_utf8(written).ok().and_then(javascript_url).map(String::into_bytes)
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Stop> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Stop::CouldNot(format!("{name}: {error}")))?;
    read(file, &name)
}

/// One byte more than allowed, so that what is too long is refused and not cut.
fn read(from: impl Read, name: &str) -> Result<Vec<u8>, Stop> {
    let limit = u64::try_from(MAX_SCRIPT_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::CouldNot(format!("{name}: {error}")))?;
    Ok(bytes)
}

fn fetched(args: &Args, chosen: &Chosen) -> Result<(Vec<u8>, String), Stop> {
    let Some((address, tier)) = &chosen.script.external else {
        return Err(Stop::CouldNot("say where the text is: --file FILE".to_owned()));
    };
    let url = match (&args.url, address) {
        (Some(url), _) | (None, ScriptAddress::Absolute(url)) => url,
        (None, ScriptAddress::Pattern(pattern)) => {
            return Err(Stop::CouldNot(format!(
                "`{}` stands for many URLs: name the version to approve with --url URL, or its bytes with \
--file FILE",
                pattern.as_str()
            )));
        }
        (None, ScriptAddress::OnSite(path)) => {
            return Err(Stop::CouldNot(format!(
                "`{path}` is a path on the site itself: say where its bytes are, with --file FILE, \
or --url URL of the application"
            )));
        }
    };
    say(&format!("fetching {url}"));
    let answer = fetch::get(url, &options(args)).map_err(|error| Stop::CouldNot(error.to_string()))?;
    refuse_pages(&answer)?;
    if *tier == Tier::Pin && is_elsewhere(address) {
        refuse_without_cors(&answer)?;
    }
    let redirected =
        if answer.url == *url { String::new() } else { format!(", which leads to {}", answer.url) };
    Ok((answer.bytes, format!("{url}{redirected}")))
}

/// Whether a script comes from another site.
fn is_elsewhere(address: &ScriptAddress) -> bool {
    match address {
        ScriptAddress::Absolute(_) => true,
        ScriptAddress::OnSite(_) => false,
        ScriptAddress::Pattern(pattern) => pattern.origin().is_some(),
    }
}

fn options(args: &Args) -> FetchOptions {
    FetchOptions {
        allow_private: args.allow_private,
        through_proxy: args.through_proxy,
        max_time: Duration::from_secs(args.timeout),
        ..FetchOptions::default()
    }
}

/// A script of another site is only checked by browsers if that site lets others read it.
/// <https://w3c.github.io/webappsec-subresource-integrity/#cross-origin-data-leakage>
fn refuse_without_cors(answer: &Fetched) -> Result<(), Stop> {
    if answer.cors {
        return Ok(());
    }
    Err(Stop::No(format!(
        "nothing was approved: {} does not allow other sites to read it (no Access-Control-Allow-Origin: *), \
so browsers can't check its integrity and would refuse it. Write tier = \"mirror\" in the policy, \
or ask the vendor for the header",
        answer.url
    )))
}

/// An error page that comes with status 200 must not become an approved script by a slip.
fn refuse_pages(answer: &Fetched) -> Result<(), Stop> {
    let page = answer
        .content_type
        .as_ref()
        .is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/html"));
    if page {
        return Err(Stop::No(format!(
            "nothing was approved: {} is an HTML page, not a script. If that is wrong, save it and use --file",
            answer.url
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content_type: &str, cors: bool) -> Fetched {
        Fetched {
            url: "https://cdn.example/chat.js".parse().unwrap(),
            redirects: Vec::new(),
            status: 200,
            headers: http::HeaderMap::new(),
            bytes: b"chat()".to_vec(),
            content_type: Some(content_type.to_owned()),
            cors,
        }
    }

    #[test]
    fn a_pinned_script_without_cors_is_refused_with_a_way_out() {
        assert!(refuse_without_cors(&answer("text/javascript", true)).is_ok());
        let Err(Stop::No(why)) = refuse_without_cors(&answer("text/javascript", false)) else { panic!() };
        assert!(why.contains("tier = \"mirror\""), "{why}");
    }

    #[test]
    fn a_javascript_url_is_approved_as_browsers_compare_it() {
        assert_eq!(compared_url(b"JavaScript:a%28%29\n").unwrap(), b"javascript:a()");
        assert!(compared_url(b"a()").is_none());
    }

    #[test]
    fn an_error_page_is_no_script() {
        assert!(refuse_pages(&answer("text/javascript", true)).is_ok());
        assert!(matches!(refuse_pages(&answer(" Text/HTML; charset=utf-8", true)), Err(Stop::No(_))));
    }

    #[test]
    fn what_is_too_long_is_not_cut() {
        let read = read(io::repeat(b'x'), "a file").unwrap();
        assert_eq!(read.len(), MAX_SCRIPT_BYTES + 1);
    }
}
