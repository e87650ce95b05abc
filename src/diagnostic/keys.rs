//! Reads a TOML table key by key. Whatever is wrong becomes a problem with a place, and reading goes
//! on; keys that nobody asked for are unknown.

use std::ops::Range;

use serde_spanned::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Problems;

/// How many syntax errors of one file are worth showing; the rest mostly follows from the first.
const SYNTAX_ERRORS_SHOWN: usize = 10;

/// Text with its place.
pub type Text = Spanned<String>;
/// A list of texts with its place.
pub type Texts = Spanned<Vec<Text>>;

/// A table that is being read.
#[derive(Debug)]
pub struct Keys<'t> {
    /// How messages call it: `[[script]]`, `the file`.
    name: &'static str,
    /// Its header, or its first key.
    span: Range<usize>,
    entries: Vec<(Spanned<DeString<'t>>, Spanned<DeValue<'t>>)>,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    /// The root table of a file, whose text is `text`. `None` when it is not TOML, which is then among
    /// the problems with `help` as the way out.
    pub fn parse(text: &'t str, help: &str, problems: &mut Problems) -> Option<Self> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Some(Self::new("the file", 0..0, table.into_inner()));
        }
        for error in errors.iter().take(SYNTAX_ERRORS_SHOWN) {
            let end = text.len();
            problems.error(
                error.span().unwrap_or(end..end),
                format!("not valid TOML: {}", error.message()),
                help,
            );
        }
        None
    }

    fn new(name: &'static str, span: Range<usize>, table: DeTable<'t>) -> Self {
        let mut entries: Vec<_> = table.into_iter().collect();
        // The library keeps tables in the order of their keys; problems are met in the order of the file.
        entries.sort_by_key(|(key, _)| key.span().start);
        Self { name, span, entries, asked: Vec::new() }
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where the last of the values that were not read yet ends.
    pub fn end(&self) -> usize {
        self.entries.iter().map(|(_, value)| value.span().end).max().unwrap_or(self.span.end)
    }

    /// Where a key's value stands, if it is there and was not read yet.
    pub fn span_of(&self, key: &str) -> Option<Range<usize>> {
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value.span())
    }

    /// Reports a key that is missing, at the table.
    pub fn require(&self, key: &str, help: &str, problems: &mut Problems) {
        if !self.entries.iter().any(|(name, _)| name.get_ref() == key) {
            problems.error(self.span(), format!("{} has no `{key}`", self.name), help);
        }
    }

    /// A string.
    pub fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<Text> {
        let value = self.take(key)?;
        expect_text(&value, &format!("`{key}`"), problems)
    }

    /// A string that must be there and not be blank.
    pub fn required_text(&mut self, key: &'static str, help: &str, problems: &mut Problems) -> Option<Text> {
        self.require(key, help, problems);
        let text = self.text(key, problems)?;
        if text.get_ref().trim().is_empty() {
            problems.error(text.span(), format!("`{key}` is empty"), help);
            return None;
        }
        Some(text)
    }

    /// A list of strings, with the place of the list.
    pub fn texts(&mut self, key: &'static str, problems: &mut Problems) -> Option<Texts> {
        let value = self.take(key)?;
        expect_texts(value, key, problems)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str, problems: &mut Problems) -> Option<Spanned<bool>> {
        let value = self.take(key)?;
        let span = value.span();
        if let Some(flag) = value.get_ref().as_bool() {
            return Some(Spanned::new(span, flag));
        }
        wrong_type(&value, &format!("`{key}`"), "`true` or `false`", problems);
        None
    }

    /// A whole number that is not negative.
    pub fn number(&mut self, key: &'static str, problems: &mut Problems) -> Option<Spanned<u64>> {
        let value = self.take(key)?;
        whole_number(&value, &format!("`{key}`"), problems)
    }

    /// A list of whole numbers, none negative.
    pub fn numbers(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<Spanned<Vec<Spanned<u64>>>> {
        let value = self.take(key)?;
        let span = value.span();
        let DeValue::Array(array) = value.get_ref() else {
            wrong_type(&value, &format!("`{key}`"), "a list of whole numbers", problems);
            return None;
        };
        let what = format!("every entry of `{key}`");
        let numbers: Vec<_> = array.iter().filter_map(|entry| whole_number(entry, &what, problems)).collect();
        // A shorter list would mean something else.
        (numbers.len() == array.len()).then(|| Spanned::new(span, numbers))
    }

    /// A date and time with offset, as it is written.
    pub fn moment(&mut self, key: &'static str, problems: &mut Problems) -> Option<Text> {
        let value = self.take(key)?;
        let moment = value.get_ref().as_datetime().filter(|moment| moment.offset.is_some());
        if moment.is_none() {
            let wanted = "a date and time with offset, such as 2026-11-23T21:04:05Z";
            wrong_type(&value, &format!("`{key}`"), wanted, problems);
        }
        moment.map(|moment| Spanned::new(value.span(), moment.to_string()))
    }

    /// A date without a time.
    pub fn date(&mut self, key: &'static str, problems: &mut Problems) -> Option<Text> {
        let value = self.take(key)?;
        let moment = value.get_ref().as_datetime();
        let date = moment.filter(|moment| moment.time.is_none()).and_then(|moment| moment.date);
        if date.is_none() {
            let wanted = "a date without quotes, such as 2026-11-23";
            wrong_type(&value, &format!("`{key}`"), wanted, problems);
        }
        date.map(|date| Spanned::new(value.span(), date.to_string()))
    }

    /// A list of tables, written `[[key]]`. `name` is how messages call one of them.
    pub fn tables(&mut self, key: &'static str, name: &'static str, problems: &mut Problems) -> Vec<Self> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            problems.error(
                span,
                format!("`{key}` must be a list of tables"),
                format!("begin each one with the line {name}"),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for element in array {
            let span = element.span();
            if let DeValue::Table(table) = element.into_inner() {
                tables.push(Self::new(name, span, table));
            } else {
                problems.error(
                    span,
                    format!("`{key}` must be a list of tables"),
                    format!("begin each one with the line {name}"),
                );
            }
        }
        tables
    }

    /// A table, written `[key]`. `name` is how messages call it.
    pub fn table(&mut self, key: &'static str, name: &'static str, problems: &mut Problems) -> Option<Self> {
        let value = self.take(key)?;
        let span = value.span();
        if let DeValue::Table(table) = value.into_inner() {
            return Some(Self::new(name, span, table));
        }
        problems.error(span, format!("`{key}` must be a table"), format!("write it as {name}"));
        None
    }

    /// A text, or a table, written `[key]`, in which more can be said.
    pub fn text_or_table(
        &mut self,
        key: &'static str,
        name: &'static str,
        problems: &mut Problems,
    ) -> (Option<Text>, Option<Self>) {
        let Some(value) = self.take(key) else { return (None, None) };
        let span = value.span();
        if matches!(value.get_ref(), DeValue::Table(_)) {
            let DeValue::Table(table) = value.into_inner() else { return (None, None) };
            return (None, Some(Self::new(name, span, table)));
        }
        let what = format!("`{key}`");
        (expect_text(&value, &what, problems), None)
    }

    /// A table, written `[key]`: its keys with their values as lists of strings, in the order of the file.
    pub fn lists(&mut self, key: &'static str, problems: &mut Problems) -> Vec<(Text, Texts)> {
        let mut lists = Vec::new();
        for (name, value) in self.entries_of(key, problems) {
            if let Some(list) = expect_texts(value, name.get_ref(), problems) {
                lists.push((name, list));
            }
        }
        lists
    }

    /// A table, written `[key]`: its keys with a text each, or `None` where `false` stands for it; in
    /// the order of the file.
    pub fn texts_or_false(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Vec<(Text, Option<Text>)> {
        let mut texts = Vec::new();
        for (name, value) in self.entries_of(key, problems) {
            match value.get_ref() {
                DeValue::Boolean(false) => texts.push((name, None)),
                DeValue::String(text) => {
                    let text = Spanned::new(value.span(), text.clone().into_owned());
                    texts.push((name, Some(text)));
                }
                DeValue::Boolean(true)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_)
                | DeValue::Table(_) => {
                    wrong_type(
                        &value,
                        &format!("`{}`", name.get_ref()),
                        "text in quotes, or `false`",
                        problems,
                    );
                }
            }
        }
        texts
    }

    /// The entries of a table written `[key]`, in the order of the file.
    fn entries_of(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> impl Iterator<Item = (Text, Spanned<DeValue<'t>>)> + use<'t> {
        let value = self.take(key);
        let mut entries = Vec::new();
        if let Some(value) = value {
            let span = value.span();
            if let DeValue::Table(table) = value.into_inner() {
                entries = Self::new(key, span, table).entries;
            } else {
                problems.error(span, format!("`{key}` must be a table"), format!("write it as [{key}]"));
            }
        }
        entries
            .into_iter()
            .map(|(name, value)| (Spanned::new(name.span(), name.into_inner().into_owned()), value))
    }

    /// Reports keys that somebody may look for and that there will never be.
    pub fn refuse(&mut self, keys: &[&str], why: &str, help: &str, problems: &mut Problems) {
        for (key, _) in self.entries.iter().filter(|(key, _)| keys.contains(&key.get_ref().as_ref())) {
            problems.error(key.span(), format!("there is no `{}` here: {why}", key.get_ref()), help);
        }
        self.entries.retain(|(key, _)| !keys.contains(&key.get_ref().as_ref()));
    }

    /// Reports every key that was not asked for. `later` names keys that a later version will have.
    pub fn finish(self, later: &[&str], problems: &mut Problems) {
        for (key, _) in &self.entries {
            let text = key.get_ref().as_ref();
            if later.contains(&text) {
                problems.error(
                    key.span(),
                    format!("this version does not have `{text}` yet"),
                    "remove it; a policy that is only half obeyed would be worse than none",
                );
                continue;
            }
            let help = match suggestion(text, &self.asked) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{} may have: {}", self.name, self.asked.join(", ")),
            };
            problems.error(key.span(), format!("unknown key `{text}` in {}", self.name), help);
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'t>>> {
        self.asked.push(key);
        let position = self.entries.iter().position(|(name, _)| name.get_ref() == key)?;
        Some(self.entries.remove(position).1)
    }
}

/// The known name that a wrong one was probably meant to be.
pub fn suggestion<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|name| (strsim::jaro_winkler(wrong, name), *name));
    near.filter(|(likeness, _)| *likeness > 0.8).max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, name)| name)
}

