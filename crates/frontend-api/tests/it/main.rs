//! The pages over a backend in memory.

mod browser;
mod fake;

mod account;
mod channels;
mod compose;
mod doors;
mod live;
mod posts;
mod settings;
