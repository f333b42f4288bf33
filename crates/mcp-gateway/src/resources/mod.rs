//! Resources: channels, posts, files and figures under addresses of their own, read by the tools that show them.

mod list;

use postern_domain::BackendError;
use postern_domain::actor::Scope;
use postern_domain::id::MediaId;
use rmcp::RoleServer;
use rmcp::model::{ErrorData, ReadResourceResult, ResourceContents, ResourceTemplate};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

pub(crate) use self::list::list;
use crate::answer::{LONGEST_TEXT, Stop};
use crate::call::ask_tool;
use crate::caller::{Caller, View};
use crate::gateway::Shared;
use crate::tools::FileOut;

/// The address of the list of channels.
pub(crate) const CHANNELS: &str = "channels://all";
/// What every resource is written in.
const JSON: &str = "application/json";
/// The figures of so many days can be asked for.
pub(crate) const RANGES: [(&str, u32); 3] = [("7d", 7), ("30d", 30), ("90d", 90)];

/// What an address leads to.
#[derive(Debug, PartialEq, Eq)]
enum Address<'a> {
    Channels,
    Post(&'a str),
    Media(&'a str),
    Analytics(&'a str, u32),
}

/// A family of addresses.
pub(crate) struct Template {
    /// The address with its gaps.
    pub(crate) uri: &'static str,
    name: &'static str,
    title: &'static str,
    description: &'static str,
    scopes: &'static [Scope],
}

/// All families, in the order of their addresses.
pub(crate) const TEMPLATES: [Template; 3] = [
    Template {
        uri: "analytics://{channel}/{range}",
        name: "analytics",
        title: "What went out on a channel",
        description: "Posts that went out, failed or are in doubt on one channel (its id, or all) within 7d, 30d or 90d, by day.",
        scopes: &[Scope::AnalyticsRead],
    },
    Template {
        uri: "media://{id}",
        name: "media",
        title: "A file of the library",
        description: "A picture or video by its id: address, size, alternative text.",
        scopes: &[Scope::PostsRead],
    },
    Template {
        uri: "post://{id}",
        name: "post",
        title: "A post",
        description: "One social media post by its id, with its text, files, and what became of it on each channel.",
        scopes: &[Scope::PostsRead],
    },
];

impl Template {
    /// Whether the caller may read what is below it.
    pub(crate) fn may(&self, caller: &Caller) -> bool {
        self.scopes.iter().all(|scope| caller.actor.may(*scope))
    }
}

/// The families that the caller may read.
pub(crate) fn templates(caller: &Caller) -> Vec<ResourceTemplate> {
    let may = TEMPLATES.iter().filter(|template| template.may(caller));
    may.map(|template| {
        ResourceTemplate::new(template.uri, template.name)
            .with_title(template.title)
            .with_description(template.description)
            .with_mime_type(JSON)
    })
    .collect()
}

impl<'a> Address<'a> {
    fn parse(uri: &'a str) -> Option<Self> {
        if uri == CHANNELS {
            return Some(Self::Channels);
        }
        let (family, rest) = uri.split_once("://")?;
        match (family, rest.split_once('/')) {
            (_, _) if rest.is_empty() => None,
            ("post", None) => Some(Self::Post(rest)),
            ("media", None) => Some(Self::Media(rest)),
            ("analytics", Some((channel, range))) => {
                let (_, days) = RANGES.iter().find(|(name, _)| *name == range)?;
                Some(Self::Analytics(channel, *days))
            }
            _ => None,
        }
    }
}

/// Reads what an address leads to.
///
/// Errors: for an address that leads nowhere, or to what the caller may not read.
pub(crate) async fn read(
    shared: &Shared,
    caller: &Caller,
    view: View,
    uri: &str,
    context: &RequestContext<RoleServer>,
) -> Result<ReadResourceResult, ErrorData> {
    let address = Address::parse(uri).ok_or_else(|| not_found(uri))?;
    let ask = async |tool, arguments| {
        let facts = ask_tool(shared, caller, view, (tool, arguments), context).await;
        facts.map_err(|stop| refused(uri, stop))
    };
    let facts = match address {
        Address::Channels => ask("integrationList", json!({})).await?,
        Address::Post(id) => ask("get_post", json!({ "id": id, "detail": "full" })).await?,
        Address::Analytics("all", days) => ask("channel_analytics", json!({ "days": days })).await?,
        Address::Analytics(channel, days) => {
            ask("channel_analytics", json!({ "channel": channel, "days": days })).await?
        }
        Address::Media(id) => file(shared, caller, id)
            .await
            .map_err(|error| refused(uri, error.into()))?,
    };
    let text = facts.to_string();
    if text.len() > LONGEST_TEXT {
        let message =
            "The resource is longer than hosts take; read it with the tools, which page their lists.";
        return Err(ErrorData::invalid_params(message, None));
    }
    Ok(ReadResourceResult::new(vec![
        ResourceContents::text(text, uri).with_mime_type(JSON),
    ]))
}

async fn file(shared: &Shared, caller: &Caller, id: &str) -> Result<Value, BackendError> {
    let Ok(id) = id.parse::<MediaId>() else {
        return Err(BackendError::not_found("file", id));
    };
    let media = shared.backend.media(&caller.actor, id).await?;
    let zone = shared.zone_of(&caller.actor).await?;
    let shown = FileOut::of(&media, shared.backend.media_url(&media), &zone);
    serde_json::to_value(shown).map_err(|_| BackendError::Internal)
}

fn not_found(uri: &str) -> ErrorData {
    let shown: String = uri
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    let message = format!(
        "Resource not found: {shown}. There are {CHANNELS}, post://{{id}}, media://{{id}} and analytics://{{channel}}/{{7d|30d|90d}}."
    );
    ErrorData::resource_not_found(message, Some(json!({ "uri": shown })))
}

/// A refusal by the tool that reads the resource.
fn refused(uri: &str, stop: Stop) -> ErrorData {
    use postern_domain::Code;
    match stop {
        Stop::Refused(refused) => match refused.code() {
            Code::NotFound | Code::UnknownChannel => not_found(uri),
            Code::Unavailable | Code::Internal => ErrorData::internal_error(refused.to_text(), None),
            _ => ErrorData::invalid_params(refused.to_text(), Some(refused.to_value())),
        },
        Stop::Ask(_) => ErrorData::internal_error("reading never asks", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_what_they_name() {
        for (uri, wanted) in [
            ("channels://all", Some(Address::Channels)),
            ("post://post_1", Some(Address::Post("post_1"))),
            ("media://med_1", Some(Address::Media("med_1"))),
            ("analytics://chn_1/30d", Some(Address::Analytics("chn_1", 30))),
            ("analytics://chn_1/31d", None),
            ("analytics://chn_1", None),
            ("post://", None),
            ("post://a/b", None),
            ("channels://some", None),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(Address::parse(uri), wanted, "{uri}");
        }
    }
}
