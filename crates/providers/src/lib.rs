//! All providers: one list, one feature per family.
//!
//! A main hands [`all`] to `postern_provider_kit::Registry`, which offers them to the rest of Postern.
#![deny(missing_docs)]

use postern_provider_kit::Provider;

/// Every provider that is compiled in, in the order they are shown.
pub fn all() -> Vec<Box<dyn Provider>> {
    let families: [Vec<Box<dyn Provider>>; _] = [
        #[cfg(feature = "open")]
        postern_provider_open::providers(),
        #[cfg(feature = "feed")]
        postern_provider_feed::providers(),
        #[cfg(feature = "work")]
        postern_provider_work::providers(),
        #[cfg(feature = "meta")]
        postern_provider_meta::providers(),
        #[cfg(feature = "video")]
        postern_provider_video::providers(),
        #[cfg(feature = "community")]
        postern_provider_community::providers(),
        #[cfg(feature = "blog")]
        postern_provider_blog::providers(),
    ];
    families.into_iter().flatten().collect()
}
