//! An admin address without sockets, for tests of what is behind it.

use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use jiff::Timestamp;

use super::access::{Access, AccessConfig, Holder, Peer, PublishedTokens, Role, Token, TokenBook};
use super::{Sources, State, routes};
use crate::alert::Alerts;
use crate::clock::Clock;
use crate::headers::Headers;
use crate::policy::no_sites;
use crate::store::{self, Keeping, Store, StoreConfig};
use crate::telemetry::Metrics;

/// What is asked.
pub(super) struct Fixture {
    pub(super) state: State,
    pub(super) tokens: PublishedTokens,
    _keeping: Keeping,
}

impl Fixture {
    /// With tokens, as `config` says otherwise.
    pub(super) fn with(config: AccessConfig) -> Self {
        let (clock, metrics) = (Clock::Fixed(Timestamp::UNIX_EPOCH), Metrics::new());
        let opened = store::begin(StoreConfig::default(), clock).unwrap();
        let store: Arc<dyn Store> = opened.recorder();
        let keeping = opened.keep(clock, metrics.clone(), Box::new(|_standing| {})).unwrap();
        let alerts = Alerts::unheard(Arc::clone(&store), clock, metrics.clone());
        let tokens = PublishedTokens::default();
        let access = Access::new(AccessConfig { tokens: Some(Arc::clone(&tokens)), ..config });
        let state = State {
            published: Arc::new(ArcSwap::from_pointee(no_sites())),
            store,
            archive: keeping.archive(),
            clock,
            metrics,
            reload: Arc::new(|| Box::pin(async { Some(Vec::new()) })),
            headers: Headers::open(None, alerts.clone(), clock),
            alerts,
            reviews: None,
            sources: Sources::default(),
            findings: super::Findings::default(),
            explaining: None,
            access,
        };
        Self { state, tokens, _keeping: keeping }
    }

    /// A token for somebody new.
    pub(super) fn token(&self, name: &str, role: Role) -> Token {
        let token = Token::generate().unwrap();
        let mut book = TokenBook::clone(&self.tokens.load());
        let created = Timestamp::UNIX_EPOCH;
        let holder = Holder { name: name.into(), role, digest: token.digest(), created, expires: None };
        book.add(holder).unwrap();
        self.tokens.store(Arc::new(book));
        token
    }

    /// Asks from an address.
    pub(super) async fn ask(&self, mut request: Request<Body>, from: [u8; 4]) -> Response {
        request.extensions_mut().insert(Peer(IpAddr::from(from)));
        let router = routes(self.state.clone()).into_router();
        TowerToHyperService::new(router).call(request).await.unwrap()
    }

    /// Asks for something, perhaps with a header.
    pub(super) async fn status(&self, method: &str, path: &str, header: Option<(&str, &str)>) -> StatusCode {
        let mut request = Request::builder().method(method).uri(path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        self.ask(request.body(Body::empty()).unwrap(), [192, 0, 2, 1]).await.status()
    }
}
