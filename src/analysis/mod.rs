//! What a script's code reaches, and the code in a readable form: for the person who is asked to approve
//! it. Nothing is run; the code is parsed, and its syntax tree looked at. No I/O.
//!
//! ```text
//!  bytes ─► parse (on a thread with a stack of its own) ─► visit ─► Reaches   what it touches, and where
//!                                                     └─► readable            code to compare by diff
//! ```
//!
//! It finds what code says, not what it does: code made to mislead can hide anything. So "reaches
//! nothing" never means harmless, and a script that hides (long texts, escapes, `eval`) is told as such.
//!
//! Code can be nested so deeply that parsing it exhausts any stack, which ends the process. Commands
//! therefore call [`read`] in a process of its own.

mod reaches;
mod gather;
mod fold;
mod names;
mod hosts;
mod visit;
mod diff;
mod printable;
pub mod shape;

use std::thread;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;
use serde::{Deserialize, Serialize};

pub use diff::{Difference, compare};
pub use printable::{one_line, printable};
pub use reaches::{Comparison, Item, Place, Reaches, What};

use gather::Gather;

/// The longest script that is parsed. Longer ones are compared as they are.
pub const MAX_PARSED_BYTES: usize = 4 << 20;

/// Imports of one script that are kept.
const MAX_IMPORTS: usize = 500;
/// The longest specifier that is kept, in bytes.
const MAX_SPECIFIER: usize = 2048;

/// The stack of the thread that parses: reserved, and used only by code that is nested deeply.
const STACK_BYTES: usize = 256 << 20;

/// What was read of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Why the code could not be parsed; then only hosts named in it were looked for.
    pub unparsed: Option<String>,
    /// What it reaches.
    pub reaches: Reaches,
    /// What it imports, as it says it: by `import`, `export … from`, and `import()` of a text.
    pub imports: Vec<String>,
    /// The code, one statement a line where it could be parsed; as it came otherwise.
    pub readable: String,
}

impl Reading {
    /// What can be said of code that was not parsed, and why it was not.
    pub fn unparsed(bytes: &[u8], why: impl Into<String>) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut gather = Gather::new(&text);
        gather.hosts(&text, 0);
        Self {
            unparsed: Some(why.into()),
            reaches: gather.finish(),
            imports: Vec::new(),
            readable: text.into_owned(),
        }
    }
}

/// Reads a script.
pub fn read(bytes: &[u8]) -> Reading {
    if bytes.len() > MAX_PARSED_BYTES {
        let limit = format!("it is longer than {} MiB", MAX_PARSED_BYTES >> 20);
        return Reading::unparsed(bytes, limit);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Reading::unparsed(bytes, "it is not UTF-8");
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let reading = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || parsed(text));
        thread.ok().and_then(|thread| thread.join().ok())
    });
    match reading {
        Some(Ok(reading)) => reading,
        Some(Err(why)) => Reading::unparsed(bytes, why),
        None => Reading::unparsed(bytes, "the parser failed on it"),
    }
}

/// Parses as a module or a classic script, whichever it is, and reads the tree.
fn parsed(text: &str) -> Result<Reading, String> {
    let mut why = String::new();
    for source_type in [SourceType::unambiguous(), SourceType::script()] {
        let allocator = Allocator::default();
        let options = ParseOptions { allow_return_outside_function: true, ..ParseOptions::default() };
        let parsed = Parser::new(&allocator, text, source_type).with_options(options).parse();
        let Some(error) = parsed.diagnostics.iter().next() else {
            return Ok(read_tree(text, &parsed.program));
        };
        if why.is_empty() {
            why = format!("it is not valid JavaScript ({})", one_line(&error.to_string(), 200));
        }
    }
    Err(why)
}

