//! Fetching through the operator's own proxy: only where that is said, and as the environment names it.

use std::io::{Read, Write, copy};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use super::commands::stderr;
use super::folder::Folder;
use crate::support::{Certificates, H2Upstream, whole};

const CODE: &str = "window.chat = 1";

/// A proxy that leads every tunnel to one address, and answers everything else itself.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn leading_to(server: Option<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || serve(stream.unwrap(), server, &kept));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, server: Option<SocketAddr>, kept: &Mutex<Vec<String>>) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if !matches!(stream.read(&mut byte), Ok(1)) {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let is_tunnel = head.starts_with("CONNECT ");
    kept.lock().unwrap().push(head);
    let (true, Some(server)) = (is_tunnel, server) else {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nConnection: close\r\n";
        let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{CODE}", CODE.len());
        return;
    };
    let mut far = TcpStream::connect(server).unwrap();
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
    let (mut up, mut to) = (stream.try_clone().unwrap(), far.try_clone().unwrap());
    thread::spawn(move || {
        let _ = copy(&mut up, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = copy(&mut far, &mut stream);
    let _ = stream.shutdown(Shutdown::Both);
}

fn approve(url: &str, more: &[&str], environment: &[(&str, String)]) -> Output {
    let folder = Folder::empty();
    let policy = format!(
        "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n[[script]]\nid = \"chat\"\n\
         url = \"{url}\"\ntier = \"mirror\"\nwhy = \"Chat\"\n"
    );
    folder.write("policies/shop.toml", policy);
    let variables = ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    for name in variables {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.args(["approve", "chat", "--because", "a test", "--yes", "--timeout", "20"]).args(more);
    command.envs(environment.iter().map(|(name, value)| (*name, value))).current_dir(folder.path());
    command.output().unwrap()
}

#[test]
fn the_proxy_that_the_environment_names_is_used_only_where_that_is_said() {
    let proxy = Proxy::leading_to(None);
    let named = [("http_proxy", format!("http://me:secret@{}", proxy.address))];
    let url = "http://cdn.invalid/chat.js?v=1";
    let output = approve(url, &[], &named);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("used only with --through-proxy"), "{}", stderr(&output));
    assert_eq!(proxy.asked(), [""; 0]);

    let output = approve(url, &["--through-proxy"], &named);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("secret"), "{}", stderr(&output));
    let asked = proxy.asked();
    assert!(asked[0].starts_with("GET http://cdn.invalid/chat.js?v=1 HTTP/1.1\r\n"), "{asked:?}");
    assert!(asked[0].to_lowercase().contains("proxy-authorization: basic "), "{asked:?}");

    let without = [&named[..], &[("no_proxy", "cdn.invalid".to_owned())]].concat();
    let output = approve(url, &["--through-proxy"], &without);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(proxy.asked().len(), 1, "NO_PROXY names its host");
}

#[test]
fn an_inner_address_that_stands_in_the_url_is_not_asked_through_a_proxy_either() {
    let proxy = Proxy::leading_to(None);
    let named = [("http_proxy", format!("http://{}", proxy.address))];
    for url in ["http://169.254.169.254/latest.js", "http://10.0.0.5/a.js", "http://[fd00::1]/a.js"] {
        let output = approve(url, &["--through-proxy"], &named);
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("--allow-private"), "{}", stderr(&output));
    }
    assert_eq!(proxy.asked(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_tunnel_the_vendor_is_known_by_its_certificate() {
    let certificates = Certificates::for_names(&["cdn.invalid"]);
    let vendor = H2Upstream::demanding(&certificates.files(), None, &["http/1.1"], |_| async {
        http::Response::builder().header("content-type", "text/javascript").body(whole(CODE)).unwrap()
    })
    .await;
    let proxy = Proxy::leading_to(Some(vendor.address));
    let (address, ca) = (proxy.address, certificates.ca().display().to_string());
    let asking = tokio::task::spawn_blocking(move || {
        let named = [("https_proxy", format!("http://{address}")), ("SSL_CERT_FILE", ca)];
        let known = approve("https://cdn.invalid/chat.js", &["--through-proxy"], &named);
        (known, approve("https://other.invalid/chat.js", &["--through-proxy"], &named))
    });
    let (known, other) = asking.await.unwrap();
    assert_eq!(known.status.code(), Some(0), "{}", stderr(&known));
    assert!(proxy.asked()[0].starts_with("CONNECT cdn.invalid:443 HTTP/1.1\r\n"), "{:?}", proxy.asked());
    assert_eq!(other.status.code(), Some(2), "the certificate is for another name: {}", stderr(&other));
}
