//! The tools: one file each, listed in [`all`], in the order of their names.

mod bulk;
mod cancel_post;
mod channel_analytics;
mod channel_health;
mod channels;
mod create_media_upload;
mod find_slot;
mod first;
mod get_post;
mod group_list;
mod integration_list;
mod integration_schema;
mod list_media;
mod media;
mod once;
mod parts;
mod pause;
mod post_analytics;
mod post_settings;
mod posts;
mod posts_list;
mod publish_post;
mod repeat;
mod resolve_post;
mod retry_post;
mod review_post;
mod schedule;
mod schedule_summary;
mod server_time;
mod trigger;
mod update_post;
mod upload_from_url;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::{Actor, Code, Problem};
use rmcp::model::{JsonObject, Tool as Definition, ToolAnnotations};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub(crate) use self::list_media::FileOut;
use crate::answer::{Done, Refused, Stop};
use crate::ask::Round;
use crate::caller::{Caller, View};
use crate::gateway::Shared;
use crate::progress::Progress;
use crate::schema::{self, Unknown};
pub(crate) use crate::sets::Set;

/// How a tool presents itself.
pub(crate) struct Spec {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    /// Its name for people.
    pub(crate) title: &'static str,
    /// What it does and does not do, for a reader who knows nothing of us.
    pub(crate) description: &'static str,
    /// All that a key needs for it.
    pub(crate) scopes: &'static [Scope],
    /// The sets that it belongs to.
    pub(crate) set: Set,
    /// What it does to the world.
    pub(crate) effect: Effect,
    /// What becomes of arguments that it does not know.
    pub(crate) unknown: Unknown,
    /// Names under which it can be called besides, without being listed.
    pub(crate) aliases: &'static [&'static str],
    /// The schema of its arguments.
    pub(crate) input: Arc<JsonObject>,
    /// The schema of its result.
    pub(crate) output: Arc<JsonObject>,
}

/// What a tool does to the world, true for every way of calling it.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the protocol's four hints do not depend on each other"
)]
pub(crate) struct Effect {
    /// Changes nothing.
    pub(crate) read_only: bool,
    /// May undo or publish something that cannot be taken back.
    pub(crate) destructive: bool,
    /// Twice is the same as once.
    pub(crate) idempotent: bool,
    /// Reaches people or platforms outside.
    pub(crate) open_world: bool,
}

impl Effect {
    /// Looks something up here.
    pub(crate) const READS: Self = Self {
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
    };
}

/// One call of a tool.
pub(crate) struct Call<'a> {
    /// What all calls share.
    pub(crate) shared: &'a Shared,
    /// Who is calling.
    pub(crate) caller: &'a Caller,
    /// What the client can be asked, and what it has answered.
    pub(crate) round: Round,
    /// Tells the client how far it is, if it wants to know.
    pub(crate) progress: Progress,
    /// Cancelled when the client does not want the answer any more.
    pub(crate) stop: CancellationToken,
    /// The arguments, in the form that the tool's schema describes.
    pub(crate) arguments: Value,
}

impl Call<'_> {
    /// The actor.
    pub(crate) fn actor(&self) -> &Actor {
        &self.caller.actor
    }

    /// Whether the client has cancelled the call.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// The arguments as the tool's own type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Stop> {
        T::deserialize(&self.arguments).map_err(|error| {
            let fix = "send the arguments as the schema of the tool describes them";
            Problem::new(Code::Malformed, "", "the arguments were not understood", fix)
                .given(error)
                .into()
        })
    }
}

/// Something a client can call.
#[async_trait]
pub(crate) trait Tool: Send + Sync {
    /// How it presents itself.
    fn spec(&self) -> Spec;

    /// Does it.
    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop>;

    /// How long it may take, where that differs from the usual.
    fn deadline(&self) -> Option<Duration> {
        None
    }

    /// Whether it may be dropped in the middle when the client cancels; reading tools always may.
    fn may_be_dropped(&self) -> bool {
        false
    }
}

