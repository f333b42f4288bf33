//! Publications with their releases.

use postern_domain::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use postern_domain::manifest::ProviderId;
use postern_domain::ports::StorageError;
use postern_domain::publication::{Armed, Publication, Release, State, Step};
use postern_entities::{publication, release};

use super::{Reader, RowId, big, failure, instant, json, small, timestamp};

/// The word in the column. What a worker has in hand is `leased` all the while: `holder` and `armed_at` tell how far
/// it is, and as they stand in no index, claims and armings are cheap writes.
pub(crate) fn word_of(state: State) -> &'static str {
    match state {
        State::Preparing | State::Armed => State::Leased.as_str(),
        other => other.as_str(),
    }
}

pub(crate) fn to_row(publication: &Publication) -> publication::Model {
    publication::Model {
        id: publication.id.to_uuid(),
        workspace_id: publication.workspace.to_uuid(),
        post_id: publication.post.to_uuid(),
        channel_id: publication.channel.to_uuid(),
        provider: publication.provider.as_str().to_owned(),
        lane: publication.lane.clone(),
        publish_at: publication.publish_at.map(instant),
        state: word_of(publication.state).to_owned(),
        due_at: publication.due_at.map(instant),
        fence: big(publication.fence),
        revision: big(publication.revision),
        holder: publication.holder.clone(),
        lease_until: publication.lease_until.map(instant),
        entry: small(publication.entry),
        entries: small(publication.entries),
        step: publication.step.as_ref().map(|step| step.0.clone()),
        armed_at: publication.armed.as_ref().map(|armed| instant(armed.at)),
        armed_key: publication.armed.as_ref().map(|armed| armed.key.clone()),
        run: small(publication.run),
        tries: small(publication.tries),
        attempts: small(publication.attempts),
        detections: small(publication.detections),
        failure: publication.failure.as_ref().map(failure::to_json),
        settings: json::settings_to_json(&publication.settings),
        created_at: instant(publication.created_at),
        updated_at: instant(publication.updated_at),
        published_at: publication.published_at.map(instant),
    }
}

/// `releases` are those of this publication, in the order of their entries.
pub(crate) fn from_row(row: publication::Model, releases: Vec<Release>) -> Result<Publication, StorageError> {
    let id = PublicationId::of(row.id);
    let reader = Reader::new("publication", &id);
    let failure = match &row.failure {
        None => None,
        Some(json) => Some(failure::from_json(json).ok_or_else(|| reader.corrupt("failure"))?),
    };
    let armed = match (row.armed_at, row.armed_key) {
        (Some(at), Some(key)) => Some(Armed {
            at: timestamp(at),
            key,
        }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(reader.corrupt("armed_key")),
    };
    let state = match reader.word("state", &row.state, State::parse)? {
        State::Leased if armed.is_some() => State::Armed,
        State::Leased if row.holder.is_some() => State::Preparing,
        other => other,
    };
    Ok(Publication {
        id,
        workspace: WorkspaceId::of(row.workspace_id),
        post: PostId::of(row.post_id),
        channel: ChannelId::of(row.channel_id),
        provider: ProviderId::new(row.provider),
        lane: row.lane,
        publish_at: row.publish_at.map(timestamp),
        state,
        due_at: row.due_at.map(timestamp),
        fence: reader.big("fence", row.fence)?,
        revision: reader.big("revision", row.revision)?,
        holder: row.holder,
        lease_until: row.lease_until.map(timestamp),
        entry: reader.small("entry", row.entry)?,
        entries: reader.small("entries", row.entries)?,
        step: row.step.map(Step),
        armed,
        run: reader.small("run", row.run)?,
        tries: reader.small("tries", row.tries)?,
        attempts: reader.small("attempts", row.attempts)?,
        detections: reader.small("detections", row.detections)?,
        failure,
        releases,
        settings: json::settings_from_json(row.settings).ok_or_else(|| reader.corrupt("settings"))?,
        created_at: timestamp(row.created_at),
        updated_at: timestamp(row.updated_at),
        published_at: row.published_at.map(timestamp),
    })
}

pub(crate) fn release_to_row(publication: PublicationId, release: &Release) -> release::Model {
    release::Model {
        publication_id: publication.to_uuid(),
        entry: small(release.entry),
        remote_id: release.remote_id.clone(),
        url: release.url.clone(),
        carry: release.carry.clone(),
        released_at: instant(release.released_at),
    }
}

pub(crate) fn release_from_row(row: release::Model) -> Result<Release, StorageError> {
    let publication = PublicationId::of(row.publication_id);
    Ok(Release {
        entry: Reader::new("release", &publication).small("entry", row.entry)?,
        remote_id: row.remote_id,
        url: row.url,
        carry: row.carry,
        released_at: timestamp(row.released_at),
    })
}
