//! Figures: the answers of `GET /analytics/...`, and the span that is asked for.

use std::collections::BTreeMap;

use postern_domain::channel::Channel;
use postern_domain::id::ChannelId;
use postern_domain::insight::{PostInsights, Series};
use postern_domain::ports::PunctualityRow;
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::integration::{ChannelRef, channel_ref};

/// Days that are meant where nothing is said.
const USUAL: u32 = 7;
/// Most days that can be asked for.
const MOST: u32 = 366;

/// One metric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricItem {
    /// What was measured.
    pub label: String,
    /// What was measured on each day.
    pub data: Vec<MetricPoint>,
    /// The change against the days before, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentage_change: Option<f64>,
    /// Whether a total over days is their mean.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub average: bool,
}

/// One day of a metric.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MetricPoint {
    /// The figure, as a text.
    pub total: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
}

/// The figures of one channel among all.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChannelInsights {
    /// The channel.
    pub integration: ChannelRef,
    /// What its platform measured.
    pub analytics: Vec<MetricItem>,
    /// How publishing went.
    pub publishing: Publishing,
}

/// How publishing on a channel went.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Publishing {
    /// How many posts went out.
    pub published: u32,
    /// How many failed or were missed.
    pub failed: u32,
    /// How many are in doubt.
    pub unconfirmed: u32,
    /// The worst lateness of those that went out, in milliseconds.
    pub worst_late_ms: u64,
    /// The days on which something happened, oldest first.
    pub days: Vec<PublishingDay>,
}

/// One day of publishing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublishingDay {
    /// The local day, `YYYY-MM-DD`.
    pub date: String,
    /// How many posts went out.
    pub published: u32,
    /// How many failed or were missed.
    pub failed: u32,
    /// How many are in doubt.
    pub unconfirmed: u32,
    /// The middle lateness of those that went out, in milliseconds.
    pub median_late_ms: u64,
    /// The worst lateness of those that went out, in milliseconds.
    pub worst_late_ms: u64,
}

/// Shows metrics.
pub fn metric_items(series: &[Series]) -> Vec<MetricItem> {
    let item = |series: &Series| MetricItem {
        label: series.label.clone(),
        data: series
            .points
            .iter()
            .map(|point| MetricPoint {
                total: point.value.to_string(),
                date: point.date.to_string(),
            })
            .collect(),
        percentage_change: series.change,
        average: series.is_mean,
    };
    series.iter().map(item).collect()
}

/// Shows the figures of a post: metrics, or `{"missing": true}` where its id at the platform is not known.
pub fn post_analytics(insights: &PostInsights) -> Json {
    match insights {
        PostInsights::Known(series) => json!(metric_items(series)),
        PostInsights::Unnamed => json!({ "missing": true }),
    }
}

/// Shows all channels, also those on which nothing happened.
pub fn all_insights(
    channels: &[Channel],
    series: &BTreeMap<ChannelId, Vec<Series>>,
    rows: &[PunctualityRow],
) -> Vec<ChannelInsights> {
    let of_channel = |channel: &Channel| ChannelInsights {
        integration: channel_ref(channel),
        analytics: series
            .get(&channel.id)
            .map(|series| metric_items(series))
            .unwrap_or_default(),
        publishing: publishing(rows.iter().filter(|row| row.channel == channel.id)),
    };
    channels.iter().map(of_channel).collect()
}

fn publishing<'a>(rows: impl Iterator<Item = &'a PunctualityRow>) -> Publishing {
    let mut all = Publishing::default();
    for row in rows {
        all.published += row.published;
        all.failed += row.failed;
        all.unconfirmed += row.unconfirmed;
        all.worst_late_ms = all.worst_late_ms.max(row.worst_late_ms);
        all.days.push(PublishingDay {
            date: row.day.clone(),
            published: row.published,
            failed: row.failed,
            unconfirmed: row.unconfirmed,
            median_late_ms: row.median_late_ms,
            worst_late_ms: row.worst_late_ms,
        });
    }
    all
}

/// Reads `date`, a number of days back; none is a week.
pub fn parse_days(given: Option<&str>) -> Result<u32, Problem> {
    match given.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(USUAL),
        Some(text) => match text.parse() {
            Ok(days @ 1..=MOST) => Ok(days),
            _ => Err(Problem::new(
                Code::Malformed,
                "/date",
                "must be a number of days",
                "send how many days back to look, usually 7, 30 or 90",
            )
            .given(text)
            .allowed(format!("1 to {MOST}"))),
        },
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::insight::Point;
    use postern_domain::time::parse_local_date;

    use super::*;

    #[test]
    fn totals_are_texts_and_what_is_not_known_is_absent() {
        let day = |text: &str, value| Point {
            date: parse_local_date(text).unwrap(),
            value,
        };
        let series = [
            Series {
                label: "Impressions".into(),
                points: vec![day("2027-01-14", 12.0), day("2027-01-15", 3.0)],
                change: Some(-25.0),
                is_mean: false,
            },
            Series {
                label: "Engagement rate".into(),
                points: vec![day("2027-01-15", 2.5)],
                change: None,
                is_mean: true,
            },
        ];
        insta::assert_json_snapshot!("metrics", metric_items(&series));
        assert_eq!(post_analytics(&PostInsights::Unnamed), json!({ "missing": true }));
        assert_eq!(post_analytics(&PostInsights::Known(Vec::new())), json!([]));
    }

    #[test]
    fn a_span_is_a_number_of_days() {
        for (given, want) in [
            (None, Some(7)),
            (Some("30"), Some(30)),
            (Some("0"), None),
            (Some("367"), None),
            (Some("NaN"), None),
        ] {
            assert_eq!(parse_days(given).ok(), want, "{given:?}");
        }
    }
}
