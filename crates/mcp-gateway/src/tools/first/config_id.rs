//! `POSTIZ_GET_CONFIG_ID`: an id for the calls that follow, and the present time.

use async_trait::async_trait;
use schemars::JsonSchema;

use super::Answer;
use crate::answer::{Done, Stop};
use crate::confirm::digest;
use crate::schema::{self, Unknown};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(JsonSchema)]
struct Arguments {}

pub(in crate::tools) struct ConfigId;

#[async_trait]
impl Tool for ConfigId {
    fn spec(&self) -> Spec {
        Spec {
            name: "POSTIZ_GET_CONFIG_ID",
            title: "Get a configuration id",
            description: "Gives an id to be passed as configId of POSTIZ_SCHEDULE_POST, and today's date and time in UTC. \
                Kept for clients that know it; server_time tells the time in the workspace's zone too.",
            scopes: &[],
            set: Set::First,
            effect: Effect::READS,
            unknown: Unknown::Drop,
            aliases: &["POSTIZ_CONFIGURATION_PRERUN"],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let now = call.shared.clock.now();
        // Nobody ever checks the id; it only has to look like one.
        let id = digest([
            call.caller.fingerprint.as_str(),
            now.as_micros().to_string().as_str(),
        ]);
        Ok(Done::only(format!(
            "id: {}, today's date and time: {} UTC. Pass the id as configId.",
            &id[..10],
            now.to_bare_utc()
        )))
    }
}
