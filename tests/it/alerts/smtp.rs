//! A small mail server: speaks as much SMTP as is needed to take a message, with TLS or without, and may refuse.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::Certificates;

/// A message as it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Mail {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    pub(super) text: String,
    /// What was said to log in, in base64.
    pub(super) login: Option<String>,
    pub(super) protected: bool,
}

/// How it is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Plain,
    StartTls,
    Tls,
}

/// Runs until the test process ends.
pub(super) struct MailServer {
    pub(super) port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    pub(super) certificates: Certificates,
}

trait Line: Read + Write {}
impl<T: Read + Write> Line for T {}

impl MailServer {
    /// Refuses the first so many messages for now.
    pub(super) fn refusing(first: usize, speaks: Speaks) -> Self {
        let certificates = Certificates::make();
        let config = tls(&certificates);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let mails = Arc::<Mutex<Vec<Mail>>>::default();
        let (kept, refused) = (Arc::clone(&mails), Arc::new(Mutex::new(first)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, config, refused) = (Arc::clone(&kept), Arc::clone(&config), Arc::clone(&refused));
                thread::spawn(move || {
                    let stream = stream.unwrap();
                    let mut session = Session { mail: Mail::default(), kept, refused };
                    // Whoever doesn't trust us, or has enough, hangs up.
                    let _ = session.begin(stream, speaks, &config);
                });
            }
        });
        Self { port, mails, certificates }
    }

    pub(super) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

fn tls(certificates: &Certificates) -> Arc<ServerConfig> {
    let files = certificates.files();
    let chain = CertificateDer::pem_file_iter(&files.certificate).unwrap();
    let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(&files.key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

struct Session {
    mail: Mail,
    kept: Arc<Mutex<Vec<Mail>>>,
    refused: Arc<Mutex<usize>>,
}

impl Session {
    fn begin(
        &mut self,
        stream: TcpStream,
        speaks: Speaks,
        config: &Arc<ServerConfig>,
    ) -> std::io::Result<()> {
        let protect = |stream| StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
        if speaks == Speaks::Tls {
            self.mail.protected = true;
            return self.talk(Box::new(protect(stream)), true, false).map(drop);
        }
        let again = stream.try_clone()?;
        if self.talk(Box::new(stream), true, speaks == Speaks::StartTls)? {
            self.mail.protected = true;
            self.talk(Box::new(protect(again)), false, false)?;
        }
        Ok(())
    }

    /// Answers whether TLS is to begin.
    fn talk(&mut self, line: Box<dyn Line>, greet: bool, offers_tls: bool) -> std::io::Result<bool> {
        let mut line = BufReader::new(line);
        let say = |line: &mut BufReader<Box<dyn Line>>, text: &str| line.get_mut().write_all(text.as_bytes());
        if greet {
            say(&mut line, "220 mail.test ready\r\n")?;
        }
        loop {
            let mut command = String::new();
            if line.read_line(&mut command)? == 0 {
                return Ok(false);
            }
            let upper = command.to_uppercase();
            let answer = if upper.starts_with("EHLO") {
                let more = if offers_tls { "250 STARTTLS" } else { "250 AUTH PLAIN" };
                format!("250-mail.test\r\n{more}\r\n")
            } else if upper.starts_with("STARTTLS") && offers_tls {
                say(&mut line, "220 begin\r\n")?;
                return Ok(true);
            } else if upper.starts_with("AUTH PLAIN ") {
                self.mail.login = Some(command.trim().split(' ').nth(2).unwrap().to_owned());
                "235 welcome\r\n".to_owned()
            } else if let Some(from) = upper.strip_prefix("MAIL FROM:") {
                self.mail.to.clear();
                self.mail.from = from.trim().to_lowercase();
                "250 fine\r\n".to_owned()
            } else if let Some(to) = upper.strip_prefix("RCPT TO:") {
                if to.contains("GONE@") {
                    "550 no such person\r\n".to_owned()
                } else {
                    self.mail.to.push(to.trim().to_lowercase());
                    "250 fine\r\n".to_owned()
                }
            } else if upper.starts_with("DATA") {
                say(&mut line, "354 go on\r\n")?;
                self.read_text(&mut line)?;
                let mut refused = self.refused.lock().unwrap();
                if *refused > 0 {
                    *refused -= 1;
                    "451 not now\r\n".to_owned()
                } else {
                    self.kept.lock().unwrap().push(self.mail.clone());
                    "250 taken\r\n".to_owned()
                }
            } else if upper.starts_with("QUIT") {
                "221 bye\r\n".to_owned()
            } else {
                "500 what?\r\n".to_owned()
            };
            say(&mut line, &answer)?;
        }
    }

    fn read_text(&mut self, line: &mut BufReader<Box<dyn Line>>) -> std::io::Result<()> {
        self.mail.text.clear();
        loop {
            let mut read = String::new();
            if line.read_line(&mut read)? == 0 || read == ".\r\n" {
                return Ok(());
            }
            self.mail.text.push_str(&read);
        }
    }
}
