//! A caching proxy in front of Countersign (nginx with `proxy_cache`): pages from its cache run, whichever
//! generation of the policies they were made under.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::front::{Front, Policies, policy};
use super::{Reply, Session, Setup, Stub, eventually, in_browser};

/// nginx takes the socket that it is given, as when one nginx replaces another: no port is chosen before it
/// is bound.
const INHERIT: &str = "export NGINX='3;'; exec nginx \"$@\" 3<&0 </dev/null";

/// nginx with a cache; ended when dropped.
struct Cache {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Cache {
    fn before(front: &Front) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let place = folder.path().display();
        let upstream = front.url("");
        // Workers that root starts would change to an account that may not enter the folder.
        let conf = format!(
            "daemon off; user root; worker_processes 1; pid {place}/pid; error_log {place}/error.log;
            events {{}}
            http {{
                access_log off;
                proxy_temp_path {place}/temp; client_body_temp_path {place}/body;
                proxy_cache_path {place}/cache keys_zone=pages:1m;
                server {{
                    listen {address};
                    location / {{
                        proxy_pass {upstream};
                        proxy_set_header Host $http_host;
                        proxy_cache pages;
                        proxy_cache_revalidate on;
                        add_header X-Cache $upstream_cache_status;
                    }}
                }}
            }}"
        );
        fs::write(folder.path().join("nginx.conf"), conf).unwrap();
        let child = Command::new("sh")
            .args(["-c", INHERIT, "sh", "-p"])
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .arg("-e")
            .arg(folder.path().join("error.log"))
            .stdin(Stdio::from(OwnedFd::from(socket)))
            .process_group(0)
            .spawn()
            .unwrap();
        Self { child, address, _folder: folder }
    }

    fn url(&self, path: &str) -> String {
        format!("http://shop.example:{}{path}", self.address.port())
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // The master alone could not take its worker along.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

/// A script that leaves a mark.
fn marks(name: &str) -> String {
    format!("document.documentElement.dataset.{name} = 'ran';")
}

fn page(scripts: &str) -> Reply {
    Reply::html(format!("<!doctype html><title>t</title><link rel=icon href=data:,>{scripts}"))
        .with("cache-control", "max-age=600")
}

/// Where the page that the browser shows came from, asked of the cache again: `HIT`, `MISS`, and the like.
async fn from(browser: &Session, url: &str) -> String {
    let ask = format!("fetch({url:?}, {{ cache: 'no-store' }}).then(page => page.headers.get('x-cache'))");
    browser.value(&ask).await.as_str().unwrap_or_default().to_owned()
}

async fn runs(browser: &Session, name: &str) {
    browser.until(&format!("document.documentElement.dataset.{name}")).await;
}

async fn generation(browser: &Session, url: &str) -> String {
    let ask = format!(
        "fetch({url:?}).then(page => page.headers.get('content-security-policy').match(/[?]g=([^&]*)/)[1])"
    );
    browser.value(&ask).await.as_str().unwrap().to_owned()
}

#[test]
fn pages_from_a_cache_run_under_the_generation_that_they_were_made_under() {
    in_browser(Setup::default(), async |browser| {
        let shop = Stub::http().await;
        shop.set("/own.js", Reply::script(marks("own")));
        let scripts = format!(
            "<script src=/own.js></script><script>{}</script><script>{}</script>",
            marks("inline"),
            marks("evil")
        );
        for path in ["/old", "/new"] {
            shop.set(path, page(&scripts));
        }
        let scripts = [("own", "/own.js", "pin", "/*")];
        let first = policy(&shop.url(""), &scripts, &[("inline", "/*")]);
        let policies = Policies::new(&first);
        policies.approve("own", marks("own"));
        policies.approve_inline("inline", &marks("inline"));
        let front = policies.start(|_| {});
        let cache = Cache::before(&front);

        eventually("nginx answers", async || tokio::net::TcpStream::connect(cache.address).await.ok()).await;
        for expected in ["MISS", "HIT"] {
            browser.open_page(&cache.url("/old")).await;
            runs(&browser, "own").await;
            runs(&browser, "inline").await;
            assert!(!browser.holds("document.documentElement.dataset.evil").await, "{expected}");
        }
        assert_eq!(from(&browser, &cache.url("/old")).await, "HIT");
        let old = generation(&browser, &cache.url("/old")).await;

        // Another generation: what was stopped is approved now.
        let second = policy(&shop.url(""), &scripts, &[("inline", "/*"), ("evil", "/*")]);
        front.policies().write(&second);
        front.policies().approve_inline("evil", &marks("evil"));
        let mut tries = 0;
        let new = eventually("a page of the new generation runs", async || {
            // Each time one that no cache has yet.
            tries += 1;
            let url = cache.url(&format!("/new?{tries}"));
            browser.open_page(&url).await;
            browser.holds("document.documentElement.dataset.evil").await.then_some(url)
        })
        .await;
        runs(&browser, "own").await;
        runs(&browser, "inline").await;
        assert_ne!(generation(&browser, &new).await, old);

        // The cached page still says what was approved then, in one piece, and still runs.
        browser.open_page(&cache.url("/old")).await;
        runs(&browser, "own").await;
        runs(&browser, "inline").await;
        assert!(!browser.holds("document.documentElement.dataset.evil").await);
        assert_eq!(from(&browser, &cache.url("/old")).await, "HIT");
        assert_eq!(generation(&browser, &cache.url("/old")).await, old);
    });
}
