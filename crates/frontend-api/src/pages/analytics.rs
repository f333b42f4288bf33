//! `GET /analytics`: what Postern itself knows of the last 30 days.

use std::collections::BTreeMap;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use postern_domain::channel::Channel;
use postern_domain::id::ChannelId;
use postern_domain::ports::PunctualityRow;

use crate::deps::App;
use crate::failure::Failure;
use crate::member::Member;
use crate::respond;
use crate::views::{Avatar, Frame, Nav};
use crate::words;

/// How far back the figures go.
const DAYS: u32 = 30;
/// Height of the chart's plot in its own units.
const PLOT: u32 = 150;
/// Width of the chart's plot in its own units.
const WIDTH: u32 = 690;

#[derive(Template)]
#[template(path = "pages/analytics.html")]
struct Analytics {
    frame: Frame,
    no_channel: bool,
    totals: Option<Totals>,
    chart: Chart,
    rows: Vec<Row>,
    zone: String,
}

struct Totals {
    published: u32,
    failed: u32,
    unconfirmed: u32,
    rate: String,
    median: String,
    worst: String,
}

/// Stacked bars, one per day.
struct Chart {
    bars: Vec<Bar>,
    lines: Vec<(u32, u32)>,
    days: Vec<DayFigures>,
}

struct Bar {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    tone: &'static str,
}

struct DayFigures {
    x: u32,
    label: String,
    labelled: bool,
    published: u32,
    failed: u32,
    unconfirmed: u32,
}

struct Row {
    avatar: Option<Avatar>,
    name: String,
    published: u32,
    failed: u32,
    unconfirmed: u32,
    median: String,
    worst: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sum {
    published: u32,
    failed: u32,
    unconfirmed: u32,
    // Each day's middle lateness with the number of posts behind it.
    medians: Vec<(u64, u32)>,
    worst_ms: u64,
}

/// Shows the figures.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Result<Response, Failure> {
    let rows = app.backend.punctuality(&member.actor, DAYS).await?;
    let channels = app.backend.channels(&member.actor, None).await?;
    let total = Sum::of(rows.iter());
    let today = member.now.in_zone(member.zone()).date();
    respond::page(&Analytics {
        frame: member.frame(Nav::Analytics),
        no_channel: channels.is_empty(),
        totals: (total.all() > 0).then(|| Totals::new(&total)),
        chart: Chart::new(today, &rows),
        rows: by_channel(&rows, &channels),
        zone: member.zone().name().to_owned(),
    })
}

impl Sum {
    fn of<'a>(rows: impl Iterator<Item = &'a PunctualityRow>) -> Self {
        let mut sum = Self::default();
        for row in rows {
            sum.published += row.published;
            sum.failed += row.failed;
            sum.unconfirmed += row.unconfirmed;
            sum.worst_ms = sum.worst_ms.max(row.worst_late_ms);
            if row.published > 0 {
                sum.medians.push((row.median_late_ms, row.published));
            }
        }
        sum
    }

    fn all(&self) -> u32 {
        self.published + self.failed + self.unconfirmed
    }

    /// The middle of the days' middles, each day weighing as much as it has posts.
    fn median_ms(&self) -> u64 {
        let mut medians = self.medians.clone();
        medians.sort_unstable();
        let half = self.published.div_ceil(2);
        let mut seen = 0;
        let middle = medians.iter().find(|(_, weight)| {
            seen += weight;
            seen >= half
        });
        middle.map_or(0, |(millis, _)| *millis)
    }

    fn median(&self) -> String {
        if self.published == 0 {
            "–".to_owned()
        } else {
            words::span(Duration::from_millis(self.median_ms()))
        }
    }

    fn worst(&self) -> String {
        if self.published == 0 {
            "–".to_owned()
        } else {
            words::span(Duration::from_millis(self.worst_ms))
        }
    }
}

impl Totals {
    fn new(sum: &Sum) -> Self {
        let rate = u64::from(sum.published) * 1000 / u64::from(sum.all().max(1));
        Self {
            published: sum.published,
            failed: sum.failed,
            unconfirmed: sum.unconfirmed,
            rate: format!("{}.{} % of all", rate / 10, rate % 10),
            median: sum.median(),
            worst: sum.worst(),
        }
    }
}

