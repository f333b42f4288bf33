//! `groupList`: the groups that channels are sorted into.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(JsonSchema)]
struct Arguments {}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The groups.
    output: Vec<Group>,
}

#[derive(Serialize, JsonSchema)]
struct Group {
    /// Its id, to be used as `group` of integrationList and `customer` of postsListTool.
    id: String,
    /// Its name.
    name: String,
}

pub(super) struct GroupList;

#[async_trait]
impl Tool for GroupList {
    fn spec(&self) -> Spec {
        Spec {
            name: "groupList",
            title: "List Groups",
            description: "Lists the groups (customers, brands) into which social media channels are sorted, with their \
                ids. Use an id as `group` of integrationList or as `customer` of postsListTool. Takes nothing, \
                changes nothing; groups are made in the web UI.",
            scopes: &[Scope::ChannelsRead],
            set: Set::Channels,
            effect: Effect::READS,
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let groups = call.shared.backend.groups(call.actor()).await?;
        let output = groups
            .into_iter()
            .map(|group| Group {
                id: group.id.to_string(),
                name: group.name,
            })
            .collect();
        Done::plain(&Answer { output })
    }
}
