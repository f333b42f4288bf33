//! A catalog of one provider with simple limits.

use std::sync::{Mutex, PoisonError};

use postern_domain::capability::{Draft, Preview, check};
use postern_domain::channel::Channel;
use postern_domain::content::Editor;
use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Limits, Manifest, MediaLimit, ProviderId, Thread,
};
use postern_domain::media::MediaKind;
use postern_domain::ports::ProviderCatalog;
use postern_domain::problem::Problem;

/// Knows the provider `test`: 100 characters, 4 pictures, replies, connected by a redirect.
#[derive(Debug)]
pub struct FakeCatalog {
    manifests: Vec<Manifest>,
    missing: Mutex<Option<Problem>>,
}

impl FakeCatalog {
    /// The provider it knows.
    pub const PROVIDER: ProviderId = ProviderId::of("test");

    /// Knows these providers instead.
    pub fn of(manifests: Vec<Manifest>) -> Self {
        Self {
            manifests,
            missing: Mutex::new(None),
        }
    }

    /// Says that the operator has not given what providers need, until it is told none.
    pub fn lack(&self, problem: Option<Problem>) {
        *self.missing.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }

    /// The manifest of the provider `test`, to be changed field by field.
    pub fn a_manifest() -> Manifest {
        Manifest {
            id: Self::PROVIDER,
            name: "Test".to_owned(),
            editor: Editor::None,
            lane: "test".to_owned(),
            connect: Connect::Redirect { fields: Vec::new() },
            limits: Limits {
                text_max: 100,
                text_unit: "characters".to_owned(),
                media_max: 4,
                media: vec![MediaLimit {
                    kind: MediaKind::Image,
                    mimes: vec!["image/png".to_owned(), "image/jpeg".to_owned()],
                    max_bytes: 1_000_000,
                    max_duration: None,
                }],
                alone: Vec::new(),
                media_required: false,
                alt_max: 200,
            },
            thread: Thread::Replies,
            settings: vec![Field {
                key: "audience".to_owned(),
                label: "Audience".to_owned(),
                help: String::new(),
                kind: FieldKind::Choice(vec![
                    ("public".to_owned(), "Everybody".to_owned()),
                    ("friends".to_owned(), "Friends".to_owned()),
                ]),
                required: false,
                default: Some("public".into()),
            }],
            rules: String::new(),
            helpers: Vec::new(),
            evidence: Evidence::Listing,
            concurrency: 10,
            rates: Vec::new(),
        }
    }
}

impl Default for FakeCatalog {
    fn default() -> Self {
        Self::of(vec![Self::a_manifest()])
    }
}

impl ProviderCatalog for FakeCatalog {
    fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    fn configured(&self, _provider: &ProviderId) -> Result<(), Problem> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.clone().map_or(Ok(()), Err)
    }

    fn limits(&self, channel: &Channel) -> Limits {
        self.manifest(&channel.provider)
            .map_or_else(|| Self::a_manifest().limits, |manifest| manifest.limits.clone())
    }

    fn preview(&self, draft: &Draft<'_>) -> Preview {
        let Some(manifest) = self.manifest(&draft.channel.provider) else {
            return Preview::default();
        };
        let characters = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        check(manifest, &self.limits(draft.channel), draft, &characters)
    }
}
