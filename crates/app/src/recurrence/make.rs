//! Posts made of a recurrence's template.

use postern_domain::BackendError;
use postern_domain::id::{PostId, PublicationId};
use postern_domain::ports::Unit;
use postern_domain::post::Post;
use postern_domain::publication::{Publication, State};
use postern_domain::recurrence::{InSeries, Occurrence, Place, Recurrence};
use postern_domain::time::Timestamp;

use crate::deps::Deps;
use crate::posts::create::announce_change;

/// A template with the parts that still have a channel.
pub(super) struct Template {
    /// The post.
    pub(super) post: Post,
    /// All its parts, those of removed channels too.
    pub(super) parts: Vec<Publication>,
}

impl Template {
    /// Loads the template of a recurrence. Without one there is nothing that could be made.
    pub(super) async fn load(unit: &dyn Unit, recurrence: &Recurrence) -> Result<Self, BackendError> {
        let post = unit
            .post(recurrence.workspace, recurrence.template)
            .await?
            .ok_or_else(|| BackendError::not_found("recurrence", recurrence.id))?;
        let parts = unit.publications_of(recurrence.workspace, &[post.id]).await?;
        Ok(Self { post, parts })
    }

    /// The parts that still have a channel.
    pub(super) fn live(&self) -> impl Iterator<Item = &Publication> {
        self.parts.iter().filter(|part| part.state == State::Draft)
    }

    /// Throws the template away, so that what it uses becomes free.
    pub(super) async fn discard(&mut self, unit: &dyn Unit, now: Timestamp) -> Result<(), BackendError> {
        if self.post.trashed_at.is_some() {
            return Ok(());
        }
        let expected = self.post.version;
        self.post.trashed_at = Some(now);
        self.post.version += 1;
        self.post.updated_at = now;
        Ok(unit.update_post(&self.post, expected).await?)
    }
}

/// Stores the post of one date with a publication for each channel, and announces it.
pub(super) async fn store_occurrence(
    deps: &Deps,
    unit: &dyn Unit,
    recurrence: &Recurrence,
    template: &Template,
    occurrence: &Occurrence,
    now: Timestamp,
) -> Result<(), BackendError> {
    let at = &occurrence.at;
    let post = Post {
        id: PostId::from_bits(deps.rng.id()),
        publish_at: Some(at.clone()),
        draft: false,
        version: 1,
        created_at: now,
        updated_at: now,
        series: Some(InSeries {
            recurrence: recurrence.id,
            place: Place::On(occurrence.date),
        }),
        ..template.post.clone()
    };
    let publications: Vec<Publication> = template
        .live()
        .map(|part| Publication {
            id: PublicationId::from_bits(deps.rng.id()),
            post: post.id,
            publish_at: Some(at.instant),
            due_at: Some(at.instant),
            state: State::Scheduled,
            created_at: now,
            updated_at: now,
            ..part.clone()
        })
        .collect();
    let traces = unit.traceparents(&[recurrence.template]).await?;
    let traceparent = traces.first().map(|(_, traceparent)| traceparent.as_str());
    unit.insert_planned(&post, &publications, traceparent).await?;
    announce_change(deps, unit, &post, &publications).await
}
