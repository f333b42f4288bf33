//! The rules of the storage port, the same for every database.
//!
//! A rule is an async function that gets an empty, migrated database and fails with an error or an assertion.
//! [`AREAS`] lists all of them; `tests/it` of this crate runs each against SQLite and PostgreSQL.

mod channels;
mod credentials;
mod fairness;
mod housekeeping;
mod keys;
mod media;
mod outbox;
mod pauses;
mod people;
mod post_lists;
mod posts;
mod publications;
mod races;
mod recurrences;
mod scripts;
mod units;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::Result;
use postern_domain::channel::Channel;
use postern_domain::ports::{Storage, Unit};
use postern_domain::post::Post;
use postern_domain::publication::Publication;
use postern_domain::workspace::Workspace;

use crate::build::{a_channel, a_post, a_publication, a_workspace, another_workspace};

/// One rule with its name.
pub type Rule = (
    &'static str,
    fn(Arc<dyn Storage>) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>,
);

/// All rules, by what they are about.
pub const AREAS: &[(&str, &[Rule])] = &[
    ("units", units::RULES),
    ("people", people::RULES),
    ("keys", keys::RULES),
    ("channels", channels::RULES),
    ("credentials", credentials::RULES),
    ("media", media::RULES),
    ("posts", posts::RULES),
    ("post lists", post_lists::RULES),
    ("publications", publications::RULES),
    ("fairness", fairness::RULES),
    ("outbox", outbox::RULES),
    ("pauses", pauses::RULES),
    ("housekeeping", housekeeping::RULES),
    ("recurrences", recurrences::RULES),
    ("scripts", scripts::RULES),
    ("races", races::RULES),
];

/// The rules of one area.
macro_rules! rules {
    ($($rule:ident)*) => {
        pub(super) const RULES: &[$crate::storage_suite::Rule] =
            &[$((stringify!($rule), |storage| Box::pin($rule(storage)))),*];
    };
}
use rules;

/// What most rules begin with: a workspace, a channel, and another workspace that must see nothing of it.
struct Ground {
    home: Workspace,
    other: Workspace,
    channel: Channel,
}

/// Stores the ground of a rule.
async fn ground(storage: &Arc<dyn Storage>) -> Result<Ground> {
    let ground = Ground {
        home: a_workspace(),
        other: another_workspace(),
        channel: a_channel("test"),
    };
    let unit = storage.begin().await?;
    unit.insert_workspace(&ground.home).await?;
    unit.insert_workspace(&ground.other).await?;
    unit.insert_channel(&ground.channel).await?;
    unit.commit().await?;
    Ok(ground)
}

/// Stores a post with one publication on the channel.
async fn store(unit: &dyn Unit, post: &Post, channel: &Channel) -> Result<Publication> {
    let publication = a_publication(post, channel);
    unit.insert_post(post).await?;
    unit.insert_publications(std::slice::from_ref(&publication))
        .await?;
    Ok(publication)
}

/// Stores the usual post with its publication, in a unit of its own.
async fn a_stored_publication(storage: &Arc<dyn Storage>, channel: &Channel) -> Result<(Post, Publication)> {
    let post = a_post();
    let unit = storage.begin().await?;
    let publication = store(unit.as_ref(), &post, channel).await?;
    unit.commit().await?;
    Ok((post, publication))
}
