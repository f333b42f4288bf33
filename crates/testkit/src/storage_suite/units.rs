//! Units of work: all or nothing, and what others see of it.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::ports::{Storage, StorageError};

use super::rules;
use crate::build::{HOME, a_person, a_workspace, another_workspace};

rules! {
    a_dropped_unit_leaves_nothing
    a_committed_unit_is_seen_by_the_next
    a_reading_unit_sees_one_instant
    a_reading_unit_cannot_write
    readers_do_not_wait_for_a_writer
    a_refused_row_names_its_table
    a_current_database_answers
    workspaces_read_back_and_change
}

async fn a_dropped_unit_leaves_nothing(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    unit.insert_workspace(&a_workspace()).await?;
    drop(unit);
    let unit = storage.begin().await?;
    assert_eq!(unit.workspace(HOME).await?, None);
    // The writer is free again: what was dropped is not in the way of the same row.
    unit.insert_workspace(&a_workspace()).await?;
    unit.commit().await?;
    Ok(())
}

async fn a_committed_unit_is_seen_by_the_next(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    unit.insert_workspace(&a_workspace()).await?;
    assert_eq!(unit.workspace(HOME).await?, Some(a_workspace()));
    unit.commit().await?;
    assert_eq!(storage.read().await?.workspace(HOME).await?, Some(a_workspace()));
    Ok(())
}

async fn a_reading_unit_sees_one_instant(storage: Arc<dyn Storage>) -> Result<()> {
    let reader = storage.read().await?;
    assert_eq!(reader.workspace(HOME).await?, None);
    let writer = storage.begin().await?;
    writer.insert_workspace(&a_workspace()).await?;
    writer.commit().await?;
    assert_eq!(reader.workspace(HOME).await?, None);
    drop(reader);
    assert!(storage.read().await?.workspace(HOME).await?.is_some());
    Ok(())
}

async fn a_reading_unit_cannot_write(storage: Arc<dyn Storage>) -> Result<()> {
    let reader = storage.read().await?;
    let refused = reader.insert_workspace(&a_workspace()).await;
    assert!(matches!(refused, Err(StorageError::Failed { .. })), "{refused:?}");
    Ok(())
}

async fn readers_do_not_wait_for_a_writer(storage: Arc<dyn Storage>) -> Result<()> {
    let writer = storage.begin().await?;
    writer.insert_workspace(&a_workspace()).await?;
    for _ in 0..3 {
        assert_eq!(storage.read().await?.workspace(HOME).await?, None);
    }
    writer.commit().await?;
    Ok(())
}

async fn a_refused_row_names_its_table(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    unit.insert_workspace(&a_workspace()).await?;
    let twice = unit.insert_workspace(&a_workspace()).await;
    assert_eq!(
        twice,
        Err(StorageError::Conflict {
            what: "workspace".to_owned()
        })
    );
    drop(unit);
    let unit = storage.begin().await?;
    let orphan = unit
        .insert_member(HOME, a_person().id, postern_domain::workspace::Role::Owner)
        .await;
    assert!(matches!(orphan, Err(StorageError::Conflict { .. })), "{orphan:?}");
    Ok(())
}

async fn a_current_database_answers(storage: Arc<dyn Storage>) -> Result<()> {
    Ok(storage.ping().await?)
}

async fn workspaces_read_back_and_change(storage: Arc<dyn Storage>) -> Result<()> {
    let (mut home, other) = (a_workspace(), another_workspace());
    let unit = storage.begin().await?;
    unit.insert_workspace(&home).await?;
    unit.insert_workspace(&other).await?;
    home.name.push_str(" at the harbour");
    home.zone = postern_domain::time::Zone::parse("Europe/Berlin")?;
    home.lateness = std::time::Duration::from_mins(1);
    unit.update_workspace(&home).await?;
    assert_eq!(unit.workspace(home.id).await?, Some(home.clone()));
    assert_eq!(unit.workspaces(&[other.id, home.id]).await?.len(), 2);
    assert_eq!(unit.workspaces(&[]).await?, []);
    assert_eq!(unit.all_workspaces().await?, [home.clone(), other]);
    let missing = unit.update_workspace(&another_workspace()).await;
    assert_eq!(
        missing,
        Err(StorageError::Conflict {
            what: "workspace".to_owned()
        })
    );
    Ok(())
}
