//! One worker of the data path for one request: nothing is watched, nobody else can connect by name, and
//! it ends with the answer.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;
use tokio::task::LocalSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::witness::{Witness, Witnessed};
use super::{ExplainError, Question};
use crate::alert::Alerts;
use crate::headers::Headers;
use crate::policy::Snapshot;
use crate::proxy::{self, Addresses, Places, Record, Shared};
use crate::reports::Collector;
use crate::settings::ReportLimits;
use crate::settings::Settings;
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::transport::dial::Dialer;
use crate::transport::fetch::{self, FetchOptions, Fetched, Through, Wanted};
use crate::transport::tls;

/// Whom the request says that it is: applications answer browsers, and some answer nobody else.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 \
                       Safari/537.36";

/// Where a rule enforces for a part of the visitors, it does so for this one (see `proxy::share`).
const FIRST_PLACE: &str = "countersign-place=0";
const FIRST_PLACE_SECURE: &str = "__Host-countersign-place=0";

/// Connections and exchanges at once; one of each is needed.
const CONNECTIONS: usize = 8;

/// Sends the request through the data path. What it wrote down comes back with the answer.
pub(super) fn ask(question: &Question, snapshot: Snapshot) -> Result<(Fetched, Witnessed), ExplainError> {
    let witness = Arc::new(Witness::default());
    let shared = Arc::new(shared(question, snapshot, &witness)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let at = Url::parse(&format!("http://{}/", listener.local_addr()?)).map_err(io::Error::other)?;
    listener.set_nonblocking(true)?;
    let stop = CancellationToken::new();
    let working = {
        let stop = stop.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name("explain".to_owned()).spawn(move || {
            LocalSet::new().block_on(&runtime, async {
                match tokio::net::TcpListener::from_std(listener) {
                    Ok(listener) => proxy::work(shared, listener, stop).await,
                    Err(error) => tracing::error!(%error, "the runtime refused the listener"),
                }
            });
        })?
    };
    let options = FetchOptions {
        any_status: true,
        max_redirects: 0,
        max_time: question.patience,
        wanted: Wanted::Page,
        user_agent: Some(BROWSER),
        cookie: Some(if question.url.scheme() == "https" { FIRST_PLACE_SECURE } else { FIRST_PLACE }),
        through: Some(Through { site: question.url.clone(), at, name: None }),
        ..FetchOptions::default()
    };
    let answer = fetch::get(&question.url, &options);
    stop.cancel();
    // A panic there has been logged; without it there is only less to tell.
    let _ = working.join();
    Ok((answer?, witness.take()))
}

fn shared(question: &Question, snapshot: Snapshot, witness: &Arc<Witness>) -> Result<Shared, ExplainError> {
    // The request comes from here and says by X-Forwarded-Proto which scheme the visitor uses.
    let settings = Settings { trust_forwarded: true, head_time: question.patience, ..Settings::default() };
    let clock = question.clock;
    let store: Arc<dyn Store> = Arc::<Witness>::clone(witness);
    let metrics = Metrics::new();
    let alerts = Alerts::unheard(Arc::clone(&store), clock, metrics.clone());
    let headers = Headers::open(None, alerts.clone(), clock);
    Ok(Shared {
        collected: None,
        published: Arc::new(ArcSwap::from_pointee(snapshot)),
        record: Arc::new(Record::new(Arc::clone(&store), clock, metrics.clone(), alerts.clone(), headers)),
        collector: Arc::new(Collector::new(store, clock, metrics, alerts, &ReportLimits::default())),
        slots: Arc::new(Semaphore::new(CONNECTIONS)),
        addresses: Arc::new(Addresses::new(CONNECTIONS)),
        challenges: Arc::default(),
        places: Places::new(CONNECTIONS, CONNECTIONS),
        tls: None,
        access: None,
        traces: None,
        roster: Arc::default(),
        dialer: Dialer {
            tls: Arc::new(ArcSwap::new(tls::client(question.upstream_ca.as_deref(), None)?)),
            max_headers: settings.max_headers,
            buffer_bytes: settings.buffer_bytes,
            max_streams: settings.max_streams,
            patience: settings.idle_time,
        },
        // One page is asked for.
        replay_bytes: 0,
        settings: Arc::new(settings),
        clock,
    })
}
