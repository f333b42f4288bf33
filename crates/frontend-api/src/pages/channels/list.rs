//! `GET /channels`: connected accounts and how they are, and what else can be connected.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use postern_domain::channel::{Channel, Health};
use postern_domain::manifest::{Connect, Manifest};
use postern_domain::problem::Problem;

use crate::deps::App;
use crate::failure::Failure;
use crate::member::Member;
use crate::respond;
use crate::views::{Avatar, Badge, Frame, Nav, Pill, When, state};
use crate::words;

#[derive(Template)]
#[template(path = "pages/channels.html")]
struct Channels {
    frame: Frame,
    tiles: Vec<Tile>,
    list: List,
}

#[derive(Template)]
#[template(path = "parts/channels.html")]
struct List {
    csrf: String,
    rows: Vec<Row>,
}

impl askama::filters::HtmlSafe for List {}

struct Row {
    id: String,
    avatar: Avatar,
    name: String,
    account: String,
    pill: Pill,
    reason: Option<(String, When)>,
    expires: Option<When>,
    disabled: bool,
}

struct Tile {
    id: String,
    name: String,
    badge: Badge,
    note: String,
    // With nothing to ask for, a click leads straight to the platform.
    direct: bool,
    ready: bool,
}

/// Shows the page, or only its list when a change made it read itself anew.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Result<Response, Failure> {
    let channels = app.backend.channels(&member.actor, None).await?;
    let providers = app.backend.providers().await?;
    let rows = channels
        .iter()
        .map(|channel| Row::new(&member, channel, &providers))
        .collect();
    let list = List {
        csrf: member.visit.plain().csrf,
        rows,
    };
    if member.visit.partial {
        return respond::page(&list);
    }
    let mut tiles: Vec<Tile> = providers
        .iter()
        .map(|(manifest, missing)| Tile::new(manifest, missing.as_ref()))
        .collect();
    // What cannot be used yet stands behind what can.
    tiles.sort_by_key(|tile| (!tile.ready, tile.name.to_lowercase()));
    respond::page(&Channels {
        frame: member.frame(Nav::Channels),
        tiles,
        list,
    })
}

impl Row {
    fn new(member: &Member, channel: &Channel, providers: &[(Manifest, Option<Problem>)]) -> Self {
        let platform = providers
            .iter()
            .find(|(manifest, _)| manifest.id == channel.provider)
            .map_or(channel.provider.as_str(), |(manifest, _)| manifest.name.as_str());
        Self {
            id: channel.id.to_string(),
            avatar: Avatar::of(channel),
            name: channel.name.clone(),
            account: words::account(&channel.handle, &channel.name, platform),
            pill: state::channel(channel),
            reason: match &channel.health {
                Health::Connected => None,
                Health::NeedsReconnect { reason, since } => {
                    Some((words::sentence(reason), member.when(*since)))
                }
            },
            expires: channel
                .grant_expires_at
                .filter(|at| at.since(member.now).as_secs() < 14 * 86_400)
                .map(|at| member.when(at)),
            disabled: channel.disabled,
        }
    }
}

impl Tile {
    fn new(manifest: &Manifest, missing: Option<&Problem>) -> Self {
        let fields = manifest.connect.fields();
        let note = match (missing, &manifest.connect) {
            (Some(_), _) => "Needs its app keys first".to_owned(),
            (None, Connect::Redirect { .. }) if fields.is_empty() => format!("Log in at {}", manifest.name),
            (None, Connect::Redirect { .. }) => "Any server".to_owned(),
            (None, Connect::Credentials { .. }) => "With its own password".to_owned(),
        };
        Self {
            id: manifest.id.to_string(),
            name: manifest.name.clone(),
            badge: Badge::of(manifest.id.as_str()),
            note,
            direct: fields.is_empty()
                && missing.is_none()
                && matches!(manifest.connect, Connect::Redirect { .. }),
            ready: missing.is_none(),
        }
    }
}
