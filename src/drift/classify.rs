//! From the answers of all vantages to one word. Pure.

use super::answer::Answer;
use super::kind::Drift;
use crate::sri::Digest;

/// What is right for a script.
#[derive(Debug, Clone, Copy)]
pub(super) struct Right<'a> {
    /// The digests of bytes that may come; of an evergreen script those that came before.
    pub(super) digests: &'a [Digest],
    /// No bytes are approved of it (tier evergreen).
    pub(super) evergreen: bool,
    /// Browsers check it only where its vendor lets its pages read it.
    pub(super) needs_cors: bool,
}

/// The different bytes that came.
pub(super) fn digests(answers: &[Answer]) -> Vec<&Digest> {
    let mut found: Vec<&Digest> = Vec::new();
    for answer in answers {
        if let Answer::Bytes { digest, .. } = answer
            && !found.contains(&digest)
        {
            found.push(digest);
        }
    }
    found
}

/// Whether every vantage was told the same, whatever it is. Failures of the network tell nothing.
pub(super) fn agree(answers: &[Answer], right: &Right<'_>) -> bool {
    let digests = digests(answers);
    let any = |is: fn(&Answer) -> bool| answers.iter().any(is);
    let unread = any(|answer| matches!(answer, Answer::Unread(_)));
    let nothing = any(|answer| matches!(answer, Answer::Gone(_) | Answer::Redirect(_)));
    let others = unread || nothing;
    match digests.as_slice() {
        [] => !(unread && nothing),
        [_] => !others,
        // Versions that are all approved, one taking the place of another.
        several => !others && several.iter().all(|digest| right.digests.contains(digest)),
    }
}

/// One word for all of it.
pub(super) fn classify(answers: &[Answer], right: &Right<'_>) -> Drift {
    if !agree(answers, right) {
        return Drift::Cloaked;
    }
    let digests = digests(answers);
    let any = |is: fn(&Answer) -> bool| answers.iter().any(is);
    if digests.is_empty() {
        return if any(|answer| matches!(answer, Answer::Unread(_))) {
            // Nobody approves what can't be read.
            Drift::Changed
        } else if any(|answer| matches!(answer, Answer::Failed(_))) || answers.is_empty() {
            Drift::Unreachable
        } else if any(|answer| matches!(answer, Answer::Redirect(_))) {
            Drift::Redirected
        } else {
            Drift::Gone
        };
    }
    if !digests.iter().all(|digest| right.digests.contains(digest)) {
        return if right.evergreen && right.digests.is_empty() { Drift::FirstSeen } else { Drift::Changed };
    }
    if any(|answer| matches!(answer, Answer::Failed(_))) {
        Drift::Unreachable
    } else if right.needs_cors && any(|answer| matches!(answer, Answer::Bytes { cors: false, .. })) {
        Drift::CorsLost
    } else if any(|answer| matches!(answer, Answer::Bytes { leads_to: Some(_), .. })) {
        Drift::Redirected
    } else {
        Drift::Same
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sri::Algorithm;

    fn digest(text: &str) -> Digest {
        Digest::of(Algorithm::Sha384, text.as_bytes())
    }

    fn bytes(text: &str) -> Answer {
        Answer::Bytes { digest: digest(text), size: text.len(), leads_to: None, cors: true }
    }

    fn with(text: &str, elsewhere: bool, cors: bool) -> Answer {
        let leads_to = elsewhere.then(|| "https://other.example/x.js".parse().unwrap());
        Answer::Bytes { digest: digest(text), size: text.len(), leads_to, cors }
    }

    #[test]
    fn each_set_of_answers_has_one_word() {
        let approved = [digest("a"), digest("b")];
        let right = Right { digests: &approved, evergreen: false, needs_cors: true };
        let (gone, failed) = (|| Answer::Gone("404".into()), || Answer::Failed("time".into()));
        let redirect = || Answer::Redirect("to http".into());
        let unread = || Answer::Unread("too long".into());
        for (answers, word) in [
            (vec![bytes("a"), bytes("a")], Drift::Same),
            (vec![bytes("a"), bytes("b")], Drift::Same),
            (vec![bytes("x"), bytes("x")], Drift::Changed),
            (vec![bytes("a"), bytes("x")], Drift::Cloaked),
            (vec![bytes("x"), bytes("y")], Drift::Cloaked),
            (vec![bytes("a"), gone()], Drift::Cloaked),
            (vec![bytes("x"), redirect()], Drift::Cloaked),
            (vec![gone(), gone()], Drift::Gone),
            (vec![redirect(), gone()], Drift::Redirected),
            (vec![gone(), failed()], Drift::Unreachable),
            (vec![failed(), failed()], Drift::Unreachable),
            (vec![bytes("a"), failed()], Drift::Unreachable),
            (vec![bytes("x"), failed()], Drift::Changed),
            (vec![with("a", false, false)], Drift::CorsLost),
            (vec![with("a", true, true)], Drift::Redirected),
            (vec![with("x", true, true)], Drift::Changed),
            (vec![unread(), unread()], Drift::Changed),
            (vec![unread(), failed()], Drift::Changed),
            (vec![unread(), gone()], Drift::Cloaked),
            (vec![bytes("a"), unread()], Drift::Cloaked),
            (vec![], Drift::Unreachable),
        ] {
            assert_eq!(classify(&answers, &right), word, "{answers:?}");
        }
    }

    #[test]
    fn cors_counts_only_where_browsers_need_it() {
        let approved = [digest("a")];
        let right = Right { digests: &approved, evergreen: false, needs_cors: false };
        assert_eq!(classify(&[with("a", false, false)], &right), Drift::Same);
    }

    #[test]
    fn an_evergreen_script_is_compared_with_what_came_before() {
        let right = Right { digests: &[], evergreen: true, needs_cors: false };
        assert_eq!(classify(&[bytes("a"), bytes("a")], &right), Drift::FirstSeen);
        assert_eq!(classify(&[bytes("a"), bytes("b")], &right), Drift::Cloaked);
        let before = [digest("a")];
        let right = Right { digests: &before, ..right };
        assert_eq!(classify(&[bytes("a")], &right), Drift::Same);
        assert_eq!(classify(&[bytes("b")], &right), Drift::Changed);
    }
}
