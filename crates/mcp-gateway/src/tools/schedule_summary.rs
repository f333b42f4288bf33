//! `schedule_summary`: how much is planned, by day and platform.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::post::{PostQuery, PostState, PublicationView};
use postern_domain::publication::State;
use postern_domain::time::Zone;
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::{Moment, exact};
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// Days ahead where none are named.
const USUAL_DAYS: u32 = 7;
/// Posts that are read at once.
const PAGE: u32 = 500;

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// Begin: RFC 3339 with an offset, or a local date or time with zone; now if left out
    #[serde(default)]
    from: Option<String>,
    /// How many days; 7 if left out
    #[serde(default)]
    #[schemars(range(min = 1, max = 92))]
    days: Option<u32>,
    /// IANA zone of from and of the days; the workspace's if left out
    #[serde(default)]
    zone: Option<String>,
    /// Only this platform, for example mastodon
    #[serde(default)]
    platform: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// Begin.
    from: Moment,
    /// End.
    until: Moment,
    /// All that waits to go out.
    scheduled: u32,
    /// The same by platform.
    platforms: Vec<Count>,
    /// The same by local day; days without posts are left out.
    days: Vec<OneDay>,
    /// Drafts with a time in between, which are not counted above.
    drafts: u32,
}

#[derive(Serialize, JsonSchema)]
struct Count {
    /// The platform.
    platform: String,
    /// How many wait there.
    scheduled: u32,
}

#[derive(Serialize, JsonSchema)]
struct OneDay {
    /// The local day, YYYY-MM-DD.
    day: String,
    /// How many wait for it.
    scheduled: u32,
    /// The same by platform.
    platforms: Vec<Count>,
}

pub(super) struct ScheduleSummary;

#[async_trait]
impl Tool for ScheduleSummary {
    fn spec(&self) -> Spec {
        Spec {
            name: "schedule_summary",
            title: "Count what is scheduled",
            description: "Counts the scheduled social media posts of the coming days by platform and local day, one for \
                each channel. Use it for \"how many posts are scheduled\" or \"how full is next week\"; for the posts \
                themselves use postsListTool. Drafts are counted apart, published posts not at all.",
            scopes: &[Scope::PostsRead],
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
        let zone = zone_of(call, &arguments).await?;
        let from = match &arguments.from {
            Some(text) => exact(text, Some(zone.name()), &zone, "/from")?.instant,
            None => call.shared.clock.now(),
        };
        let days = arguments.days.unwrap_or(USUAL_DAYS);
        let query = PostQuery {
            from: Some(from),
            until: Some(from.plus(Duration::from_hours(24) * days)),
            states: vec![PostState::Scheduled, PostState::Publishing, PostState::Draft],
            limit: PAGE,
            ..PostQuery::default()
        };
        let tally = count(call, query.clone(), &zone, arguments.platform.as_deref()).await?;
        let answer = tally.answer(
            Moment::new(from, &zone),
            Moment::new(query.until.unwrap_or(from), &zone),
        );
        let platforms: Vec<_> = answer
            .platforms
            .iter()
            .map(|count| format!("{} {}", count.scheduled, count.platform))
            .collect();
        let on = if platforms.is_empty() {
            String::new()
        } else {
            format!(": {}", platforms.join(", "))
        };
        let summary = format!("{} posts are scheduled within {days} days{on}.", answer.scheduled);
        Done::told(summary, &answer)
    }
}

async fn zone_of(call: &Call<'_>, arguments: &Arguments) -> Result<Zone, Stop> {
    let workspace = call.shared.zone_of(call.actor()).await?;
    let Some(name) = &arguments.zone else {
        return Ok(workspace);
    };
    Zone::parse(name).map_err(|_| {
        let fix = format!("use an IANA zone, for example {}", workspace.name());
        let problem = Problem::new(Code::ZoneUnknown, "/zone", "is not a time zone", fix);
        problem
            .given(name)
            .allowed("IANA names such as Europe/Berlin")
            .into()
    })
}

/// What waits, counted by local day and platform.
#[derive(Default)]
struct Tally {
    waiting: BTreeMap<String, BTreeMap<String, u32>>,
    drafts: u32,
}

async fn count(
    call: &Call<'_>,
    mut query: PostQuery,
    zone: &Zone,
    platform: Option<&str>,
) -> Result<Tally, Stop> {
    let platform = platform.map(|name| match name.trim().to_ascii_lowercase().as_str() {
        "twitter" => "x".to_owned(),
        name => name.to_owned(),
    });
    let mut tally = Tally::default();
    loop {
        let page = call.shared.backend.posts(call.actor(), query.clone()).await?;
        let parts = page.items.iter().flat_map(|view| &view.publications);
        for part in parts.filter(|part| {
            platform
                .as_deref()
                .is_none_or(|name| part.publication.provider.as_str() == name)
        }) {
            tally.add(part, zone);
        }
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(tally),
        }
    }
}

impl Tally {
    fn add(&mut self, part: &PublicationView, zone: &Zone) {
        let publication = &part.publication;
        let Some(at) = publication.publish_at else { return };
        match publication.state {
            State::Draft => self.drafts += 1,
            State::Scheduled
            | State::Held
            | State::Leased
            | State::Preparing
            | State::Waiting
            | State::Armed => {
                let day = at.in_zone(zone).date().to_string();
                let platforms = self.waiting.entry(day).or_default();
                *platforms.entry(publication.provider.to_string()).or_default() += 1;
            }
            State::Unconfirmed | State::Published | State::Failed | State::Missed | State::Cancelled => {}
        }
    }

    fn answer(self, from: Moment, until: Moment) -> Answer {
        let mut all: BTreeMap<String, u32> = BTreeMap::new();
        for (platform, count) in self.waiting.values().flatten() {
            *all.entry(platform.clone()).or_default() += count;
        }
        Answer {
            from,
            until,
            scheduled: all.values().sum(),
            platforms: counts(all),
            days: self
                .waiting
                .into_iter()
                .map(|(day, platforms)| OneDay {
                    day,
                    scheduled: platforms.values().sum(),
                    platforms: counts(platforms),
                })
                .collect(),
            drafts: self.drafts,
        }
    }
}

fn counts(platforms: BTreeMap<String, u32>) -> Vec<Count> {
    let pairs = platforms.into_iter();
    pairs
        .map(|(platform, scheduled)| Count { platform, scheduled })
        .collect()
}
