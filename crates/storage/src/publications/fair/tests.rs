use sea_orm::{DatabaseConnection, TransactionTrait};

use super::*;
use crate::trial::Trial;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// Twenty channels with three hundred due publications each and as many planned for later, and statistics that know
/// of them.
async fn fill(db: &DatabaseConnection) {
    let (number, id, json) = match db.get_database_backend() {
        DbBackend::Sqlite => (
            "WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < {most})",
            "unhex(printf('%08x000040008000%012x', {high}, {low}))",
            "'{}'",
        ),
        _ => (
            "WITH series (number) AS (SELECT generate_series(1, {most}))",
            "(lpad(to_hex({high}), 8, '0') || '-0000-4000-8000-' || lpad(to_hex({low}), 12, '0'))::uuid",
            "'{}'::jsonb",
        ),
    };
    let id = |high: &str, low: &str| id.replace("{high}", high).replace("{low}", low);
    let series = |most: &str| number.replace("{most}", most);
    let at = |offset: &str| match db.get_database_backend() {
        DbBackend::Sqlite => {
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', 1800000000 + {offset}, 'unixepoch')")
        }
        _ => format!("to_timestamp(1800000000 + {offset})"),
    };
    let home = id("1", "1");
    for sql in [
        format!(
            "INSERT INTO workspace (id, name, zone, lateness_secs, created_at) VALUES ({home}, 'Home', 'UTC', 60, {})",
            at("0")
        ),
        format!(
            "INSERT INTO post (id, workspace_id, door, draft, state, version, created_at, updated_at) \
             VALUES ({home}, {home}, 'rest', false, 'scheduled', 1, {now}, {now})",
            now = at("0")
        ),
        format!(
            "{} INSERT INTO channel (id, workspace_id, provider, remote_id, name, handle, disabled, details, created_at) \
             SELECT {}, {home}, 'test', CAST(number AS text), 'Ada', 'ada', false, {json}, {} FROM series",
            series("20"),
            id("2", "number"),
            at("0")
        ),
        format!(
            "{} INSERT INTO publication (id, workspace_id, post_id, channel_id, provider, lane, state, publish_at, \
             due_at, fence, entry, entries, run, tries, attempts, detections, settings, created_at, updated_at) \
             SELECT {}, {home}, {home}, {}, 'test', 'test', 'scheduled', {due}, {due}, 0, 0, 1, 0, 0, 0, 0, {json}, \
             {now}, {now} FROM series",
            series("12000"),
            id("3", "number"),
            id("2", "1 + number % 20"),
            due = at("number - 6000"),
            now = at("0")
        ),
        "ANALYZE".to_owned(),
    ] {
        db.execute_unprepared(&sql).await.unwrap();
    }
}

async fn plan_of(db: &DatabaseConnection) -> String {
    let backend = db.get_database_backend();
    let query = turns(&Work::new(db.begin().await.unwrap(), true), NOW, 100, 50);
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        _ => ("EXPLAIN", 0),
    };
    let statement = Statement {
        sql: format!("{explain} {}", query.sql),
        ..query
    };
    let rows = db.query_all_raw(statement).await.unwrap();
    let steps: Vec<String> = rows
        .iter()
        .map(|row| row.try_get_by_index(column).unwrap())
        .collect();
    steps.join("\n")
}

async fn check(db: &DatabaseConnection) {
    fill(db).await;
    let plan = plan_of(db).await;
    assert!(plan.matches("publication_turn").count() >= 2, "{plan}");
    assert!(!plan.contains("Seq Scan on publication"), "{plan}");
    assert!(plan.contains("publication_lease"), "{plan}");
    let work = Work::new(db.begin().await.unwrap(), true);
    let picked = due(&work, NOW, 100, 50).await.unwrap();
    assert_eq!(picked.len(), 100);
    let mut by_channel: HashMap<_, u32> = HashMap::new();
    for publication in &picked {
        *by_channel.entry(publication.channel).or_default() += 1;
    }
    assert_eq!(by_channel.len(), 20);
    assert!(by_channel.values().all(|count| *count == 5), "{by_channel:?}");
    assert!(picked.is_sorted_by_key(|it| (it.due_at, it.publish_at)));
    drop(work);
}

#[tokio::test]
async fn turns_are_read_from_an_index_on_sqlite() {
    let trial = Trial::sqlite().await;
    check(trial.database.writer()).await;
}

#[tokio::test]
async fn turns_are_read_from_an_index_on_postgres() {
    let Some(trial) = Trial::postgres("turns").await else {
        return;
    };
    check(trial.database.writer()).await;
    trial.remove().await;
}
