//! A real PostgreSQL server, started by the tests: one for all that only need a database, others for those that
//! end it or speak TLS to it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use postgres::{Client, NoTls};

/// Ends the server as soon as the pipe to this shell closes: also when the test process is killed. Its folder goes
/// with it, but where a line says that it will come back.
const KEEPER: &str = "folder=$1; shift; \"$@\" </dev/null & server=$!; exec >&- 2>&-; read -r keep; \
                      kill -QUIT $server; wait $server; [ -n \"$keep\" ] || rm -rf \"$folder\"";

/// What postgres says on standard error as soon as it takes connections.
const READY: &str = "database system is ready to accept connections";

/// Nobody: postgres refuses to run as root.
pub(crate) const NOBODY: u32 = 65534;

/// The password of the role `node`, with signs that a URL has to escape.
pub(crate) const PASSWORD: &str = "s3cret/of:node@fleet";

static SHARED: OnceLock<Postgres> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A running server.
pub(crate) struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    more: Vec<String>,
    port: u16,
    keeper: Mutex<Option<Child>>,
}

impl Postgres {
    /// The one that all tests of this process share, for whoever needs a database and leaves the server alone.
    pub(crate) fn shared() -> &'static Self {
        SHARED.get_or_init(|| Self::new(&[]))
    }

    /// A server of the test's own, with these settings.
    pub(crate) fn new(settings: &[&str]) -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap().keep();
        let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
        if is_root {
            chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let data = folder.join("data");
        let made = as_nobody(&programs.join("initdb"))
            .arg("--pgdata")
            .arg(&data)
            .args(["--username=admin", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .args(["--auth-local=trust", "--auth-host=scram-sha-256"])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let more = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let server = Self { folder, programs, more, port: free_port(), keeper: Mutex::new(None) };
        server.start();
        let role = format!("CREATE ROLE node LOGIN PASSWORD '{PASSWORD}'");
        server.as_admin("postgres", &role);
        server
    }

    /// Starts it again after [`end`](Self::end).
    pub(crate) fn start(&self) {
        let folder = self.folder.to_str().unwrap();
        let mut server = as_nobody(&self.programs.join("postgres"));
        server.arg("-D").arg(self.folder.join("data")).args(["-k", folder, "-p", &self.port.to_string()]);
        let few =
            ["listen_addresses=127.0.0.1", "shared_buffers=32MB", "max_connections=200", "log_timezone=UTC"];
        // What is killed here are processes, never the machine.
        let quick = ["fsync=off", "full_page_writes=off"];
        for setting in few.into_iter().chain(quick).chain(self.more.iter().map(String::as_str)) {
            server.args(["-c", setting]);
        }
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper", folder]).arg(server.get_program()).args(server.get_args());
        let spawned = keeper
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .current_dir(&self.folder)
            .process_group(0)
            .spawn();
        let mut keeper = spawned.unwrap();
        let mut log = BufReader::new(keeper.stderr.take().unwrap());
        let (mut said, mut is_ready) = (String::new(), false);
        let mut line = String::new();
        while !is_ready && log.read_line(&mut line).unwrap() > 0 {
            is_ready = line.contains(READY);
            said.push_str(&line);
            line.clear();
        }
        assert!(is_ready, "postgres did not start:\n{said}");
        // Read on: a full pipe would stop it.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        *self.keeper.lock().unwrap_or_else(PoisonError::into_inner) = Some(keeper);
    }

    /// Ends it as a crash would: no goodbye, no checkpoint, every connection gone.
    pub(crate) fn end(&self) {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut keeper = keeper.expect("it runs");
        keeper.stdin.take().unwrap().write_all(b"keep\n").unwrap();
        keeper.wait().unwrap();
    }

    /// The URL of a new, empty database, which belongs to the role `node`; over a Unix socket, no password needed.
    pub(crate) fn database(&self) -> String {
        self.url_of(&self.empty_database())
    }

    /// The same over TCP, with the password.
    pub(crate) fn database_over_tcp(&self) -> String {
        let password = percent_encoding::utf8_percent_encode(PASSWORD, percent_encoding::NON_ALPHANUMERIC);
        let name = self.empty_database();
        format!("postgres://node:{password}@localhost:{}/{name}?sslmode=disable", self.port)
    }

    /// A database's URL over the Unix socket.
    pub(crate) fn url_of(&self, name: &str) -> String {
        let folder = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://node@{folder}:{}/{name}", self.port)
    }

    /// Where it listens.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The Unix socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join(format!(".s.PGSQL.{}", self.port))
    }

    /// The folder with its data, for files that it is to read.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Does these statements as the server's owner.
    pub(crate) fn as_admin(&self, database: &str, statements: &str) {
        self.with_admin(database, |client| client.batch_execute(statements).unwrap());
    }

    /// Asks as the server's owner.
    pub(crate) fn with_admin<T: Send>(&self, database: &str, ask: impl FnOnce(&mut Client) -> T + Send) -> T {
        let parameters =
            format!("host={} port={} user=admin dbname={database}", self.folder.display(), self.port);
        // The client has a runtime of its own, which must not run inside a test's.
        std::thread::scope(|scope| {
            let asking = scope.spawn(|| ask(&mut Client::connect(&parameters, NoTls).unwrap()));
            asking.join().unwrap()
        })
    }

    /// The name of a new one.
    pub(crate) fn empty_database(&self) -> String {
        let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        self.as_admin("postgres", &format!("CREATE DATABASE {name} OWNER node"));
        name
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let keeper = self.keeper.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut keeper) = keeper {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        } else {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Where Debian keeps what it doesn't put on the PATH, the latest last.
fn programs() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.push("/usr/local/bin".into());
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    folders.extend(versions.filter_map(|version| Some(version.ok()?.path().join("bin"))));
    let found =
        folders.into_iter().find(|folder| ["initdb", "postgres"].iter().all(|p| folder.join(p).exists()));
    found.unwrap_or_else(|| {
        panic!("initdb and postgres (Debian: postgresql) are missing: run tests/run, which installs them")
    })
}

fn as_nobody(program: &Path) -> Command {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    let nobody = NOBODY.to_string();
    command.args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"]).arg(program);
    command
}

/// postgres can't choose one itself. Another process may take it before it listens; then it says so.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
