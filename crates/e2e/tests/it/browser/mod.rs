//! The web UI in a real browser.

mod driver;
mod looks;
mod newcomer;
mod steps;
