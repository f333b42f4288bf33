//! Adapters of the Meta family: Facebook, Instagram, Threads.

use postern_provider_kit::Provider;

/// The providers of this family, in the order they are shown.
pub fn providers() -> Vec<Box<dyn Provider>> {
    vec![]
}
