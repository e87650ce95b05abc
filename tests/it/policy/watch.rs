//! The watcher, with the ways in which folders change. Every wait is for an outcome, with a deadline.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use arc_swap::ArcSwap;
use countersign::inventory::Form;
use countersign::policy::{PublishedSnapshot, ReloadOutcome, load_folder, watch};
use countersign::watch::{Pace, Watch};

use super::folder::{Folder, POLICY};

const DEADLINE: Duration = Duration::from_secs(20);

struct Watched {
    outcomes: Receiver<ReloadOutcome>,
    published: PublishedSnapshot,
    watch: Option<Watch<ReloadOutcome>>,
}

impl Watched {
    fn start(folder: &Path) -> Self {
        let loaded = load_folder(folder, None, 1).unwrap_or_else(|problems| panic!("{problems:#?}"));
        Self::start_with(folder, Arc::new(ArcSwap::from_pointee(loaded.snapshot)))
    }

    fn start_with(folder: &Path, published: PublishedSnapshot) -> Self {
        Self::start_at(folder, published, Pace::default())
    }

    /// Without the system's events, as on some network file systems.
    fn start_without_events(folder: &Path) -> Self {
        let loaded = load_folder(folder, None, 1).unwrap();
        let pace = Pace { events: false, poll: Duration::from_millis(20), ..Pace::default() };
        Self::start_at(folder, Arc::new(ArcSwap::from_pointee(loaded.snapshot)), pace)
    }

    fn start_at(folder: &Path, published: PublishedSnapshot, pace: Pace) -> Self {
        let (send, outcomes) = channel();
        let watch = watch(folder, Arc::clone(&published), None, Arc::default(), pace, move |outcome| {
            let _ = send.send(outcome.clone());
        });
        Self { outcomes, published, watch: Some(watch.unwrap()) }
    }

    /// The next outcome that is not `Unchanged`.
    fn next(&self) -> ReloadOutcome {
        loop {
            let outcome = self.outcomes.recv_timeout(DEADLINE).expect("an outcome before the deadline");
            if !matches!(outcome, ReloadOutcome::Unchanged) {
                return outcome;
            }
        }
    }

    /// Waits until a host is answered for.
    fn until_host(&self, host: &str) {
        while self.published.load().site(host).is_none() {
            self.next();
        }
    }

    fn refused(&self) -> Vec<String> {
        let outcome = self.next();
        let ReloadOutcome::Refused { diagnostics } = outcome else {
            panic!("expected a refusal: {outcome:?}")
        };
        diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect()
    }

    /// Asks for a look and waits for its answer.
    fn ask(&self) -> ReloadOutcome {
        let (send, answer) = channel();
        self.watch.as_ref().unwrap().asking().look(move |outcome| {
            let _ = send.send(ReloadOutcome::clone(&outcome));
        });
        answer.recv_timeout(DEADLINE).expect("an answer before the deadline")
    }

    fn answers_for(&self, host: &str) -> bool {
        self.published.load().site(host).is_some()
    }
}

fn for_host(host: &str) -> String {
    POLICY.replace("shop.example", host)
}

#[test]
fn a_change_in_place_is_live_before_long() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    folder.write("shop.toml", for_host("two.example"));
    watched.until_host("two.example");
    assert!(!watched.answers_for("shop.example"));
    assert!(watched.published.load().generation.number >= 2);
}

#[test]
fn a_file_renamed_over_the_old_one_is_seen_every_time() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    for host in ["two.example", "three.example", "four.example"] {
        folder.write(".shop.toml.new", for_host(host));
        fs::rename(folder.join(".shop.toml.new"), folder.join("shop.toml")).unwrap();
        watched.until_host(host);
    }
}

/// What the kubelet does: a new hidden folder, a link renamed over `..data`, the old folder removed.
fn swap_config_map(folder: &Path, generation: &str, policy: &str) {
    let hidden = folder.join(format!("..{generation}"));
    fs::create_dir(&hidden).unwrap();
    fs::write(hidden.join("shop.toml"), policy).unwrap();
    let old = fs::read_link(folder.join("..data")).ok();
    symlink(format!("..{generation}"), folder.join("..data_tmp")).unwrap();
    fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    if let Some(old) = old {
        fs::remove_dir_all(folder.join(old)).unwrap();
    }
}

