//! What the composer has to know: channels, their providers, the attached files.

use std::collections::BTreeMap;

use postern_domain::BackendError;
use postern_domain::channel::Channel;
use postern_domain::id::{ChannelId, MediaId};
use postern_domain::manifest::{Manifest, ProviderId};
use postern_domain::media::Media;

use crate::deps::App;
use crate::failure::Failure;
use crate::member::Member;
use crate::pages::compose::form::ComposeForm;

/// Channels, manifests and files.
#[derive(Debug, Clone, Default)]
pub(crate) struct Library {
    /// All channels of the workspace.
    pub(crate) channels: Vec<Channel>,
    /// All manifests.
    pub(crate) manifests: BTreeMap<ProviderId, Manifest>,
    /// The files that the form uses.
    pub(crate) files: BTreeMap<MediaId, Media>,
}

impl Library {
    /// Reads what `form` needs; files that are gone are left out.
    pub(crate) async fn load(app: &App, member: &Member, form: &ComposeForm) -> Result<Self, Failure> {
        let channels = app.backend.channels(&member.actor, None).await?;
        let providers = app.backend.providers().await?;
        let mut files = BTreeMap::new();
        for id in form.files() {
            match app.backend.media(&member.actor, id).await {
                Ok(media) => drop(files.insert(id, media)),
                Err(BackendError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let manifests = providers
            .into_iter()
            .map(|(manifest, _)| (manifest.id.clone(), manifest))
            .collect();
        Ok(Self {
            channels,
            manifests,
            files,
        })
    }

    /// The channel of this id.
    pub(crate) fn channel(&self, id: ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The manifest of a channel's provider.
    pub(crate) fn manifest_of(&self, id: ChannelId) -> Option<&Manifest> {
        self.manifests.get(&self.channel(id)?.provider)
    }
}
