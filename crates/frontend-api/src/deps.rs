//! What a main hands to the web UI.

use std::sync::Arc;

use postern_domain::Timestamp;
use postern_domain::ports::{Backend, Clock, Rng};

/// Everything the web UI leans on.
#[derive(Clone)]
pub struct Deps {
    /// The use cases.
    pub backend: Arc<dyn Backend>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance, for form tokens and request ids.
    pub rng: Arc<dyn Rng>,
    /// How this instance is set up.
    pub settings: Settings,
}

/// How this instance is set up, as far as its pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address people use, without a slash at its end, for example `https://postern.example.org`.
    pub public_url: String,
    /// Whether cookies are only for https.
    pub secure_cookies: bool,
    /// The version of the product.
    pub version: String,
    /// The address of the simulated platforms, when this instance runs with them.
    pub sandbox_url: Option<String>,
    /// Origins besides our own and any https from which pictures are shown, for example `http://media.lan:9000`.
    pub image_origins: Vec<String>,
}

/// What every handler gets.
pub(crate) type App = Arc<Deps>;

impl Deps {
    /// The present instant.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// An address of ours as a path, so that it works under whatever name the reader came by; others as they are.
    pub(crate) fn local(&self, url: &str) -> String {
        match url.strip_prefix(&self.settings.public_url) {
            Some(path) if path.starts_with('/') => path.to_owned(),
            Some(_) | None => url.to_owned(),
        }
    }
}
