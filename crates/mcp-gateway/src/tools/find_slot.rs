//! `find_slot`: the next free posting slot of a channel.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::Moment;
use crate::shape::places;
use crate::tools::channels::{Known, channel_id};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The channel's id from integrationList
    channel_id: String,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The next free slot.
    slot: Moment,
    /// The channel's id.
    channel_id: String,
}

pub(super) struct FindSlot;

#[async_trait]
impl Tool for FindSlot {
    fn spec(&self) -> Spec {
        Spec {
            name: "find_slot",
            title: "Find a free slot",
            description: "Finds the next free posting time of a social media channel after now: the first of its weekly \
                slots at which nothing is planned. Use it for \"queue this\" or \"next free time\", then schedule at \
                that instant with integrationSchedulePostTool. It reserves nothing: schedule soon, for somebody else \
                may take the slot.",
            scopes: &[Scope::PostsRead],
            set: Set::Channels,
            effect: Effect::READS,
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { channel_id: given } = call.read()?;
        let Some(channel) = channel_id(&given) else {
            return Err(Known::of(call).await?.refuse("/channel_id", &given).into());
        };
        let found = match call.shared.backend.find_slot(call.actor(), channel).await {
            Ok(found) => found,
            Err(postern_domain::BackendError::NotFound { .. }) => {
                return Err(Known::of(call).await?.refuse("/channel_id", &given).into());
            }
            Err(error) => return Err(places::moved(error, |_| "/channel_id".into()).into()),
        };
        let slot = Moment::new(found.instant, &found.zone);
        let summary = format!("The next free slot is {} ({}).", slot.local, slot.utc);
        Done::told(
            summary,
            &Answer {
                slot,
                channel_id: channel.to_string(),
            },
        )
    }
}
