//! From the arguments of `bulk_schedule` to posts.

use std::time::Duration;

use postern_domain::content::Document;
use postern_domain::post::{Created, Intent, MediaUse, NewEntry, NewPost, NewTarget};
use postern_domain::recurrence::NewRecurrence;
use postern_domain::time::{PublishAt, Zone};
use postern_domain::value::Settings;
use postern_domain::{BackendError, Code, Problem};
use serde_json::Value;

use super::{Arguments, Mode, PostIn, PostOut};
use crate::answer::Stop;
use crate::shape::moment::{Moment, exact};
use crate::shape::places;
use crate::tools::Call;
use crate::tools::channels::Known;
use crate::tools::media::media_ref;

/// One post of the call, read.
pub(super) struct Plan {
    /// Which post of the call it is.
    pub(super) index: usize,
    /// What is asked for.
    pub(super) post: NewPost,
    /// All that makes it the same post when it comes again.
    pub(super) text: String,
    channels: Vec<String>,
    at: Option<PublishAt>,
}

impl Plan {
    /// Whether nothing runs.
    pub(super) fn is_draft(&self) -> bool {
        matches!(self.post.intent, Intent::Draft(_))
    }

    /// A problem of the post at its place in the call.
    pub(super) fn placed(&self, problem: Problem) -> Problem {
        let base = format!("/posts/{}", self.index);
        let field = match places::parts(&problem.field).as_slice() {
            ["targets", _, "entries", at, rest @ ..] | ["entries", at, rest @ ..] => match (*at, rest) {
                ("0", ["media", file, ..]) => format!("{base}/attachments/{file}"),
                ("0", _) => format!("{base}/content"),
                (at, _) => {
                    let at = at.parse::<usize>().map_or(0, |at| at.saturating_sub(1));
                    format!("{base}/thread/{at}")
                }
            },
            ["targets", target, ..] => format!("{base}/channels/{target}"),
            ["publish_at" | "intent", ..] => format!("{base}/publish_at"),
            ["recurrence", rest @ ..] => format!("{base}/repeat/{}", rest.join("/"))
                .trim_end_matches('/')
                .to_owned(),
            _ => base,
        };
        Problem { field, ..problem }
    }

    /// The post before it is stored.
    pub(super) fn show(&self, zone: &Zone) -> PostOut {
        let head = self.post.entries.first();
        PostOut {
            index: self.index,
            id: None,
            channels: self.channels.clone(),
            publish_at: self.at.as_ref().map(|at| Moment::new(at.instant, zone)),
            excerpt: head.map(|entry| entry.content.excerpt(80)).unwrap_or_default(),
            replayed: false,
        }
    }

    /// The post as it was stored.
    pub(super) fn shown(&self, created: &Created, zone: &Zone) -> PostOut {
        let at = created.view.post.publish_at.as_ref();
        PostOut {
            id: Some(created.view.post.id.to_string()),
            publish_at: at.map(|at| Moment::new(at.instant, zone)),
            replayed: created.replayed,
            ..self.show(zone)
        }
    }
}

/// Reads all posts; those that cannot be read are told with all that is wrong with them.
pub(super) async fn read(
    call: &Call<'_>,
    arguments: &Arguments,
    workspace: &Zone,
) -> Result<(Vec<Plan>, Vec<Problem>), Stop> {
    check_zone(arguments, workspace)?;
    let known = Known::of(call).await?;
    let first = first(call, arguments, workspace)?;
    let (mut plans, mut problems) = (Vec::new(), Vec::new());
    let mut follows = 0;
    for (index, post) in arguments.posts.iter().enumerate() {
        let at = match (&post.publish_at, &first) {
            (Some(text), _) => own(call, arguments, text, workspace, index).map(Some),
            (None, Some(first)) => {
                follows += 1;
                later(first, (follows - 1) * arguments.every_days.unwrap_or(1), index).map(Some)
            }
            (None, None) => without(arguments.mode, index).map(|()| None),
        };
        let targets = targets(&known, post, index);
        match (at, targets) {
            (Ok(at), Ok((targets, channels))) => match plan(call, arguments, post, index, at, targets) {
                Ok(plan) => plans.push(Plan { channels, ..plan }),
                Err(Stop::Refused(refused)) => problems.extend(refused.problems),
                Err(stop @ Stop::Ask(_)) => return Err(stop),
            },
            (at, targets) => {
                problems.extend(at.err().map(|problem| *problem));
                problems.extend(targets.err().unwrap_or_default());
            }
        }
    }
    Ok((plans, problems))
}

fn plan(
    call: &Call<'_>,
    arguments: &Arguments,
    post: &PostIn,
    index: usize,
    at: Option<PublishAt>,
    targets: Vec<NewTarget>,
) -> Result<Plan, Stop> {
    let recurrence = match (&post.repeat, &at) {
        (Some(repeat), Some(at)) => {
            let rule = repeat.rule(at).map_err(|stop| below(stop, index))?;
            Some(NewRecurrence::Rule(Box::new(rule)))
        }
        (Some(_), None) => {
            let (detail, fix) = (
                "is needed to repeat the post",
                "send publish_at, or first_at for all",
            );
            let field = format!("/posts/{index}/publish_at");
            return Err(Problem::new(Code::MissingField, field, detail, fix).into());
        }
        (None, _) => None,
    };
    let intent = match (arguments.mode, at.clone()) {
        (Mode::Draft, at) => Intent::Draft(at),
        (Mode::Queue | Mode::Schedule, None) => Intent::Queue,
        (Mode::Queue | Mode::Schedule, Some(at)) => Intent::Schedule {
            at,
            past_is_now: false,
        },
    };
    let raw = call
        .arguments
        .pointer(&format!("/posts/{index}"))
        .unwrap_or(&Value::Null);
    let when = at.as_ref().map(|at| at.instant.to_rfc3339()).unwrap_or_default();
    Ok(Plan {
        index,
        text: format!("{:?} {when} {raw}", arguments.mode),
        post: NewPost {
            intent,
            entries: entries(post),
            targets,
            tags: post.tags.clone().unwrap_or_default(),
            recurrence,
        },
        channels: Vec::new(),
        at,
    })
}

