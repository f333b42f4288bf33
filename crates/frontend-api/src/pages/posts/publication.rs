//! One channel's part of a post, with its history and what can be done about it.

use std::collections::BTreeMap;

use postern_domain::failure::{ErrorClass, Failure};
use postern_domain::manifest::ProviderId;
use postern_domain::pause::Held;
use postern_domain::post::{PostState, PublicationView};
use postern_domain::publication::{self, Attempt, State};

use crate::icons::Icon;
use crate::member::Member;
use crate::views::{Avatar, Pill, Tone, When, state};
use crate::words;

/// What the page of a post shows for one channel.
pub(crate) struct Publication {
    /// Its id.
    pub(crate) id: String,
    /// The channel's picture.
    pub(crate) avatar: Avatar,
    /// The channel's name.
    pub(crate) name: String,
    /// Its handle and platform.
    pub(crate) account: String,
    /// Where it stands.
    pub(crate) pill: Pill,
    /// One sentence on what happens next, empty when nothing has to be said.
    pub(crate) note: String,
    /// When it went out.
    pub(crate) published: Option<When>,
    /// How late it went out, in words.
    pub(crate) lateness: Option<String>,
    /// When it is tried next.
    pub(crate) due: Option<When>,
    /// Where it can be seen, with what to call it.
    pub(crate) links: Vec<(String, String)>,
    /// What went wrong.
    pub(crate) failure: Option<Trouble>,
    /// Its tries, oldest first.
    pub(crate) attempts: Vec<Try>,
    /// What can be done.
    pub(crate) actions: Actions,
}

/// What went wrong, as a notice.
pub(crate) struct Trouble {
    /// How bad.
    pub(crate) tone: Tone,
    /// Its icon.
    pub(crate) icon: Icon,
    /// What happened.
    pub(crate) cause: String,
    /// What to do.
    pub(crate) fix: String,
    /// Our code, the platform's code, its words.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// One try.
pub(crate) struct Try {
    /// Which, from 1.
    pub(crate) number: u32,
    /// When it began.
    pub(crate) when: When,
    /// How long it took.
    pub(crate) took: String,
    /// How it ended.
    pub(crate) outcome: String,
    /// The code of what went wrong and what the platform answered.
    pub(crate) detail: String,
}

/// Which buttons there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one button on its own")]
pub(crate) struct Actions {
    /// Publish now.
    pub(crate) publish: bool,
    /// Try again.
    pub(crate) retry: bool,
    /// Change what the platform refused.
    pub(crate) mend: bool,
    /// Take out of the plan.
    pub(crate) cancel: bool,
    /// Answer whether it is there.
    pub(crate) resolve: bool,
    /// Reconnect the channel.
    pub(crate) reconnect: bool,
}

impl Actions {
    /// What may be asked for in `state`; the backend decides again.
    pub(crate) fn of(state: State) -> Self {
        let none = Self {
            publish: false,
            retry: false,
            mend: false,
            cancel: false,
            resolve: false,
            reconnect: false,
        };
        match state {
            State::Draft | State::Scheduled => Self {
                publish: true,
                cancel: true,
                ..none
            },
            State::Held => Self {
                reconnect: true,
                cancel: true,
                ..none
            },
            State::Failed | State::Missed => Self {
                retry: true,
                cancel: true,
                ..none
            },
            State::Unconfirmed => Self {
                resolve: true,
                ..none
            },
            State::Leased
            | State::Preparing
            | State::Waiting
            | State::Armed
            | State::Published
            | State::Cancelled => none,
        }
    }

    /// What may be asked for of this publication: what was refused is changed before it is tried again.
    fn on(publication: &publication::Publication) -> Self {
        let usual = Self::of(publication.state);
        if publication.is_refused() {
            Self {
                retry: false,
                mend: true,
                ..usual
            }
        } else {
            usual
        }
    }

    /// Whether there is any button.
    pub(crate) fn any(self) -> bool {
        self.publish || self.retry || self.mend || self.cancel || self.resolve || self.reconnect
    }
}

impl Publication {
    /// The same while the post waits for approval: nothing is done here before that.
    pub(crate) fn in_review(mut self, state: State) -> Self {
        if state == State::Draft {
            self.pill = state::post(PostState::NeedsApproval);
            "It goes out once somebody has approved the post.".clone_into(&mut self.note);
            self.actions.publish = false;
        }
        self
    }

    /// The same for a reader who may not publish.
    pub(crate) fn for_author(mut self) -> Self {
        self.actions.publish = false;
        self.actions.retry = false;
        self.actions.resolve = false;
        self
    }

