//! The product as a whole, spoken to from outside.

mod asking;
mod browser;
mod chaos;
mod clients;
mod conformance;
mod examples;
mod grants;
mod inspector;
mod kill;
mod outage;
mod pauses;
mod postiz;
mod rates;
mod refusals;
mod rest;
mod restart;
mod sdk;
mod sessions;
mod start;
mod thread;
mod trace;
