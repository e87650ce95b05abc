//! Finds a script's shape from samples of it: what is the same in all of them is code to the last letter,
//! and only where they differ, in places for data, may data stand.

use std::ops::Range;
use std::thread;

use serde::{Deserialize, Serialize};

use super::literal::Literal;
use super::places::{Place, Places, places};
use super::{Class, Keeping, MAX_HOLES, Shape};
use crate::analysis::{STACK_BYTES, one_line};

/// How many samples are compared.
pub const MAX_SAMPLES: usize = 100;
/// Characters of a value or a piece of code that are shown.
const SHOWN: usize = 60;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The code to approve.
    pub code: String,
    /// Its places for data, in order.
    pub holes: Vec<FoundHole>,
    /// The texts that were compared.
    pub samples: Vec<String>,
}

/// One place for data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundHole {
    /// What may stand there.
    pub class: Class,
    /// Whose data: `argument of gtag`.
    pub what: String,
    /// In the first sample, from 1.
    pub line: usize,
    /// What stood there in the samples, cut; each once, a few of them.
    pub examples: Vec<String>,
}

/// The shape of scripts that differ in their data only. The error says what stands in the way. It parses:
/// code that is nested beyond reason can end the process, so commands call it in one of its own.
pub fn shape_of_samples(samples: &[String]) -> Result<Found, String> {
    if samples.is_empty() || samples.len() > MAX_SAMPLES {
        return Err(format!("1 to {MAX_SAMPLES} samples are compared"));
    }
    on_large_stack(|| compared(samples))
}

/// The same where each sample is one of several scripts: the one script that all of them have, and that
/// differs in its data.
pub fn shape_among(files: &[Vec<String>]) -> Result<Found, String> {
    if files.is_empty() || files.len() > MAX_SAMPLES {
        return Err(format!("1 to {MAX_SAMPLES} samples are compared"));
    }
    on_large_stack(|| among(files))
}

fn on_large_stack(find: impl FnOnce() -> Result<Found, String> + Send) -> Result<Found, String> {
    let found = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, find);
        thread.ok().and_then(|thread| thread.join().ok())
    });
    found.unwrap_or_else(|| Err("the parser failed on it".to_owned()))
}

/// Where there is nothing to choose from, what stands in the way of that one script can be said.
fn among(files: &[Vec<String>]) -> Result<Found, String> {
    if let Some(only) = files.iter().map(|scripts| as_only(scripts)).collect::<Option<Vec<String>>>() {
        return compared(&only);
    }
    let parsed: Vec<Vec<Sample<'_>>> = files
        .iter()
        .map(|scripts| {
            let scripts = scripts.iter();
            scripts.filter_map(|text| Some(Sample { text, places: places(text).ok()? })).collect()
        })
        .collect();
    let Some((first, others)) = parsed.split_first() else { return Err("there is no sample".to_owned()) };
    let mut found: Vec<Found> = Vec::new();
    for one in first {
        let partner = |scripts: &Vec<Sample<'_>>| {
            let mut alike = scripts.iter().filter(|other| same_code(one, other).is_ok());
            alike.next().map(|other| other.text.to_owned())
        };
        let Some(partners) = others.iter().map(partner).collect::<Option<Vec<String>>>() else { continue };
        let samples: Vec<String> = std::iter::once(one.text.to_owned()).chain(partners).collect();
        if let Ok(shape) = compared(&samples)
            && !found.iter().any(|known| known.code == shape.code)
        {
            found.push(shape);
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err("the pages have no inline script in common that differs in its data only".to_owned()),
        several => Err(format!(
            "the pages have {} inline scripts of which each has a shape: put the text of the one that is meant \
into files, and give those",
            several.len()
        )),
    }
}

fn as_only(scripts: &[String]) -> Option<String> {
    match scripts {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// One sample, parsed.
struct Sample<'s> {
    text: &'s str,
    places: Places,
}

/// A hole in the first sample.
struct Hole {
    span: Range<usize>,
    class: Class,
    inside: bool,
    textless: bool,
    what: String,
    examples: Vec<String>,
}

fn compared(texts: &[String]) -> Result<Found, String> {
    let mut samples = Vec::with_capacity(texts.len());
    for (number, text) in (1_usize..).zip(texts) {
        let places = places(text).map_err(|why| format!("sample {number}: {why}"))?;
        samples.push(Sample { text, places });
    }
    let Some((first, others)) = samples.split_first() else { return Err("there is no sample".to_owned()) };
    for (number, other) in (2_usize..).zip(others) {
        same_code(first, other).map_err(|why| format!("sample {number}: {why}"))?;
    }
    let mut holes = Vec::new();
    for (position, place) in first.places.values.iter().enumerate() {
        let values: Option<Vec<(&str, &Literal)>> = samples
            .iter()
            .map(|sample| Some((sample.text, &sample.places.values.get(position)?.value)))
            .collect();
        let values = values.ok_or("the samples have different places for data")?;
        if others.is_empty() {
            holes.push(hole(place, &values));
        } else {
            differing(place, &values, &mut holes);
        }
    }
    shape(first, holes, texts)
}

/// Whether two samples are the same but for the values in their places.
fn same_code(one: &Sample<'_>, other: &Sample<'_>) -> Result<(), String> {
    let (ours, theirs) = (fixed(one.text, &one.places.values), fixed(other.text, &other.places.values));
    let different = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
    match different {
        Some((ours, theirs)) => Err(format!(
            "its code differs from the first one's, not only its data: `{}` and `{}`",
            excerpt(ours, theirs),
            excerpt(theirs, ours)
        )),
        None if ours.len() != theirs.len() => {
            Err("it has more or fewer places for data than the first one".to_owned())
        }
        None => Ok(()),
    }
}

/// The text around the values.
fn fixed<'t>(text: &'t str, places: &[Place]) -> Vec<&'t str> {
    around(text, 0..text.len(), places.iter().map(|place| place.value.span.clone()))
}

