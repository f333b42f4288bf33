//! Figures as platforms measured them. Nothing collects them yet, so what is stored is nothing and every answer is empty;
//! who may ask, and what there is to ask about, is settled here already.

use postern_domain::actor::Scope;
use postern_domain::id::ChannelId;
use postern_domain::insight::{PostInsights, Series};
use postern_domain::post::PostRef;
use postern_domain::publication::{Publication, Release, State};
use postern_domain::{Actor, BackendError};

use crate::App;
use crate::access::require;
use crate::posts::read;

impl App {
    /// A channel's figures, one series for each metric.
    pub async fn channel_insights(
        &self,
        actor: &Actor,
        channel: ChannelId,
    ) -> Result<Vec<Series>, BackendError> {
        require(actor, Scope::AnalyticsRead)?;
        let unit = self.deps.storage.glance().await?;
        match unit.channel(actor.workspace, channel).await? {
            Some(_) => Ok(Vec::new()),
            None => Err(BackendError::not_found("channel", channel)),
        }
    }

    /// The figures of a post on the channel that is named, or of a whole post on its first one.
    pub async fn post_insights(&self, actor: &Actor, id: PostRef) -> Result<PostInsights, BackendError> {
        require(actor, Scope::AnalyticsRead)?;
        let unit = self.deps.storage.glance().await?;
        let (_, publications) = read::load(&*unit, actor, id).await?;
        let mut meant = publications.iter().filter(|publication| match id {
            PostRef::Post(_) => publication.state != State::Cancelled,
            PostRef::Publication(only) => publication.id == only,
        });
        Ok(match meant.next() {
            Some(publication) if is_unnamed(publication) => PostInsights::Unnamed,
            Some(_) | None => PostInsights::Known(Vec::new()),
        })
    }
}

/// Whether it is out and nobody knows under which id.
fn is_unnamed(publication: &Publication) -> bool {
    let mut first = publication.releases.iter().filter(|release| release.entry == 0);
    publication.state == State::Published && first.any(Release::is_unnamed)
}
