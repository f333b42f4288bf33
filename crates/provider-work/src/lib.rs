//! Adapters of the work family: LinkedIn, and later Google Business, Pinterest, Dribbble.
//!
//! Each provider is a folder with the same files: `manifest.rs` (facts), `auth.rs` (connecting), `publish.rs`
//! (entries in, release out), `detect.rs` (was it published?), `wire.rs` (the platform's JSON), `errors.rs` (from
//! reply to error class) and `mod.rs` (the provider itself).

mod linkedin;

use postern_provider_kit::Provider;

/// The providers of this family, in the order they are shown.
pub fn providers() -> Vec<Box<dyn Provider>> {
    vec![Box::new(linkedin::Linkedin::new())]
}
