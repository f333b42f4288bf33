//! What happened that somebody should know: posts that did not go out, channels that lost their access or soon will.
//!
//! Told from the rows as they stand, newest first: what was mended is no news any more.

use postern_domain::actor::Scope;
use postern_domain::channel::{Channel, Health};
use postern_domain::id::ChannelId;
use postern_domain::notice::{About, Notice, Notices, PAGE};
use postern_domain::publication::{Publication, State};
use postern_domain::{Actor, BackendError, Timestamp};

use crate::App;
use crate::access::require;
use crate::publications::SOON;

/// Pages that can be asked for; whoever wants older ones looks at the posts.
const LAST_PAGE: u32 = 99;

/// States of publications that are news.
const NEWS: [State; 3] = [State::Failed, State::Missed, State::Unconfirmed];

impl App {
    /// A page of notices, counted from 0.
    pub async fn notices(&self, actor: &Actor, page: u32) -> Result<Notices, BackendError> {
        require(actor, Scope::PostsRead)?;
        let unit = self.deps.storage.read().await?;
        let channels = unit.channels(actor.workspace).await?;
        let soon = self.deps.clock.now().plus(SOON);
        let url = self.deps.settings.public_url.as_str();
        let about_channels = channels
            .iter()
            .filter_map(|channel| of_channel(channel, soon, url));
        let mut items: Vec<Notice> = about_channels.collect();
        let counted = unit.count_publications_in(actor.workspace, &NEWS).await?;
        let total = counted + u64::try_from(items.len()).unwrap_or_default();
        if page > LAST_PAGE {
            return Ok(Notices {
                items: Vec::new(),
                total,
            });
        }
        let until = (page + 1) * PAGE;
        let publications = unit.publications_in(actor.workspace, &NEWS, until).await?;
        let gone: Vec<ChannelId> = publications
            .iter()
            .map(|it| it.channel)
            .filter(|id| channels.iter().all(|channel| channel.id != *id))
            .collect();
        let gone = unit.channels_by_id(&gone).await?;
        let name_of = |id: ChannelId| {
            let mut all = channels.iter().chain(&gone);
            all.find(|channel| channel.id == id)
                .map_or("a removed channel", |channel| channel.name.as_str())
        };
        items.extend(
            publications
                .iter()
                .map(|publication| of_publication(publication, name_of(publication.channel), url)),
        );
        items.sort_by_key(|notice| std::cmp::Reverse(notice.at));
        let first = usize::try_from(page * PAGE).unwrap_or(usize::MAX);
        let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let items = items.into_iter().skip(first).take(size).collect();
        Ok(Notices { items, total })
    }
}

fn of_publication(publication: &Publication, channel: &str, url: &str) -> Notice {
    let why = publication.failure.as_ref();
    let content = match (publication.state, why) {
        (State::Missed, _) => format!(
            "A post on {channel} was missed: its time passed while nothing could be sent. Send it now or give it a new time."
        ),
        (State::Unconfirmed, _) => format!(
            "Nobody knows whether a post arrived on {channel}: look there, then say whether it is there or is to be sent again."
        ),
        (_, Some(why)) => format!(
            "A post on {channel} failed: {}. To mend it, {}.",
            why.cause, why.fix
        ),
        (_, None) => format!("A post on {channel} failed."),
    };
    Notice {
        about: About::Publication {
            publication: publication.id,
            post: publication.post,
            state: publication.state,
        },
        content,
        link: format!("{url}/posts/{}", publication.post),
        at: publication.updated_at,
    }
}

/// What a channel wants of its owner, if anything; a grant ends soon when it ends before `soon`.
fn of_channel(channel: &Channel, soon: Timestamp, url: &str) -> Option<Notice> {
    let link = format!("{url}/channels");
    let name = &channel.name;
    match &channel.health {
        Health::NeedsReconnect { reason, since } => Some(Notice {
            about: About::Reconnect(channel.id),
            content: format!("{name} must be connected again: {reason}. Its posts are held until then."),
            link,
            at: *since,
        }),
        Health::Connected => {
            let ends_at = channel.grant_expires_at.filter(|end| *end < soon)?;
            Some(Notice {
                about: About::GrantEnding(channel.id),
                content: format!(
                    "The access of {name} ends at {}: connect it again before, so that no post waits.",
                    ends_at.to_rfc3339()
                ),
                link,
                at: ends_at.minus(SOON),
            })
        }
    }
}
