//! The web UI in a real browser.

mod driver;
mod newcomer;
mod steps;
