//! What somebody outside is told: of each kind once, by webhook and by e-mail, whatever happens to the process.

pub(crate) mod receiver;
mod delivery;
mod smtp;
mod mail;
mod kinds;
mod headers;
mod acknowledging;
mod reviewing;
mod kill;
