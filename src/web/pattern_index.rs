//! Finds the patterns that can match a path without trying each one.
//!
//! Every pattern begins with some text that a path must begin with too (`/shop/` of `/shop/*`, `/pay` of
//! `/pay{/*}?`). These texts are sorted; those that a path begins with are then the one just before the
//! path's own place in that order, and, going up from it, the shorter ones that it begins with itself.

use super::path_pattern::PathPattern;

/// An index over a list of patterns, by their places in it. It holds no patterns itself.
#[derive(Debug, Default)]
pub struct PatternIndex {
    /// In order of their texts, each text once.
    beginnings: Vec<Beginning>,
    /// Of the patterns: those with the first text, ascending, then those with the second one.
    places: Vec<u32>,
}

#[derive(Debug)]
struct Beginning {
    text: Box<str>,
    /// The longest other text that this one begins with.
    shorter: Option<u32>,
    /// Where its patterns end in `places`; they begin where those of the text before it end.
    end: u32,
}

impl PatternIndex {
    /// An index over patterns, whose places count from 0.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p PathPattern>) -> Self {
        let mut texts: Vec<(&str, u32)> = patterns.into_iter().map(PathPattern::beginning).zip(0..).collect();
        texts.sort_unstable();
        let mut index = Self { beginnings: Vec::new(), places: Vec::with_capacity(texts.len()) };
        // The texts that the last one begins with, itself included, the longest on top.
        let mut above: Vec<u32> = Vec::new();
        for ((text, place), end) in texts.into_iter().zip(1..) {
            index.places.push(place);
            let begins = |above: u32| index.beginning(above).is_some_and(|b| text.starts_with(&*b.text));
            while above.last().is_some_and(|above| !begins(*above)) {
                above.pop();
            }
            if let Some(last) = index.beginnings.last_mut().filter(|last| &*last.text == text) {
                last.end = end;
                continue;
            }
            let shorter = above.last().copied();
            above.extend(u32::try_from(index.beginnings.len()));
            index.beginnings.push(Beginning { text: text.into(), shorter, end });
        }
        index.beginnings.shrink_to_fit();
        index
    }

    fn beginning(&self, at: u32) -> Option<&Beginning> {
        self.beginnings.get(usize::try_from(at).ok()?)
    }

    fn places_of(&self, at: u32) -> &[u32] {
        let end = |at: u32| self.beginning(at).and_then(|beginning| usize::try_from(beginning.end).ok());
        let from = at.checked_sub(1).and_then(end).unwrap_or(0);
        end(at).and_then(|end| self.places.get(from..end)).unwrap_or_default()
    }

    /// The places of all patterns that can match, in no order. The others surely don't.
    pub fn candidates(&self, path: &str) -> impl Iterator<Item = usize> {
        let behind = self.beginnings.partition_point(|beginning| &*beginning.text <= path);
        let mut next = behind.checked_sub(1).and_then(|last| u32::try_from(last).ok());
        let chain = std::iter::from_fn(move || {
            let at = next?;
            let beginning = self.beginning(at)?;
            next = beginning.shorter;
            Some((at, beginning))
        });
        chain
            .filter(move |(_, beginning)| path.starts_with(&*beginning.text))
            .flat_map(|(at, _)| self.places_of(at))
            .filter_map(|place| usize::try_from(*place).ok())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Patterns and paths from few letters, so that they meet often.
    fn pattern() -> impl Strategy<Value = PathPattern> {
        let piece = prop_oneof![
            6 => "[ab%.-]{1,2}",
            1 => Just("*".to_owned()),
            1 => Just(":x".to_owned()),
            1 => Just(":x?".to_owned()),
            1 => Just("{/*}?".to_owned()),
            1 => Just("{/a}+".to_owned()),
            1 => Just("(a|b)*".to_owned()),
            1 => Just("é".to_owned()),
        ];
        prop::collection::vec(("/?", piece), 0..4).prop_filter_map("not a pattern", |pieces| {
            let text: String = pieces.into_iter().flat_map(|(slash, piece)| [slash, piece]).collect();
            PathPattern::parse(&format!("/{text}")).ok()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_index_finds_what_trying_each_pattern_finds(
            patterns in prop::collection::vec(pattern(), 0..12),
            paths in prop::collection::vec("/[ab%./é-]{0,7}", 40..41),
        ) {
            let index = PatternIndex::new(&patterns);
            for path in &paths {
                let naive: Vec<usize> =
                    (0..patterns.len()).filter(|place| patterns[*place].matches(path)).collect();
                let mut found: Vec<usize> =
                    index.candidates(path).filter(|place| patterns[*place].matches(path)).collect();
                found.sort_unstable();
                prop_assert_eq!(naive, found, "{} in {:?}", path, patterns);
            }
        }
    }

    #[test]
    fn a_pattern_whose_dot_segments_are_resolved_is_found_where_it_matches() {
        for (text, path) in [("/a%/..", "/"), ("/b/%2e%2E/a*", "/ax"), ("/a/./b*", "/a/bc")] {
            let pattern = PathPattern::parse(text).unwrap();
            assert!(pattern.matches(path), "{text} on {path}");
            assert_eq!(PatternIndex::new([&pattern]).candidates(path).count(), 1, "{text} on {path}");
        }
    }

    #[test]
    fn few_patterns_are_tried_among_many() {
        let texts =
            (0..10_000).map(|n| format!("/shop/{n}/*")).chain(["/*".to_owned(), "/shop/:x".to_owned()]);
        let patterns: Vec<PathPattern> = texts.map(|text| PathPattern::parse(&text).unwrap()).collect();
        let index = PatternIndex::new(&patterns);
        let mut tried: Vec<usize> = index.candidates("/shop/4711/pay").collect();
        tried.sort_unstable();
        assert_eq!(tried, [4711, 10_000, 10_001]);
    }
}
