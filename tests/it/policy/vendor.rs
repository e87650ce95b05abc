//! A vendor that answers as a test wants it to, also badly: raw bytes on loopback.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Runs until the test process ends.
pub(crate) struct Vendor {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Vendor {
    /// Does this with every request, whose head it is given; then closes.
    pub(crate) fn serving(serve: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (kept, serve) = (Arc::clone(&requests), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, serve) = (Arc::clone(&kept), Arc::clone(&serve));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let head = head(&mut stream);
                    kept.lock().unwrap().push(head.clone());
                    serve(&head, &mut stream);
                });
            }
        });
        Self { address, requests }
    }

    /// Answers with the status line and headers that `answer` gives for a path, and a body.
    pub(crate) fn answering(answer: impl Fn(&str) -> (String, Vec<u8>) + Send + Sync + 'static) -> Self {
        Self::serving(move |head, stream| {
            let path = head.split(' ').nth(1).unwrap_or_default();
            let (status_and_headers, body) = answer(path);
            let length = body.len();
            let head = format!("HTTP/1.1 {status_and_headers}\r\ncontent-length: {length}\r\n\r\n");
            // Whoever has enough hangs up.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of all requests.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => head.extend_from_slice(&buffer[..count]),
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Vendors whose answer must not be read to its end, each with what is said of it.
pub(crate) fn bad_vendors() -> Vec<(&'static str, Vendor, &'static str)> {
    let script = "200 OK\r\ncontent-type: text/javascript\r\naccess-control-allow-origin: *";
    let endless = |stream: &mut TcpStream, piece: &[u8]| while stream.write_all(piece).is_ok() {};
    vec![
        (
            "a script of 50 MiB that says so",
            Vendor::answering(move |_| (script.to_owned(), vec![b' '; 50 << 20])),
            "more than 10 MiB",
        ),
        (
            "a script that never ends",
            Vendor::serving(move |_, stream| {
                let _ = stream.write_all(format!("HTTP/1.1 {script}\r\n\r\n").as_bytes());
                endless(stream, &[b' '; 4096]);
            }),
            "more than 10 MiB",
        ),
        (
            "a script that drips",
            Vendor::serving(move |_, stream| {
                let _ = stream.write_all(format!("HTTP/1.1 {script}\r\n\r\n").as_bytes());
                // One byte, then nothing until the other side hangs up.
                let _ = stream.write_all(b"/");
                let _ = stream.read(&mut [0]);
            }),
            "more than 1 seconds, and its body has not ended after 1 bytes",
        ),
        (
            "a head that never ends",
            Vendor::serving(|_, stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/j");
                let _ = stream.read(&mut [0]);
            }),
            "more than 1 seconds, and no head has come",
        ),
        (
            "redirects without end",
            Vendor::answering(|path| (format!("302 Found\r\nlocation: {path}x"), Vec::new())),
            "more than 5 redirects",
        ),
    ]
}
