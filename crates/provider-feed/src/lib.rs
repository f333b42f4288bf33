//! Adapters of the feed family: X, and later Reddit, Tumblr, VK, MeWe, Moltbook.

use postern_provider_kit::Provider;

/// The providers of this family, in the order they are shown.
pub fn providers() -> Vec<Box<dyn Provider>> {
    vec![]
}
