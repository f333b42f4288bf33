//! The database behind a stack, looked at from beside the product.

use std::time::Duration;

use anyhow::{Context, Result};
use postern_domain::Timestamp;
use postern_domain::ports::Storage;
use postern_storage::{Options, connect, create_database, drop_database};

/// A database that the product works on.
#[derive(Debug)]
pub(crate) struct Store {
    options: Options,
    is_ours: bool,
}

/// What is under way.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnderWay {
    /// Publications that somebody holds.
    pub(crate) leased: Vec<String>,
    /// Kinds of announcements that wait in the outbox.
    pub(crate) unsent: Vec<String>,
}

impl Store {
    /// The file of an embedded server.
    pub(crate) fn file(url: String) -> Self {
        Self {
            options: options(url),
            is_ours: false,
        }
    }

    /// A new database on a PostgreSQL server; dropped with [`Store::remove`].
    pub(crate) async fn create(server: &str) -> Result<Self> {
        let (address, _) = server
            .rsplit_once('/')
            .context("the server's address names no database")?;
        let name = format!("postern_e2e_{}_{}", std::process::id(), crate::free_port()?);
        let options = options(format!("{address}/{name}"));
        create_database(&options).await?;
        Ok(Self {
            options,
            is_ours: true,
        })
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.options.url
    }

    /// Its name on its server.
    pub(crate) fn name(&self) -> &str {
        self.url().rsplit('/').next().unwrap_or_default()
    }

    /// Its address by another way to its server.
    pub(crate) fn url_at(&self, server: &str) -> String {
        let name = self.name();
        let (way, _) = server.rsplit_once('/').unwrap_or((server, ""));
        format!("{way}/{name}")
    }

    /// What is leased or unsent now.
    pub(crate) async fn under_way(&self) -> Result<UnderWay> {
        let database = connect(&self.options).await?;
        let unit = database.begin().await?;
        // Seen from far in the future every lease has lapsed.
        let future = Timestamp::from_secs(0).plus(Duration::from_hours(24 * 365 * 200));
        let leased = unit.lapsed(future, 100).await?;
        let unsent = unit.unsent(100).await?;
        drop(unit);
        database.close().await?;
        Ok(UnderWay {
            leased: leased
                .iter()
                .map(|it| format!("{} {}", it.id, it.state.as_str()))
                .collect(),
            unsent: unsent.iter().map(|it| format!("{:?}", it.event)).collect(),
        })
    }

    /// Drops a database that was made for one test.
    pub(crate) async fn remove(&self) -> Result<()> {
        if self.is_ours {
            drop_database(&self.options).await?;
        }
        Ok(())
    }
}

fn options(url: String) -> Options {
    Options {
        url,
        max_connections: 2,
    }
}
