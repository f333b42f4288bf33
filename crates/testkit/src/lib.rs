//! What tests of other crates begin with: values to fill in, a clock and chance that obey, fakes of the ports.
//!
//! - [`TestClock`] and [`SeededRng`]: time and chance come in from outside, so tests set them.
//! - [`build`]: complete values of every noun (`a_post()`, `a_channel("mastodon")`), to be changed field by field.
//! - [`FakeVault`], [`FakeCatalog`], [`FakeConnector`], [`FakeMediaStore`], [`FakeNotifier`]: the ports in memory,
//!   with behaviours that a test chooses and a record of what was asked of them.
//! - [`AwayCounters`]: counters that do not answer.
//! - [`TestDatabase`]: a database of a test's own, SQLite always, PostgreSQL where one is offered.
//! - [`storage_suite`]: the rules of the storage port, the same for every database.
//!
//! There is no fake storage and no fake bus: SQLite in a temporary file and the bus inside the process are quick.

pub mod build;
mod catalog;
mod clock;
mod connector;
mod counters;
mod database;
mod media_store;
mod notifier;
mod rng;
pub mod storage_suite;
mod vault;

pub use catalog::FakeCatalog;
pub use clock::TestClock;
pub use connector::FakeConnector;
pub use counters::AwayCounters;
pub use database::TestDatabase;
pub use media_store::FakeMediaStore;
pub use notifier::FakeNotifier;
pub use rng::SeededRng;
pub use vault::FakeVault;
