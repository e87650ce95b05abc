//! The time between two pieces of a body.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// Limits it. The timer is only set where there is something to wait for.
#[derive(Debug)]
pub(super) struct IdleTimer {
    limit: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
    waiting: bool,
}

impl IdleTimer {
    /// `None`: there may be any time.
    pub(super) fn new(limit: Option<Duration>) -> Self {
        Self { limit, sleep: None, waiting: false }
    }

    /// From now on there may be any time.
    pub(super) fn remove_limit(&mut self) {
        self.limit = None;
    }

    /// Something came.
    pub(super) fn progress(&mut self) {
        self.waiting = false;
    }

    /// Nothing came: ready when it has been so for too long.
    pub(super) fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(limit) = self.limit else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !self.waiting {
            self.waiting = true;
            sleep.as_mut().reset(Instant::now() + limit);
        }
        sleep.as_mut().poll(cx)
    }
}
