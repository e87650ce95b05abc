//! The connection: made when it is needed, made again when it is lost, not more often than a server that is in
//! trouble can bear.

use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use postgres::{Client, NoTls, Transaction};
use tokio::runtime::Handle;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::database::DatabaseError;
use super::said::{is_conflict, sorted};
use super::schema::prepare;
use super::target::PostgresTarget;
use crate::transport::tls;

/// The shortest and the longest time between a connection that could not be made and the next attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(10)];
/// For one address of the server.
const CONNECTING: Duration = Duration::from_secs(5);
/// After which a server that acknowledges nothing is given up.
const SILENCE: Duration = Duration::from_secs(20);

/// Of one transaction.
const ATTEMPTS: u32 = 4;

/// What each transaction begins with. Not set once for the connection: behind a pooler the next one may be on
/// another. A statement that takes longer is one that nobody waits for any more.
const LIMITS: &str = "SET LOCAL search_path = countersign; SET LOCAL statement_timeout = '30s'; \
                      SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '60s'";

/// A server, and the connection to it where there is one.
pub(super) struct Connection {
    target: PostgresTarget,
    read_only: bool,
    client: Option<Client>,
    pause: Duration,
    /// Not before.
    next: Option<Instant>,
    /// Why there is none.
    last: String,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Says goodbye, and waits for that.
        let client = self.client.take();
        outside_runtime(|| drop(client));
    }
}

/// The client blocks within a runtime of its own, which another must not surround: a process may open its store while
/// it starts within one. The thread that keeps a store is in none, and does the work itself.
pub(super) fn outside_runtime<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if Handle::try_current().is_err() {
        return work();
    }
    let done = thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|panic| resume_unwind(panic))
}

impl Connection {
    /// None yet.
    pub(super) fn new(target: PostgresTarget, read_only: bool) -> Self {
        let [pause, _] = PAUSES;
        Self { target, read_only, client: None, pause, next: None, last: String::new() }
    }

    /// Does something within a transaction, and commits it. Where the connection turns out to be lost it is made
    /// again, and all is done once more; so it is where another transaction stood in the way. Whatever is done here
    /// may be done twice.
    pub(super) fn transact<T>(
        &mut self,
        mut work: impl FnMut(&mut Transaction<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let mut was_open = self.client.is_some();
        for _ in 1..ATTEMPTS {
            let done = self.try_once(&mut work);
            let is_lost = self.client.as_ref().is_none_or(Client::is_closed);
            if is_lost {
                self.client = None;
            }
            match done {
                Err(error) if error.is_for_now() && (was_open && is_lost || is_conflict(&error)) => {
                    tracing::debug!("{}: {error}; once more", self.target);
                    was_open = false;
                }
                other => return other,
            }
        }
        self.try_once(&mut work)
    }

    fn try_once<T>(
        &mut self,
        work: &mut impl FnMut(&mut Transaction<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let read_only = self.read_only;
        let client = self.client()?;
        let begun = client.build_transaction().read_only(read_only).start();
        let mut transaction = begun.map_err(|error| sorted("PostgreSQL", &error))?;
        transaction.batch_execute(LIMITS).map_err(|error| sorted("PostgreSQL", &error))?;
        let done = work(&mut transaction)?;
        transaction.commit().map_err(|error| sorted("PostgreSQL could not commit", &error))?;
        Ok(done)
    }

    fn client(&mut self) -> Result<&mut Client, DatabaseError> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.client = Some(self.connect()?);
        }
        self.client.as_mut().ok_or_else(|| away("there is no connection".to_owned()))
    }

    fn connect(&mut self) -> Result<Client, DatabaseError> {
        let now = Instant::now();
        if let Some(next) = self.next.filter(|next| *next > now) {
            let left = next.duration_since(now).as_millis();
            return Err(away(format!("{} (tried again in {left} ms)", self.last)));
        }
        match self.try_to_connect() {
            Ok(client) => {
                let [pause, _] = PAUSES;
                (self.pause, self.next) = (pause, None);
                Ok(client)
            }
            Err(error) => {
                // Nodes that lost it together don't come back together.
                self.next = Some(now + self.pause.mul_f64(0.5 + fastrand::f64()));
                let [_, longest] = PAUSES;
                self.pause = (self.pause * 2).min(longest);
                let (DatabaseError::Away { cause, .. } | DatabaseError::Unusable { cause, .. }) = &error;
                self.last = cause.to_string();
                Err(error)
            }
        }
    }

    fn try_to_connect(&self) -> Result<Client, DatabaseError> {
        const WHAT: &str = "no connection to PostgreSQL";
        let unusable =
            |cause: Box<dyn std::error::Error + Send + Sync>| DatabaseError::Unusable { what: WHAT, cause };
        let mut config = self.target.config().map_err(|error| unusable(error.into()))?;
        if config.get_application_name().is_none() {
            config.application_name("countersign");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECTING);
        }
        config.tcp_user_timeout(SILENCE).keepalives_idle(SILENCE).keepalives_interval(SILENCE / 4);
        // Notices are for whoever types statements.
        config.notice_callback(|_notice| {});
        let connected = if self.target.is_tls() {
            let tls =
                tls::client_for("postgresql", self.target.ca()).map_err(|error| unusable(error.into()))?;
            config.connect(MakeRustlsConnect::new(tls))
        } else {
            config.connect(NoTls)
        };
        let mut client = connected.map_err(|error| sorted(WHAT, &error))?;
        prepare(&mut client, self.read_only)?;
        Ok(client)
    }
}

fn away(cause: String) -> DatabaseError {
    DatabaseError::Away { what: "no connection to PostgreSQL", cause: cause.into() }
}
