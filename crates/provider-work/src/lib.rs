//! Adapters of the work family: LinkedIn, and later Google Business, Pinterest, Dribbble.

use postern_provider_kit::Provider;

/// The providers of this family, in the order they are shown.
pub fn providers() -> Vec<Box<dyn Provider>> {
    vec![]
}
