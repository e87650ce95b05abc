//! What a policy folder becomes once it is loaded.

use std::fmt::Write;

use countersign::inventory::{Form, Tier};
use countersign::judge::{Kind, Reason, SeenScript, judge};
use countersign::policy::{
    FailMode, Loaded, Mode, Unapproved, UpstreamAddress, Visit, check_folder, load_folder, observe_only,
};
use countersign::sri::{Algorithm, Digest};
use url::Url;

use super::folder::{Folder, now};

fn upstream() -> UpstreamAddress {
    UpstreamAddress::tcp(false, "127.0.0.1", 3000)
}

fn load(folder: &Folder) -> Loaded {
    load_folder(folder.path(), None, 7).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn folder(policy: &str) -> Folder {
    let folder = Folder::empty();
    folder.write(
        "shop.toml",
        format!("hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n{policy}"),
    );
    folder
}

fn script(url: &str, tier: &str) -> String {
    format!("[[script]]\nid = \"chat\"\nurl = \"{url}\"\ntier = \"{tier}\"\nwhy = \"Chat\"\n")
}

fn verdict(folder: &Folder, url: &str, document: &str) -> Reason {
    let loaded = load(folder);
    let document = Url::parse(document).unwrap();
    let grants = loaded.snapshot.sites[0].grants(document.path(), Visit::enforced(now()));
    let url = Url::parse(url).unwrap();
    let seen = SeenScript::External { kind: Kind::Classic, url: Some(&url), dangling: false };
    judge(&seen, &grants, &document).reason()
}

#[test]
fn during_a_rotation_a_pinned_script_has_both_digests() {
    let folder = folder(&script("https://cdn.example/chat.js", "pin"));
    folder.approve("chat", Form::External, b"old");
    folder.approve("chat", Form::External, b"new");
    let loaded = load(&folder);
    assert_eq!(loaded.warnings, []);
    let grants = loaded.snapshot.sites[0].grants("/", Visit::enforced(now()));
    let chat = grants.scripts.at("https://cdn.example/chat.js").unwrap();
    let [old, new] = [b"old", b"new"].map(|bytes| Digest::of(Algorithm::Sha384, bytes));
    assert_eq!(chat.integrity, format!("{old} {new}"));
    assert_eq!((chat.tier, chat.mirror_path.as_deref()), (Tier::Pin, None));
    let csp = grants.csp_secure.to_str().unwrap();
    assert!(csp.contains(&format!("'{old}'")) && csp.contains(&format!("'{new}'")), "{csp}");
    assert!(csp.contains("object-src 'none'; base-uri 'self'; frame-ancestors 'self'; form-action 'self'"));
}

#[test]
fn a_mirror_serves_the_newest_bytes_and_keeps_the_earlier_ones_for_pages_in_caches() {
    let folder = folder(&script("https://cdn.example/chat.js", "mirror"));
    folder.approve("chat", Form::External, b"old");
    folder.approve("chat", Form::External, b"new");
    let loaded = load(&folder);
    let site = &loaded.snapshot.sites[0];
    let grants = site.grants("/", Visit::enforced(now()));
    let chat = grants.scripts.at("https://cdn.example/chat.js").unwrap();
    let [old, new] = [b"old", b"new"].map(|bytes| Digest::of(Algorithm::Sha384, bytes));
    assert_eq!(chat.integrity, new.to_string());
    assert_eq!(chat.mirror_path, Some(format!("/_countersign/s/{}/chat.js", new.url_safe())));
    assert_eq!(site.mirror[&format!("{}/chat.js", new.url_safe())], b"new".as_slice());
    assert_eq!(site.mirror[&format!("{}/chat.js", old.url_safe())], b"old".as_slice());
    assert!(!grants.csp_secure.to_str().unwrap().contains(&old.to_string()));
}

#[test]
fn a_retired_version_is_approved_nowhere() {
    let folder = folder(&script("https://cdn.example/chat.js", "mirror"));
    folder.approve("chat", Form::External, b"with a hole");
    folder.approve_as("chat", Form::External, b"repaired", true);
    let loaded = load(&folder);
    assert_eq!(loaded.snapshot.sites[0].mirror.len(), 1);
}

#[test]
fn a_script_that_nobody_approved_is_named_but_stopped() {
    let folder = folder(&script("https://cdn.example/chat.js", "pin"));
    assert_eq!(load(&folder).warnings.len(), 1);
    let reason = verdict(&folder, "https://cdn.example/chat.js", "https://shop.example/");
    assert_eq!(reason, Reason::NoApproval);
}

#[test]
fn a_script_of_the_site_itself_is_found_on_whatever_origin_the_page_has() {
    let folder = folder(&script("/js/chat.js?v=1", "pin"));
    folder.approve("chat", Form::External, b"chat()");
    for (url, document, reason) in [
        ("https://shop.example/js/chat.js?v=1", "https://shop.example/", Reason::ApprovedUrl),
        ("http://shop.example:7600/js/chat.js?v=1", "http://shop.example:7600/", Reason::ApprovedUrl),
        ("http://shop.example/js/chat.js?v=1", "https://shop.example/", Reason::ApprovedUrl),
        ("https://shop.example/js/chat.js", "https://shop.example/", Reason::UnknownUrl),
        ("http://shop.example:7602/js/chat.js?v=1", "http://shop.example:7600/", Reason::UnknownUrl),
        ("https://cdn.example/js/chat.js?v=1", "https://shop.example/", Reason::UnknownUrl),
    ] {
        assert_eq!(verdict(&folder, url, document), reason, "{url} on {document}");
    }
}

#[test]
fn while_observing_approved_scripts_are_named_by_url() {
    let both = script("/js/chat.js?v=1", "pin")
        + script("https://cdn.example/x.js?a", "pin").replace("\"chat\"", "\"x\"").as_str();
    let folder = folder(&format!("mode = \"observe\"\n{both}"));
    folder.approve("chat", Form::External, b"chat()");
    let grants = load(&folder).snapshot.sites[0].grants("/", Visit::enforced(now()));
    assert_eq!(grants.script_directives.elements, "https://cdn.example/x.js shop.example:*/js/chat.js");
}

#[test]
fn an_inline_script_is_approved_by_the_text_that_browsers_see() {
    let folder = folder("[[inline]]\nid = \"theme\"\nwhy = \"Dark mode\"\npages = [\"/a\"]\n");
    folder.approve("theme", Form::Inline, b"a\r\nb\rc\n");
    let digest = Digest::of(Algorithm::Sha256, b"a\nb\nc\n");
    let loaded = load(&folder);
    assert!(loaded.snapshot.sites[0].grants("/a", Visit::enforced(now())).approves_inline(&digest));
    assert!(!loaded.snapshot.sites[0].grants("/b", Visit::enforced(now())).approves_inline(&digest));
}

#[test]
fn page_rules_inherit_and_payment_pages_are_strict() {
    let folder = folder(
        "mode = \"observe\"\n[[page]]\npath = \"/pay\"\npayment = true\nmode = \"enforce\"\n\
         [[page]]\npath = \"/soft\"\npayment = true\nmode = \"enforce\"\nunapproved = \"quarantine\"\n",
    );
    let loaded = load(&folder);
    let rules = |path: &str| {
        let grants = loaded.snapshot.sites[0].grants(path, Visit::enforced(now()));
        (grants.mode, grants.payment, grants.unapproved, grants.fail)
    };
    assert_eq!(rules("/pay"), (Mode::Enforce, true, Unapproved::Strip, FailMode::Closed));
    assert_eq!(rules("/soft"), (Mode::Enforce, true, Unapproved::Quarantine, FailMode::Closed));
    assert_eq!(rules("/other"), (Mode::Observe, false, Unapproved::Quarantine, FailMode::HeadersOnly));
}

#[test]
fn hosts_are_compared_as_browsers_send_them() {
    let folder = Folder::empty();
    folder.write("a.toml", "hosts = [\"Bücher.Example\", \"*.shop.example\"]\n");
    folder.write("b.toml", "hosts = [\"www.shop.example\", \"127.0.0.1\"]\n");
    let loaded = load_folder(folder.path(), Some(upstream()), 1).unwrap();
    let name = |host: &str| loaded.snapshot.site(host).map(|site| site.name.0.as_str());
    assert_eq!(name("xn--bcher-kva.example"), Some("a"));
    assert_eq!(name("m.shop.example"), Some("a"));
    assert_eq!(name("www.shop.example"), Some("b"));
    assert_eq!(name("127.0.0.1"), Some("b"));
    assert_eq!(name("shop.example"), None);
    assert_eq!(loaded.snapshot.sites[0].upstreams, [upstream()]);
}

#[test]
fn without_any_upstream_a_site_is_refused() {
    let folder = Folder::empty();
    folder.write("shop.toml", "hosts = [\"shop.example\"]\n");
    assert!(load_folder(folder.path(), None, 1).is_err());
}

#[test]
fn a_generation_is_known_by_its_content() {
    let folder = Folder::shop();
    let first = load(&folder).snapshot.generation;
    assert_eq!((first.number, first.fingerprint.len()), (7, 12));
    assert_eq!(load(&folder).snapshot.generation, first);
    folder.write(".shop.toml.swp", "an editor's");
    folder.write("README", "for people");
    assert_eq!(load(&folder).snapshot.generation, first, "files that don't matter don't count");
    folder.approve("chat", Form::External, b"chat()");
    assert_ne!(load(&folder).snapshot.generation.fingerprint, first.fingerprint);
}

#[test]
fn a_csp_that_servers_would_refuse_is_refused_here() {
    let mut policy = String::new();
    for n in 0..160 {
        write!(policy, "[[inline]]\nid = \"n{n}\"\nwhy = \"x\"\npages = [\"/long/*\"]\n").unwrap();
    }
    let folder = folder(&policy);
    for n in 0..80 {
        folder.approve(&format!("n{n}"), Form::Inline, format!("f({n})").as_bytes());
    }
    assert!(check_folder(folder.path()).counts.is_some(), "under the limit nothing is refused");
    let said = |folder: &Folder| {
        let found = check_folder(folder.path()).diagnostics;
        found.into_iter().find(|diagnostic| diagnostic.message.contains("the CSP of pages such as `/long/x`"))
    };
    assert!(!said(&folder).expect("over 4 KiB is worth a word").is_error());
    for n in 80..160 {
        folder.approve(&format!("n{n}"), Form::Inline, format!("f({n})").as_bytes());
    }
    assert!(said(&folder).unwrap().is_error());
}

#[test]
fn without_policies_every_host_is_observed_and_nothing_approved() {
    let snapshot = observe_only(upstream());
    assert_eq!(snapshot.generation.number, 1);
    let site = snapshot.site("anything.example").unwrap();
    let grants = site.grants("/checkout/pay", Visit::enforced(now()));
    assert_eq!((grants.mode, site.hosts.len(), grants.scripts.len()), (Mode::Observe, 0, 0));
    assert_eq!(site.upstreams, [upstream()]);
}

#[test]
fn many_faults_in_many_files_are_told_at_once_in_their_order() {
    let folder = Folder::empty();
    folder.write("b.toml", "hosts = [\"a.example\"]\nmode = \"x\"\nzzz = 1\n");
    folder.write("a.toml", "hosts = [\"a.example\"\n");
    folder.write("b.lock", "version = 1\nx = 2\n");
    folder.write("c.toml", b"hosts = [\"\xff\"]");
    let places: Vec<(String, usize)> = check_folder(folder.path())
        .diagnostics
        .iter()
        .map(|found| {
            let file = found.file.file_name().unwrap().to_str().unwrap().to_owned();
            (file, found.place.as_ref().map_or(0, |place| place.line))
        })
        .collect();
    let expected = [("a.toml", 1), ("b.lock", 2), ("b.toml", 1), ("b.toml", 2), ("b.toml", 3), ("c.toml", 0)];
    assert_eq!(places, expected.map(|(file, line)| (file.to_owned(), line)));
}

#[test]
fn the_witness_can_report_where_connections_are_forbidden_and_nothing_else_can() {
    let connect = |witness: &str| {
        let text = format!("{witness}{}[csp]\nconnect-src = [\"'none'\"]\n", script("/chat.js", "pin"));
        let folder = folder(&text);
        folder.approve("chat", Form::External, b"chat()");
        let csp = load(&folder).snapshot.sites[0].grants("/", Visit::enforced(now())).csp_secure.clone();
        let csp = csp.to_str().unwrap().to_owned();
        csp.split("; ").find(|directive| directive.starts_with("connect-src")).map(str::to_owned)
    };
    assert_eq!(connect("").as_deref(), Some("connect-src shop.example:*/_countersign/reports"));
    assert_eq!(connect("witness = false\n").as_deref(), Some("connect-src 'none'"));
}

#[test]
fn thousands_of_scripts_load_and_each_stands_on_its_own_page_with_its_own_line() {
    let mut policy = String::new();
    for number in 0..3000 {
        write!(
            policy,
            "[[script]]\nid = \"s{number}\"\nurl = \"https://cdn.example/{number}.js\"\n\
             pages = [\"/item/{number}/*\"]\ntier = \"pin\"\nwhy = \"Shows the item\"\n"
        )
        .unwrap();
    }
    let loaded = load(&folder(&policy));
    let grants = loaded.snapshot.sites[0].grants("/item/2999/x", Visit::enforced(now()));
    assert_eq!(
        grants.scripts.iter().map(|script| script.address.key()).collect::<Vec<_>>(),
        ["https://cdn.example/2999.js"]
    );
    // Nobody has approved them: each is told where it stands.
    assert_eq!(loaded.warnings.len(), 3000);
    assert_eq!(loaded.warnings[2999].place.as_ref().unwrap().line, 3 + 2999 * 6);
    let shown = countersign::diagnostic::render(&loaded.warnings[2999], false);
    assert!(shown.contains("shop.toml:17997:1") && shown.contains("\n17997 | "), "{shown}");
}
