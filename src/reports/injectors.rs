//! Sources that are known to put things into pages on their way or in the browser: from public knowledge,
//! each with what it is. Nothing is approved or stopped by this table; it only tells noise from news, and a
//! thing that the page had, or that is approved, never gets here.

use url::Url;

/// Schemes of pages and scripts that belong to the visitor's browser or its extensions, not to the web.
const OF_EXTENSIONS: [&str; 11] = [
    "chrome-extension",
    "moz-extension",
    "safari-extension",
    "safari-web-extension",
    // Edge before it was made from Chromium.
    "ms-browser-extension",
    // What Safari writes in place of an extension's URL.
    "webkit-masked-url",
    // The browsers' own pages and scripts.
    "chrome",
    "edge",
    "resource",
    // Scripts that visitors write or install themselves.
    "user-script",
    // Maxthon's extensions.
    "mxaddon-pkg",
];

/// Schemes by which programs around the browser make themselves heard in pages.
const SCHEMES: [(&str, &str); 8] = [
    ("symres", "Norton's toolbar"),
    ("mx", "the browser Maxthon"),
    ("res", "Internet Explorer's own files"),
    ("gsa", "Google's search app on iOS"),
    ("webviewprogressproxy", "an app on iOS that shows how far a page has loaded"),
    ("wvjbscheme", "an app on iOS that talks with the page that it shows"),
    ("weixin", "WeChat's built-in browser"),
    ("tmtbff", "Trend Micro's toolbar for Firefox"),
];

/// A host and those below it, the beginning of a path, and what is there.
const SOURCES: [(&str, &str, &str); 36] = [
    // Translation by the browser, at the visitor's wish.
    ("translate.googleapis.com", "", "Google's translation of pages"),
    ("translate-pa.googleapis.com", "", "Google's translation of pages"),
    ("translate.google.com", "", "Google's translation of pages"),
    ("translate.goog", "", "Google's translation of pages"),
    ("microsofttranslator.com", "", "Microsoft's translation of pages"),
    ("edge.microsoft.com", "/translate", "Edge's translation of pages"),
    ("translate.yandex.net", "", "Yandex's translation of pages"),
    ("papago.naver.com", "", "Naver's translation of pages"),
    // Virus scanners and filters that rewrite pages between network and browser.
    ("kaspersky-labs.com", "", "Kaspersky's web protection"),
    ("local.adguard.org", "", "AdGuard's filter on the visitor's machine"),
    ("local.adguard.com", "", "AdGuard's filter on the visitor's machine"),
    ("injections.adguard.org", "", "AdGuard's filter on the visitor's machine"),
    ("injections.adguard.com", "", "AdGuard's filter on the visitor's machine"),
    ("nimbus.bitdefender.net", "", "Bitdefender's web protection"),
    // Helpers for shopping and writing, which come as extensions and load from their makers.
    ("joinhoney.com", "", "the coupon finder Honey"),
    ("cdn.honey.io", "", "the coupon finder Honey"),
    ("capitaloneshopping.com", "", "the price finder Capital One Shopping"),
    ("grammarly.com", "", "the writing helper Grammarly"),
    ("grammarly.io", "", "the writing helper Grammarly"),
    ("languagetool.org", "", "the writing helper LanguageTool"),
    ("letyshops.com", "", "the cashback finder LetyShops"),
    // Apps that show pages and add scripts of their own.
    ("connect.facebook.net", "/en_US/pcm.js", "Facebook's and Instagram's built-in browsers"),
    // Toolbars and adware of their time, some of which live on in old machines.
    ("superfish.com", "", "the adware Superfish"),
    ("conduit.com", "", "Conduit's toolbars"),
    ("conduit-services.com", "", "Conduit's toolbars"),
    ("babylon.com", "", "Babylon's toolbar"),
    ("apnstatic.ask.com", "", "Ask's toolbar"),
    ("yontoo.com", "", "the adware Yontoo"),
    ("dealply.com", "", "the adware DealPly"),
    ("crossrider.com", "", "add-ons made with Crossrider"),
    ("50onred.com", "", "the adware network 50onRed"),
    ("jollywallet.com", "", "the cashback add-on Jollywallet"),
    ("pricepeep.net", "", "the adware PricePeep"),
    // Networks that write into pages that pass through them without TLS.
    ("ragapa.com", "", "RaGaPa, which puts advertisements into pages in hotels and hot spots"),
    ("preskalyn.com", "", "an access provider's advertisements in India"),
    ("phozeca.com", "", "an access provider's advertisements in India"),
];

/// Networks of mobile operators' compressors, at addresses that nobody else uses on the web.
const BYTEMOBILE: (&str, &str) = ("1.2.3.", "a mobile operator's compression of pages (Bytemobile)");

/// Whether what is kept of a URL is the scheme of a browser's extension.
pub(super) fn is_extension(kept: &str) -> bool {
    OF_EXTENSIONS.contains(&kept)
}

/// What program is known to put this into pages: by its URL, or by the scheme that is kept of another.
pub(super) fn injector(kept: &str, url: Option<&Url>) -> Option<&'static str> {
    let Some(url) = url else {
        return SCHEMES.iter().find(|(scheme, _)| *scheme == kept).map(|(_, what)| *what);
    };
    let host = url.host_str()?;
    if host.starts_with(BYTEMOBILE.0) && url.path().starts_with("/bmi") {
        return Some(BYTEMOBILE.1);
    }
    let is_there = |known: &str| {
        host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    SOURCES
        .iter()
        .find(|(known, path, _)| is_there(known) && url.path().starts_with(path))
        .map(|(.., what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_sources_are_found_by_host_path_and_scheme() {
        let found = |text: &str| {
            let named = super::super::scrub::file(text);
            injector(&named.kept, named.url.as_ref())
        };
        assert_eq!(
            found("https://gc.kis.v2.scr.kaspersky-labs.com/x/main.js"),
            Some("Kaspersky's web protection")
        );
        assert_eq!(found("https://superfish.com/a"), Some("the adware Superfish"));
        assert_eq!(
            found("https://connect.facebook.net/en_US/sdk.js"),
            None,
            "which many sites have themselves"
        );
        assert!(found("https://connect.facebook.net/en_US/pcm.js").is_some());
        assert!(found("http://1.2.3.8/bmi-int-js/bmi.js").is_some());
        assert!(found("symres://x").is_some());
        for unknown in [
            "https://notsuperfish.com/",
            "https://superfish.com.evil.example/",
            "http://1.2.3.8/x",
            "inline",
            "",
        ] {
            assert_eq!(found(unknown), None, "{unknown}");
        }
        assert!(is_extension("moz-extension") && !is_extension("https://moz-extension/"));
    }

    #[test]
    fn every_entry_can_be_met() {
        for (host, path, what) in SOURCES {
            let url = Url::parse(&format!("https://{host}{path}")).unwrap();
            assert!(injector("", Some(&url)).is_some() && !what.is_empty(), "{host}");
        }
        let mut hosts: Vec<_> = SOURCES.iter().map(|(host, path, _)| (host, path)).collect();
        hosts.sort_unstable();
        hosts.dedup();
        assert_eq!(hosts.len(), SOURCES.len());
    }
}
