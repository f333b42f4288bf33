//! Completion of the arguments of prompts and resource templates, from what the workspace has.

use postern_domain::BackendError;
use postern_domain::actor::Scope;
use postern_domain::ports::MediaQuery;
use postern_domain::post::PostQuery;
use rmcp::model::{CompleteRequestParams, CompleteResult, CompletionInfo, ErrorData, Reference};

use crate::caller::Caller;
use crate::gateway::Shared;
use crate::prompts::{self, Kind};
use crate::resources::{RANGES, TEMPLATES};

/// Most suggestions.
const MOST: usize = CompletionInfo::MAX_VALUES;

/// What can be completed.
enum Gap {
    Channels { by_id: bool },
    Days,
    Month,
    Range,
    Post,
    Media,
    Nothing,
}

/// Suggests values that begin with, or contain, what is typed.
///
/// Errors: while the backend is away.
pub(crate) async fn complete(
    shared: &Shared,
    caller: &Caller,
    params: CompleteRequestParams,
) -> Result<CompleteResult, ErrorData> {
    let gap = gap(caller, &params);
    let typed = params.argument.value;
    // Of several channels with commas between them the last one is being typed.
    let (before, typed) = match (&gap, typed.rsplit_once(',')) {
        (Gap::Channels { by_id: false }, Some((before, last))) => {
            (format!("{before}, "), last.trim().to_owned())
        }
        _ => (String::new(), typed.trim().to_owned()),
    };
    let values = values(shared, caller, gap, &typed).await.map_err(|_| {
        ErrorData::internal_error("the server cannot look suggestions up at the moment", None)
    })?;
    let lower = typed.to_lowercase();
    let mut fitting: Vec<_> = values
        .into_iter()
        .filter(|value| value.to_lowercase().contains(&lower))
        .map(|value| format!("{before}{value}"))
        .collect();
    let total = fitting.len();
    fitting.truncate(MOST);
    let info = CompletionInfo::with_pagination(fitting, u32::try_from(total).ok(), total > MOST);
    let info = info.map_err(|message| ErrorData::internal_error(message, None))?;
    Ok(CompleteResult::new(info))
}

/// What is to be filled in. For what we do not have there is nothing to suggest, which is no error: clients ask while
/// their user types.
fn gap(caller: &Caller, params: &CompleteRequestParams) -> Gap {
    let argument = params.argument.name.as_str();
    match &params.r#ref {
        Reference::Prompt(prompt) => {
            let entry = prompts::find(&caller.actor, &prompt.name).ok();
            match entry
                .and_then(|entry| entry.argument(argument))
                .map(|argument| argument.kind)
            {
                Some(Kind::Channels) => Gap::Channels { by_id: false },
                Some(Kind::Days) => Gap::Days,
                Some(Kind::Month) => Gap::Month,
                Some(Kind::Free) | None => Gap::Nothing,
            }
        }
        Reference::Resource(resource) => {
            let mut mine = TEMPLATES.iter().filter(|template| template.may(caller));
            match (
                mine.find(|template| template.uri == resource.uri)
                    .map(|template| template.uri),
                argument,
            ) {
                (Some("analytics://{channel}/{range}"), "channel") => Gap::Channels { by_id: true },
                (Some("analytics://{channel}/{range}"), "range") => Gap::Range,
                (Some("media://{id}"), "id") => Gap::Media,
                (Some("post://{id}"), "id") => Gap::Post,
                _ => Gap::Nothing,
            }
        }
        _ => Gap::Nothing,
    }
}

async fn values(
    shared: &Shared,
    caller: &Caller,
    gap: Gap,
    typed: &str,
) -> Result<Vec<String>, BackendError> {
    let (backend, actor) = (&shared.backend, caller.actor.as_ref());
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Ok(match gap {
        Gap::Nothing => Vec::new(),
        Gap::Days => texts(&["7", "14", "30"]),
        Gap::Range => RANGES.iter().map(|(name, _)| (*name).to_owned()).collect(),
        Gap::Month => months(shared, caller).await?,
        Gap::Channels { .. } if !actor.may(Scope::ChannelsRead) => Vec::new(),
        Gap::Channels { by_id } => {
            let channels = backend.channels(actor, None).await?.into_iter();
            channels
                .map(|channel| {
                    if by_id {
                        channel.id.to_string()
                    } else {
                        channel.name
                    }
                })
                .collect()
        }
        Gap::Post => {
            let query = PostQuery {
                newest_first: true,
                limit: 200,
                ..PostQuery::default()
            };
            let page = backend.posts(actor, query).await?;
            page.items.iter().map(|view| view.post.id.to_string()).collect()
        }
        Gap::Media => {
            let query = MediaQuery {
                search: (!typed.is_empty() && !typed.starts_with("med_")).then(|| typed.to_owned()),
                limit: 200,
                ..MediaQuery::default()
            };
            let page = backend.list_media(actor, query).await?;
            page.items.iter().map(|media| media.id.to_string()).collect()
        }
    })
}

/// The last twelve months, this one first.
async fn months(shared: &Shared, caller: &Caller) -> Result<Vec<String>, BackendError> {
    let zone = shared.zone_of(&caller.actor).await?;
    let first = shared.clock.now().in_zone(&zone).date().first_of_month();
    let back = (0..12).filter_map(|months| first.checked_sub(jiff::Span::new().months(months)).ok());
    Ok(back.map(|day| day.strftime("%Y-%m").to_string()).collect())
}
