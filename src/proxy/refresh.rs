//! The `Refresh` header: it leads browsers elsewhere as a `meta` does, so the page rule decides on it too.

use http::header::REFRESH;
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::exchange::Exchange;
use super::page_url::PageUrl;
use crate::html::Judged;
use crate::inventory::SeenKind;
use crate::judge::{Reason, Verdict};
use crate::policy::{Mode, PageGrants};
use crate::web::refresh_targets;

/// Takes the header off where it leads to what the page rule forbids; while observing it is only told.
pub(super) fn settle(exchange: &Exchange, page: &PageUrl, headers: &mut HeaderMap) {
    if !headers.contains_key(REFRESH) {
        return;
    }
    let url = &page.url();
    let Some(target) = forbidden(headers, &exchange.grants, url) else { return };
    if exchange.grants.mode == Mode::Enforce {
        headers.remove(REFRESH);
    }
    exchange.judged(&Judged {
        kind: SeenKind::Refresh,
        srcdoc: 0,
        script: target.to_string(),
        attribute: None,
        runs_as: None,
        text: None,
        verdict: Verdict::inert(Reason::ForeignRefresh),
    });
}

/// Where a forbidden one leads. Browsers take several fields for one value with commas in it, or take one
/// of them.
fn forbidden(headers: &HeaderMap, grants: &PageGrants, url: &Url) -> Option<Url> {
    let mut values: Vec<String> = headers.get_all(REFRESH).iter().map(isomorphic).collect();
    values.push(values.join(", "));
    let targets = values.iter().flat_map(|value| refresh_targets(value));
    let targets = targets.filter_map(|target| url.join(target).ok());
    let mut others = targets.filter(|target| !grants.lets_refresh_to(target, url));
    others.next()
}

/// <https://infra.spec.whatwg.org/#isomorphic-decode>
fn isomorphic(value: &HeaderValue) -> String {
    value.as_bytes().iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Refresh;

    #[test]
    fn a_field_that_leads_away_is_found_however_it_is_divided() {
        let grants = |refresh| PageGrants { refresh, ..PageGrants::nothing(Mode::Enforce) };
        let url = Url::parse("http://shop.example/pay/").unwrap();
        let found = |fields: &[&'static str], refresh| {
            let mut headers = HeaderMap::new();
            for field in fields {
                headers.append(REFRESH, HeaderValue::from_static(field));
            }
            forbidden(&headers, &grants(refresh), &url).map(String::from)
        };
        for (fields, own, any) in [
            (&["0; url=/next"][..], None, None),
            (&["5"], None, None),
            (&["0; url=https://shop.example/"], None, None),
            (&["0; url=http://shop.example:8080/"], Some("http://shop.example:8080/"), None),
            (&["0; url=https://evil.example/"], Some("https://evil.example/"), None),
            (&["5", "0; url=//evil.example/"], Some("http://evil.example/"), None),
            (&["0", "//evil.example/"], Some("http://evil.example/"), None),
            (
                &["0;url='https://shop.example'@evil.example/'"],
                Some("https://shop.example'@evil.example/"),
                None,
            ),
            (&["0; url=JavaScript:a()"], Some("javascript:a()"), Some("javascript:a()")),
            (&["0; url=data:text/html,x"], Some("data:text/html,x"), Some("data:text/html,x")),
            (&["0; url=myapp://pay"], Some("myapp://pay"), None),
        ] {
            assert_eq!(found(fields, Refresh::Own).as_deref(), own, "{fields:?}");
            assert_eq!(found(fields, Refresh::Any).as_deref(), any, "{fields:?}");
        }
    }
}
