//! The data path over real sockets: what visitors, upstreams and attackers see.

mod passing;
mod admission;
mod abuse;
mod access_log;
mod balance;
mod pages;
mod second_opinion;
mod codings;
mod limits;
mod language;
mod lifecycle;
mod streaming;
mod evasion;
mod faults;
mod validators;
mod shaped;
mod tls;
mod http2;
mod upgrades;
mod telling;
mod command;
mod approvers;
mod reload;
mod storm;
mod certificates;
mod redirect;
