//! Where spans go.

use clap::Args;
use url::Url;

use super::limits;

/// What was said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Traces")]
pub struct TracesChoices {
    /// Send spans to this collector of OpenTelemetry (OTLP over HTTP): `http://HOST:4318`.
    #[arg(long = "traces-endpoint", value_name = "URL", env = "COUNTERSIGN_TRACES_ENDPOINT", value_parser = endpoint)]
    #[arg(id = "traces-endpoint")]
    pub endpoint: Option<Url>,
    /// Of one of so many exchanges [default: 1].
    #[arg(long = "traces-sample", value_name = "N", env = "COUNTERSIGN_TRACES_SAMPLE", value_parser = |text: &str| limits::SAMPLE.parse(text))]
    #[arg(id = "traces-sample")]
    pub sample: Option<u64>,
}

/// The same, settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracesSettings {
    /// The collector; `None`: no spans are made.
    pub endpoint: Option<Url>,
    /// One of so many exchanges.
    pub sample: u64,
}

impl TracesSettings {
    /// By what was said first and, where nothing was said, by the file.
    pub(super) fn settled(said: TracesChoices, file: TracesChoices) -> Self {
        Self { endpoint: said.endpoint.or(file.endpoint), sample: said.sample.or(file.sample).unwrap_or(1) }
    }
}

/// A collector's URL, without the path of the protocol.
pub(super) fn endpoint(text: &str) -> Result<Url, String> {
    let fits = |url: &Url| {
        let plain = url.query().is_none() && url.fragment().is_none();
        let nobody = url.username().is_empty() && url.password().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && plain && nobody
    };
    let url = Url::parse(text).ok().filter(fits);
    url.ok_or_else(|| format!("`{text}` is no collector; write http://127.0.0.1:4318"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_an_address_and_perhaps_a_path() {
        assert!(endpoint("http://127.0.0.1:4318").is_ok() && endpoint("https://o.test/otlp").is_ok());
        for bad in ["127.0.0.1:4318", "grpc://a", "http://u@a", "http://a?x", ""] {
            assert!(endpoint(bad).is_err(), "{bad}");
        }
    }
}
