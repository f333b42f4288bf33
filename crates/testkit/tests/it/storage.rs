//! Every rule of the storage port, each in a database of its own.

use anyhow::{Context, Result};
use postern_testkit::TestDatabase;
use postern_testkit::storage_suite::{AREAS, Rule};

fn rules(area: &str) -> Result<&'static [Rule]> {
    let found = AREAS.iter().find(|(name, _)| *name == area);
    found
        .map(|(_, rules)| *rules)
        .with_context(|| format!("no area {area}"))
}

async fn on_sqlite(area: &str) -> Result<()> {
    for (name, rule) in rules(area)? {
        let database = TestDatabase::sqlite().await?;
        rule(database.storage())
            .await
            .with_context(|| format!("{area}: {name}"))?;
        database.remove().await?;
    }
    Ok(())
}

async fn on_postgres(area: &str) -> Result<()> {
    for (name, rule) in rules(area)? {
        let Some(database) = TestDatabase::postgres().await? else {
            return Ok(());
        };
        rule(database.storage())
            .await
            .with_context(|| format!("{area}: {name}"))?;
        database.remove().await?;
    }
    Ok(())
}

/// Gives every area a test on both databases; the last one fails when an area has none.
macro_rules! areas {
    ($($test:ident $area:literal)*) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() -> anyhow::Result<()> {
                    super::on_sqlite($area).await
                }
            )*
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() -> anyhow::Result<()> {
                    super::on_postgres($area).await
                }
            )*
        }

        #[test]
        fn every_area_has_its_tests() {
            let tested = [$($area),*];
            let listed: Vec<&str> = AREAS.iter().map(|(name, _)| *name).collect();
            assert_eq!(listed, tested);
        }
    };
}

areas! {
    units "units"
    people "people"
    keys "keys"
    channels "channels"
    credentials "credentials"
    media "media"
    posts "posts"
    post_lists "post lists"
    publications "publications"
    fairness "fairness"
    outbox "outbox"
    pauses "pauses"
    housekeeping "housekeeping"
    recurrences "recurrences"
    scripts "scripts"
    races "races"
}
