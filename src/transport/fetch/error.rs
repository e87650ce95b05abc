//! Why nothing was fetched.

use url::Url;

/// Why nothing was fetched; each says the way out.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server that was asked for was not reached at all.
    #[error("could not fetch {url}: {cause}")]
    Unreached {
        /// What was asked for.
        url: String,
        /// What happened.
        cause: String,
    },
    /// Anything else that went wrong on the network.
    #[error("could not fetch {url}: {cause}")]
    Network {
        /// What was asked for.
        url: String,
        /// What happened.
        cause: String,
    },
    /// Not 200.
    #[error("{url} answered {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// Its answer.
        status: u16,
    },
    /// It took too long.
    #[error("{url}: more than {limit}")]
    Late {
        /// What was asked for.
        url: String,
        /// The limit, in words.
        limit: String,
    },
    /// A body came that is longer than the limit.
    #[error("{url}: more than {limit}")]
    TooLong {
        /// What was asked for.
        url: String,
        /// The limit, in words.
        limit: String,
    },
    /// A body came in a coding that can't be read. Browsers may read it.
    #[error("{url}: {why}")]
    Coded {
        /// What was asked for.
        url: String,
        /// Why.
        why: String,
    },
    /// It leads on, but not to where it may be followed.
    #[error("{url}: {why}")]
    Redirect {
        /// What was asked for.
        url: String,
        /// Why it is not followed.
        why: String,
    },
    /// Could be fetched, but must not be.
    #[error("{url}: {why}")]
    Refused {
        /// What was asked for.
        url: String,
        /// Why, and the way out.
        why: String,
    },
}

pub(super) fn network(url: &Url, error: &dyn std::error::Error) -> FetchError {
    FetchError::Network { url: url.to_string(), cause: error.to_string() }
}

pub(super) fn refused(url: &Url, why: impl Into<String>) -> FetchError {
    FetchError::Refused { url: url.to_string(), why: why.into() }
}
