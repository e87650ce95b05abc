//! An application that sends exactly the bytes it is told to.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Ends with the value.
pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

/// One connection to it.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
    /// Counts from 0.
    pub(crate) number: usize,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Upstream {
    /// Does this with every connection.
    pub(crate) async fn serving<F, W>(serve: F) -> Self
    where
        F: Fn(Connection) -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        Self::serving_at(SocketAddr::from(([127, 0, 0, 1], 0)), serve).await
    }

    /// The same where another was before.
    async fn serving_at<F, W>(address: SocketAddr, serve: F) -> Self
    where
        F: Fn(Connection) -> W + Send + Sync + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let connections = Arc::<AtomicUsize>::default();
        let (kept, counted) = (Arc::clone(&requests), Arc::clone(&connections));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let connection = Connection { stream, read: Vec::new(), number, requests: Arc::clone(&kept) };
                tokio::spawn(serve(connection));
            }
        });
        Self { address, requests, connections, task }
    }

    /// Answers every request with these bytes, over connections that stay open.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        Self::answering_at(SocketAddr::from(([127, 0, 0, 1], 0)), answer).await
    }

    /// The same where another was before.
    pub(crate) async fn answering_at(address: SocketAddr, answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::serving_at(address, move |mut connection| {
            let answer = Arc::clone(&answer);
            async move {
                while connection.request().await.is_some() {
                    connection.send(&answer[..]).await;
                }
            }
        })
        .await
    }

    /// Answers every request with these bytes and closes.
    pub(crate) async fn closing_after(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::serving(move |mut connection| {
            let answer = Arc::clone(&answer);
            async move {
                if connection.request().await.is_some() {
                    connection.send(&answer[..]).await;
                }
            }
        })
        .await
    }

    /// Every request that came, whole.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The last of them, in lower case.
    pub(crate) fn last_request(&self) -> String {
        self.requests().last().cloned().unwrap_or_default().to_lowercase()
    }

    /// How many connections came.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Connection {
    /// The next request with its body, if that has a length or is chunked; `None` at the end.
    pub(crate) async fn request(&mut self) -> Option<String> {
        loop {
            if let Some(end) = end_of_request(&self.read) {
                let request = String::from_utf8_lossy(&self.read[..end]).into_owned();
                self.read.drain(..end);
                self.requests.lock().unwrap().push(request.clone());
                return Some(request);
            }
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.read.extend_from_slice(&buffer[..count]),
            }
        }
    }

    /// Sends bytes; that the other side is gone is no failure.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Bytes as they come, after a switch of protocols; empty at the end.
    pub(crate) async fn receive(&mut self) -> Vec<u8> {
        if !self.read.is_empty() {
            return std::mem::take(&mut self.read);
        }
        let mut buffer = vec![0; 4096];
        let count = self.stream.read(&mut buffer).await.unwrap_or(0);
        buffer.truncate(count);
        buffer
    }

    /// Ends with a reset.
    pub(crate) fn reset(self) {
        self.stream.set_zero_linger().unwrap();
    }
}

fn end_of_request(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    if text.contains("transfer-encoding: chunked") {
        let last = bytes[head..].windows(5).position(|five| five == b"0\r\n\r\n")?;
        return Some(head + last + 5);
    }
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    let end = head + length.unwrap_or(0);
    (bytes.len() >= end).then_some(end)
}
