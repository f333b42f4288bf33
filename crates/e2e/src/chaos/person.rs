//! The owner of the channels: connects again what lost its access, and answers what no platform can tell.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use postern_domain::id::PublicationId;
use postern_domain::manifest::Evidence;
use serde_json::json;
use tokio::time::{Instant, interval, sleep};

use super::books::{Journal, Row};
use super::ground::{Ground, connect};

/// How often the owner looks.
const LOOKS: Duration = Duration::from_millis(1_500);

/// States in which nothing more happens.
pub(super) const FINAL: [&str; 4] = ["published", "failed", "missed", "cancelled"];

/// The state in which evidence or a person decides.
const DOUBT: &str = "unconfirmed";

/// A publication that a person had to decide about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    pub(super) platform: &'static str,
    /// Whether it was there.
    pub(super) is_there: bool,
    /// What is wrong with leaving it to a person, where something is.
    pub(super) complaint: Option<String>,
}

/// The owner at work.
pub(super) struct Person {
    ground: Arc<Ground>,
    evidence: BTreeMap<String, Evidence>,
    doubts: BTreeMap<PublicationId, Doubt>,
}

impl Person {
    pub(super) fn new(ground: Arc<Ground>) -> Self {
        let providers = postern_providers::all();
        let evidence = providers.iter().map(|provider| {
            let manifest = provider.manifest();
            (manifest.id.to_string(), manifest.evidence)
        });
        Self {
            evidence: evidence.collect(),
            doubts: BTreeMap::new(),
            ground,
        }
    }

    /// Looks after the channels for as long as something else goes on.
    pub(super) async fn beside<T>(&self, other: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            ended = other => ended,
            never = self.look_after() => match never {},
        }
    }

    async fn look_after(&self) -> Infallible {
        let mut looks = interval(LOOKS);
        loop {
            looks.tick().await;
            // The database may be away for a moment; the next look does it.
            let _ = self.reconnect().await;
        }
    }

    /// Connects every channel that lost its access.
    async fn reconnect(&self) -> Result<()> {
        for index in self.ground.disconnected().await? {
            let channel = &self.ground.channels[index];
            // Not while the stack is locked: where Redis is down, this waits for it.
            let command_line = self.ground.stack.lock().await.command_line().clone();
            connect(command_line, channel.platform, channel.account).await?;
        }
        Ok(())
    }

    /// Waits until nothing is under way, and answers the doubts that are left.
    ///
    /// A doubt is left when the product does not look for evidence any more, or when `doubt` has passed: some evidence
    /// takes longer to come in than a short run can wait.
    pub(super) async fn settle(&mut self, doubt: Duration, settling: Duration) -> Result<()> {
        let begin = Instant::now();
        loop {
            self.reconnect().await?;
            let rows = self.ground.publications().await?;
            let open: Vec<&Row> = rows
                .iter()
                .filter(|row| !FINAL.contains(&row.state.as_str()))
                .collect();
            if open.is_empty() || begin.elapsed() > settling {
                return Ok(());
            }
            let is_over = begin.elapsed() > doubt;
            let is_left = |row: &&Row| row.state == DOUBT && !row.is_leased && (is_over || !row.is_due);
            let left: Vec<&Row> = open.iter().copied().filter(is_left).collect();
            // Whoever answers looks first, and a request may still be on its way while others are at work.
            if left.len() == open.len() {
                let journal = self.ground.journal().await?;
                for row in left {
                    self.answer(row, &journal).await?;
                }
            }
            sleep(Duration::from_millis(400)).await;
        }
    }

    /// Says what became of a post, as the platform shows it.
    async fn answer(&mut self, row: &Row, journal: &Journal) -> Result<()> {
        let copies = journal.copies.get(&(row.channel, row.mark, row.entry + 1));
        let copy = copies.and_then(|copies| copies.first());
        let platform = self.ground.channels[row.channel].platform;
        let evidence = self.evidence.get(platform).context("no such provider")?;
        let complaint = if row.is_due || may_be_left(evidence, row.entry > 0, copy.is_some()) {
            None
        } else {
            Some(format!(
                "{} on {platform}, call {} entry {}: a person was asked although the platform can tell; {}",
                row.id,
                row.mark.call,
                row.entry + 1,
                self.ground.story(row.id).await?
            ))
        };
        let body = match copy {
            Some(copy) => json!({ "outcome": "published", "url": copy.url }),
            None => json!({ "outcome": "not_published" }),
        };
        let answer = self
            .ground
            .rest
            .post(&format!("/posts/{}/resolve", row.id), &body)
            .await?;
        match answer.status {
            200 => {
                let doubt = Doubt {
                    platform,
                    is_there: copy.is_some(),
                    complaint,
                };
                self.doubts.entry(row.id).or_insert(doubt);
                Ok(())
            }
            // The product found out in the meantime.
            409 => Ok(()),
            status => bail!("a doubt could not be resolved: {status} {}", answer.text),
        }
    }

    /// What had to be decided.
    pub(super) fn into_doubts(self) -> Vec<Doubt> {
        self.doubts.into_values().collect()
    }
}

/// Whether a provider with this evidence may leave such a doubt to a person.
fn may_be_left(evidence: &Evidence, is_reply: bool, is_there: bool) -> bool {
    match evidence {
        Evidence::KeySafe { .. } | Evidence::Queryable => false,
        // A list shows what is there and never proves that something is not.
        Evidence::Listing => !is_there,
        // Platforms refuse equal posts, not equal replies.
        Evidence::DuplicateRefusal { .. } => is_reply,
        Evidence::None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_asked_only_what_the_platform_cannot_tell() {
        let window = Duration::from_mins(10);
        for (evidence, is_reply, is_there, may) in [
            (Evidence::KeySafe { window }, false, false, false),
            (Evidence::Queryable, true, true, false),
            (Evidence::Listing, false, true, false),
            (Evidence::Listing, true, false, true),
            (Evidence::DuplicateRefusal { window }, false, false, false),
            (Evidence::DuplicateRefusal { window }, true, true, true),
            (Evidence::None, false, true, true),
        ] {
            assert_eq!(
                may_be_left(&evidence, is_reply, is_there),
                may,
                "{evidence:?} {is_reply} {is_there}"
            );
        }
    }
}
