//! What a notifier promises, seen from a mail server.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod mail;
mod server;
