//! A folder with one approved script, and the vendor that serves it.

use std::io::Write;
use std::net::TcpStream;
use std::process::Output;

use crate::policy::commands::run;
use crate::policy::folder::Folder;
use crate::policy::vendor::Vendor;

/// What is approved.
pub(crate) const CHAT: &str = "window.chat={open:function(){return 1}};";

/// A folder whose `policies/shop.toml` names `chat` at this URL, with [`CHAT`] approved.
pub(crate) fn shop(url: &str, tier: &str) -> Folder {
    let folder = Folder::empty();
    let policy = format!(
        "hosts = [\"shop.example\"]\nupstreams = [\"http://127.0.0.1:3000\"]\n\n[[script]]\nid = \"chat\"\n\
         url = \"{url}\"\ntier = \"{tier}\"\nwhy = \"Chat\"\n"
    );
    folder.write("policies/shop.toml", policy);
    folder.write("chat.js", CHAT);
    let approved = run(&folder, &["approve", "chat", "--file", "chat.js", "--because", "x", "--yes"], "");
    assert_eq!(approved.status.code(), Some(0), "{}", String::from_utf8_lossy(&approved.stderr));
    folder
}

/// `countersign drift` in that folder.
pub(crate) fn drift(folder: &Folder, more: &[&str]) -> Output {
    run(folder, &[&["drift", "--allow-private", "--timeout", "20"], more].concat(), "")
}

/// Writes a script as vendors serve it.
pub(crate) fn script(stream: &mut TcpStream, body: &str) {
    send(stream, "200 OK\r\ncontent-type: text/javascript\r\naccess-control-allow-origin: *", body);
}

/// Writes an answer with this status line and these headers.
pub(crate) fn send(stream: &mut TcpStream, head: &str, body: &str) {
    let length = body.len();
    let _ = stream.write_all(format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n{body}").as_bytes());
}

/// A vendor that serves this to everybody.
pub(crate) fn serving(body: &'static str) -> Vendor {
    Vendor::serving(move |_, stream| script(stream, body))
}
