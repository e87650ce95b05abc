//! Shows what a scan found.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::analysis::{Reading, one_line};
use crate::judge::Kind;
use crate::scan::{Approve, Delivery, Moves, Page, Party, Proposal, Scanned, Script, Variation};

/// Characters of a name.
const NAME: usize = 200;

/// For people.
pub(super) fn text(scanned: &Scanned) -> String {
    let mut text = String::new();
    for page in &scanned.pages {
        let runs = page.scripts.iter().filter(|found| found.runs()).count();
        let blocks = page.scripts.len().saturating_sub(runs);
        let handlers = page.handlers.len();
        let place = page.file.as_ref().unwrap_or(&page.url);
        // Writing to a string can't fail, here and below.
        let _ = writeln!(
            text,
            "page  {place}: {runs} scripts, {blocks} data blocks, {handlers} pieces of code in attributes"
        );
        for note in &page.notes {
            let _ = writeln!(text, "      {}", one_line(&note.0, NAME));
        }
    }
    for script in scanned.scripts.iter().filter(|script| script.found.runs()) {
        text.push('\n');
        one(&mut text, script);
    }
    text.trim_end().to_owned()
}

fn one(text: &mut String, script: &Script) {
    let kind = if script.found.runs_as.is_some() {
        format!("{} {}", script.found.kind, script.found.runs_as_name())
    } else {
        script.found.kind.to_string()
    };
    let _ = writeln!(text, "{kind}  {}", one_line(script.name(), NAME));
    let pages: Vec<&str> = script.pages.iter().take(5).map(String::as_str).collect();
    let more = script.pages.len().saturating_sub(pages.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(text, "      on {}{more}", one_line(&pages.join(", "), NAME));
    if script.imported {
        text.push_str("      imported by other scripts\n");
    }
    if let Some(why) = script.found.hopeless {
        let _ = writeln!(text, "      can't be approved: {why}");
    }
    if script.found.shaped.is_some() {
        let _ = writeln!(text, "      its data differs in each response: it can be approved by its shape");
    }
    if let Some(delivery) = &script.delivery {
        let party = match script.party {
            Some(Party::Third) => "third party",
            Some(Party::First) | None => "first party",
        };
        delivered(text, party, script.name().starts_with('/'), delivery);
    }
}

fn delivered(text: &mut String, party: &str, on_site: bool, delivery: &Delivery) {
    if let Some(why) = &delivery.failed {
        let _ = writeln!(text, "      {party}; not fetched: {}", one_line(why, NAME));
        return;
    }
    let digest = delivery.digest.as_ref().map(ToString::to_string).unwrap_or_default();
    let cors = match (on_site, delivery.cors) {
        (true, _) => "",
        (false, true) => ", CORS",
        (false, false) => ", no CORS",
    };
    let _ = writeln!(text, "      {party}, {} bytes, {digest}{cors}", delivery.size);
    for redirect in &delivery.redirects {
        let _ = writeln!(text, "      redirected to {}", one_line(redirect, NAME));
    }
    for varies in &delivery.varies {
        let _ = writeln!(text, "      {}", one_line(&varies_in_words(varies), NAME));
    }
    if let Some(Moves::AnyTime(why) | Moves::NoVersion(why)) = &delivery.moves {
        let _ = writeln!(text, "      will change: {why}");
    }
}

fn varies_in_words(varies: &Variation) -> String {
    match varies {
        Variation::EachTime => "its bytes differ from one fetch to the next".to_owned(),
        Variation::Browser(name) => format!("{name} gets other bytes"),
        Variation::Failed(why) => format!("a later fetch failed: {why}"),
    }
}

/// For programs.
pub(super) fn json(scanned: &Scanned, proposal: &Proposal) -> Value {
    let approve = proposal.approve.iter().map(
        |approve| json!({ "id": approve.id.as_str(), "arguments": approve.arguments, "texts": texts(approve) }),
    );
    json!({
        "pages": scanned.pages.iter().map(page_json).collect::<Vec<_>>(),
        "scripts": scanned.scripts.iter().map(script_json).collect::<Vec<_>>(),
        "limits": scanned.limits,
        "policy": proposal.text,
        "approve": approve.collect::<Vec<_>>(),
    })
}

/// The texts of inline scripts, by the names of the files in which they would stand.
fn texts(approve: &Approve) -> Value {
    approve.texts.iter().map(|(name, text)| (name.clone(), json!(text))).collect::<Map<_, _>>().into()
}

fn page_json(page: &Page) -> Value {
    json!({
        "url": page.url,
        "file": page.file,
        "read": page.is_read,
        "notes": page.notes,
        "scripts": page.scripts.iter().filter(|found| found.runs()).count(),
        "data_blocks": page.scripts.iter().filter(|found| found.runs_as == Some(Kind::DataBlock)).count(),
        "card_fields": page.card_fields,
    })
}

fn script_json(script: &Script) -> Value {
    let delivery = script.delivery.as_ref();
    let reading = delivery.and_then(|delivery| delivery.reading.as_ref()).or(script.reading.as_ref());
    json!({
        "kind": script.found.kind,
        "kinds": script.kinds,
        "runs_as": script.found.runs_as_name(),
        "script": script.name(),
        "url": script.url().map(ToString::to_string),
        "imported": script.imported,
        "party": script.party,
        "pages": script.pages,
        "hopeless": script.found.hopeless,
        "shape": script.found.shaped.as_ref().map(|shaped| &shaped.code),
        "failed": delivery.and_then(|delivery| delivery.failed.as_ref()),
        "size": delivery.map(|delivery| delivery.size),
        "digest": delivery.and_then(|delivery| delivery.digest.as_ref()).map(ToString::to_string),
        "cors": delivery.map(|delivery| delivery.cors),
        "redirects": delivery.map(|delivery| &delivery.redirects),
        "varies": delivery.map(|delivery| &delivery.varies),
        "moves": delivery.and_then(|delivery| delivery.moves.as_ref()),
        "unparsed": reading.and_then(|reading: &Reading| reading.unparsed.as_ref()),
        "reaches": reading.map(|reading| &reading.reaches.items),
    })
}
