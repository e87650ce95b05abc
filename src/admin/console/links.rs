//! Addresses of our own pages with what is asked of them: texts of strangers stand in them only encoded.

use std::borrow::Cow;

use url::form_urlencoded::Serializer;

use crate::telemetry::shown;

/// A page of ours, and what is asked of it; empty values are left out.
pub(super) fn link<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// What a page was asked, as it came: a form sends empty fields too.
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// From the query of a request.
    pub(super) fn of(query: Option<String>) -> Self {
        let mut pairs = crate::admin::asked::parameters(query);
        pairs.retain(|(_, value)| !value.trim().is_empty());
        Self(pairs)
    }

    /// All of it, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The last value of a name, or an empty text.
    pub(super) fn value(&self, name: &str) -> &str {
        self.0.iter().rev().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The same question at another address, without where a part begins.
    pub(super) fn again(&self, path: &str, more: &[(&str, &str)]) -> String {
        let again =
            self.pairs().filter(|(name, _)| *name != "after" && more.iter().all(|(new, _)| new != name));
        link(path, again.chain(more.iter().copied()))
    }
}

/// A choice of a form.
pub(super) struct Choice {
    pub(super) value: Cow<'static, str>,
    pub(super) words: Cow<'static, str>,
    pub(super) chosen: bool,
}

impl Choice {
    /// What can be chosen, and what is; the first one is that nothing is said.
    pub(super) fn list(
        asked: &Asked,
        name: &str,
        nothing: &'static str,
        choices: impl IntoIterator<Item = (&'static str, &'static str)>,
    ) -> Vec<Self> {
        let value = asked.value(name);
        let none = std::iter::once(("", nothing));
        let mut list: Vec<Self> = none
            .chain(choices)
            .map(|(known, words)| Self { value: known.into(), words: words.into(), chosen: known == value })
            .collect();
        // Several at once, as links have it: the form shows what counts, and keeps it.
        if !list.iter().any(|choice| choice.chosen) {
            let words = shown(&value.replace(',', " or "), 64);
            list.push(Self { value: value.to_owned().into(), words: words.into(), chosen: true });
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_asked_again_with_one_thing_changed() {
        let asked = Asked::of(Some("site=shop&text=&after=1.2&order=top".to_owned()));
        assert_eq!(asked.again("/scripts", &[("order", "new")]), "/scripts?site=shop&order=new");
        assert_eq!(asked.again("/scripts.csv", &[]), "/scripts.csv?site=shop&order=top");
        assert_eq!((asked.value("site"), asked.value("text"), asked.value("kind")), ("shop", "", ""));
    }

    #[test]
    fn a_form_shows_several_choices_at_once_and_keeps_them() {
        let chosen = |query: &str| {
            let asked = Asked::of(Some(query.to_owned()));
            let mut list = Choice::list(&asked, "state", "any", [("runs", "runs"), ("ended", "ended")]);
            list.retain(|choice| choice.chosen);
            list.into_iter().map(|choice| (choice.value, choice.words)).collect::<Vec<_>>()
        };
        assert_eq!(chosen(""), [("".into(), "any".into())]);
        assert_eq!(chosen("state=ended"), [("ended".into(), "ended".into())]);
        assert_eq!(chosen("state=runs,ended"), [("runs,ended".into(), "runs or ended".into())]);
    }

    #[test]
    fn texts_of_strangers_stay_inside_of_their_value() {
        let hostile = "https://a.example/?x&site=y\"><script>#\r\n";
        let link = link("/script", [("site", "shop"), ("seen", hostile)]);
        assert!(!link.contains(['"', '<', '>', '#', '\n', ' ']), "{link}");
        assert_eq!(Asked::of(link.split_once('?').map(|(_, query)| query.to_owned())).value("seen"), hostile);
    }
}