/// Problems of a rule, at their places below a post.
fn below(stop: Stop, index: usize) -> Stop {
    match stop {
        Stop::Refused(mut refused) => {
            for problem in &mut refused.problems {
                problem.field = format!("/posts/{index}{}", problem.field);
            }
            Stop::Refused(refused)
        }
        stop @ Stop::Ask(_) => stop,
    }
}

fn entries(post: &PostIn) -> Vec<NewEntry> {
    let files = post.attachments.iter().flatten();
    let head = NewEntry {
        content: Document::parse(&post.content),
        media: files
            .map(|file| MediaUse {
                media: media_ref(&file.file),
                alt: file.alt.clone(),
            })
            .collect(),
        delay: Duration::ZERO,
    };
    let thread = post.thread.iter().flatten().map(|text| NewEntry {
        content: Document::parse(text),
        media: Vec::new(),
        delay: Duration::ZERO,
    });
    std::iter::once(head).chain(thread).collect()
}

/// The channels of a post, and how they are shown.
fn targets(
    known: &Known,
    post: &PostIn,
    index: usize,
) -> Result<(Vec<NewTarget>, Vec<String>), Vec<Problem>> {
    let (mut targets, mut shown, mut problems): (Vec<NewTarget>, _, _) = (Vec::new(), Vec::new(), Vec::new());
    for (at, text) in post.channels.iter().enumerate() {
        match known.meant(&format!("/posts/{index}/channels/{at}"), text) {
            Ok((id, _)) if targets.iter().any(|target| target.channel == id) => {}
            Ok((id, channel)) => {
                targets.push(NewTarget {
                    channel: id,
                    entries: None,
                    settings: Settings::default(),
                });
                shown.push(channel.map_or_else(
                    || id.to_string(),
                    |channel| format!("{} ({})", channel.name, channel.provider),
                ));
            }
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() {
        Ok((targets, shown))
    } else {
        Err(problems)
    }
}

/// The zone is told once, not with every post.
fn check_zone(arguments: &Arguments, workspace: &Zone) -> Result<(), BackendError> {
    let Some(zone) = arguments
        .zone
        .as_deref()
        .filter(|zone| Zone::parse(zone).is_err())
    else {
        return Ok(());
    };
    let fix = format!("use an IANA zone, for example {}", workspace.name());
    let problem = Problem::new(Code::ZoneUnknown, "/zone", "is not a time zone", fix).given(zone);
    Err(BackendError::refused(
        problem.allowed("IANA names such as Europe/Berlin"),
    ))
}

/// The time from which posts without their own follow each other.
fn first(
    call: &Call<'_>,
    arguments: &Arguments,
    workspace: &Zone,
) -> Result<Option<PublishAt>, BackendError> {
    let Some(text) = &arguments.first_at else {
        return Ok(None);
    };
    let at = exact(text, arguments.zone.as_deref(), workspace, "/first_at");
    let at = at.map_err(|problem| BackendError::refused(*problem))?;
    match past(call, &at, text, "/first_at") {
        Some(problem) => Err(BackendError::refused(problem)),
        None => Ok(Some(at)),
    }
}

fn own(
    call: &Call<'_>,
    arguments: &Arguments,
    text: &str,
    workspace: &Zone,
    index: usize,
) -> Result<PublishAt, Box<Problem>> {
    let field = format!("/posts/{index}/publish_at");
    let at = exact(text, arguments.zone.as_deref(), workspace, &field)?;
    match past(call, &at, text, &field) {
        Some(problem) => Err(Box::new(problem)),
        None => Ok(at),
    }
}

fn past(call: &Call<'_>, at: &PublishAt, given: &str, field: &str) -> Option<Problem> {
    let now = call.shared.clock.now();
    (at.instant <= now).then(|| {
        let detail = format!(
            "has passed: it is {} ({}) now",
            now.to_rfc3339_in(&at.zone),
            now.to_rfc3339()
        );
        Problem::new(Code::PublishTimePassed, field, detail, "send a later time").given(given)
    })
}

/// So many days after the first, at the same local time.
fn later(first: &PublishAt, days: i32, index: usize) -> Result<PublishAt, Box<Problem>> {
    let wall = first.instant.in_zone(&first.zone);
    let later = wall.checked_add(jiff::Span::new().days(days));
    let later = later.map_err(|_| {
        let (detail, fix) = ("lies beyond the calendar", "use fewer posts or days between them");
        Box::new(Problem::new(
            Code::TimeMalformed,
            format!("/posts/{index}"),
            detail,
            fix,
        ))
    })?;
    Ok(PublishAt::local(later, first.zone.clone()))
}

/// A post without any time: fine for drafts and slots.
fn without(mode: Mode, index: usize) -> Result<(), Box<Problem>> {
    match mode {
        Mode::Draft | Mode::Queue => Ok(()),
        Mode::Schedule => {
            let fix = "send publish_at, or first_at for all, or mode queue for the next free slots";
            let field = format!("/posts/{index}/publish_at");
            Err(Box::new(Problem::new(
                Code::MissingField,
                field,
                "is missing",
                fix,
            )))
        }
    }
}
