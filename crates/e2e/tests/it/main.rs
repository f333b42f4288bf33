//! The product as a whole, spoken to from outside.

mod asking;
mod browser;
mod chaos;
mod inspector;
mod kill;
mod outage;
mod refusals;
mod rest;
mod restart;
mod sdk;
mod start;
mod trace;
