//! Sites whose CSP somebody else sends: each is the host of the pages that reports are about.

use url::{Host, Url};

/// The host names of which reports are taken; none named: of any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectedHosts {
    names: Vec<String>,
}

/// Why a text is no host name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no host name, such as shop.example or *.shop.example")]
pub struct CollectedHostError(String);

/// Whose pages a report is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct About {
    /// The host; empty where the page has none.
    pub(super) host: String,
    /// It is one of those that are named, which are only so many.
    pub(super) is_named: bool,
    /// There are some, and it is none of them.
    pub(super) is_stranger: bool,
}

impl CollectedHosts {
    /// Of these hosts: without port; `*.shop.example` stands for one more label.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, CollectedHostError> {
        let host = |name: &str| {
            let (star, plain) = name.strip_prefix("*.").map_or(("", name), |plain| ("*.", plain));
            // What a URL makes of it is what pages have.
            let host = Host::parse(plain).ok().map(|host| format!("{star}{host}"));
            host.ok_or_else(|| CollectedHostError(name.to_owned()))
        };
        Ok(Self { names: names.into_iter().map(host).collect::<Result<_, _>>()? })
    }

    /// Whose page it is, by its URL.
    pub(super) fn about(&self, page: Option<&Url>) -> About {
        let host = page.and_then(Url::host_str).unwrap_or_default().trim_end_matches('.').to_owned();
        let under = |name: &str| {
            host.split_once('.').is_some_and(|(_, parent)| name.strip_prefix("*.") == Some(parent))
        };
        let exact = self.names.contains(&host);
        let is_ours = exact || self.names.iter().any(|name| under(name));
        // What stands under a star a stranger makes up: those are bounded like any.
        About { is_named: exact, is_stranger: !self.names.is_empty() && !is_ours, host }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_about_the_host_of_its_page() {
        let hosts = CollectedHosts::new(["Shop.example", "*.shop.example", "bücher.example"]).unwrap();
        let about = |page: &str| {
            let About { host, is_named, is_stranger } = hosts.about(Url::parse(page).ok().as_ref());
            (host, is_named, is_stranger)
        };
        for (page, host, named, stranger) in [
            ("https://shop.example/pay", "shop.example", true, false),
            ("https://shop.example.:8443/pay", "shop.example", true, false),
            ("https://www.shop.example/", "www.shop.example", false, false),
            ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", true, false),
            ("https://a.www.shop.example/", "a.www.shop.example", false, true),
            ("https://evilshop.example/", "evilshop.example", false, true),
            ("about:srcdoc", "", false, true),
        ] {
            assert_eq!(about(page), (host.to_owned(), named, stranger), "{page}");
        }
        let any = CollectedHosts::default().about(Url::parse("https://a.example/").ok().as_ref());
        assert!(!any.is_stranger && !any.is_named);
    }

    #[test]
    fn what_is_no_host_name_is_refused() {
        for bad in ["", "https://shop.example", "shop.example/x", "shop.example:443", "a b", "*."] {
            assert!(CollectedHosts::new([bad]).is_err(), "{bad}");
        }
    }
}
