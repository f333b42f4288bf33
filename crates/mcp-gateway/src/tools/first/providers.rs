//! `POSTIZ_PROVIDERS_LIST`: the channels under their oldest name.

use async_trait::async_trait;
use postern_domain::BackendError;
use postern_domain::actor::Scope;
use schemars::JsonSchema;
use serde::Serialize;

use super::Answer;
use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::tools::integration_list::NO_PICTURE;
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(JsonSchema)]
struct Arguments {}

/// A channel as the first generation listed it.
#[derive(Serialize)]
struct Provider {
    id: String,
    name: String,
    identifier: String,
    picture: String,
    disabled: bool,
    profile: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Customer>,
}

#[derive(Serialize)]
struct Customer {
    id: String,
    name: String,
}

pub(in crate::tools) struct Providers;

#[async_trait]
impl Tool for Providers {
    fn spec(&self) -> Spec {
        Spec {
            name: "POSTIZ_PROVIDERS_LIST",
            title: "List providers",
            description: "Lists the connected social media channels as a JSON array; pass an id as providerId of \
                POSTIZ_SCHEDULE_POST. Kept for clients that know it; integrationList tells more.",
            scopes: &[Scope::ChannelsRead],
            set: Set::First,
            effect: Effect::READS,
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let backend = &call.shared.backend;
        let (channels, groups) = (backend.channels(call.actor(), None), backend.groups(call.actor()));
        let (channels, groups) = tokio::try_join!(channels, groups)?;
        let providers: Vec<_> = channels
            .into_iter()
            .map(|channel| Provider {
                id: channel.id.to_string(),
                name: channel.name,
                identifier: channel.provider.to_string(),
                picture: channel.picture.unwrap_or_else(|| NO_PICTURE.to_owned()),
                disabled: channel.disabled,
                profile: channel.handle,
                customer: groups
                    .iter()
                    .find(|group| Some(group.id) == channel.group)
                    .map(|group| Customer {
                        id: group.id.to_string(),
                        name: group.name.clone(),
                    }),
            })
            .collect();
        let text = serde_json::to_string(&providers).map_err(|_| BackendError::Internal)?;
        Ok(Done::only(text))
    }
}
