//! What somebody may do here: each role may what those before it may.

use std::fmt;
use std::str::FromStr;

/// From the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Look at everything.
    View,
    /// Say what they have seen: alerts, weaker headers, what a vendor serves.
    Acknowledge,
    /// Have something done: changed files looked at, a page fetched and explained.
    Operate,
}

/// A text that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role: write view, acknowledge or operate")]
pub struct RoleError(String);

impl Role {
    /// From the least to the most.
    pub const ALL: [Self; 3] = [Self::View, Self::Acknowledge, Self::Operate];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Acknowledge => "acknowledge",
            Self::Operate => "operate",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or_else(|| RoleError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_those_before_it_may() {
        assert!(Role::View < Role::Acknowledge && Role::Acknowledge < Role::Operate);
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!("admin".parse::<Role>().is_err() && "View".parse::<Role>().is_err());
    }
}
