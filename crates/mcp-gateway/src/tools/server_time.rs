//! `server_time`: what time it is, in UTC and where the workspace is.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// No arguments.
#[derive(JsonSchema)]
struct Arguments {}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// Now in UTC, RFC 3339.
    utc: String,
    /// Now where the workspace is, RFC 3339 with its offset.
    local: String,
    /// The workspace's IANA time zone.
    zone: String,
    /// The day of the week there.
    weekday: String,
}

pub(super) struct ServerTime;

#[async_trait]
impl Tool for ServerTime {
    fn spec(&self) -> Spec {
        Spec {
            name: "server_time",
            title: "Server time",
            description: "Tells the current date and time of the scheduler, in UTC and in the workspace's time zone, \
                with the name of that zone and the day of the week. Call it before working out times such as \
                \"tomorrow at nine\" or \"next Monday\" for a social media post. It changes nothing. \
                Example result: utc 2026-01-15T08:00:00.000Z, local 2026-01-15T09:00:00+01:00, zone Europe/Berlin.",
            scopes: &[],
            set: Set::Posts,
            effect: Effect::READS,
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let now = call.shared.clock.now();
        let zone = call.shared.zone_of(call.actor()).await?;
        let wall = now.in_zone(&zone);
        let answer = Answer {
            utc: now.to_rfc3339(),
            local: now.to_rfc3339_in(&zone),
            zone: zone.name().to_owned(),
            weekday: wall.strftime("%A").to_string(),
        };
        Done::told(
            format!("It is {}, {} in {}.", answer.weekday, answer.local, answer.zone),
            &answer,
        )
    }
}
