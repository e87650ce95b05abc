//! Whether a Permissions-Policy lets pages do more than another did.
//! <https://w3c.github.io/webappsec-permissions-policy/#structured-header-serialization>

use std::collections::{BTreeMap, BTreeSet};

use sfv::{BareItem, Dictionary, ListEntry, Parser};

/// By feature: who may use it.
type Policy = BTreeMap<String, BTreeSet<String>>;

/// In which ways `now` allows more. What browsers can't read they don't heed.
pub(super) fn weaker(before: Option<&str>, now: Option<&str>) -> Vec<String> {
    let (before, now) = (read(before), read(now));
    let mut found = Vec::new();
    for (feature, who) in &before {
        match now.get(feature) {
            // Without a word most features are the page's own.
            None if who.is_empty() => found.push(format!("`{feature}` is no longer forbidden")),
            None => {}
            Some(_) if who.contains("*") => {}
            Some(who_now) => {
                let added: Vec<&str> = who_now.difference(who).map(String::as_str).collect();
                if !added.is_empty() {
                    found.push(format!("`{feature}` is newly allowed to {}", added.join(", ")));
                }
            }
        }
    }
    found
}

fn read(value: Option<&str>) -> Policy {
    let Ok(dictionary) = Parser::new(value.unwrap_or_default()).parse::<Dictionary>() else {
        return Policy::new();
    };
    dictionary.into_iter().map(|(feature, entry)| (feature.to_string(), allowed(&entry))).collect()
}

fn allowed(entry: &ListEntry) -> BTreeSet<String> {
    let items: Vec<&BareItem> = match entry {
        ListEntry::Item(item) => vec![&item.bare_item],
        ListEntry::InnerList(list) => list.items.iter().map(|item| &item.bare_item).collect(),
    };
    let word = |item: &&BareItem| {
        item.as_token()
            .map(|token| token.as_str().to_owned())
            .or(item.as_string().map(|text| text.as_str().to_owned()))
    };
    items.iter().filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_allowing_more_is_told_and_no_other() {
        for (before, now, said) in [
            ("camera=(), geolocation=(self)", "", "`camera` is no longer forbidden"),
            ("camera=()", "camera=(self)", "`camera` is newly allowed to self"),
            ("camera=self", "camera=(self \"https://a.example\")", "newly allowed to https://a.example"),
            ("camera=self", "camera=*", "newly allowed to *"),
            ("camera=*", "camera=(self)", ""),
            ("camera=(self)", "microphone=()", ""),
            ("camera=();report-to=x", "camera=()", ""),
            ("camera=()", "camera=((", "`camera` is no longer forbidden"),
            ("", "camera=*", ""),
            ("geolocation=(self)", "geolocation=()", ""),
        ] {
            let value = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            let found = weaker(value(before), value(now)).join("; ");
            let right = if said.is_empty() { found.is_empty() } else { found.contains(said) };
            assert!(right, "{before} → {now}: {found}");
        }
    }
}