fn by_channel(rows: &[PunctualityRow], channels: &[Channel]) -> Vec<Row> {
    let mut grouped: BTreeMap<ChannelId, Vec<&PunctualityRow>> = BTreeMap::new();
    for row in rows {
        grouped.entry(row.channel).or_default().push(row);
    }
    let mut lines: Vec<Row> = grouped
        .into_iter()
        .map(|(id, rows)| {
            let channel = channels.iter().find(|channel| channel.id == id);
            let sum = Sum::of(rows.into_iter());
            Row {
                avatar: channel.map(|channel| Avatar::of(channel).small()),
                name: channel.map_or_else(|| "Removed channel".to_owned(), |channel| channel.name.clone()),
                published: sum.published,
                failed: sum.failed,
                unconfirmed: sum.unconfirmed,
                median: sum.median(),
                worst: sum.worst(),
            }
        })
        .collect();
    lines.sort_by_key(|row| (std::cmp::Reverse(row.published), row.name.clone()));
    lines
}

impl Chart {
    fn new(today: Date, rows: &[PunctualityRow]) -> Self {
        let dates = (0..DAYS)
            .rev()
            .map(|back| today.saturating_sub(i64::from(back).days()));
        let sums: Vec<(Date, Sum)> = dates
            .map(|date| {
                let name = date.to_string();
                (date, Sum::of(rows.iter().filter(|row| row.day == name)))
            })
            .collect();
        let top = nice(sums.iter().map(|(_, sum)| sum.all()).max().unwrap_or(0));
        let pitch = WIDTH / DAYS;
        let height = |number: u32| number * PLOT / top;
        let mut bars = Vec::new();
        let mut days = Vec::new();
        for (index, (date, sum)) in (0..DAYS).zip(&sums) {
            let x = index * pitch;
            bars.extend(stack(x, pitch, sum, &height));
            days.push(DayFigures {
                x: x + pitch / 2,
                label: date.strftime("%-d %b").to_string(),
                labelled: (DAYS - 1 - index).is_multiple_of(7),
                published: sum.published,
                failed: sum.failed,
                unconfirmed: sum.unconfirmed,
            });
        }
        let lines = if top == 1 {
            vec![0, 1]
        } else {
            vec![0, top / 2, top]
        };
        Self {
            bars,
            lines: lines
                .into_iter()
                .map(|number| (PLOT - height(number), number))
                .collect(),
            days,
        }
    }
}

/// The bars of one day, one upon the other.
fn stack(x: u32, pitch: u32, sum: &Sum, height: &dyn Fn(u32) -> u32) -> Vec<Bar> {
    let mut y = PLOT;
    let mut bars = Vec::new();
    for (number, tone) in [
        (sum.published, "ok"),
        (sum.unconfirmed, "warn"),
        (sum.failed, "bad"),
    ] {
        if number > 0 {
            // Even one post among many is to be seen.
            let height = height(number).max(3).min(y);
            y -= height;
            bars.push(Bar {
                x: x + 3,
                y,
                width: pitch - 6,
                height,
                tone,
            });
        }
    }
    bars
}

/// The next even round number at or above `number`, at least 1.
fn nice(number: u32) -> u32 {
    if number <= 1 {
        return 1;
    }
    let mut step = 2;
    while number > step * 10 {
        step *= 10;
    }
    number.div_ceil(step) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(channel: u128, day: &str, published: u32, median_late_ms: u64) -> PunctualityRow {
        PunctualityRow {
            channel: ChannelId::from_bits(channel),
            day: day.to_owned(),
            published,
            failed: 1,
            unconfirmed: 0,
            median_late_ms,
            worst_late_ms: median_late_ms * 2,
        }
    }

    #[test]
    fn days_weigh_as_much_as_they_have_posts() {
        let rows = [row(1, "2026-11-19", 9, 100), row(1, "2026-11-20", 1, 9_000)];
        let sum = Sum::of(rows.iter());
        assert_eq!((sum.median_ms(), sum.worst_ms, sum.all()), (100, 18_000, 12));
        assert_eq!(Sum::default().median_ms(), 0);
    }

    #[test]
    fn bars_stay_inside_the_plot() {
        let rows: Vec<_> = (1..=20)
            .map(|n| row(n, "2026-11-20", u32::try_from(n).unwrap() * 7, 10))
            .collect();
        let chart = Chart::new("2026-11-20".parse().unwrap(), &rows);
        assert_eq!(chart.days.len(), 30);
        assert!(!chart.bars.is_empty());
        assert!(
            chart
                .bars
                .iter()
                .all(|bar| bar.y + bar.height <= PLOT && bar.x + bar.width <= WIDTH)
        );
    }

    #[test]
    fn scales_end_in_round_numbers() {
        for (number, want) in [(0, 1), (1, 1), (3, 4), (12, 12), (21, 40), (199, 200)] {
            assert_eq!(nice(number), want, "{number}");
        }
    }
}
