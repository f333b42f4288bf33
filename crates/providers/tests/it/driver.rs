//! What a worker does with a provider, without lease and database.

use std::time::Duration;

use postern_domain::content::Document;
use postern_domain::id::{MediaId, PublicationId, WorkspaceId};
use postern_domain::media::{Media, MediaKind};
use postern_domain::ports::{ClaimedMedia, Clock};
use postern_domain::publication::{Armed, Release, Step};
use postern_domain::value::Settings;
use postern_provider_kit::{Committed, EntryOrder, Found, Prepared, ProviderError};

use crate::stage::{Account, Files, Stage};

/// Steps before a publication counts as stuck.
const MOST_STEPS: usize = 60;

/// One entry as a test writes it.
#[derive(Clone)]
pub(crate) struct Entry {
    content: Document,
    media: Vec<ClaimedMedia>,
}

/// A publication on its way.
pub(crate) struct Job<'a> {
    stage: &'a Stage,
    account: &'a Account,
    entries: Vec<Entry>,
    pub(crate) settings: Settings,
    pub(crate) releases: Vec<Release>,
    pub(crate) step: Option<Step>,
    pub(crate) armed: Option<Armed>,
    number: u128,
}

/// An entry with text only.
pub(crate) fn text(text: &str) -> Entry {
    Entry {
        content: Document::from_plain(text),
        media: Vec::new(),
    }
}

impl Entry {
    /// Adds a picture with its alternative text.
    pub(crate) fn with_image(mut self, alt: &str) -> Self {
        let index = self.media.len();
        let key = format!("{index}.png");
        self.media.push(file(&key, MediaKind::Image, "image/png", alt));
        self
    }

    /// Adds a video.
    pub(crate) fn with_video(mut self, alt: &str) -> Self {
        self.media
            .push(file("film.mp4", MediaKind::Video, "video/mp4", alt));
        self
    }
}

fn file(key: &str, kind: MediaKind, mime: &str, alt: &str) -> ClaimedMedia {
    let media = Media {
        id: MediaId::from_bits(1),
        workspace: WorkspaceId::from_bits(1),
        name: key.to_owned(),
        kind,
        mime: mime.to_owned(),
        bytes: Files::of(key).len() as u64,
        hash: String::new(),
        pixels: Some((640, 480)),
        duration: (kind == MediaKind::Video).then_some(Duration::from_secs(5)),
        key: key.to_owned(),
        alt: None,
        created_at: postern_domain::time::Timestamp::from_secs(0),
    };
    ClaimedMedia {
        media,
        alt: Some(alt.to_owned()),
    }
}

impl<'a> Job<'a> {
    pub(crate) fn new(stage: &'a Stage, account: &'a Account, number: u128, entries: Vec<Entry>) -> Self {
        Self {
            stage,
            account,
            entries,
            settings: Settings::new(),
            releases: Vec::new(),
            step: None,
            armed: None,
            number,
        }
    }

    fn order(&self) -> EntryOrder<'_> {
        let index = self.releases.len();
        EntryOrder {
            publication: PublicationId::from_bits(self.number),
            index: u32::try_from(index).unwrap(),
            run: 0,
            content: &self.entries[index].content,
            media: &self.entries[index].media,
            settings: &self.settings,
            root: self.releases.first(),
            previous: self.releases.last(),
        }
    }

    /// Prepares the current entry until it is ready; the clock moves while the platform works.
    pub(crate) async fn prepare(&mut self) -> Result<(), ProviderError> {
        let provider = self.stage.provider(&self.account.channel.provider);
        for _ in 0..MOST_STEPS {
            let cx = self.cx();
            let step = match provider.prepare(&cx, &self.order(), self.step.clone()).await? {
                Prepared::More(step) => step,
                Prepared::Wait { step, look_again_in } => {
                    self.stage.clock.advance(look_again_in);
                    step
                }
                Prepared::Ready(step) => {
                    self.step = Some(step);
                    return Ok(());
                }
            };
            self.step = Some(step);
        }
        panic!("the preparation does not end");
    }

    /// Arms and commits the current entry.
    pub(crate) async fn commit(&mut self) -> Result<Committed, ProviderError> {
        let provider = self.stage.provider(&self.account.channel.provider);
        let armed = Armed {
            at: self.stage.clock.now(),
            key: format!("{}.{}.0", self.number, self.releases.len()),
        };
        self.armed = Some(armed.clone());
        let step = self.step.clone().unwrap();
        let committed = provider.commit(&self.cx(), &self.order(), &step, &armed).await?;
        self.release(&committed);
        Ok(committed)
    }

    /// Looks for evidence until there is an answer, as often as the provider says it may help, at most four times.
    pub(crate) async fn detect(&mut self) -> Result<Found, ProviderError> {
        let provider = self.stage.provider(&self.account.channel.provider);
        let armed = self.armed.clone().unwrap();
        let mut found = Found::Unknown {
            look_again_in: Some(Duration::ZERO),
        };
        for _ in 0..4 {
            let Found::Unknown {
                look_again_in: Some(pause),
            } = found
            else {
                break;
            };
            self.stage.clock.advance(pause);
            found = provider
                .detect(&self.cx(), &self.order(), self.step.as_ref(), &armed)
                .await?;
        }
        if let Found::There(committed) = &found {
            self.release(committed);
        }
        Ok(found)
    }

    fn release(&mut self, committed: &Committed) {
        self.releases.push(Release {
            entry: u32::try_from(self.releases.len()).unwrap(),
            remote_id: committed.remote_id.clone(),
            url: committed.url.clone(),
            carry: committed.carry.clone(),
            released_at: self.stage.clock.now(),
        });
        self.step = None;
    }

    /// Brings all remaining entries out.
    pub(crate) async fn run(&mut self) -> Result<(), ProviderError> {
        while self.releases.len() < self.entries.len() {
            self.prepare().await?;
            self.commit().await?;
        }
        Ok(())
    }

    fn cx(&self) -> postern_provider_kit::Cx<'a> {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
        let Account { channel, credential } = self.account;
        self.stage
            .registry
            .cx(channel, credential, &Files, deadline)
            .unwrap()
    }
}
