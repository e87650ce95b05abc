//! A vendor changes its script while visitors are on the page: with `on-drift = "mirror"` it goes on
//! working, without it the browser refuses it, and the new bytes run nowhere.

use std::sync::Arc;
use std::time::Duration;

use countersign::analysis;
use countersign::app::DriftConfig;

use super::front::{Policies, policy};
use super::{Reply, Setup, Stub, in_browser};

#[test]
fn a_script_that_its_vendor_changes_goes_on_working_where_the_policy_wants_that() {
    in_browser(Setup::default(), async |browser| {
        let (shop, vendor) = (Stub::http().await, Stub::http().await);
        let marks = |name: &str, value: &str| format!("document.documentElement.dataset.{name} = '{value}';");
        let serve = |value: &str| {
            for name in ["plain", "chat"] {
                vendor.set(&format!("/{name}.js"), Reply::script(marks(name, value)));
            }
        };
        let urls = ["plain", "chat"].map(|name| vendor.url_at("localhost", &format!("/{name}.js")));
        serve("approved");
        let tags = urls.each_ref().map(|url| format!("<script src='{url}'></script>")).concat();
        shop.set(
            "/",
            Reply::html(format!("<!doctype html><title>t</title><link rel=icon href=data:,>{tags}<p>text")),
        );
        let [plain, chat] = urls.each_ref().map(String::as_str);
        let scripts = [("plain", plain, "pin", "/*"), ("chat", chat, "pin", "/*")];
        let named = policy(&shop.url(""), &scripts, &[]);
        let policies = Policies::new(&format!("{named}\non-drift = \"mirror\"\n"));
        for name in ["plain", "chat"] {
            policies.approve(name, marks(name, "approved"));
        }
        let front = policies.start(|config| {
            config.drift = Some(DriftConfig {
                blind_after: Duration::from_hours(1),
                interval: Duration::from_millis(50),
                folder: None,
                allowed: countersign::drift::Allowed { private: true, through_proxy: false },
                patience: Duration::from_secs(20),
                read: Arc::new(analysis::read),
            });
        });
        let page = front.url_at("shop.example", "/");
        let is = |name: &str, value: &str| format!("document.documentElement.dataset.{name} === '{value}'");
        let from =
            |part: &str| format!("!!document.querySelector('script[src*=\"{part}\"][src*=\"chat.js\"]')");

        browser.open_page(&page).await;
        for name in ["plain", "chat"] {
            browser.until(&is(name, "approved")).await;
        }
        assert!(browser.holds(&from("localhost")).await);

        serve("changed");
        for name in ["plain", "chat"] {
            front.event(&format!("site/{name}: ")).await;
        }
        browser.open_page(&page).await;
        browser.until(&is("chat", "approved")).await;
        assert!(browser.holds(&from("/_countersign/s/")).await, "from us");
        front.report("script-refused", "/plain.js").await;
        assert!(
            !browser.holds(&is("plain", "approved")).await && !browser.holds(&is("plain", "changed")).await
        );

        serve("approved");
        for name in ["plain", "chat"] {
            front.event(&format!("/{name}.js serves the approved bytes again")).await;
        }
        browser.open_page(&page).await;
        for name in ["plain", "chat"] {
            browser.until(&is(name, "approved")).await;
        }
        assert!(browser.holds(&from("localhost")).await, "from its vendor");
    });
}
