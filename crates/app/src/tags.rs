//! Labels on posts: listed, made, renamed everywhere, taken off everywhere.

use postern_domain::actor::Scope;
use postern_domain::id::{TagId, WorkspaceId};
use postern_domain::ports::{StorageError, Unit};
use postern_domain::tag::{DEFAULT_COLOR, LONGEST_NAME, NewTag, Tag, TagChange, is_color};
use postern_domain::{Actor, BackendError, Code, Problem};

use crate::App;
use crate::access::require;
use crate::deps::Deps;

impl App {
    /// The labels of the workspace, by name.
    pub async fn tags(&self, actor: &Actor) -> Result<Vec<Tag>, BackendError> {
        require(actor, Scope::PostsRead)?;
        Ok(self.deps.storage.glance().await?.tags(actor.workspace).await?)
    }

    /// Makes a label.
    pub async fn create_tag(&self, actor: &Actor, new: NewTag) -> Result<Tag, BackendError> {
        require(actor, Scope::PostsWrite)?;
        check(Some(&new.name), new.color.as_deref())?;
        let now = self.deps.clock.now();
        let tag = Tag {
            id: TagId::from_bits(self.deps.rng.id()),
            workspace: actor.workspace,
            name: new.name.trim().to_owned(),
            color: new.color.unwrap_or_else(|| DEFAULT_COLOR.to_owned()),
            created_at: now,
            updated_at: now,
        };
        let unit = self.deps.storage.begin().await?;
        unit.insert_tag(&tag).await.map_err(|error| taken(error, &tag))?;
        unit.audit(actor, "tag.created", &tag.id.to_string(), now).await?;
        unit.commit().await?;
        Ok(tag)
    }

    /// Changes a label; its new name is also that on the posts which carry it.
    pub async fn change_tag(&self, actor: &Actor, id: TagId, change: TagChange) -> Result<Tag, BackendError> {
        require(actor, Scope::PostsWrite)?;
        check(change.name.as_deref(), change.color.as_deref())?;
        let now = self.deps.clock.now();
        let unit = self.deps.storage.begin().await?;
        let before = find(&*unit, actor, id).await?;
        let tag = Tag {
            name: change
                .name
                .map_or_else(|| before.name.clone(), |name| name.trim().to_owned()),
            color: change.color.unwrap_or_else(|| before.color.clone()),
            updated_at: now,
            ..before.clone()
        };
        let stored = unit.update_tag(&tag, &before.name).await;
        stored.map_err(|error| taken(error, &tag))?;
        unit.audit(actor, "tag.changed", &id.to_string(), now).await?;
        unit.commit().await?;
        Ok(tag)
    }

    /// Removes a label and takes it off all posts.
    pub async fn remove_tag(&self, actor: &Actor, id: TagId) -> Result<(), BackendError> {
        require(actor, Scope::PostsWrite)?;
        let unit = self.deps.storage.begin().await?;
        let tag = find(&*unit, actor, id).await?;
        unit.remove_tag(&tag).await?;
        unit.audit(actor, "tag.removed", &id.to_string(), self.deps.clock.now())
            .await?;
        unit.commit().await?;
        Ok(())
    }
}

/// Makes labels of names that a post carries and nobody used before.
pub(crate) async fn ensure(
    deps: &Deps,
    unit: &dyn Unit,
    workspace: WorkspaceId,
    names: &[String],
) -> Result<(), StorageError> {
    if names.is_empty() {
        return Ok(());
    }
    let now = deps.clock.now();
    let tags: Vec<Tag> = names
        .iter()
        .map(|name| Tag {
            id: TagId::from_bits(deps.rng.id()),
            workspace,
            name: name.clone(),
            color: DEFAULT_COLOR.to_owned(),
            created_at: now,
            updated_at: now,
        })
        .collect();
    unit.ensure_tags(&tags).await
}

async fn find(unit: &dyn Unit, actor: &Actor, id: TagId) -> Result<Tag, BackendError> {
    unit.tag(actor.workspace, id)
        .await?
        .ok_or_else(|| BackendError::not_found("tag", id))
}

fn check(name: Option<&str>, color: Option<&str>) -> Result<(), BackendError> {
    let mut problems = Vec::new();
    let length = name.map(|name| name.trim().chars().count());
    if let Some(length) = length.filter(|length| !(1..=LONGEST_NAME).contains(length)) {
        let fix = "give a name that tells what its posts are about";
        problems.push(
            Problem::new(Code::NameInvalid, "/name", "a tag needs a name", fix)
                .given(format!("{length} characters"))
                .allowed(format!("1 to {LONGEST_NAME} characters")),
        );
    }
    if let Some(color) = color.filter(|color| !is_color(color)) {
        let fix = "send a colour of the form #612bd3, or leave it out";
        problems.push(
            Problem::new(Code::Malformed, "/color", "is not a colour", fix)
                .given(color)
                .allowed("# and six hexadecimal digits"),
        );
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(BackendError::Refused(problems))
    }
}

/// A name that another label has.
fn taken(error: StorageError, tag: &Tag) -> BackendError {
    match error {
        StorageError::Conflict { what } if what == "tag" => BackendError::Conflict(
            Problem::new(
                Code::NameTaken,
                "/name",
                "another tag has this name",
                "give another name, or use the tag that is there",
            )
            .given(&tag.name),
        ),
        other => other.into(),
    }
}
