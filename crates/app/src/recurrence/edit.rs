//! Changing the posts to come: all of them, or those from a date on.

use postern_domain::actor::{Actor, Scope};
use postern_domain::id::{PostId, RecurrenceId};
use postern_domain::ports::Unit;
use postern_domain::post::{Post, PostEdit};
use postern_domain::publication::{Publication, State};
use postern_domain::recurrence::{
    InSeries, Occurrence, Place, Reach, Recurrence, RecurrenceEdit, RecurrenceState, RecurrenceView, Rule,
};
use postern_domain::time::{LocalDate, Timestamp};
use postern_domain::{BackendError, Code, Problem};

use super::begin::{parts_of, template_of};
use super::end::{Waiting, check_running, is_under_way, look_back, waiting};
use super::make::{Template, store_occurrence};
use super::read;
use crate::access::require;
use crate::deps::Deps;
use crate::posts::amend::{Amended, settled};
use crate::posts::compose::{Composed, Files, compose, gather_files, lists, previews};
use crate::posts::create::{announce_change, versions_of};
use crate::posts::edit::merged;
use crate::posts::when::Plan;
use crate::tags;

/// Changes the posts to come.
///
/// The recurrence, its template and the post that waits are changed together or not at all.
#[tracing::instrument(name = "app.recurrence.update", skip_all, fields(workspace.id = %actor.workspace, recurrence.id = %id))]
pub(super) async fn update_recurrence(
    deps: &Deps,
    actor: &Actor,
    id: RecurrenceId,
    edit: RecurrenceEdit,
) -> Result<RecurrenceView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let files = files_of(deps, actor, id, &edit).await?;
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let recurrence = read::find(&*unit, actor, id).await?;
    check_running(&recurrence)?;
    check_version(&recurrence, &edit)?;
    let template = Template::load(&*unit, &recurrence).await?;
    let change = Change {
        deps,
        unit: &*unit,
        actor,
        now,
        composed: composed(deps, &*unit, actor, &template, &edit, &files).await?,
        tags: edit.tags.clone(),
    };
    let changed = match edit.reach {
        Reach::All => change.all(recurrence, template, edit.rule).await?,
        Reach::From(date) => change.from(recurrence, template, date, edit.rule).await?,
    };
    unit.audit(actor, "recurrence.updated", &id.to_string(), now)
        .await?;
    let view = read::view(&*unit, actor, changed).await?;
    tags::ensure(
        deps,
        &*unit,
        actor.workspace,
        edit.tags.as_deref().unwrap_or_default(),
    )
    .await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(view)
}

/// Finds the files of the posts to come before the unit of work, for it may reach out.
async fn files_of(
    deps: &Deps,
    actor: &Actor,
    id: RecurrenceId,
    edit: &RecurrenceEdit,
) -> Result<Files, BackendError> {
    let mut problems = Vec::new();
    let unit = deps.storage.read().await?;
    let recurrence = read::find(&*unit, actor, id).await?;
    let template = Template::load(&*unit, &recurrence).await?;
    drop(unit);
    let (entries, targets) = merged(&template.post, &template.parts, &content(edit));
    let files = gather_files(deps, actor, &lists(&entries, &targets), &mut problems).await?;
    if problems.is_empty() {
        Ok(files)
    } else {
        Err(BackendError::Refused(problems))
    }
}

/// What the posts to come will consist of, checked for each channel.
async fn composed(
    deps: &Deps,
    unit: &dyn Unit,
    actor: &Actor,
    template: &Template,
    edit: &RecurrenceEdit,
    files: &Files,
) -> Result<Composed, BackendError> {
    let mut problems = Vec::new();
    let (entries, targets) = merged(&template.post, &template.parts, &content(edit));
    let composed = compose(unit, actor, &entries, &targets, files, &mut problems).await?;
    problems.extend(
        previews(deps, &composed)
            .into_iter()
            .flat_map(|preview| preview.problems),
    );
    if problems.is_empty() {
        Ok(composed)
    } else {
        Err(BackendError::Refused(problems))
    }
}

fn content(edit: &RecurrenceEdit) -> PostEdit {
    PostEdit {
        entries: edit.entries.clone(),
        targets: edit.targets.clone(),
        ..PostEdit::default()
    }
}

fn check_version(recurrence: &Recurrence, edit: &RecurrenceEdit) -> Result<(), BackendError> {
    match edit.expected_version {
        Some(expected) if expected != recurrence.version => Err(BackendError::Conflict(
            Problem::new(
                Code::VersionConflict,
                "/expected_version",
                "the recurrence was changed in between",
                "read it again and repeat the change on the version you get",
            )
            .given(expected)
            .allowed(recurrence.version),
        )),
        Some(_) | None => Ok(()),
    }
}

