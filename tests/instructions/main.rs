//! How many instructions rewriting and whole exchanges take, counted by valgrind's callgrind and held against what
//! is recorded beside this file: a loss shows here which no clock would show on a busy machine.
//!
//! `tests/instructions/run` builds the program and this, and fails where something takes more than [`TOLERANCE`] over
//! what is recorded; `tests/instructions/run record` writes the record. `rewrite PAGE COUNT` is what it has valgrind
//! run, and `calibrate COUNT`: work of libraries alone, by which another compiler, C library or processor is told from
//! a change of ours.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark may stop the process, and tells people"
)]

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign::html::{KnownTags, Limits, Rewriter};
use countersign::policy::{Mode, Opinion, PageGrants};
use url::Url;

/// In per cent: what a count may differ by. Counts differ a little from run to run, because tables are hashed with
/// seeds.
const TOLERANCE: u64 = 4;
/// The row of what is no work of ours.
const CALIBRATION: &str = "calibration: libraries alone";
/// In per cent: where libraries alone take so much more or less than they did, the record is of another world.
const ELSEWHERE: u64 = 25;

/// What is rewritten in this process, each with how often.
const PAGES: [(&str, u64); 3] = [("sb-admin/login.html", 40), ("creative/index.html", 20), ("shop", 4)];

/// What goes through the whole program: a name, the mode of its policy, what is asked for, and whether it differs each
/// time, at its end. A page that doesn't is not parsed again, and of a long one only what differs.
const EXCHANGES: [(&str, &str, &str, bool); 5] = [
    ("asset of 1 KiB", "enforce", "asset", false),
    ("page, observed", "observe", "sb-admin/login.html", true),
    ("page, enforced", "enforce", "sb-admin/login.html", true),
    ("page of 17 KB, enforced, another token", "enforce", "creative/index.html", true),
    ("page, enforced, the same again", "enforce", "sb-admin/login.html", false),
];
/// Exchanges of the shorter and of the longer run, whose difference is counted: of the first pages all are looked
/// at for code in attributes, of the others very few.
const EXCHANGES_OF_RUNS: [u64; 2] = [48, 48 + 512];
/// On a busy machine threads that wait look about more often, which can only add: of so many runs the least counts.
const RUNS: usize = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["rewrite", page, count] => {
            let (page, grants, known) = (body(page), grants(), KnownTags::default());
            for _ in 0..count.parse().unwrap() {
                black_box(rewritten(&page, &grants, &known));
            }
        }
        ["calibrate", count] => {
            for _ in 0..count.parse().unwrap() {
                black_box(calibration());
            }
        }
        ["record"] => {
            let counts = rows().iter().map(|row| (row.name.clone(), row.count(|_| true))).collect();
            std::fs::write(record(), written(&counts)).unwrap();
        }
        _ => compare(),
    }
}

fn record() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded.txt")
}

fn written(counts: &BTreeMap<String, u64>) -> String {
    let mut text = String::from("# Instructions for each, by valgrind; see tests/README.md.\n");
    for (name, count) in counts {
        writeln!(text, "{count:>9}  {name}").unwrap();
    }
    text
}

fn compare() {
    let text = std::fs::read_to_string(record()).unwrap();
    let recorded: HashMap<&str, u64> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.trim_start().split_once("  "))
        .map(|(count, name)| (name, count.parse().unwrap()))
        .collect();
    let there = recorded.get(CALIBRATION).copied().unwrap();
    let mut here = there;
    let mut more = Vec::new();
    for row in rows() {
        // What it would have been here.
        let before = recorded.get(row.name.as_str()).copied().unwrap_or(0) * here / there;
        let too_many = |count| count * 100 > before * (100 + TOLERANCE);
        let count = row.count(too_many);
        println!("{count:>9} instructions, recorded {before:>9}: {}", row.name);
        if row.name == CALIBRATION {
            here = count;
            assert!(
                here.abs_diff(there) * 100 <= there * ELSEWHERE,
                "libraries alone take too much more or less than where it was recorded to compare anything: \
                 `tests/instructions/run record`"
            );
        } else if too_many(count) {
            more.push(row.name);
        } else if count * (100 + TOLERANCE) < before * 100 {
            println!("          fewer than recorded; `tests/instructions/run record` says so");
        }
    }
    assert!(
        more.is_empty(),
        "more than {TOLERANCE} % over tests/instructions/recorded.txt: {more:?}. If that is the price of something wanted, \
         or is new: `tests/instructions/run record`"
    );
}

/// Something that is counted.
struct Row {
    name: String,
    /// How often it is done in the shorter run and in the longer one.
    times: [u64; 2],
    /// The instructions of a run, by thread.
    run: Box<dyn Fn(u64) -> Vec<u64>>,
}