fn read_tree(text: &str, program: &Program<'_>) -> Reading {
    let (reaches, imports) = visit::reaches(text, program);
    let readable = Codegen::new().with_options(CodegenOptions::default()).build(program).code;
    Reading { unparsed: None, reaches, imports, readable }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn things(source: &str, what: What) -> Vec<String> {
        let reading = read(source.as_bytes());
        assert_eq!(reading.unparsed, None, "{source}");
        reading.reaches.of(what).map(|item| item.thing.clone()).collect()
    }

    #[test]
    fn what_code_reaches_is_found_in_its_many_spellings() {
        for (source, what, thing) in [
            ("fetch('/a')", What::Network, "fetch"),
            ("window.fetch('/a')", What::Network, "fetch"),
            ("self['fe'+'tch']('/a')", What::Network, "fetch"),
            ("const { fetch: f } = window; f('/a')", What::Network, "fetch"),
            ("const f = fetch; f('/a')", What::Network, "fetch"),
            ("new XMLHttpRequest", What::Network, "XMLHttpRequest"),
            ("navigator.sendBeacon(u, d)", What::Network, "sendBeacon"),
            ("new WebSocket(u)", What::Network, "WebSocket"),
            ("new EventSource(u)", What::Network, "EventSource"),
            ("(new Image).src = u", What::Network, "new Image()"),
            ("i.src = u", What::Network, "src = …"),
            ("import('/m.js')", What::Network, "import()"),
            ("importScripts(u)", What::Network, "importScripts"),
            ("form.submit()", What::Network, "submit()"),
            ("location.href = u", What::Network, "location = …"),
            ("location = u", What::Network, "location = …"),
            ("window.location.assign(u)", What::Network, "location = …"),
            ("form.action = u", What::Network, "action = …"),
            ("fetch('https://evil.example:8443/x?y')", What::Host, "https://evil.example:8443"),
            ("a = '//cdn.example/x.js'", What::Host, "//cdn.example"),
            ("a = `wss://evil.example/${b}`", What::Host, "wss://evil.example"),
            ("a = 'https:' + '//evil' + '.example/'", What::Host, "https://evil.example"),
            ("a = atob('aHR0cHM6Ly9ldmlsLmV4YW1wbGUv')", What::Host, "https://evil.example"),
            (
                "a = String.fromCharCode(104,116,116,112,115,58,47,47,101,46,120,121,47)",
                What::Host,
                "https://e.xy",
            ),
            ("a = ['https:','','evil.example'].join('/')", What::Host, "https://evil.example"),
            ("import x from 'https://cdn.example/m.js'", What::Network, "import"),
            ("document.querySelector('#card-number')", What::Field, "looks up `#card-number`"),
            ("document.getElementById('cvv')", What::Field, "looks up `cvv`"),
            ("document.querySelectorAll('input')", What::Field, "looks up `input`"),
            ("document.getElementById('menu')", What::Lookup, "menu"),
            ("u = document.currentScript.src", What::Address, "document.currentScript"),
            ("const { currentScript: s } = document", What::Address, "document.currentScript"),
            ("s = window.document.scripts[0]", What::Address, "document.scripts"),
            ("u = new URL('a.css', import.meta.url)", What::Address, "import.meta"),
            (
                "s = document.querySelector('script[src*=chat]')",
                What::Address,
                "looks up `script[src*=chat]`",
            ),
            ("s = document.getElementsByTagName('SCRIPT')", What::Address, "looks up `SCRIPT`"),
            ("x = e.value", What::Field, "reads value"),
            ("$('#a').val()", What::Field, "reads value"),
            ("new FormData(f)", What::Field, "FormData"),
            ("f.addEventListener('input', g)", What::Field, "listens to `input`"),
            ("f.onkeydown = g", What::Field, "listens to `keydown`"),
            ("x = { cardNumber: 1 }", What::Field, "names `cardNumber`"),
            ("x = document.cookie", What::Cookie, "reads document.cookie"),
            ("document['coo'+'kie'] = 'a'", What::Cookie, "writes document.cookie"),
            ("localStorage.setItem('a', 1)", What::Storage, "localStorage"),
            ("window.sessionStorage", What::Storage, "sessionStorage"),
            ("indexedDB.open('a')", What::Storage, "indexedDB"),
            ("eval(x)", What::Code, "eval"),
            ("(0, eval)(x)", What::Code, "eval"),
            ("window['ev'+'al'](x)", What::Code, "eval"),
            ("new Function(x)()", What::Code, "Function"),
            ("[].filter.constructor(x)()", What::Code, "constructor()"),
            ("setTimeout('a()', 1)", What::Code, "setTimeout with text"),
            ("document.write(x)", What::Markup, "document.write"),
            ("e.innerHTML = x", What::Markup, "innerHTML = …"),
            ("document.createElement('SCRIPT')", What::Insert, "script"),
            ("parent.postMessage(x, '*')", What::Message, "postMessage"),
            ("navigator.clipboard.readText()", What::Clipboard, "clipboard"),
            ("a = '\\x68\\x74\\x74\\x70\\x73\\x3a\\x2f\\x2f'", What::Hidden, "text in hex escapes"),
            ("a = atob(b)", What::Hidden, "atob"),
        ] {
            let found = things(source, what);
            assert!(found.iter().any(|found| found == thing), "{source}: {found:?}");
        }
    }

    #[test]
    fn what_code_imports_is_listed_once_as_it_is_written() {
        let source = "import a from './a.js'; import '/b.js'; export { c } from 'c'; export * from '../d.js'; \
                      import('e' + '.js'); import(x); import('./a.js'); import('data:text/javascript,1')";
        let imports = read(source.as_bytes()).imports;
        assert_eq!(imports, ["../d.js", "./a.js", "/b.js", "c", "data:text/javascript,1", "e.js"]);
        let many: String = (0..1000).map(|n| ["import './m", &n.to_string(), ".js';"].concat()).collect();
        assert_eq!(read(many.as_bytes()).imports.len(), MAX_IMPORTS);
    }

    #[test]
    fn ordinary_code_reaches_nothing() {
        let source = "const a = b => b + 1; class C { fetched() { return this.x.map(a) } } \
                      if (a) { setTimeout(() => a(2), 100); e.value = 3; f.addEventListener('click', a) }";
        let reading = read(source.as_bytes());
        assert_eq!(reading.reaches.items, [], "{source}");
    }

    #[test]
    fn a_finding_says_where_it_stands_and_how_often() {
        let reading = read("let a = 1;\n  é = document.cookie; document.cookie;".as_bytes());
        let item = reading.reaches.of(What::Cookie).next().unwrap();
        assert_eq!((item.place, item.count), (Place { line: 2, column: 7 }, 2));
        assert!(item.excerpt.contains("document.cookie"), "{}", item.excerpt);
    }

    #[test]
    fn lists_are_bounded_and_say_what_they_leave_out() {
        let source: String = (0..500)
            .flat_map(|n| ["x('https://h", &n.to_string(), ".example/');"].map(str::to_owned))
            .collect();
        let reaches = read(source.as_bytes()).reaches;
        let hosts = reaches.of(What::Host).count();
        assert!(hosts < 500, "{hosts}");
        assert_eq!(hosts + reaches.left_out, 500);
    }

    #[test]
    fn minified_code_becomes_lines() {
        let reading = read(b"function a(b){return b?c(b):d(b)}a(1);a(2);");
        assert_eq!(reading.readable.lines().count(), 5, "{}", reading.readable);
    }

    #[test]
    fn modules_and_sloppy_scripts_are_both_read() {
        for source in
            ["import a from '/a.js'; await a()", "with (a) { b() }", "var yield = 1; delete x", "return 1"]
        {
            assert_eq!(read(source.as_bytes()).unparsed, None, "{source}");
        }
    }

    #[test]
    fn what_is_not_parsed_says_why_and_still_names_hosts() {
        let broken = read(b"if (((( fetch('https://evil.example/'");
        assert!(broken.unparsed.unwrap().contains("not valid JavaScript"));
        assert_eq!(broken.reaches.of(What::Host).count(), 1);
        assert!(read(b"a = '\xff'").unparsed.unwrap().contains("UTF-8"));
        let long = [b"//".to_vec(), vec![b'x'; MAX_PARSED_BYTES]].concat();
        assert!(read(&long).unparsed.unwrap().contains("4 MiB"));
    }

    #[test]
    fn code_may_be_nested_as_deeply_as_generated_code_is() {
        for (open, close) in
            [("(", ")"), ("[", "]"), ("!", ""), ("a=>", ""), ("-+", ""), ("{", "}"), ("if(a)", "")]
        {
            let source = format!("{}a{}", open.repeat(5000), close.repeat(5000));
            assert_eq!(read(source.as_bytes()).unparsed, None, "{open}");
        }
        let sum = vec!["'a'"; 20_000].join("+");
        assert_eq!(read(sum.as_bytes()).unparsed, None);
    }
}
