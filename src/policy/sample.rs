//! Example paths for patterns. Whether two patterns of the full language meet can't be told in general;
//! with an example of each it can be told for those that people write.

use crate::web::PathPattern;

/// A path that the pattern matches, or `None` where none was found.
pub(super) fn sample(pattern: &PathPattern) -> Option<String> {
    let mut path = String::new();
    let mut chars = pattern.as_str().chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => path.push('x'),
            ':' => {
                path.push('x');
                while chars.next_if(|c| c.is_alphanumeric() || *c == '_').is_some() {}
            }
            '{' | '}' | '?' | '+' => {}
            '\\' => path.extend(chars.next()),
            other => path.push(other),
        }
    }
    pattern.matches(&path).then_some(path)
}

/// Whether a path was found that a pattern of each list matches.
pub(super) fn overlap(a: &[PathPattern], b: &[PathPattern]) -> bool {
    a.iter().any(|a| b.iter().any(|b| meet(a, b)))
}

/// Whether a path was found that both match.
pub(super) fn meet(a: &PathPattern, b: &PathPattern) -> bool {
    let matched =
        |mine: &PathPattern, other: &PathPattern| sample(mine).is_some_and(|path| other.matches(&path));
    a.covers(b) || b.covers(a) || matched(a, b) || matched(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> PathPattern {
        PathPattern::parse(text).unwrap()
    }

    #[test]
    fn an_example_is_matched_by_its_pattern() {
        for text in ["/", "/a", "/a/*", "/shop/:item/pay", "/checkout{/*}?", "/a\\*"] {
            assert!(sample(&pattern(text)).is_some(), "{text}");
        }
        assert_eq!(sample(&pattern("/a/([0-9]+)")), None);
    }

    #[test]
    fn patterns_that_share_a_path_overlap() {
        let meets = |a: &str, b: &str| meet(&pattern(a), &pattern(b)) && meet(&pattern(b), &pattern(a));
        assert!(meets("/*", "/pay/pin"));
        assert!(meets("/shop/:item", "/shop/*"));
        assert!(meets("/checkout{/*}?", "/checkout/pay"));
        assert!(!meets("/pay/pin", "/pay/mirror"));
        assert!(!meets("/pay/*", "/help/*"));
    }
}
