//! Proofs that a name is ours, while an authority asks for them.
//! <https://www.rfc-editor.org/rfc/rfc8555#section-8.3>

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Tokens and what is answered; as many as an order has names.
#[derive(Debug, Default)]
pub struct Challenges(RwLock<HashMap<String, String>>);

/// A challenge that is answered, until dropped.
#[derive(Debug)]
pub struct OpenChallenge {
    challenges: Arc<Challenges>,
    token: String,
}

impl Challenges {
    /// Answers a challenge from now on.
    pub fn open(self: &Arc<Self>, token: String, answer: String) -> OpenChallenge {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), answer);
        OpenChallenge { challenges: Arc::clone(self), token }
    }

    /// What is answered to a token.
    pub(super) fn answer(&self, token: &str) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }
}

impl Drop for OpenChallenge {
    fn drop(&mut self) {
        self.challenges.0.write().unwrap_or_else(PoisonError::into_inner).remove(&self.token);
    }
}
