//! Tells that what is observed can't be written, and that it can again.

use crate::alert::{Alerts, Kind, News, Severity, fingerprint};
use crate::store::{OnStanding, Standing};

/// Of what it is told.
const STORE: &str = "store";

/// Tells somebody outside.
pub(super) fn tell_of_store(alerts: Alerts) -> OnStanding {
    Box::new(move |standing| match standing {
        Standing::Away(why) => {
            alerts.raise(News {
                kind: Kind::StoreAway,
                subject: STORE.to_owned(),
                severity: Severity::Medium,
                since: None,
                message: format!(
                    "What is observed can't be written ({why}). Pages are served as before. Observations are summed \
                     up in memory until it can: counts stay right, but where too many differ they are counted \
                     together, and evidence is lost if this process ends meanwhile."
                ),
                what_to_do: Some(
                    "look whether the disk is full, the file can be written, the database runs; nothing has to be \
                     restarted"
                        .to_owned(),
                ),
                // Whatever the reason, it is one thing until it is over.
                fingerprint: fingerprint([STORE]),
            });
        }
        Standing::Back => {
            let message = "What is observed is written again, and what was summed up meanwhile with it.";
            alerts.over(Kind::StoreAway, STORE, message.to_owned());
        }
    })
}