#[test]
fn a_config_map_is_followed_through_every_swap() {
    let folder = Folder::empty();
    swap_config_map(folder.path(), "one", POLICY);
    symlink("..data/shop.toml", folder.join("shop.toml")).unwrap();
    let watched = Watched::start(folder.path());
    for (generation, host) in [("two", "two.example"), ("three", "three.example")] {
        swap_config_map(folder.path(), generation, &for_host(host));
        watched.until_host(host);
    }
}

#[test]
fn a_folder_that_is_itself_a_link_is_followed() {
    let root = Folder::empty();
    root.write("release-1/shop.toml", POLICY);
    root.write("release-2/shop.toml", for_host("two.example"));
    symlink("release-1", root.join("current")).unwrap();
    let watched = Watched::start(&root.join("current"));
    symlink("release-2", root.join("next")).unwrap();
    fs::rename(root.join("next"), root.join("current")).unwrap();
    watched.until_host("two.example");
    root.write("release-2/shop.toml", for_host("three.example"));
    watched.until_host("three.example");
}

#[test]
fn a_bad_change_is_told_once_and_the_last_good_one_stays() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    let before = watched.published.load().generation.clone();
    folder.write("shop.toml.new", "hosts = [\n");
    fs::rename(folder.join("shop.toml.new"), folder.join("shop.toml")).unwrap();
    assert!(watched.refused()[0].starts_with("not valid TOML"));
    assert_eq!(watched.published.load().generation, before);
    assert!(watched.answers_for("shop.example"));
    folder.write("shop.toml", for_host("two.example"));
    watched.until_host("two.example");
}

#[test]
fn a_half_written_lock_is_refused_and_its_repair_is_seen() {
    let folder = Folder::shop();
    folder.approve("chat", Form::External, b"chat()");
    let watched = Watched::start(folder.path());
    let whole = folder.read("shop.lock");
    folder.write("shop.lock.new", &whole[..whole.len() - 20]);
    fs::rename(folder.join("shop.lock.new"), folder.join("shop.lock")).unwrap();
    assert!(watched.refused()[0].starts_with("not valid TOML"));
    assert!(!watched.published.load().sites[0].mirror.is_empty(), "what was approved stays approved");
    folder.write("shop.lock.new", &whole);
    fs::rename(folder.join("shop.lock.new"), folder.join("shop.lock")).unwrap();
    assert!(matches!(watched.next(), ReloadOutcome::Loaded { .. }));
}

#[test]
fn a_folder_that_goes_away_takes_nothing_with_it_and_may_come_back() {
    let root = Folder::empty();
    root.write("policies/shop.toml", POLICY);
    let watched = Watched::start(&root.join("policies"));
    fs::remove_dir_all(root.join("policies")).unwrap();
    // While it is being emptied it may be seen without its policy, or not at all: refused either way.
    assert!(!watched.refused().is_empty());
    assert!(watched.answers_for("shop.example"));
    root.write("policies/shop.toml", for_host("two.example"));
    watched.until_host("two.example");
}

#[test]
fn an_approval_is_live_though_its_folders_are_new() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    for bytes in [b"chat(1)", b"chat(2)"] {
        let mirrored = watched.published.load().sites[0].mirror.len();
        folder.approve("chat", Form::External, bytes);
        while watched.published.load().sites[0].mirror.len() == mirrored {
            assert!(matches!(watched.next(), ReloadOutcome::Loaded { .. }));
        }
    }
}

#[test]
fn bytes_that_somebody_changes_are_refused() {
    let folder = Folder::shop();
    folder.approve("chat", Form::External, b"chat()");
    let watched = Watched::start(folder.path());
    let key = watched.published.load().sites[0].mirror.keys().next().unwrap().clone();
    let (digest, _) = key.split_once('/').unwrap();
    folder.write(&format!("shop.scripts/chat/{digest}.js"), "steal()");
    assert!(watched.refused()[0].contains("are not the bytes of `chat` that were approved"));
    assert_eq!(watched.published.load().sites[0].mirror[&key], b"chat()".as_slice());
}