fn expect_text(value: &Spanned<DeValue<'_>>, what: &str, problems: &mut Problems) -> Option<Text> {
    let span = value.span();
    if let DeValue::String(text) = value.get_ref() {
        return Some(Spanned::new(span, text.clone().into_owned()));
    }
    wrong_type(value, what, "text in quotes", problems);
    None
}

fn whole_number(value: &Spanned<DeValue<'_>>, what: &str, problems: &mut Problems) -> Option<Spanned<u64>> {
    let parsed = value
        .get_ref()
        .as_integer()
        .and_then(|integer| u64::from_str_radix(integer.as_str(), integer.radix()).ok());
    if parsed.is_none() {
        wrong_type(value, what, "a whole number, not negative", problems);
    }
    parsed.map(|number| Spanned::new(value.span(), number))
}

fn expect_texts(value: Spanned<DeValue<'_>>, key: &str, problems: &mut Problems) -> Option<Texts> {
    let span = value.span();
    let DeValue::Array(array) = value.into_inner() else {
        problems.error(
            span,
            format!("`{key}` must be a list of texts"),
            format!("write {key} = [\"…\", \"…\"]"),
        );
        return None;
    };
    let what = format!("every entry of `{key}`");
    let texts = array.into_iter().filter_map(|entry| expect_text(&entry, &what, problems)).collect();
    Some(Spanned::new(span, texts))
}

fn wrong_type(value: &Spanned<DeValue<'_>>, what: &str, wanted: &str, problems: &mut Problems) {
    let found = match value.get_ref() {
        DeValue::String(_) => "text".to_owned(),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(_) => "a date or time".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    };
    problems.error(
        value.span(),
        format!("{what} must be {wanted}, and this is {found}"),
        format!("write {wanted}"),
    );
}
