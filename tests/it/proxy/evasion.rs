//! Ways around the rule for a page: spellings of its path, and service workers.

use crate::support::{Client, Upstream, answer, enforce, get, get_with, page};

const RULES: &str = "[[page]]\npath = \"/pay{/*}?\"\npayment = true\n\n\
                     [[page]]\npath = \"/blog{/*}?\"\nmode = \"observe\"\n";
const EVIL: &str = "<!doctype html><h1>Pay</h1><script>steal()</script>";

/// What the upstream understands is its business: here it serves the payment page for every path.
#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_of_a_payment_page_meets_a_laxer_rule() {
    let upstream = Upstream::answering(page(EVIL)).await;
    let proxy = enforce(upstream.address, RULES);
    let mut client = Client::connect(proxy.address()).await;
    assert!(client.ask(get("/blog/post")).await.text().contains("steal()"), "the laxer rule observes");
    for path in [
        "/pay/x%2f..%2f..%2fblog",
        "/pay/x%5c..%5c..%5cblog%2fz",
        "/pay/%2e%2e%2fblog/a",
        "/pay/../blog/a",
        "/blog/..;/pay/pin",
        "/blog/../pay/pin",
        "/blog/%2e%2e/pay/pin",
        "/blog/..%2fpay/pin",
        "/%70ay/pin",
        "/PAY/pin",
        "/pay;blog=1",
        "//pay/pin",
        "/blog//../pay/pin",
    ] {
        let response = client.ask(get(path)).await;
        assert!(!response.text().contains("steal()"), "{path}");
        assert!(response.header("content-security-policy").is_some(), "{path}");
    }
}

/// Whether a page with an injected script stays enforced under every one of some spellings of its path.
async fn assert_enforced(rule: &str, spellings: &[&str]) {
    let upstream = Upstream::answering(page(EVIL)).await;
    let rules = format!(
        "[[page]]\npath = \"{rule}\"\npayment = true\n\n\
                         [[page]]\npath = \"/*\"\nmode = \"observe\"\n"
    );
    let proxy = enforce(upstream.address, &rules);
    let mut client = Client::connect(proxy.address()).await;
    assert!(client.ask(get("/elsewhere")).await.text().contains("steal()"), "the laxer rule observes");
    for path in spellings {
        let response = client.ask(get(path)).await;
        assert!(!response.text().contains("steal()"), "{rule}: {path}");
        assert!(response.header("content-security-policy").is_some(), "{rule}: {path}");
    }
}

/// Most frameworks route `/pay` and `/pay/` alike.
#[tokio::test(flavor = "multi_thread")]
async fn a_slash_more_or_less_at_the_end_leads_around_no_rule() {
    assert_enforced("/pay", &["/pay", "/pay/", "/pay%2f", "//pay/", "/pay;x/", "/pay/."]).await;
    assert_enforced("/pay/", &["/pay", "/pay/", "/%70ay"]).await;
    assert_enforced("/pay/*", &["/pay", "/pay/", "/PAY", "/pay/pin"]).await;
    assert_enforced("/shop/:item/pay", &["/shop/1/pay/", "/shop/1/pay%5c"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capital_letter_in_a_rule_is_no_way_around_it() {
    assert_enforced("/Checkout", &["/Checkout", "/checkout", "/CHECKOUT/", "/%63heckout"]).await;
    assert_enforced("/Checkout/*", &["/checkout/pay", "/cHECKOUT/pay"]).await;
    assert_enforced("/Shop/:item/Pay{/*}?", &["/shop/1/pay", "/SHOP/1/PAY/pin"]).await;
    assert_enforced("/Bücher/*", &["/b%C3%BCcher/1", "/B%C3%9CCHER/1"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_worker_is_refused_where_a_page_is_enforced() {
    let script = || answer("Content-Type: text/javascript", "onfetch = e => {}");
    let asking = ["Service-Worker: script", "Sec-Fetch-Dest: serviceworker"];
    let upstream = Upstream::answering(script()).await;
    let proxy = enforce(upstream.address, RULES);
    let mut client = Client::connect(proxy.address()).await;
    for headers in asking {
        let response = client.ask(get_with("/blog/sw.js", &format!("{headers}\r\n"))).await;
        assert_eq!(response.status, 403, "{headers}");
    }
    assert_eq!(client.ask(get("/blog/sw.js")).await.status, 200, "as an ordinary file it passes");
    assert!(proxy.events().contains("service-workers = true"), "{}", proxy.events());
}
