//! `GET /posts/{id}`: one post, and `GET /posts/{id}/publications`: its live part.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::actor::{Door, Scope};
use postern_domain::media::MediaKind;
use postern_domain::post::{Entry, PostRef, PostState, PostView};
use postern_domain::publication::State as Standing;
use postern_domain::review::Stage;
use postern_domain::{BackendError, Timestamp};

use crate::deps::{App, Deps};
use crate::failure::Failure;
use crate::member::Member;
use crate::pages::posts::publication::Publication;
use crate::pages::posts::review::{Review, Standing as Asked};
use crate::respond;
use crate::views::{Field, Frame, Nav, Pill, When, state};
use crate::words;

/// Dates of its recurrence that a post shows ahead.
const AHEAD: usize = 3;

#[derive(Template)]
#[template(path = "pages/post.html")]
struct Post {
    frame: Frame,
    versions: Vec<Version>,
    facts: Vec<(&'static str, String)>,
    returns: Option<Returns>,
    live: Live,
}

/// The recurrence that a post belongs to.
struct Returns {
    id: String,
    words: String,
    running: bool,
    dates: Vec<When>,
}

/// The part that reads itself anew whenever the post changes.
#[derive(Template)]
#[template(path = "parts/publications.html")]
struct Live {
    csrf: String,
    id: String,
    pill: Pill,
    when: Option<When>,
    zone: String,
    review: Option<Review>,
    publications: Vec<Publication>,
    editable: bool,
    publishable: bool,
    ending: Option<Ending>,
    date: Field,
    time: Field,
}

impl askama::filters::HtmlSafe for Live {}

/// How a post that is not out everywhere is given up.
struct Ending {
    label: &'static str,
    warning: &'static str,
    button: &'static str,
}

const CANCEL: Ending = Ending {
    label: "Cancel post",
    warning: "It is taken out of the plan on every channel where it is not out yet. What is published stays there.",
    button: "Cancel this post",
};

const DELETE: Ending = Ending {
    label: "Delete draft",
    warning: "Nothing of it has been published, and nothing will be.",
    button: "Delete this draft",
};

struct Version {
    title: String,
    entries: Vec<Written>,
}

struct Written {
    text: String,
    files: Vec<File>,
}

struct File {
    name: String,
    alt: String,
    picture: Option<String>,
}

/// Shows the whole page; the id of a publication finds its post.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = find(&app, &member, &id).await?;
    let live = Live::new(&app, &member, &view).await?;
    respond::page(&Post {
        frame: member.frame(Nav::Posts),
        versions: versions(&app, &view),
        facts: facts(&member, &view),
        returns: returns(&app, &member, &view).await?,
        live,
    })
}

/// Shows the live part alone.
pub(crate) async fn publications(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = find(&app, &member, &id).await?;
    respond::page(&Live::new(&app, &member, &view).await?)
}

async fn find(app: &Deps, member: &Member, id: &str) -> Result<PostView, Failure> {
    let reference: PostRef = id.parse().map_err(|_| BackendError::not_found("post", id))?;
    Ok(app.backend.post(&member.actor, reference).await?)
}

impl Live {
    async fn new(app: &Deps, member: &Member, view: &PostView) -> Result<Self, Failure> {
        let names: BTreeMap<_, _> = app
            .backend
            .providers()
            .await?
            .into_iter()
            .map(|(manifest, _)| (manifest.id, manifest.name))
            .collect();
        let may_publish = member.actor.may(Scope::PostsWrite);
        let mut publications = Vec::with_capacity(view.publications.len());
        for target in &view.publications {
            let attempts = if target.publication.attempts == 0 {
                Vec::new()
            } else {
                app.backend.attempts(&member.actor, target.publication.id).await?
            };
            let mut part = Publication::new(member, target, &attempts, &names);
            if view.post.stage() == Stage::InReview {
                part = part.in_review(target.publication.state);
            }
            if !may_publish {
                part = part.for_author();
            }
            publications.push(part);
        }
        let untouched = view
            .publications
            .iter()
            .all(|target| waits(target.publication.state));
        let planned = view
            .post
            .publish_at
            .as_ref()
            .map_or(member.now, |at| at.instant)
            .in_zone(member.zone());
        Ok(Self {
            csrf: member.visit.plain().csrf,
            id: view.post.id.to_string(),
            pill: state::post(view.state),
            when: view.post.publish_at.as_ref().map(|at| member.when(at.instant)),
            zone: member.zone().name().to_owned(),
            review: Review::of(member, view),
            publications,
            editable: may_change(view) && view.state != PostState::Trashed,
            publishable: untouched
                && may_publish
                && matches!(view.state, PostState::Draft | PostState::Scheduled),
            ending: ending(view, untouched),
            date: Field::line("date", "Date", "date").value(planned.strftime("%Y-%m-%d").to_string()),
            time: Field::line("time", "Time", "time").value(planned.strftime("%H:%M").to_string()),
        })
    }
}