/// All tools, in the order of their names.
fn all() -> Vec<Box<dyn Tool>> {
    vec![
        Box::new(bulk::BulkSchedule),
        Box::new(cancel_post::CancelPost),
        Box::new(channel_analytics::ChannelAnalytics),
        Box::new(channel_health::ChannelHealth),
        Box::new(create_media_upload::CreateMediaUpload),
        Box::new(find_slot::FindSlot),
        Box::new(first::ConfigId),
        Box::new(first::Providers),
        Box::new(first::Schedule),
        Box::new(get_post::GetPost),
        Box::new(group_list::GroupList),
        Box::new(integration_list::IntegrationList),
        Box::new(integration_schema::IntegrationSchema),
        Box::new(schedule::SchedulePost),
        Box::new(list_media::ListMedia),
        Box::new(pause::PauseTool),
        Box::new(post_analytics::PostAnalytics),
        Box::new(post_settings::PostSettings),
        Box::new(posts_list::PostsList),
        Box::new(publish_post::PublishPost),
        Box::new(resolve_post::ResolvePost),
        Box::new(retry_post::RetryPost),
        Box::new(review_post::ReviewPost),
        Box::new(schedule_summary::ScheduleSummary),
        Box::new(server_time::ServerTime),
        Box::new(trigger::Trigger),
        Box::new(update_post::UpdatePost),
        Box::new(upload_from_url::UploadFromUrl),
    ]
}

/// The schema of an object whose members are not ours to name.
fn any_object(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "description": "Members depend on the case.",
        "additionalProperties": true,
    })
}

/// A tool, ready to be listed and called.
pub(crate) struct Entry {
    /// How it presents itself.
    pub(crate) spec: Spec,
    /// What clients are told about it.
    pub(crate) definition: Definition,
    /// The tool.
    pub(crate) tool: Box<dyn Tool>,
}

/// All tools with their schemas, made once.
pub(crate) struct Toolbox(Vec<Entry>);

impl Toolbox {
    /// Makes the schemas and sorts the tools by name.
    pub(crate) fn new() -> Self {
        let mut entries: Vec<_> = all().into_iter().map(Entry::new).collect();
        entries.sort_by_key(|entry| entry.spec.name);
        Self(entries)
    }

    /// The tool with this name or alias.
    pub(crate) fn find(&self, name: &str) -> Option<&Entry> {
        self.0
            .iter()
            .find(|entry| entry.spec.name == name || entry.spec.aliases.contains(&name))
    }

    /// What `actor` may call, of the sets that the connection wants; without writing tools where it wants only to read.
    pub(crate) fn visible(&self, actor: &Actor, view: View) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| {
            view.sets.contain(entry.spec.set)
                && entry.may(actor)
                && (entry.spec.effect.read_only || !view.readonly)
        })
    }
}

impl Entry {
    fn new(tool: Box<dyn Tool>) -> Self {
        let spec = tool.spec();
        let effect = spec.effect;
        let annotations = ToolAnnotations::with_title(spec.title)
            .read_only(effect.read_only)
            .destructive(effect.destructive)
            .idempotent(effect.idempotent)
            .open_world(effect.open_world);
        let definition = Definition::new(spec.name, spec.description, Arc::clone(&spec.input))
            .with_title(spec.title)
            .with_annotations(annotations)
            .with_raw_output_schema(Arc::clone(&spec.output));
        Self {
            spec,
            definition,
            tool,
        }
    }

    /// Whether the actor may call it.
    pub(crate) fn may(&self, actor: &Actor) -> bool {
        self.spec.scopes.iter().all(|scope| actor.may(*scope))
    }

    /// Reads the arguments; all that is wrong with them at once.
    pub(crate) fn check(&self, arguments: JsonObject) -> Result<Value, Refused> {
        let mut problems = Vec::new();
        let value = schema::check(
            &self.spec.input,
            Value::Object(arguments),
            self.spec.unknown,
            &mut problems,
        );
        if problems.is_empty() {
            return Ok(value);
        }
        Err(Refused::new(problems).next(format!("call {} again with these mended.", self.spec.name)))
    }
}