#[test]
fn what_changed_before_the_watch_began_is_seen() {
    let folder = Folder::shop();
    let loaded = load_folder(folder.path(), None, 1).unwrap();
    folder.write("shop.toml", for_host("two.example"));
    let watched = Watched::start_with(folder.path(), Arc::new(ArcSwap::from_pointee(loaded.snapshot)));
    watched.until_host("two.example");
}

#[test]
fn the_same_content_again_is_no_new_generation() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    let begun = watched.published.load().generation.clone();
    folder.write(".new", POLICY);
    fs::rename(folder.join(".new"), folder.join("shop.toml")).unwrap();
    let outcome = watched.outcomes.recv_timeout(DEADLINE).unwrap();
    assert!(matches!(outcome, ReloadOutcome::Unchanged), "{outcome:?}");
    assert_eq!(watched.published.load().generation, begun);
}

#[test]
fn a_pipe_among_the_policies_blocks_nothing() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    let made = std::process::Command::new("mkfifo").arg(folder.join("pipe.toml")).status().unwrap();
    assert!(made.success());
    assert!(watched.refused()[0].contains("not a regular file"));
    fs::remove_file(folder.join("pipe.toml")).unwrap();
    assert!(matches!(watched.next(), ReloadOutcome::Loaded { .. }));
}

#[test]
fn a_callback_that_panics_does_not_end_the_watching() {
    let folder = Folder::shop();
    let loaded = load_folder(folder.path(), None, 1).unwrap();
    let published: PublishedSnapshot = Arc::new(ArcSwap::from_pointee(loaded.snapshot));
    let (send, outcomes) = channel();
    let _watch =
        watch(folder.path(), Arc::clone(&published), None, Arc::default(), Pace::default(), move |_| {
            send.send(()).unwrap();
            panic!("a defect in the callback, on purpose");
        })
        .unwrap();
    for host in ["two.example", "three.example"] {
        folder.write("shop.toml", for_host(host));
        while published.load().site(host).is_none() {
            outcomes.recv_timeout(DEADLINE).expect("the watcher still looks");
        }
    }
}

#[test]
fn watching_ends_when_the_watch_is_dropped() {
    let folder = Folder::shop();
    let mut watched = Watched::start(folder.path());
    drop(watched.watch.take());
    folder.write("shop.toml", for_host("two.example"));
    // The callback is gone, and with it the only sender.
    let end = loop {
        match watched.outcomes.recv_timeout(DEADLINE) {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(end, RecvTimeoutError::Disconnected);
    assert!(watched.answers_for("shop.example"));
}

#[test]
fn where_no_events_come_a_look_now_and_then_finds_every_kind_of_change() {
    let folder = Folder::shop();
    let watched = Watched::start_without_events(folder.path());
    folder.write("shop.toml", for_host("in-place.example"));
    watched.until_host("in-place.example");
    folder.write(".new", for_host("renamed-over.example"));
    fs::rename(folder.join(".new"), folder.join("shop.toml")).unwrap();
    watched.until_host("renamed-over.example");
    folder.approve("chat", Form::External, b"chat()");
    // The bytes come first, so this may be one look or two.
    while watched.published.load().sites[0].mirror.is_empty() {
        watched.next();
    }
    fs::remove_file(folder.join("shop.toml")).unwrap();
    while !matches!(watched.next(), ReloadOutcome::Refused { .. }) {}
    assert!(watched.answers_for("renamed-over.example"));
    folder.write("shop.toml", for_host("back.example"));
    watched.until_host("back.example");
}

#[test]
fn a_file_that_is_still_being_written_is_waited_for() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    // The first half is a policy that could be loaded, and is not the one that is meant.
    let half = for_host("half.example");
    let mut file = fs::File::create(folder.join("shop.toml")).unwrap();
    file.write_all(half.as_bytes()).unwrap();
    let quiet = watched.outcomes.recv_timeout(8 * Pace::default().settle);
    assert!(matches!(quiet, Err(RecvTimeoutError::Timeout)), "{quiet:?}");
    assert!(watched.answers_for("shop.example"));
    file.write_all(b"\n[[page]]\npath = \"/pay/*\"\npayment = true\n").unwrap();
    drop(file);
    watched.until_host("half.example");
    assert_eq!(watched.published.load().sites[0].pages.len(), 2, "only whole");
    assert_eq!(watched.published.load().generation.number, 2, "in one step");
}

#[test]
fn a_checkout_of_many_files_is_one_generation() {
    let folder = Folder::empty();
    let policy =
        |number: usize, host: &str| POLICY.replace("shop.example", &format!("{host}{number}.example"));
    let checkout = |host: &str| {
        for number in 0..200 {
            // As Git does it: the old file goes, the new one is written.
            let name = folder.join(&format!("site{number}.toml"));
            let _ = fs::remove_file(&name);
            fs::write(name, policy(number, host)).unwrap();
        }
    };
    checkout("before");
    let watched = Watched::start(folder.path());
    checkout("after");
    watched.until_host("after0.example");
    let snapshot = watched.published.load();
    assert!((0..200).all(|n| snapshot.site(&format!("after{n}.example")).is_some()));
    assert_eq!(snapshot.generation.number, 2);
}

#[test]
fn files_that_may_not_be_read_any_more_take_nothing_with_them() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    let _ = watched.ask();
    let mut permissions = fs::metadata(folder.join("shop.toml")).unwrap().permissions();
    permissions.set_mode(0o000);
    fs::set_permissions(folder.join("shop.toml"), permissions.clone()).unwrap();
    let unreadable = fs::File::open(folder.join("shop.toml")).is_err();
    if unreadable {
        assert!(watched.refused()[0].contains("can't be read"));
    } else {
        // Nobody can take permissions from this user (root): a link to nothing is as unreadable.
        fs::remove_file(folder.join("shop.toml")).unwrap();
        symlink("nowhere", folder.join("shop.toml")).unwrap();
        assert!(watched.refused()[0].contains("can't be read"));
        fs::remove_file(folder.join("shop.toml")).unwrap();
    }
    assert!(watched.answers_for("shop.example"));
    if unreadable {
        permissions.set_mode(0o644);
        fs::set_permissions(folder.join("shop.toml"), permissions).unwrap();
    }
    folder.write("shop.toml", for_host("two.example"));
    watched.until_host("two.example");
}

