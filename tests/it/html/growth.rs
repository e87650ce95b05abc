//! How much of ours a document takes in: little of a stranger's must not become much of ours.

use std::sync::Arc;

use countersign::html::Limits;
use countersign::policy::{MapText, PageGrants};
use countersign::web::ImportMap;
use encoding_rs::UTF_8;

use super::grants::{MERGED_MAP, Modules, Shape, grants, sha256};
use super::rewriting::{Outcome, rewrite};

/// Imports a module; its end is not needed for that.
const FRAME: &str = "<iframe srcdoc=\"<script type=module src=https://cdn.example/m.js>\"></iframe>";

const MOST: usize = 2 << 20;

/// Grants whose import maps have some 100 kB.
fn with_a_long_map(modules: Modules) -> Arc<PageGrants> {
    let entries: Vec<String> = (0..1500)
        .map(|number| format!("\"https://cdn.example/modules/{number:04}.js\":\"/_countersign/s/x/m.js\""))
        .collect();
    let map = ImportMap::parse(&format!("{{\"imports\":{{{}}}}}", entries.join(","))).unwrap();
    let map = MapText::of(&map);
    assert!((90_000..150_000).contains(&map.text().len()));
    let mut grants = Arc::into_inner(grants(&Shape { modules, ..Shape::default() })).unwrap();
    for approved in grants.import_maps.values_mut() {
        approved.merged = Some(map.clone());
    }
    grants.module_map = Some(map);
    Arc::new(grants)
}

fn through(page: &str, grants: &Arc<PageGrants>) -> Outcome {
    let outcome = rewrite([page.as_bytes()], grants, UTF_8, &Limits::default());
    assert!(outcome.error.is_none(), "{:?}", outcome.error);
    outcome
}

#[test]
fn many_frames_that_want_our_import_map_do_not_make_a_page_of_megabytes() {
    let grants = with_a_long_map(Modules::Own);
    let outcome = through(&FRAME.repeat(230), &grants);
    assert!(outcome.output.len() < MOST, "{}", outcome.output.len());
    assert_eq!(outcome.verdicts.first().unwrap(), ">external pin approved-url https://cdn.example/m.js");
    assert_eq!(outcome.verdicts.last().unwrap(), "srcdoc quarantine srcdoc-too-long");
}

#[test]
fn frames_in_a_frame_have_no_more_for_themselves() {
    let grants = with_a_long_map(Modules::Own);
    let inner = FRAME.replace('"', "&quot;").repeat(6);
    let outcome = through(&format!("<iframe srcdoc=\"{inner}\"></iframe>").repeat(5), &grants);
    assert!(outcome.output.len() < MOST, "{}", outcome.output.len());
}

#[test]
fn an_import_map_of_the_page_that_comes_over_and_over_is_refused_in_the_end() {
    let grants = with_a_long_map(Modules::Merged);
    assert!(grants.import_maps.contains_key(&sha256(MERGED_MAP)));
    let map = format!("<script type=importmap>{MERGED_MAP}</script>");
    let outcome = through(&map.repeat(150), &grants);
    assert!(outcome.output.len() < MOST, "{}", outcome.output.len());
    assert!(outcome.verdicts.first().unwrap().starts_with("inline merge "), "{:?}", outcome.verdicts.first());
    assert!(outcome.verdicts.last().unwrap().starts_with("inline quarantine too-long"));
}

#[test]
fn many_csps_in_one_long_meta_do_not_repeat_its_attributes() {
    let csps = ["default-src"; 32].join(",");
    let long = "a".repeat(1 << 20);
    let page = format!("<meta http-equiv=content-security-policy content=\"{csps}\" x=\"{long}\">");
    let outcome = through(&page, &grants(&Shape::default()));
    assert!(outcome.output.len() < MOST, "{}", outcome.output.len());
}

#[test]
fn a_long_list_of_directives_is_not_written_into_every_csp_of_a_page() {
    let mut grants = Arc::into_inner(grants(&Shape::default())).unwrap();
    grants.script_directives.elements = "'sha384-ours' ".repeat(20_000);
    let page = "<meta http-equiv=content-security-policy content=default-src>".repeat(30);
    let outcome = through(&page, &Arc::new(grants));
    assert!(outcome.output.len() < MOST, "{}", outcome.output.len());
}

#[test]
fn a_long_base_does_not_make_much_of_short_addresses() {
    let page = format!("<base href=\"/{}/\">{}", "a".repeat(20_000), "<script src=x></script>".repeat(1000));
    let outcome = through(&page, &grants(&Shape::default()));
    assert!(outcome.output.len() < MOST, "{}", outcome.output.len());
    assert!(
        String::from_utf8_lossy(&outcome.output).contains("data-countersign-src=\"https://shop.example/aaa")
    );
}