    /// The part of `view`; `names` are the platforms' names.
    pub(crate) fn new(
        member: &Member,
        view: &PublicationView,
        attempts: &[Attempt],
        names: &BTreeMap<ProviderId, String>,
    ) -> Self {
        let publication = &view.publication;
        let channel = &view.channel;
        let platform = names
            .get(&channel.provider)
            .map_or(channel.provider.as_str(), String::as_str);
        let late = publication
            .published_at
            .zip(publication.publish_at)
            .map(|(out, planned)| out.since(planned));
        Self {
            id: publication.id.to_string(),
            avatar: Avatar::of(channel),
            name: channel.name.clone(),
            account: words::account(&channel.handle, &channel.name, platform),
            pill: state::publication(publication.state),
            note: note(view, platform),
            published: publication.published_at.map(|at| member.when(at)),
            lateness: late
                .filter(|_| publication.state == State::Published)
                .map(lateness),
            due: publication
                .due_at
                .filter(|_| !publication.state.is_final())
                .map(|at| member.when(at)),
            links: links(view, platform),
            failure: publication
                .failure
                .as_ref()
                .filter(|_| shows_failure(publication.state))
                .map(Trouble::new),
            attempts: attempts.iter().map(|attempt| Try::new(member, attempt)).collect(),
            actions: Actions {
                reconnect: view.held == Some(Held::Reconnect),
                ..Actions::on(publication)
            },
        }
    }
}

impl Trouble {
    fn new(failure: &Failure) -> Self {
        let (tone, icon) = match failure.class {
            ErrorClass::Rejected | ErrorClass::Reconnect => (Tone::Bad, Icon::Failed),
            ErrorClass::Unconfirmed => (Tone::Warn, Icon::Question),
            ErrorClass::Refresh | ErrorClass::RateLimited { .. } | ErrorClass::Transient => {
                (Tone::Warn, Icon::Alert)
            }
        };
        let mut facts = vec![("Code", failure.code.clone())];
        facts.extend(failure.provider_code.clone().map(|code| ("Platform code", code)));
        facts.extend(
            failure
                .provider_message
                .clone()
                .map(|text| ("Platform says", text)),
        );
        facts.push(("Try", failure.attempt.to_string()));
        Self {
            tone,
            icon,
            cause: words::sentence(&failure.cause),
            fix: words::sentence(&failure.fix),
            facts,
        }
    }
}

impl Try {
    fn new(member: &Member, attempt: &Attempt) -> Self {
        let status = attempt.trace.status.map(|status| format!("HTTP {status}"));
        let code = attempt.failure.as_ref().map(|failure| failure.code.clone());
        Self {
            number: attempt.number,
            when: member.when(attempt.started_at),
            took: words::span(attempt.ended_at.since(attempt.started_at)),
            outcome: outcome(&attempt.outcome),
            detail: code.into_iter().chain(status).collect::<Vec<_>>().join(", "),
        }
    }
}

fn shows_failure(state: State) -> bool {
    !matches!(state, State::Published | State::Cancelled | State::Draft)
}

fn outcome(word: &str) -> String {
    match word {
        "released" => "Published".to_owned(),
        "waiting" => "Platform still working".to_owned(),
        "detected" => "Found at the platform".to_owned(),
        "rate_limited" => "Asked to wait".to_owned(),
        "transient" => "Failed, tried again".to_owned(),
        "rejected" => "Refused".to_owned(),
        "reconnect" => "Access lost".to_owned(),
        "refresh" => "Access renewed".to_owned(),
        "unconfirmed" => "No answer".to_owned(),
        other => words::sentence(other).trim_end_matches('.').to_owned(),
    }
}

fn lateness(late: std::time::Duration) -> String {
    if late.as_secs() == 0 {
        "on the second".to_owned()
    } else {
        format!("{} after its time", words::span(late))
    }
}

fn note(view: &PublicationView, platform: &str) -> String {
    let publication = &view.publication;
    match publication.state {
        State::Draft => "Nothing happens until you schedule or publish it.".to_owned(),
        State::Unconfirmed => format!(
            "It was sent, but {platform} did not answer, so it may be there. Postern keeps looking and never sends it \
             again by itself. Look at the account and say what you see."
        ),
        State::Held => held(view, platform),
        State::Missed => {
            "The server was not running at its time and it became later than this workspace allows."
                .to_owned()
        }
        State::Waiting if publication.entry > 0 => {
            format!(
                "Part {} of {} is out, the next one follows.",
                publication.entry, publication.entries
            )
        }
        State::Waiting => format!("{platform} is still working on it."),
        State::Scheduled if publication.waits_for_room() => {
            format!("It waits for {platform}'s limit and goes out by itself when there is room.")
        }
        State::Scheduled
        | State::Leased
        | State::Preparing
        | State::Armed
        | State::Published
        | State::Failed
        | State::Cancelled => String::new(),
    }
}

/// Why it is held, and until when.
fn held(view: &PublicationView, platform: &str) -> String {
    let name = if view.channel.name.is_empty() {
        platform
    } else {
        &view.channel.name
    };
    match view.held {
        Some(Held::Reconnect) => {
            format!("{name} must be connected again. The post waits and goes out afterwards.")
        }
        Some(Held::Channel) => format!("{name} is paused. The post waits until it is resumed."),
        Some(Held::Workspace) => "The workspace is paused. The post waits until it is resumed.".to_owned(),
        Some(Held::Instance) => {
            "Publishing is paused on this whole instance. The post waits until it is resumed.".to_owned()
        }
        None => "Nothing holds it any more. It goes on within a minute or two.".to_owned(),
    }
}

fn links(view: &PublicationView, platform: &str) -> Vec<(String, String)> {
    let several = view.publication.entries > 1;
    let urls = view
        .publication
        .releases
        .iter()
        .filter_map(|release| Some((release.entry, release.url.clone()?)));
    urls.filter(|(_, url)| url.starts_with("http"))
        .map(|(entry, url)| {
            let label = if several {
                format!("Part {} on {platform}", entry + 1)
            } else {
                format!("View on {platform}")
            };
            (label, url)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_or_under_way_has_no_buttons() {
        for state in State::ALL {
            let expects = !state.is_under_way() && !matches!(state, State::Published | State::Cancelled);
            assert_eq!(Actions::of(state).any(), expects, "{state}");
        }
    }

    #[test]
    fn only_doubt_asks_whether_it_is_there() {
        let asking: Vec<State> = State::ALL
            .into_iter()
            .filter(|state| Actions::of(*state).resolve)
            .collect();
        assert_eq!(asking, [State::Unconfirmed]);
    }
}
