//! Hosts known to serve what strangers choose: JSONP endpoints, old libraries that turn markup into
//! code, uploads. Named in a CSP, such a host lets injected markup run code.
//!
//! Chosen from the lists of Google's `csp_evaluator` 1.1.8 (`allowlist_bypasses/jsonp.ts`, `angular.ts`;
//! Apache-2.0), with hosts added from which everybody may serve files.

/// A name stands for itself and everything below it.
const HOSTS: [&str; 46] = [
    // JSONP
    "accounts.google.com",
    "an.yandex.ru",
    "api.facebook.com",
    "api.flickr.com",
    "api.instagram.com",
    "api.mixpanel.com",
    "api.vk.com",
    "connect.mail.ru",
    "cse.google.com",
    "dev.virtualearth.net",
    "fast.wistia.com",
    "googleads.g.doubleclick.net",
    "graph.facebook.com",
    "gum.criteo.com",
    "ib.adnxs.com",
    "links.services.disqus.com",
    "maps.googleapis.com",
    "mc.yandex.ru",
    "nominatim.openstreetmap.org",
    "pagead2.googlesyndication.com",
    "partner.googleadservices.com",
    "publish.twitter.com",
    "securepubads.g.doubleclick.net",
    "syndication.twitter.com",
    "translate.googleapis.com",
    "vimeo.com",
    "www.blogger.com",
    "www.google-analytics.com",
    "www.google.com",
    "www.googleadservices.com",
    "www.googleapis.com",
    "www.googletagmanager.com",
    "www.youtube.com",
    // AngularJS and other libraries, every version
    "ajax.googleapis.com",
    "cdn.bootcss.com",
    "cdn.jsdelivr.net",
    "cdnjs.cloudflare.com",
    "esm.sh",
    "unpkg.com",
    "yastatic.net",
    // everybody's files
    "cloudfront.net",
    "github.io",
    "githubusercontent.com",
    "amazonaws.com",
    "storage.googleapis.com",
    "blob.core.windows.net",
];

/// Whether a host is one of them.
pub(super) fn is_bypass_host(host: &str) -> bool {
    HOSTS.iter().any(|known| {
        host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_what_is_below_it_and_nothing_else() {
        assert!(is_bypass_host("www.google.com") && is_bypass_host("evil.github.io"));
        assert!(!is_bypass_host("notgithub.io") && !is_bypass_host("google.com"));
    }
}
