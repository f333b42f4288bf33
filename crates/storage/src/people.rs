//! People, memberships and sessions.

use async_trait::async_trait;
use postern_domain::id::{PersonId, SessionId, WorkspaceId};
use postern_domain::ports::{PeopleStore, PersonRow, SessionRow, StorageError};
use postern_domain::time::Timestamp;
use postern_domain::workspace::{Person, Role, Session};
use postern_entities::{member, person, session};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::error::{failure, one};
use crate::rows::{Reader, RowId, instant, person as people, session as sessions};
use crate::search::holds;
use crate::unit::Work;

#[async_trait]
impl PeopleStore for Work {
    async fn count_people(&self) -> Result<u64, StorageError> {
        person::Entity::find().count(self.db()).await.map_err(failure)
    }

    async fn insert_person(&self, row: &PersonRow) -> Result<(), StorageError> {
        person::Entity::insert(people::to_row(row).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn update_password(&self, person: PersonId, hash: &str) -> Result<(), StorageError> {
        let changed = person::Entity::update_many()
            .col_expr(person::Column::PasswordHash, Expr::value(hash))
            .filter(person::Column::Id.eq(person.to_uuid()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(changed.rows_affected, "person")
    }

    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StorageError> {
        let row = person::Entity::find()
            .filter(person::Column::Email.eq(email))
            .one(self.db())
            .await;
        Ok(row.map_err(failure)?.map(people::from_row))
    }

    async fn person(&self, id: PersonId) -> Result<Option<PersonRow>, StorageError> {
        let row = person::Entity::find_by_id(id.to_uuid()).one(self.db()).await;
        Ok(row.map_err(failure)?.map(people::from_row))
    }

    async fn find_people(&self, text: &str, limit: u32) -> Result<Vec<Person>, StorageError> {
        let text = text.trim();
        let mut found = person::Entity::find();
        if !text.is_empty() {
            let mut holding = Condition::any()
                .add(holds(person::Column::Name, text))
                .add(holds(person::Column::Email, text));
            if let Ok(id) = text.parse::<PersonId>() {
                holding = holding.add(person::Column::Id.eq(id.to_uuid()));
            }
            found = found.filter(holding);
        }
        let rows = found
            .order_by_asc(person::Column::Email)
            .limit(u64::from(limit))
            .all(self.db())
            .await;
        let rows = rows.map_err(failure)?.into_iter();
        Ok(rows.map(|row| people::from_row(row).person).collect())
    }

    async fn insert_member(
        &self,
        workspace: WorkspaceId,
        person: PersonId,
        role: Role,
    ) -> Result<(), StorageError> {
        let before = member::Entity::find()
            .filter(member::Column::PersonId.eq(person.to_uuid()))
            .count(self.db())
            .await
            .map_err(failure)?;
        let row = member::Model {
            workspace_id: workspace.to_uuid(),
            person_id: person.to_uuid(),
            role: role.as_str().to_owned(),
            position: i32::try_from(before).unwrap_or(i32::MAX),
        };
        member::Entity::insert(row.into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn role(&self, workspace: WorkspaceId, person: PersonId) -> Result<Option<Role>, StorageError> {
        let row = member::Entity::find_by_id((workspace.to_uuid(), person.to_uuid()))
            .one(self.db())
            .await;
        row.map_err(failure)?.as_ref().map(role_of).transpose()
    }

    async fn memberships(&self, person: PersonId) -> Result<Vec<(WorkspaceId, Role)>, StorageError> {
        let rows = member::Entity::find()
            .filter(member::Column::PersonId.eq(person.to_uuid()))
            .order_by_asc(member::Column::Position)
            .order_by_asc(member::Column::WorkspaceId)
            .all(self.db())
            .await
            .map_err(failure)?;
        rows.iter()
            .map(|row| Ok((WorkspaceId::of(row.workspace_id), role_of(row)?)))
            .collect()
    }

    async fn owner(&self, workspace: WorkspaceId) -> Result<Option<Person>, StorageError> {
        let owners = member::Entity::find()
            .filter(member::Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(member::Column::Role.eq(Role::Owner.as_str()))
            .all(self.db())
            .await
            .map_err(failure)?;
        let row = person::Entity::find()
            .filter(person::Column::Id.is_in(owners.iter().map(|owner| owner.person_id)))
            .order_by_asc(person::Column::CreatedAt)
            .order_by_asc(person::Column::Id)
            .one(self.db())
            .await;
        Ok(row.map_err(failure)?.map(|row| people::from_row(row).person))
    }

    async fn insert_session(&self, row: &SessionRow) -> Result<(), StorageError> {
        session::Entity::insert(sessions::to_row(row).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn session_by_digest(&self, digest: &[u8; 32]) -> Result<Option<Session>, StorageError> {
        let row = session::Entity::find()
            .filter(session::Column::Digest.eq(digest.to_vec()))
            .one(self.db())
            .await;
        Ok(row.map_err(failure)?.map(sessions::from_row))
    }

    async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), StorageError> {
        session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(instant(at)))
            .filter(session::Column::Id.eq(id.to_uuid()))
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn sessions(&self, person: PersonId) -> Result<Vec<Session>, StorageError> {
        let rows = session::Entity::find()
            .filter(session::Column::PersonId.eq(person.to_uuid()))
            .order_by_asc(session::Column::CreatedAt)
            .order_by_asc(session::Column::Id)
            .all(self.db())
            .await
            .map_err(failure)?;
        Ok(rows.into_iter().map(sessions::from_row).collect())
    }

    async fn delete_session(&self, person: PersonId, id: SessionId) -> Result<(), StorageError> {
        session::Entity::delete_many()
            .filter(session::Column::Id.eq(id.to_uuid()))
            .filter(session::Column::PersonId.eq(person.to_uuid()))
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }
}

fn role_of(row: &member::Model) -> Result<Role, StorageError> {
    let workspace = WorkspaceId::of(row.workspace_id);
    Reader::new("member", &workspace).word("role", &row.role, Role::parse)
}