#[test]
fn a_deleted_file_is_refused_and_its_site_goes_on() {
    let folder = Folder::shop();
    folder.approve("chat", Form::External, b"chat()");
    let watched = Watched::start(folder.path());
    fs::remove_file(folder.join("shop.toml")).unwrap();
    assert!(watched.refused().iter().any(|problem| problem.contains("no policy")));
    fs::write(folder.join("shop.toml"), for_host("two.example")).unwrap();
    watched.until_host("two.example");
    // Without its lock nothing is approved: that is a state which can be meant.
    fs::remove_file(folder.join("shop.lock")).unwrap();
    while !watched.published.load().sites[0].mirror.is_empty() {
        watched.next();
    }
}

#[test]
fn asked_for_a_look_it_answers_what_came_of_it_even_about_what_was_refused_before() {
    let folder = Folder::shop();
    let watched = Watched::start(folder.path());
    assert!(matches!(watched.ask(), ReloadOutcome::Unchanged));
    folder.write(".new", "hosts = [\n");
    fs::rename(folder.join(".new"), folder.join("shop.toml")).unwrap();
    let _ = watched.refused();
    for _ in 0..2 {
        let ReloadOutcome::Refused { diagnostics } = watched.ask() else { panic!("it is still bad") };
        assert!(diagnostics[0].message.starts_with("not valid TOML"));
    }
    folder.write(".new", for_host("two.example"));
    fs::rename(folder.join(".new"), folder.join("shop.toml")).unwrap();
    // Either this look loads it or the one that the event led to has.
    assert!(!matches!(watched.ask(), ReloadOutcome::Refused { .. }));
    assert!(watched.answers_for("two.example"));
}

#[test]
fn a_question_after_the_end_is_dropped() {
    let folder = Folder::shop();
    let mut watched = Watched::start(folder.path());
    let asking = watched.watch.as_ref().unwrap().asking();
    drop(watched.watch.take());
    let (send, answer) = channel::<()>();
    asking.look(move |_| drop(send));
    assert_eq!(answer.recv_timeout(DEADLINE), Err(RecvTimeoutError::Disconnected));
}
