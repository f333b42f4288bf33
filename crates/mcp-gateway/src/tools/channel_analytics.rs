//! `channel_analytics`: how a channel did in the last days, as far as is known here.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::ports::PunctualityRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::tools::channels::Known;
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// Days that are looked at where none are named.
const USUAL_DAYS: u32 = 30;
/// Said in place of figures that nobody has collected.
pub(super) const NOT_COLLECTED: &str = "No figures of the platforms (impressions, likes, followers) have been \
    collected yet, so there is no engagement rate either.";

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The channel: its id from integrationList, or a handle, name or platform that only one has; all if left out
    #[serde(default)]
    channel: Option<String>,
    /// How many days back; 30 if left out
    #[serde(default)]
    #[schemars(range(min = 1, max = 366))]
    days: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// How many days were looked at.
    days: u32,
    /// Whether figures of the platforms are among the answers.
    collected: bool,
    /// What that means.
    note: &'static str,
    /// The channels with what went out there.
    channels: Vec<ChannelOut>,
}

#[derive(Serialize, JsonSchema)]
struct ChannelOut {
    /// Its id.
    id: String,
    /// Its name, where the key may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    /// Posts that went out.
    published: u32,
    /// Posts that failed or were missed.
    failed: u32,
    /// Posts of which nobody knows whether they arrived.
    unconfirmed: u32,
    /// The same by local day, oldest first; days without posts are left out.
    by_day: Vec<DayOut>,
}

#[derive(Serialize, JsonSchema)]
struct DayOut {
    /// The local day, YYYY-MM-DD.
    day: String,
    /// Posts that went out.
    published: u32,
    /// Posts that failed or were missed.
    failed: u32,
    /// Middle lateness of those that went out, in milliseconds.
    median_late_ms: u64,
}

pub(super) struct ChannelAnalytics;

#[async_trait]
impl Tool for ChannelAnalytics {
    fn spec(&self) -> Spec {
        Spec {
            name: "channel_analytics",
            title: "Channel analytics",
            description: "Tells how social media channels did in the last days: how many posts went out, failed or are \
                in doubt, in all and by day, and the platforms' own figures (impressions, likes, followers) as far as \
                they have been collected; collected says whether any have. Use it for reports. For single posts use \
                post_analytics, for what is planned schedule_summary. Asks no platform.",
            scopes: &[Scope::AnalyticsRead],
            set: Set::Analytics,
            effect: Effect::READS,
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let days = arguments.days.unwrap_or(USUAL_DAYS);
        let known = Known::of(call).await?;
        let only = match &arguments.channel {
            Some(text) => Some(known.meant("/channel", text)?.0),
            None => None,
        };
        let mut rows = call.shared.backend.punctuality(call.actor(), days).await?;
        rows.retain(|row| only.is_none_or(|only| only == row.channel));
        rows.sort_by(|a, b| (a.channel, &a.day).cmp(&(b.channel, &b.day)));
        let channels: Vec<_> = rows
            .chunk_by(|a, b| a.channel == b.channel)
            .filter_map(|rows| show(rows, &known))
            .collect();
        let published: u32 = channels.iter().map(|channel| channel.published).sum();
        let failed: u32 = channels.iter().map(|channel| channel.failed).sum();
        let summary = format!(
            "In the last {days} days {published} posts went out and {failed} did not. {NOT_COLLECTED}"
        );
        let answer = Answer {
            days,
            collected: false,
            note: NOT_COLLECTED,
            channels,
        };
        Done::told(summary, &answer)
    }
}

/// One channel's days.
fn show(rows: &[PunctualityRow], known: &Known) -> Option<ChannelOut> {
    let id = rows.first()?.channel.to_string();
    let channel = known.find(&id).and_then(|(_, channel)| channel);
    Some(ChannelOut {
        name: channel.map(|channel| channel.name.clone()),
        platform: channel.map(|channel| channel.provider.to_string()),
        published: rows.iter().map(|row| row.published).sum(),
        failed: rows.iter().map(|row| row.failed).sum(),
        unconfirmed: rows.iter().map(|row| row.unconfirmed).sum(),
        by_day: rows
            .iter()
            .map(|row| DayOut {
                day: row.day.clone(),
                published: row.published,
                failed: row.failed,
                median_late_ms: row.median_late_ms,
            })
            .collect(),
        id,
    })
}
