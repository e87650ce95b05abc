//! Which of several certificates a visitor is shown: the one for the name that is asked for.

use std::collections::HashMap;
use std::sync::Arc;

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::Certified;

/// Certificates by their names.
#[derive(Debug)]
pub(super) struct ByName {
    first: Arc<CertifiedKey>,
    names: HashMap<String, Arc<CertifiedKey>>,
}

impl ByName {
    /// The first is for whoever asks for no name, or for one that no certificate has. Where several have
    /// one name, the earliest is shown.
    pub(super) fn new(first: &Certified, others: &[Certified]) -> Self {
        let mut names = HashMap::new();
        for certified in std::iter::once(first).chain(others) {
            for name in &certified.names {
                names.entry(name.clone()).or_insert_with(|| Arc::clone(&certified.pair));
            }
        }
        Self { first: Arc::clone(&first.pair), names }
    }

    /// `*.shop.example` stands for one label.
    /// <https://www.rfc-editor.org/rfc/rfc9525#section-6.3>
    fn of_name(&self, name: &str) -> Option<&Arc<CertifiedKey>> {
        let name = name.to_ascii_lowercase();
        self.names.get(&name).or_else(|| {
            let (_label, rest) = name.split_once('.')?;
            self.names.get(&format!("*.{rest}"))
        })
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let named = hello.server_name().and_then(|name| self.of_name(name));
        Some(Arc::clone(named.unwrap_or(&self.first)))
    }
}
