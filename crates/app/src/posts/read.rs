//! Reading posts.

use std::collections::HashMap;

use postern_domain::BackendError;
use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::Channel;
use postern_domain::id::{ChannelId, PostId, PublicationId};
use postern_domain::pause::{Held, Pause};
use postern_domain::ports::Unit;
use postern_domain::post::{Page, Post, PostQuery, PostRef, PostState, PostView, PublicationView};
use postern_domain::publication::{Attempt, Publication, State};

use crate::access::require;
use crate::deps::Deps;

/// One post; a publication's id finds its post.
pub(super) async fn post(deps: &Deps, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
    require(actor, Scope::PostsRead)?;
    let unit = deps.storage.read().await?;
    view(&*unit, actor, id).await
}

/// Posts by publish time.
#[tracing::instrument(name = "app.posts.list", skip_all, fields(workspace.id = %actor.workspace))]
pub(super) async fn posts(
    deps: &Deps,
    actor: &Actor,
    mut query: PostQuery,
) -> Result<Page<PostView>, BackendError> {
    require(actor, Scope::PostsRead)?;
    query.limit = query.limit.clamp(1, 500);
    let unit = deps.storage.read().await?;
    let page = unit.posts(actor.workspace, &query).await?;
    let ids: Vec<PostId> = page.items.iter().map(|post| post.id).collect();
    let publications = unit.publications_of(actor.workspace, &ids).await?;
    Ok(Page {
        items: views_of(&*unit, actor, page.items, publications).await?,
        next: page.next,
    })
}

/// Posts with their publications and channels, in the order of the posts.
pub(crate) async fn views_of(
    unit: &dyn Unit,
    actor: &Actor,
    posts: Vec<Post>,
    publications: Vec<Publication>,
) -> Result<Vec<PostView>, BackendError> {
    let mut by_post: HashMap<PostId, Vec<Publication>> = HashMap::new();
    for publication in publications {
        by_post.entry(publication.post).or_default().push(publication);
    }
    let channels = channels_of(unit, by_post.values().flatten()).await?;
    let pauses = pauses_of(unit, actor, by_post.values().flatten()).await?;
    let views = posts.into_iter().map(|post| {
        let publications = by_post.remove(&post.id).unwrap_or_default();
        let channels: Vec<Channel> = publications
            .iter()
            .filter_map(|it| channels.get(&it.channel).cloned())
            .collect();
        view_of(post, publications, &channels, &pauses)
    });
    Ok(views.collect())
}

/// The tries of a publication, oldest first.
pub(super) async fn attempts(
    deps: &Deps,
    actor: &Actor,
    id: PublicationId,
) -> Result<Vec<Attempt>, BackendError> {
    require(actor, Scope::PostsRead)?;
    let unit = deps.storage.read().await?;
    Ok(unit.attempts(actor.workspace, id).await?)
}

/// A post with its publications and channels, inside a unit of work.
pub(super) async fn view(unit: &dyn Unit, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
    let (post, publications) = load(unit, actor, id).await?;
    let channels = channels_of(unit, publications.iter()).await?;
    let channels: Vec<Channel> = publications
        .iter()
        .filter_map(|it| channels.get(&it.channel).cloned())
        .collect();
    let pauses = pauses_of(unit, actor, publications.iter()).await?;
    Ok(view_of(post, publications, &channels, &pauses))
}

/// A post and all its publications, locked where the unit of work may write.
pub(crate) async fn load(
    unit: &dyn Unit,
    actor: &Actor,
    id: PostRef,
) -> Result<(Post, Vec<Publication>), BackendError> {
    let missing = || BackendError::not_found("post", id);
    let post_id = match id {
        PostRef::Post(post) => post,
        PostRef::Publication(publication) => {
            // Looked up without a lock: all publications are locked below, in one order for everybody.
            unit.post_of(actor.workspace, publication)
                .await?
                .ok_or_else(missing)?
        }
    };
    let found = unit.post(actor.workspace, post_id).await?;
    // What a recurrence is made of is changed through it alone, and never goes out.
    let post = found.filter(|post| !post.is_template()).ok_or_else(missing)?;
    let publications = unit.publications_of(actor.workspace, &[post_id]).await?;
    Ok((post, publications))
}

/// The channels of publications, removed ones too.
async fn channels_of(
    unit: &dyn Unit,
    publications: impl Iterator<Item = &Publication>,
) -> Result<HashMap<ChannelId, Channel>, BackendError> {
    let mut ids: Vec<ChannelId> = publications.map(|publication| publication.channel).collect();
    ids.sort_unstable();
    ids.dedup();
    let channels = unit.channels_by_id(&ids).await?;
    Ok(channels
        .into_iter()
        .map(|channel| (channel.id, channel))
        .collect())
}

/// The pauses that may hold some of the publications; nothing is asked where none is held.
async fn pauses_of(
    unit: &dyn Unit,
    actor: &Actor,
    mut publications: impl Iterator<Item = &Publication>,
) -> Result<Vec<Pause>, BackendError> {
    if publications.any(|publication| publication.state == State::Held) {
        Ok(unit.pauses(&[actor.workspace]).await?)
    } else {
        Ok(Vec::new())
    }
}

/// Puts a view together; `channels` are those of the publications, in any order, and `pauses` those in force.
pub(super) fn view_of(
    post: Post,
    publications: Vec<Publication>,
    channels: &[Channel],
    pauses: &[Pause],
) -> PostView {
    let state = PostState::of(&post, &publications);
    let publications = publications
        .into_iter()
        .filter_map(|publication| {
            let channel = channels
                .iter()
                .find(|channel| channel.id == publication.channel)?
                .clone();
            let is_held = publication.state == State::Held;
            Some(PublicationView {
                held: is_held.then(|| Held::reason(&channel, pauses)).flatten(),
                publication,
                channel,
            })
        })
        .collect();
    PostView {
        crowding: Vec::new(),
        post,
        state,
        publications,
    }
}
