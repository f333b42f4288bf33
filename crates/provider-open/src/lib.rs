//! Adapters of the open family: Mastodon, Bluesky, and later Lemmy, Nostr, Farcaster.
//!
//! Each provider is a folder with the same files: `manifest.rs` (facts), `auth.rs` (connecting), `publish.rs`
//! (entries in, release out), `detect.rs` (was it published?), `wire.rs` (the platform's JSON), `errors.rs` (from
//! reply to error class) and `mod.rs` (the provider itself).

mod bluesky;
mod mastodon;

use postern_provider_kit::Provider;

/// The providers of this family, in the order they are shown.
pub fn providers() -> Vec<Box<dyn Provider>> {
    vec![
        Box::new(mastodon::Mastodon::new()),
        Box::new(bluesky::Bluesky::new()),
    ]
}