fn around(text: &str, whole: Range<usize>, inner: impl Iterator<Item = Range<usize>>) -> Vec<&str> {
    let mut at = whole.start;
    let mut pieces = Vec::new();
    for span in inner {
        pieces.push(text.get(at..span.start).unwrap_or_default());
        at = span.end;
    }
    pieces.push(text.get(at..whole.end).unwrap_or_default());
    pieces
}

/// Where one text begins to differ from another.
fn excerpt(text: &str, other: &str) -> String {
    let same = text.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from: String = text.chars().skip(same.saturating_sub(10)).collect();
    one_line(&from, SHOWN)
}

/// The holes of a place: the innermost values that differ.
fn differing(place: &Place, values: &[(&str, &Literal)], holes: &mut Vec<Hole>) {
    let Some(((text, first), others)) = values.split_first() else { return };
    let written = |text: &'_ str, value: &Literal| text.get(value.span.clone()).map(str::to_owned);
    if others.iter().all(|(other, value)| written(other, value) == written(text, first)) {
        return;
    }
    let frame = |text: &str, value: &Literal| -> Vec<String> {
        let inner = value.children.iter().map(|(_, child)| child.span.clone());
        around(text, value.span.clone(), inner).into_iter().map(str::to_owned).collect()
    };
    let container = matches!(first.class, Class::Object | Class::Array) && !first.children.is_empty();
    let alike = |(other, value): &(&str, &Literal)| {
        value.class == first.class && frame(other, value) == frame(text, first)
    };
    if !container || !others.iter().all(alike) {
        holes.push(hole(place, values));
        return;
    }
    for position in 0..first.children.len() {
        let inner: Option<Vec<(&str, &Literal)>> =
            values.iter().map(|(text, value)| Some((*text, &value.children.get(position)?.1))).collect();
        // Frames that are the same have as many children.
        differing(place, &inner.unwrap_or_default(), holes);
    }
}

fn hole(place: &Place, values: &[(&str, &Literal)]) -> Hole {
    let first = values.first().map(|(_, value)| *value);
    let class = first.map_or(Class::Any, |value| value.class);
    let class = if values.iter().all(|(_, value)| value.class == class) { class } else { Class::Any };
    let mut examples: Vec<String> = Vec::new();
    for (text, value) in values {
        let shown = one_line(text.get(value.span.clone()).unwrap_or_default(), SHOWN);
        if examples.len() < 3 && !examples.contains(&shown) {
            examples.push(shown);
        }
    }
    let span = first.map_or(0..0, |value| value.span.clone());
    Hole { span, class, inside: place.inside, textless: place.textless, what: place.what.clone(), examples }
}

fn shape(first: &Sample<'_>, holes: Vec<Hole>, texts: &[String]) -> Result<Found, String> {
    if holes.is_empty() {
        return Err(if texts.len() > 1 {
            "the samples are the same, so nothing in them is data that differs: approve the text as it is"
                .to_owned()
        } else {
            "it has no place where data could stand (the value of a variable or property, or an argument of \
a call): approve the text as it is"
                .to_owned()
        });
    }
    if holes.len() > MAX_HOLES {
        return Err(format!(
            "it has {} places for data, and {MAX_HOLES} are allowed: give several samples, so that only what \
differs counts, or move the data into one object",
            holes.len()
        ));
    }
    if let Some(hole) = holes.iter().find(|hole| hole.textless && hole.class == Class::Any) {
        return Err(format!("data of different kinds stands in one place, and text must not: {}", hole.what));
    }
    let keeping = if holes.iter().any(|hole| hole.inside) {
        if let Some(why) = first.places.unblockable {
            return Err(format!(
                "data stands inside a function, and {why}: move the data out of the function"
            ));
        }
        Keeping::Block
    } else {
        Keeping::Element(first.places.begins)
    };
    let pieces = around(first.text, 0..first.text.len(), holes.iter().map(|hole| hole.span.clone()));
    let shape = Shape {
        texts: pieces.into_iter().map(str::to_owned).collect(),
        holes: holes.iter().map(|hole| hole.class).collect(),
        keeping,
    };
    let code = shape.code();
    // What would not work when it runs is not offered for approval.
    if Shape::parse(&code).as_ref() != Some(&shape) {
        return Err("its code can't be told from ours".to_owned());
    }
    if let Some(number) = texts.iter().position(|text| shape.fit(text).is_none()) {
        return Err(format!(
            "the data of sample {} is not written as JSON is, or can't be found again",
            number.saturating_add(1)
        ));
    }
    let holes = holes.into_iter().map(|hole| FoundHole {
        line: first.text.get(..hole.span.start).unwrap_or_default().matches('\n').count().saturating_add(1),
        class: hole.class,
        what: hole.what,
        examples: hole.examples,
    });
    Ok(Found { code, holes: holes.collect(), samples: texts.to_vec() })
}