/// A change under way.
struct Change<'a> {
    deps: &'a Deps,
    unit: &'a dyn Unit,
    actor: &'a Actor,
    now: Timestamp,
    composed: Composed,
    tags: Option<Vec<String>>,
}

impl Change<'_> {
    /// Changes a recurrence as it is.
    async fn all(
        &self,
        mut recurrence: Recurrence,
        template: Template,
        rule: Option<Rule>,
    ) -> Result<Recurrence, BackendError> {
        let from = look_back(&recurrence, self.now);
        let (passed, ahead) = self.open(&recurrence, from).await?;
        let template = self.rewrite_template(template).await?;
        let expected = recurrence.version;
        recurrence.version += 1;
        recurrence.updated_at = self.now;
        for (post, parts) in passed {
            self.rewrite(post, parts, None).await?;
        }
        match (rule.filter(|rule| *rule != recurrence.rule), ahead) {
            (None, None) => {}
            (None, Some((post, parts))) => self.rewrite(post, parts, None).await?,
            (Some(rule), ahead) => {
                let moved = ahead.as_ref().map(|(post, _)| post.id);
                let done = self.done(&recurrence, from, moved).await?;
                let next = self.next_of(&rule, None, &done)?;
                recurrence.rule = rule;
                recurrence.made_until = Some(next.date);
                recurrence.advance_at = Some(next.at.instant);
                self.place(ahead, &recurrence, &template, &next).await?;
            }
        }
        self.unit.update_recurrence(&recurrence, expected).await?;
        Ok(recurrence)
    }

    /// Ends a recurrence before a date and begins another one there.
    async fn from(
        &self,
        mut old: Recurrence,
        template: Template,
        date: LocalDate,
        rule: Option<Rule>,
    ) -> Result<Recurrence, BackendError> {
        let rule = rule.as_ref().unwrap_or(&old.rule).from_date(date);
        let rule = rule.ok_or_else(|| BackendError::refused(nothing_ahead(date)))?;
        let (passed, ahead) = self.open(&old, date).await?;
        let id = RecurrenceId::from_bits(self.deps.rng.id());
        let mut done = Vec::new();
        for (mut post, parts) in passed {
            if let Some(series) = &mut post.series {
                series.recurrence = id;
                done.extend(series.date());
            }
            self.rewrite(post, parts, None).await?;
        }
        let next = self.next_of(&rule, Some(date), &done)?;
        let own = self.fork_template(&template, id).await?;
        let new = Recurrence {
            id,
            workspace: old.workspace,
            template: own.post.id,
            rule,
            state: RecurrenceState::Running,
            made_until: Some(next.date),
            advance_at: Some(next.at.instant),
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        };
        self.unit.insert_recurrence(&new).await?;
        self.place(ahead, &new, &own, &next).await?;
        self.cut(&mut old, template, date).await?;
        Ok(new)
    }

    /// Lets a recurrence end before a date.
    async fn cut(
        &self,
        old: &mut Recurrence,
        mut template: Template,
        date: LocalDate,
    ) -> Result<(), BackendError> {
        let expected = old.version;
        old.version += 1;
        old.updated_at = self.now;
        let front = old.rule.before(date);
        let has_more = old.made_until.is_some_and(|made| made < date);
        match front {
            Some(front) if has_more => old.rule = front,
            front => {
                old.rule = front.unwrap_or_else(|| old.rule.clone());
                old.end(self.now);
                template.discard(self.unit, self.now).await?;
            }
        }
        Ok(self.unit.update_recurrence(old, expected).await?)
    }

    /// The posts from a date on that wait: those whose time has passed, and the one ahead.
    ///
    /// Errors: `post_settled` when a worker has one of them.
    async fn open(
        &self,
        recurrence: &Recurrence,
        from: LocalDate,
    ) -> Result<(Vec<Waiting>, Option<Waiting>), BackendError> {
        let mut open = waiting(self.unit, self.actor, recurrence, from).await?;
        let mut parts = open.iter().flat_map(|(_, parts)| parts);
        if let Some(busy) = parts.find(|part| is_under_way(part)) {
            return Err(BackendError::Conflict(settled(busy.state)));
        }
        // A part that is out makes the rest of its post a matter of its own.
        let is_whole = |part: &Publication| part.is_editable() || part.state == State::Cancelled;
        open.retain(|(_, parts)| parts.iter().all(is_whole));
        let is_ahead = |(post, _): &Waiting| {
            let date = post.series.and_then(InSeries::date);
            let at = post.publish_at.as_ref().map(|at| at.instant);
            date == recurrence.made_until && at.is_none_or(|at| at > self.now)
        };
        let ahead = open.pop_if(|last| is_ahead(last));
        Ok((open, ahead))
    }

    /// The dates from one on that have a post already, but for the one that is moved.
    async fn done(
        &self,
        recurrence: &Recurrence,
        from: LocalDate,
        moved: Option<PostId>,
    ) -> Result<Vec<LocalDate>, BackendError> {
        let made = self.unit.occurrences(recurrence.id, from).await?;
        let others = made.into_iter().filter(|(_, post)| Some(*post) != moved);
        Ok(others.map(|(date, _)| date).collect())
    }

    /// The first date ahead that has no post yet.
    fn next_of(
        &self,
        rule: &Rule,
        from: Option<LocalDate>,
        done: &[LocalDate],
    ) -> Result<Occurrence, BackendError> {
        let mut ahead = rule.occurrences().filter(|it| it.at.instant > self.now);
        let found = ahead.find(|it| from.is_none_or(|from| it.date >= from) && !done.contains(&it.date));
        found.ok_or_else(|| BackendError::refused(nothing_ahead(rule)))
    }

    /// Lets the post that waits stand for a date, or makes one for it.
    async fn place(
        &self,
        ahead: Option<Waiting>,
        recurrence: &Recurrence,
        template: &Template,
        next: &Occurrence,
    ) -> Result<(), BackendError> {
        match ahead {
            Some((mut post, parts)) => {
                post.series = Some(InSeries {
                    recurrence: recurrence.id,
                    place: Place::On(next.date),
                });
                self.rewrite(post, parts, Some(next)).await
            }
            None => store_occurrence(self.deps, self.unit, recurrence, template, next, self.now).await,
        }
    }

    /// Gives a post that waits the new content, and a new time where there is one.
    async fn rewrite(
        &self,
        mut post: Post,
        parts: Vec<Publication>,
        next: Option<&Occurrence>,
    ) -> Result<(), BackendError> {
        if let Some(next) = next {
            post.publish_at = Some(next.at.clone());
        }
        let plan = next.map(|next| Plan {
            at: Some(next.at.clone()),
            draft: false,
        });
        let (post, parts) = self.store(post, &parts, plan.as_ref()).await?;
        announce_change(self.deps, self.unit, &post, &parts).await
    }

    async fn rewrite_template(&self, template: Template) -> Result<Template, BackendError> {
        let (post, parts) = self.store(template.post, &template.parts, None).await?;
        Ok(Template { post, parts })
    }

    async fn store(
        &self,
        mut post: Post,
        stored: &[Publication],
        plan: Option<&Plan>,
    ) -> Result<(Post, Vec<Publication>), BackendError> {
        let before = post.clone();
        self.fill(&mut post);
        post.version += 1;
        post.updated_at = self.now;
        self.unit.update_post(&post, before.version).await?;
        let amended = Amended {
            before: &before,
            stored,
            composed: &self.composed,
            plan,
        };
        let parts = amended.store(self.deps, self.unit, &post, self.now).await?;
        Ok((post, parts))
    }

    /// The template of a recurrence of its own.
    async fn fork_template(&self, of: &Template, id: RecurrenceId) -> Result<Template, BackendError> {
        let mut post = Post {
            id: PostId::from_bits(self.deps.rng.id()),
            created_at: self.now,
            updated_at: self.now,
            ..template_of(&of.post, id)
        };
        self.fill(&mut post);
        let parts = parts_of(self.deps, &post, &self.composed, self.now);
        let traces = self.unit.traceparents(&[of.post.id]).await?;
        let traceparent = traces.first().map(|(_, traceparent)| traceparent.as_str());
        self.unit.insert_planned(&post, &parts, traceparent).await?;
        Ok(Template { post, parts })
    }

    fn fill(&self, post: &mut Post) {
        post.entries.clone_from(&self.composed.entries);
        post.versions = versions_of(&self.composed);
        if let Some(tags) = &self.tags {
            post.tags.clone_from(tags);
        }
    }
}

fn nothing_ahead(given: impl std::fmt::Display) -> Problem {
    Problem::new(
        Code::RecurrenceInvalid,
        "/recurrence",
        "the rule has no date ahead",
        "give a rule with a later end, or end the recurrence",
    )
    .given(given)
}
