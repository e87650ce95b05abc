//! Who asks. Whoever reaches a loopback address is the operator of this machine.

/// Who asks, and in which role.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    name: Option<String>,
}

impl Caller {
    /// Somebody on this machine, without a name.
    pub(super) const fn nobody() -> Self {
        Self { name: None }
    }

    /// The name, where there is one.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}