/// The calibration first.
fn rows() -> Vec<Row> {
    let here = |arguments: Vec<&'static str>| -> Box<dyn Fn(u64) -> Vec<u64>> {
        Box::new(move |count| {
            let this = std::env::current_exe().unwrap();
            Counted::begin(&this, &[&arguments[..], &[&count.to_string()]].concat(), Stdio::inherit()).end()
        })
    };
    let mut rows = vec![Row { name: CALIBRATION.to_owned(), times: [10, 20], run: here(vec!["calibrate"]) }];
    for (page, count) in PAGES {
        let name = format!("rewriting {page}");
        rows.push(Row { name, times: [count, 2 * count], run: here(vec!["rewrite", page]) });
    }
    for (name, mode, target, differs) in EXCHANGES {
        let run = Box::new(move |count| exchanges(mode, (target, differs), count));
        rows.push(Row { name: format!("exchange: {name}"), times: EXCHANGES_OF_RUNS, run });
    }
    rows
}

impl Row {
    /// How many one time more takes in the thread that does it, whatever the start, the end and other threads take.
    /// Where that is to be tried again, the least of several runs.
    fn count(&self, again: impl Fn(u64) -> bool) -> u64 {
        let [few, many] = self.times;
        let mut least = u64::MAX;
        for _ in 0..RUNS {
            let threads = (self.run)(few).into_iter().zip((self.run)(many));
            let most = threads.map(|(few, many)| many.saturating_sub(few)).max().unwrap();
            least = least.min(most / (many - few));
            if !again(least) {
                break;
            }
        }
        least
    }
}

/// A folder that is there for a while.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("countersign-instructions-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program under valgrind.
struct Counted {
    child: Child,
    out: Folder,
}

impl Counted {
    fn begin(program: &Path, arguments: &[&str], stderr: Stdio) -> Self {
        let out = Folder::new();
        let mut file = std::ffi::OsString::from("--callgrind-out-file=");
        file.push(out.0.join("counts"));
        let child = Command::new("valgrind")
            .args(["--tool=callgrind", "--quiet", "--separate-threads=yes"])
            .arg(file)
            .arg(program)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(stderr)
            .spawn()
            .unwrap_or_else(|error| panic!("valgrind: {error}; it is the Debian package of that name"));
        Self { child, out }
    }

    /// Waits for its end and says how many instructions each of its threads took, in the order of their beginning.
    fn end(mut self) -> Vec<u64> {
        assert!(self.child.wait().unwrap().success(), "what was counted failed");
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(&self.out.0).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let sum = |file: &PathBuf| -> Option<u64> {
            let counts = std::fs::read_to_string(file).unwrap();
            Some(counts.lines().find_map(|line| line.strip_prefix("totals: "))?.trim().parse().unwrap())
        };
        files.iter().filter_map(sum).collect()
    }
}

