//! What a shape takes and what it refuses.

use super::*;

fn found(samples: &[&str]) -> Result<Found, String> {
    shape_of_samples(&samples.iter().map(|sample| (*sample).to_owned()).collect::<Vec<_>>())
}

pub(super) fn shape(samples: &[&str]) -> Shape {
    let found = found(samples).unwrap_or_else(|why| panic!("{samples:?}: {why}"));
    Shape::parse(&found.code).unwrap()
}

#[test]
fn the_approved_code_takes_its_data_from_a_block_before_it() {
    let shape = shape(&["window.state = {user: 'bob'};\nrun();"]);
    assert_eq!(
        shape.code(),
        format!(
            "{AT_ELEMENT}window.state = JSON.parse(document.currentScript.countersign[0/*object*/]);\nrun();"
        )
    );
    assert_eq!(
        shape.fit("window.state = {user: \"eve\", admin: [true, null, -1.5e3]};\nrun();").unwrap(),
        [r#"{"user":"eve","admin":[true,null,-1.5e3]}"#]
    );
}

#[test]
fn directives_stay_first_and_functions_find_their_data_later() {
    let strict = shape(&["'use strict'\nlet a = 'b'"]);
    assert_eq!(
        strict.code(),
        format!(
            "'use strict'{AT_ELEMENT}\nlet a = JSON.parse(document.currentScript.countersign[0/*string*/])"
        )
    );
    let late = shape(&["addEventListener('load', function () { start({n: 1}) }) // end"]);
    assert!(late.code().starts_with(IN_BLOCK) && late.code().ends_with("// end\n}"), "{}", late.code());
    assert!(late.code().contains("start(JSON.parse(countersign[1/*object*/]))"), "{}", late.code());
    for refused in [
        "'use strict'; function f() { g({a: 1}) }",
        "const f = () => g('a')",
        "let a; function f() { g('a') }",
        "class A { b = f('a') }",
        "async function f() { g('a') }",
        "var f; function f() { g('a') }",
        "for (var f in {}) {} function f() { g('a') }",
        "window.onload = window.init; function init() { start({id: 1}) }",
        "this.init(); function init() { start({id: 1}) }",
        "window['init'](); function init() { start({id: 1}) }",
    ] {
        let why = found(&[refused]).unwrap_err();
        assert!(why.contains("inside a function"), "{refused}: {why}");
    }
}

#[test]
fn a_function_may_have_the_name_of_somebody_elses_property() {
    let shape = shape(&["function init() { chat.init({id: 1}) } addEventListener('load', init)"]);
    assert!(shape.code().starts_with(IN_BLOCK), "{}", shape.code());
}

#[test]
fn several_samples_leave_data_only_where_they_differ() {
    let shape = shape(&[
        "gtag('js', 1); gtag('config', 'G-1', {user: {id: 'a', roles: [1]}, v: 2});",
        "gtag('js', 1); gtag('config', 'G-1', {user: {id: 'b', roles: [1]}, v: 2});",
        "gtag('js', 1); gtag('config', 'G-1', {user: {id: 'c', roles: []}, v: 2});",
    ]);
    assert_eq!(shape.holes, [Class::String, Class::Array]);
    assert!(
        shape.fit("gtag('js', 1); gtag('config', 'G-1', {user: {id: 'x', roles: [2, 3]}, v: 2});").is_some()
    );
    for other in [
        "gtag('js', 2); gtag('config', 'G-1', {user: {id: 'a', roles: [1]}, v: 2});",
        "gtag('js', 1); gtag('config', 'G-2', {user: {id: 'a', roles: [1]}, v: 2});",
        "gtag('js', 1); gtag('config', 'G-1', {user: {id: 'a', roles: [1]}, v: 3});",
        "gtag('js', 1); gtag('config', 'G-1', {user: {id: 5, roles: [1]}, v: 2});",
        "gtag('js', 1); gtag('config', 'G-1', {user: {id: 'a', roles: {}}, v: 2});",
    ] {
        assert_eq!(shape.fit(other), None, "{other}");
    }
}

#[test]
fn data_of_different_kinds_in_one_place_is_any_data() {
    let shape = shape(&["a = null", "a = {b: 1}"]);
    assert_eq!(shape.holes, [Class::Any]);
    assert!(shape.fit("a = 'text'").is_some() && shape.fit("a = b").is_none());
    let why = found(&["a.src = 1", "a.src = {}"]).unwrap_err();
    assert!(why.contains("text must not"), "{why}");
}

#[test]
fn samples_whose_code_differs_have_no_shape() {
    for (one, other) in [
        ("a = 'b'", "c = 'b'"),
        ("a = 'b'", "a  = 'b'"),
        ("a = 'b'", "a = 'b' + c"),
        ("f('a', b)", "f('a', c)"),
        ("f('a')", "f('a', 'b')"),
        ("a = 'b' // x", "a = 'b' // y"),
        ("a = 'b'", "a = `b`"),
    ] {
        let why = found(&[one, other]).unwrap_err();
        assert!(
            why.contains("sample 2: its code differs") || why.contains("places for data"),
            "{one} {other}: {why}"
        );
    }
    assert!(found(&["a = 1", "a = 1"]).unwrap_err().contains("the same"));
}

/// Texts that hide code, or are not data as JSON has it, beside data for each place.
const HIDING: [(&str, &[&str]); 5] = [
    (
        "''",
        &[
            "x",
            "x()",
            "`x`",
            "`${x()}`",
            "'a'+x()",
            "'a',x()",
            "x=>x",
            "(x())",
            "/x/",
            "new X",
            "void x()",
            "!x()",
            "'a'[x()]",
            "'a'.b",
            "x`a`",
            "'a'\nx()",
            "'a';x()",
            "'a'/*x*/",
            "'a'//x",
            "'\u{2028}';x()//'",
            "\"a\\\n\"+x()",
            "function(){}()",
            "class{}",
            "await x",
            "yield",
            "import('x')",
            "import.meta",
            "x?.y",
            "'a'in x",
            "...x",
            "<!--x",
            "-->",
            "'a'}x()",
            "undefined",
            "NaN",
            "Infinity",
            "0x10",
            "1n",
            "'\\",
            "'",
            "\"",
            "1",
            "true",
            "null",
            "{}",
        ],
    ),
    (
        "{}",
        &[
            "{get c(){return x()}}",
            "{set c(d){x()}}",
            "{c(){x()}}",
            "{c:x()}",
            "{c:x}",
            "{x}",
            "{...x}",
            "{[x()]:1}",
            "{__proto__:{}}",
            "{\"__proto__\":{}}",
            "{c:`x`}",
            "{c:1}.c",
            "{c:1}+x()",
            "{async c(){}}",
            "{*c(){}}",
            "{c:()=>x}",
            "{c:1,}x",
            "{c:1;x()}",
            "{if(1)x()}",
            "{x:x:1}",
            "{c:{d:{e:x}}}",
            "{c:[x()]}",
            "{'c':1}}x",
            "{/*x*/c:1}",
            "{c:/x/}",
            "{c:1n}",
            "{c:1e999}",
            "{c:-x}",
            "{c:--x}",
            "{c:typeof x}",
            "{}{}",
            "{c:'\\u{110000}'}",
            "[]",
            "'a'",
            "1",
            "null",
        ],
    ),
    (
        "[]",
        &["[,]", "[x()]", "[...x]", "[1,,2]", "[x]", "[1][x()]", "[1].map(x)", "[]+x()", "[1 x]", "{}", "''"],
    ),
    (
        "0",
        &[
            "x", "1+x()", "1x", "0x1", "1_0", "1.", ".5", "01", "1e999", "1n", "- 1", "--1", "+1", "''",
            "1;x()", "-x",
        ],
    ),
    ("null", &["x", "undefined", "!0", "true()", "true.x", "nullx", "true&&x()", "1", "True", "void 0"]),
];

#[test]
fn code_in_the_place_of_data_never_fits() {
    let shape = shape(&["a = 'text'; b = {c: 1}; f([2], 3, true)"]);
    let with = |changed: usize, code: &str| {
        let value = |place: usize| if place == changed { code } else { HIDING[place].0 };
        let [string, object, array, number, constant] = [0, 1, 2, 3, 4].map(value);
        shape.fit(&format!("a = {string}; b = {object}; f({array}, {number}, {constant})"))
    };
    for (place, (data, hiding)) in HIDING.iter().enumerate() {
        assert!(with(place, data).is_some(), "the frame fits with {data}");
        for code in *hiding {
            assert_eq!(with(place, code), None, "{code} in the place of {data}");
        }
    }
}

#[test]
fn what_stands_around_the_data_counts_to_the_last_letter() {
    let shape = shape(&["a = 'b'; c()"]);
    for text in [
        "",
        "a = 'b'; c",
        "a = 'b'; c() ",
        " a = 'b'; c()",
        "a = 'b';c()",
        "a = 'b'; d()",
        "x();a = 'b'; c()",
        "a = 'b'; c();a = 'b'; c()",
        "a ='b'; c()",
        "a = 'b'\u{2028}; c()",
        "a = ; c()",
        "\u{feff}a = 'b'; c()",
    ] {
        assert_eq!(shape.fit(text), None, "{text}");
    }
}

#[test]
fn hostile_lengths_and_depths_are_refused_quickly() {
    let shape = shape(&["a = {b: 1}"]);
    for filler in [
        "[", "{", "{a:", "[[", "(", "!", "-", "+", "typeof ", "a=>", "new ", "`${", "'", "\\", "a?b:",
        "if(a)", "1,",
    ] {
        for prefix in ["", "a = ", "a = {b: ", "a = {b: ["] {
            let text = format!("{prefix}{}", filler.repeat(MAX_SHAPED_BYTES / filler.len() - 10));
            assert_eq!(shape.fit(&text), None, "{prefix}{filler}…");
            assert_eq!(shape.fit(&format!("{text}1}}")), None, "{prefix}{filler}…");
        }
    }
    let long = format!("a = {{b: '{}'}}", "x".repeat(MAX_SHAPED_BYTES));
    assert_eq!(shape.fit(&long), None);
    let fits = format!("a = {{b: '{}'}}", "x".repeat(MAX_SHAPED_BYTES - 20));
    assert!(shape.fit(&fits).is_some());
}

#[test]
fn scripts_that_make_code_of_text_have_no_shape() {
    for (script, why) in [
        ("a = 'b'; eval(a)", "eval"),
        ("a = 'b'; window.eval(a)", "eval"),
        ("a = 'b'; new Function(a)", "Function"),
        ("a = 'b'; import(a)", "import()"),
        ("a = 'b'; with (c) { d() }", "with"),
        ("a = 'b'; <!-- c", "<!--"),
        ("a = 'b'\n--> c", "-->"),
        ("a = '</script'", "</script"),
        ("a = 'b' //# sourceMappingURL=c", "//# source"),
        ("a = countersign('b')", "countersign"),
        ("var JSON = {}; a = 'b'", "JSON"),
        ("var document = {}; a = 'b'", "document"),
        ("a = 'b'\r\n", "LF"),
        ("a = 'b'; import c from 'd'", "module"),
        ("a = (", "not valid"),
        ("a()", "no place"),
    ] {
        let refused = found(&[script]).unwrap_err();
        assert!(refused.contains(why), "{script}: {refused}");
    }
}

/// Two texts of each, as two visitors would get them.
#[test]
fn scripts_as_applications_write_them_have_shapes() {
    for (one, other, holes) in [
        // Google's tag
        (
            "window.dataLayer = window.dataLayer || [];\n  function gtag(){dataLayer.push(arguments);}\n  gtag('js', new Date());\n\n  gtag('config', 'G-1', {'user_id': 'u1'});",
            "window.dataLayer = window.dataLayer || [];\n  function gtag(){dataLayer.push(arguments);}\n  gtag('js', new Date());\n\n  gtag('config', 'G-1', {'user_id': 'u2'});",
            &[Class::String][..],
        ),
        // WordPress
        (
            "/* <![CDATA[ */\nvar shop = {\"ajaxurl\":\"https:\\/\\/shop.example\\/a\",\"nonce\":\"1a2b\"};\n/* ]]> */",
            "/* <![CDATA[ */\nvar shop = {\"ajaxurl\":\"https:\\/\\/shop.example\\/a\",\"nonce\":\"3c4d\"};\n/* ]]> */",
            &[Class::String],
        ),
        // Next.js
        ("self.__next_f.push([1,\"5:[\\\"$\\\"]\\n\"])", "self.__next_f.push([1,\"a\"])", &[Class::String]),
        (
            "(self.__next_f=self.__next_f||[]).push([0])",
            "(self.__next_f=self.__next_f||[]).push([2,null])",
            &[Class::Array],
        ),
        // Matomo
        (
            "var _paq = window._paq = window._paq || [];\n_paq.push(['setUserId', 'a']);\n(function() { var u='//m.example/'; _paq.push(['setSiteId', '1']); })();",
            "var _paq = window._paq = window._paq || [];\n_paq.push(['setUserId', 'b']);\n(function() { var u='//m.example/'; _paq.push(['setSiteId', '1']); })();",
            &[Class::String],
        ),
        // states of frameworks
        (
            "window.__INITIAL_STATE__={\"a\":[]};(function(){var s;(s=document.currentScript).parentNode.removeChild(s)}());",
            "window.__INITIAL_STATE__={\"b\":1};(function(){var s;(s=document.currentScript).parentNode.removeChild(s)}());",
            &[Class::Object],
        ),
        (
            "window.__APOLLO_STATE__ = JSON.parse('{}');",
            "window.__APOLLO_STATE__ = JSON.parse('[]');",
            &[Class::String],
        ),
        (
            "var now = new Date(1732460000000), csrf = 'a';",
            "var now = new Date(1732460000001), csrf = 'b';",
            &[Class::Number, Class::String],
        ),
        (
            "$(function () { Shop.init({user: null}); });",
            "$(function () { Shop.init({user: 'bob'}); });",
            &[Class::Any],
        ),
    ] {
        let shape = shape(&[one, other]);
        assert_eq!(shape.holes(), holes, "{one}");
        assert!(shape.fit(one).is_some() && shape.fit(other).is_some(), "{one}");
    }
}

#[test]
fn data_does_not_stand_where_browsers_make_more_of_it() {
    for script in [
        "setTimeout('a', 1)",
        "setInterval('a')",
        "document.write('a')",
        "e.insertAdjacentHTML('beforeend', 'a')",
        "e.innerHTML = 'a'",
        "e.outerHTML = 'a'",
        "e.srcdoc = 'a'",
        "e.src = 'a'",
        "e['src'] = 'a'",
        "e.href = ['a']",
        "location = 'a'",
        "var location = 'a'",
        "window.location.href = 'a'",
        "location.assign('a')",
        "e.onclick = 'a'",
        "f.action = 'a'",
        "f.formAction = 'a'",
        "s.text = 'a'",
        "s.textContent = 'a'",
        "document.cookie = 'a'",
        "document.domain = 'a'",
        "e.setAttribute('a', 'b')",
        "document.createElement('a')",
        "open('a')",
        "$('a')",
        "importScripts('a')",
        "new Worker('a')",
        "new f('a')",
        "w.postMessage('a', '*')",
        "a[b] = 'c'",
        "a[b]('c')",
        "a()('b')",
        "(0, a)('b')",
        "[a] = ['b']",
        "({a} = {a: 'b'})",
        "a += 'b'",
        "a ||= 'b'",
        "f(...['a'])",
        "f`a`",
        "e.__proto__ = {}",
        "f.prototype = {}",
        "return_ = a + 'b'",
        "x = [a, 'b']",
        "x = {a: b, c: 'd'}",
        "'a'",
        "if ('a') b()",
        "x = y || 'a'",
        "navigator.serviceWorker.register('a')",
    ] {
        assert!(found(&[script]).unwrap_err().contains("no place"), "{script}");
    }
    for script in [
        "e.data = {a: 1}",
        "Object.assign(a, {b: 1})",
        "(function (a) { b(a) })('c')",
        "onLine = 'a'",
        "a?.b('c')",
    ] {
        assert!(found(&[script]).is_ok(), "{script}");
    }
}

#[test]
fn approved_code_is_read_as_it_was_written_or_not_at_all() {
    let code = shape(&["a = 'b'; c = 1"]).code();
    assert_eq!(Shape::parse(&code).unwrap().code(), code);
    for broken in [
        code.replace("/*string*/", "/*text*/"),
        code.replace("[1/*", "[2/*"),
        code.replace("[1/*number*/]", "[1]"),
        code.replace(AT_ELEMENT, ""),
        code.replacen("JSON.parse", "JSON.parse ", 1),
        code.replace("a = ", "a = '</script>' + "),
        code.replace("a = ", "<!--\na = "),
        "a = 'b'".to_owned(),
        AT_ELEMENT.to_owned(),
        String::new(),
    ] {
        assert_eq!(Shape::parse(&broken), None, "{broken}");
    }
}
