//! People, memberships and sessions.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::ports::{PersonRow, SessionRow, Storage, StorageError, Unit};
use postern_domain::workspace::{Person, Role};

use super::rules;
use crate::build::{HOME, NOW, a_person, a_session, a_workspace, another_workspace, seconds};

rules! {
    addresses_are_taken_once
    people_read_back_with_their_password
    memberships_are_told_oldest_first
    people_are_found_by_a_part_of_name_address_or_by_id
    the_first_owner_is_the_owner
    sessions_are_found_by_their_digest_until_they_end
}

async fn join(unit: &dyn Unit) -> Result<Person> {
    let person = a_person();
    let row = PersonRow {
        person: person.clone(),
        password_hash: "$phc".to_owned(),
    };
    unit.insert_person(&row).await?;
    Ok(person)
}

async fn addresses_are_taken_once(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    let first = join(unit.as_ref()).await?;
    let second = PersonRow {
        person: Person {
            email: first.email,
            ..a_person()
        },
        password_hash: String::new(),
    };
    let refused = unit.insert_person(&second).await;
    assert_eq!(
        refused,
        Err(StorageError::Conflict {
            what: "person".to_owned()
        })
    );
    Ok(())
}

async fn people_read_back_with_their_password(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    assert_eq!(unit.count_people().await?, 0);
    let person = join(unit.as_ref()).await?;
    assert_eq!(unit.count_people().await?, 1);
    unit.update_password(person.id, "$new").await?;
    let row = Some(PersonRow {
        person: person.clone(),
        password_hash: "$new".to_owned(),
    });
    assert_eq!(unit.person(person.id).await?, row);
    assert_eq!(unit.person_by_email(&person.email).await?, row);
    assert_eq!(unit.person_by_email("nobody@postern.test").await?, None);
    assert!(unit.update_password(a_person().id, "$new").await.is_err());
    Ok(())
}

async fn memberships_are_told_oldest_first(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    let (home, other) = (a_workspace(), another_workspace());
    unit.insert_workspace(&home).await?;
    unit.insert_workspace(&other).await?;
    let person = join(unit.as_ref()).await?;
    unit.insert_member(other.id, person.id, Role::Owner).await?;
    unit.insert_member(home.id, person.id, Role::Viewer).await?;
    let memberships = unit.memberships(person.id).await?;
    assert_eq!(memberships, [(other.id, Role::Owner), (home.id, Role::Viewer)]);
    assert_eq!(unit.role(home.id, person.id).await?, Some(Role::Viewer));
    assert_eq!(unit.role(home.id, a_person().id).await?, None);
    Ok(())
}

async fn the_first_owner_is_the_owner(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    unit.insert_workspace(&a_workspace()).await?;
    assert_eq!(unit.owner(HOME).await?, None);
    let (viewer, first, second) = (
        join(unit.as_ref()).await?,
        join(unit.as_ref()).await?,
        join(unit.as_ref()).await?,
    );
    unit.insert_member(HOME, second.id, Role::Owner).await?;
    unit.insert_member(HOME, first.id, Role::Owner).await?;
    unit.insert_member(HOME, viewer.id, Role::Viewer).await?;
    assert_eq!(unit.owner(HOME).await?, Some(first));
    Ok(())
}

async fn sessions_are_found_by_their_digest_until_they_end(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    unit.insert_workspace(&a_workspace()).await?;
    let person = join(unit.as_ref()).await?;
    let mut long = a_session(person.id);
    let mut short = a_session(person.id);
    short.expires_at = seconds(10);
    for (digest, session) in [([1; 32], &long), ([2; 32], &short)] {
        let session = session.clone();
        unit.insert_session(&SessionRow { session, digest }).await?;
    }
    unit.touch_session(long.id, seconds(5)).await?;
    long.last_seen_at = seconds(5);
    assert_eq!(unit.session_by_digest(&[1; 32]).await?, Some(long.clone()));
    assert_eq!(unit.session_by_digest(&[3; 32]).await?, None);
    assert_eq!(unit.sessions(person.id).await?, [long.clone(), short]);
    assert_eq!(unit.delete_ended_sessions(seconds(10), 9).await?, 1);
    unit.delete_session(a_person().id, long.id).await?;
    assert_eq!(unit.sessions(person.id).await?, [long.clone()]);
    unit.delete_session(person.id, long.id).await?;
    assert_eq!(unit.sessions(person.id).await?, []);
    assert_eq!(unit.delete_ended_sessions(NOW, 9).await?, 0);
    Ok(())
}

async fn people_are_found_by_a_part_of_name_address_or_by_id(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    let person = join(unit.as_ref()).await?;
    let part = person.email.split('@').next().unwrap_or_default().to_uppercase();
    for (text, want) in [
        ("", 1),
        (part.as_str(), 1),
        (person.name.as_str(), 1),
        (person.id.to_string().as_str(), 1),
        ("%", 0),
        ("nobody at all", 0),
    ] {
        assert_eq!(unit.find_people(text, 10).await?.len(), want, "{text}");
    }
    assert!(unit.find_people("", 0).await?.is_empty());
    Ok(())
}