/// The instructions of each thread of the whole program for so many exchanges, its start and its end.
fn exchanges(mode: &str, (target, differs): (&str, bool), count: u64) -> Vec<u64> {
    let upstream = serve(&body(target), target, differs);
    let folder = Folder::new();
    let policy = format!("hosts = [\"127.0.0.1\"]\nmode = \"{mode}\"\n");
    std::fs::write(folder.0.join("site.toml"), policy).unwrap();
    let (upstream, policies) = (format!("http://{upstream}"), folder.0.to_str().unwrap());
    // Built beside this.
    let program = std::env::current_exe().unwrap().with_file_name("countersign");
    let run =
        ["run", "--listen", "127.0.0.1:0", "--workers", "1", "--upstream", &upstream, "--policies", policies];
    let mut counted = Counted::begin(&program, &run, Stdio::piped());
    let mut said = BufReader::new(counted.child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address = said
        .find_map(|line| Some(line.split_once("listening on http://")?.1.trim().to_owned()))
        .unwrap_or_else(|| panic!("it ended before it listened"));
    // What it says later must be read, or it would wait.
    let said = std::thread::spawn(move || said.for_each(drop));
    ask(&address, count);
    let stopped = Command::new("kill").args(["-TERM", &counted.child.id().to_string()]).status();
    assert!(stopped.unwrap().success());
    let sum = counted.end();
    said.join().unwrap();
    sum
}

/// Bytes of the number at the end.
const COUNTED: usize = "<!-- 00000000 -->\n".len();

/// Asks for a page so many times, over one connection.
fn ask(address: &str, count: u64) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nUser-Agent: instructions\r\nAccept: text/html,*/*\r\n\
         Accept-Language: en\r\nSec-Fetch-Dest: document\r\nCookie: session=0123456789\r\n\r\n"
    );
    for _ in 0..count {
        stream.write_all(request.as_bytes()).unwrap();
        let (mut length, mut line) = (None, String::new());
        while line != "\r\n" {
            line.clear();
            assert!(reader.read_line(&mut line).unwrap() > 0, "the connection ended");
            let field = line.to_ascii_lowercase();
            length =
                length.or(field.strip_prefix("content-length:").map(|said| said.trim().parse().unwrap()));
        }
        // Short enough that all are whole when the head leaves.
        let length: u64 = length.unwrap();
        std::io::copy(&mut reader.by_ref().take(length), &mut std::io::sink()).unwrap();
    }
}

/// An application that answers everything with the same, or with a number at the end that is another each time, as a
/// token would be.
fn serve(body: &[u8], name: &str, differs: bool) -> SocketAddr {
    let kind = if name == "asset" { "application/octet-stream" } else { "text/html" };
    let head = format!(
        "HTTP/1.1 200 OK\r\nServer: instructions\r\nDate: Thu, 26 Nov 2026 00:00:00 GMT\r\nContent-Type: {kind}\r\n\
         Content-Length: {}\r\nLast-Modified: Thu, 26 Nov 2026 00:00:00 GMT\r\nETag: \"6565-1\"\r\n\
         Accept-Ranges: bytes\r\n\r\n",
        if name == "asset" { body.len() } else { body.len() + COUNTED }
    );
    // An asset has its length, whatever it says.
    let body = if name == "asset" { &body[COUNTED..] } else { body };
    let answer = [head.as_bytes(), body].concat();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            stream.set_nodelay(true).unwrap();
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut line, mut number) = (String::new(), 0);
                while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
                    if line == "\r\n" {
                        number += u32::from(differs);
                        let end = format!("<!-- {number:08} -->\n");
                        if stream.write_all(&[&answer, end.as_bytes()].concat()).is_err() {
                            return;
                        }
                    }
                    line.clear();
                }
            });
        }
    });
    address
}

/// A page of the corpus, or one of those made here.
fn body(name: &str) -> Vec<u8> {
    match name {
        "asset" => vec![b'x'; 1024],
        "shop" => shop(),
        page => std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../pages").join(page)).unwrap(),
    }
}

/// A long page with 60 scripts.
fn shop() -> Vec<u8> {
    let mut page = String::from("<!doctype html><meta charset=utf-8><title>Shop</title><body>");
    for n in 0..1500 {
        if n % 25 == 0 {
            let _ = if n % 2 == 0 {
                write!(page, "<script async src=\"https://cdn{n}.example/{n}.js?v=1\"></script>")
            } else {
                write!(page, "<script>window.events = window.events || []; events.push({n});</script>")
            };
        }
        write!(
            page,
            "<div class=\"item\" id=i{n}><a href=\"/item/{n}?a=1&amp;b=2\"><img src=\"/i/{n}.jpg\" alt=x>\
             </a><p>Some words about item {n} &mdash; and <b>its price</b>.</p></div>"
        )
        .unwrap();
    }
    page.into_bytes()
}

fn grants() -> Arc<PageGrants> {
    Arc::new(PageGrants { second_opinion: Opinion::Suspects, ..PageGrants::nothing(Mode::Enforce) })
}

fn rewritten(page: &[u8], grants: &Arc<PageGrants>, known: &KnownTags) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.len());
    let url = Url::parse("https://shop.example/").unwrap();
    let observer = Box::new(|judged| {
        black_box(judged);
    });
    let mut rewriter =
        Rewriter::new(Arc::clone(grants), url, encoding_rs::UTF_8, Limits::default(), observer)
            .unwrap()
            .with_known(known);
    for chunk in page.chunks(16 << 10) {
        rewriter.write(chunk, &mut out).unwrap();
    }
    rewriter.end(&mut out).unwrap();
    out
}

/// What libraries alone do with a page: its markup is read, words of it are kept in a table and told.
fn calibration() -> usize {
    let page = body("creative/index.html");
    let mut out = Vec::with_capacity(page.len());
    let settings = lol_html::Settings::new()
        .append_element_content_handler(lol_html::element!("script, link, meta, title", |_element| Ok(())));
    let mut parser = lol_html::HtmlRewriter::new(settings, |chunk: &[u8]| out.extend_from_slice(chunk));
    parser.write(&page).unwrap();
    parser.end().unwrap();
    let text = String::from_utf8(out).unwrap();
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for word in text.split_whitespace() {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut told = String::new();
    for (word, times) in &words {
        writeln!(told, "{word} {times}").unwrap();
    }
    told.len()
}