fn ending(view: &PostView, untouched: bool) -> Option<Ending> {
    // Beside what is published, a failure is dealt with on its own channel.
    let may_end = |state| waits(state) && (untouched || state != Standing::Failed);
    let mut states = view.publications.iter().map(|target| target.publication.state);
    match view.state {
        PostState::Trashed => None,
        PostState::Draft | PostState::NeedsApproval => Some(DELETE),
        _ => states.any(may_end).then_some(CANCEL),
    }
}

/// Whether something can still be changed, while what was sent stays as it is.
fn may_change(view: &PostView) -> bool {
    let states = || view.publications.iter().map(|target| target.publication.state);
    states().any(waits) && !states().any(Standing::is_under_way)
}

/// Whether no worker has had it, so that it can still be changed.
fn waits(state: Standing) -> bool {
    matches!(
        state,
        Standing::Draft | Standing::Scheduled | Standing::Held | Standing::Missed | Standing::Failed
    )
}

async fn returns(app: &Deps, member: &Member, view: &PostView) -> Result<Option<Returns>, Failure> {
    let Some(series) = view.post.series else {
        return Ok(None);
    };
    let found = app.backend.recurrence(&member.actor, series.recurrence).await?;
    let recurrence = found.recurrence;
    let ahead = recurrence.upcoming(member.now, Timestamp::from_micros(i64::MAX), AHEAD);
    Ok(Some(Returns {
        id: recurrence.id.to_string(),
        words: words::sentence(&recurrence.rule.to_string()),
        running: recurrence.is_running(),
        dates: ahead.iter().map(|date| member.when(date.at.instant)).collect(),
    }))
}

fn versions(app: &Deps, view: &PostView) -> Vec<Version> {
    let own = view.post.versions.iter().map(|version| {
        let channel = view
            .publications
            .iter()
            .find(|target| target.channel.id == version.channel);
        let name = channel.map_or("a removed channel", |target| target.channel.name.as_str());
        Version {
            title: format!("Only on {name}"),
            entries: written(app, &version.entries),
        }
    });
    let shared = Version {
        title: "Content".to_owned(),
        entries: written(app, &view.post.entries),
    };
    std::iter::once(shared)
        .chain(own)
        .filter(|version| !version.entries.is_empty())
        .collect()
}

fn written(app: &Deps, entries: &[Entry]) -> Vec<Written> {
    let one = |entry: &Entry| Written {
        text: entry.content.render(postern_domain::content::Editor::None),
        files: entry
            .media
            .iter()
            .map(|attached| File {
                name: attached.media.name.clone(),
                alt: attached
                    .alt
                    .clone()
                    .or_else(|| attached.media.alt.clone())
                    .unwrap_or_default(),
                picture: matches!(attached.media.kind, MediaKind::Image | MediaKind::Gif)
                    .then(|| app.local(&app.backend.media_url(&attached.media))),
            })
            .collect(),
    };
    entries.iter().map(one).collect()
}

fn facts(member: &Member, view: &PostView) -> Vec<(&'static str, String)> {
    let door = match view.post.door {
        Door::Web => "Written here",
        Door::Rest => "Written through the API",
        Door::Mcp => "Written by an assistant (MCP)",
        Door::Cli => "Written on the command line",
        Door::Auto => "Written by a rule",
    };
    let written = member.when(view.post.created_at);
    let mut facts = vec![("Origin", format!("{door}, {}, {}", written.day, written.time))];
    let verdict = view
        .post
        .review
        .as_ref()
        .and_then(|review| review.verdict.as_ref());
    if let Some(verdict) = verdict.filter(|verdict| verdict.rejected.is_none()) {
        let when = member.when(verdict.at);
        facts.push((
            "Approved",
            format!("by {}, {}, {}", verdict.by, when.day, when.time),
        ));
    }
    if !view.post.tags.is_empty() {
        facts.push(("Tags", view.post.tags.join(", ")));
    }
    facts.push(("Id", view.post.id.to_string()));
    facts
}
