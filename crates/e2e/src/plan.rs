//! What a stack shall be made of, before it is started.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::command_line::CommandLine;
use crate::port::free_port;
use crate::program::Recipe;
use crate::sim::Sim;
use crate::stack::{Doors, Service, Stack};
use crate::store::Store;
use crate::surroundings::{self, offered};

/// How long a program may take until it is healthy, on a machine that does other things too.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Without the lines about each request, which would hide the others.
const LOG_LEVEL: &str = "info,postern_telemetry=warn,postern_mcp_gateway=warn";

pub(crate) type Environment = Vec<(String, String)>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Embedded,
    Monolith,
    Split,
}

/// A stack that is about to be started.
#[derive(Debug, Clone)]
pub struct Plan {
    shape: Shape,
    pub(crate) settings: Environment,
    /// Settings of one program, by its name.
    pub(crate) own: Vec<(String, String, String)>,
    redis: Option<String>,
    postgres: Option<String>,
    database: Option<String>,
    /// How many programs a service of the split shape has, where it is not one.
    pub(crate) replicas: Vec<(&'static str, usize)>,
    pub(crate) seed: u64,
}

/// What a server over PostgreSQL and Redis needs of the machine.
pub(crate) struct Servers {
    postgres: String,
    redis: String,
}

impl Stack {
    /// One process with SQLite, the bus and the simulator inside, as `postern serve --sandbox` starts it.
    pub fn embedded() -> Plan {
        Plan::of(Shape::Embedded)
    }

    /// One process over PostgreSQL and Redis.
    pub fn monolith_pg() -> Plan {
        Plan::of(Shape::Monolith)
    }

    /// Five processes over PostgreSQL and Redis, and the simulator beside them.
    pub fn split() -> Plan {
        Plan::of(Shape::Split)
    }
}

impl Plan {
    fn of(shape: Shape) -> Self {
        Self {
            shape,
            settings: Vec::new(),
            own: Vec::new(),
            redis: None,
            postgres: None,
            database: None,
            replicas: Vec::new(),
            seed: 1,
        }
    }

    /// Sets a variable for every program of the stack.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a variable for one program of the split shape alone.
    #[must_use]
    pub fn with_own(mut self, program: &str, name: &str, value: &str) -> Self {
        self.own
            .push((program.to_owned(), name.to_owned(), value.to_owned()));
        self
    }

    /// Runs a service of the split shape in several programs: `worker`, `worker-2`, `worker-3` and so on. Those of
    /// `backend-api` are reached through one address.
    #[must_use]
    pub fn with_replicas(mut self, service: &'static str, count: usize) -> Self {
        self.replicas.push((service, count));
        self
    }

    /// Begins the random sequences of the simulator beside the split shape elsewhere.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Leases that lapse soon after their worker is gone, and tries that follow quickly.
    #[must_use]
    pub fn with_short_leases(self) -> Self {
        self.with("POSTERN__PUBLISHING__LEASE_SECS", "5")
            .with("POSTERN__PUBLISHING__HEARTBEAT_SECS", "1")
            .with("POSTERN__PUBLISHING__BACKOFF_BASE_SECS", "1")
    }

    /// Uses a Redis of the test's own.
    #[must_use]
    pub fn with_redis(mut self, url: &str) -> Self {
        self.redis = Some(url.to_owned());
        self
    }

    /// Uses a PostgreSQL of the test's own.
    #[must_use]
    pub fn with_postgres(mut self, server: &str) -> Self {
        self.postgres = Some(server.to_owned());
        self
    }

    /// Reaches the PostgreSQL server at another address than this test does.
    #[must_use]
    pub fn with_database_at(mut self, server: &str) -> Self {
        self.database = Some(server.to_owned());
        self
    }

    /// Starts everything and waits until it is healthy; none where the machine lacks the servers for it.
    ///
    /// # Errors
    /// When a program does not become healthy; its log is part of the error.
    pub async fn start(self) -> Result<Option<Stack>> {
        let folder = tempfile::Builder::new().prefix("postern-e2e-").tempdir()?;
        match self.shape {
            Shape::Embedded => {
                let database = folder.path().join("data/postern.db");
                let store = Store::file(format!("sqlite://{}", database.display()));
                self.one_process(folder, store, Environment::new())
                    .await
                    .map(Some)
            }
            Shape::Monolith => {
                let Some(servers) = self.servers()? else {
                    return Ok(None);
                };
                let store = Store::create(&servers.postgres).await?;
                let settings = self.over(&store, &servers);
                self.one_process(folder, store, settings).await.map(Some)
            }
            Shape::Split => {
                let Some(servers) = self.servers()? else {
                    return Ok(None);
                };
                let store = Store::create(&servers.postgres).await?;
                self.many_processes(folder, store, &servers).await.map(Some)
            }
        }
    }

    fn servers(&self) -> Result<Option<Servers>> {
        let redis = match &self.redis {
            Some(url) => Some(url.clone()),
            None => offered(surroundings::REDIS)?,
        };
        let postgres = match &self.postgres {
            Some(url) => Some(url.clone()),
            None => offered(surroundings::POSTGRES)?,
        };
        Ok(postgres
            .zip(redis)
            .map(|(postgres, redis)| Servers { postgres, redis }))
    }

    async fn one_process(self, folder: TempDir, store: Store, settings: Environment) -> Result<Stack> {
        let url = format!("http://127.0.0.1:{}", free_port()?);
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data)?;
        let mut environment = Self::common(&url);
        environment.extend(settings);
        environment.extend(self.settings);
        let mut recipe = Recipe::product("postern", folder.path(), environment)?;
        let command_line = command_line(&recipe, &data);
        recipe.arguments = words(&[
            "serve",
            "--sandbox",
            "--listen",
            &url["http://".len()..],
            "--data-dir",
        ]);
        recipe.arguments.push(data.display().to_string());
        let mut stack = Stack {
            services: vec![Service::new("postern", &url, recipe)?],
            doors: Doors {
                rest: url.clone(),
                mcp: url.clone(),
                web: url,
            },
            sim: Sim::new("http://127.0.0.1:9")?,
            command_line,
            store,
            folder,
            wire: None,
        };
        stack.healthy("postern", PATIENCE).await?;
        stack.sim = Sim::new(&sandbox_of(&data)?)?;
        Ok(stack)
    }

    /// Database and bus of a server beside others.
    pub(crate) fn over(&self, store: &Store, servers: &Servers) -> Environment {
        let url = match &self.database {
            Some(server) => store.url_at(server),
            None => store.url().to_owned(),
        };
        let mut settings = bus(store, servers);
        settings.extend(pairs(&[("DATABASE_URL", &url)]));
        settings
    }

    /// What every program is told, with nothing of this test's own environment but where programs are found.
    pub(crate) fn common(public_url: &str) -> Environment {
        pairs(&[
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("POSTERN__SERVER__PUBLIC_URL", public_url),
            ("POSTERN__SERVER__API_LIMIT", "1000000"),
            ("POSTERN__MCP__READS_PER_MINUTE", "0"),
            ("POSTERN__MCP__WRITES_PER_MINUTE", "0"),
            ("POSTERN__TELEMETRY__LOG_FORMAT", "text"),
            ("POSTERN__TELEMETRY__LOG_LEVEL", LOG_LEVEL),
        ])
    }
}

/// The bus; its keys begin with the name of the database, which no other test has.
pub(crate) fn bus(store: &Store, servers: &Servers) -> Environment {
    pairs(&[
        ("REDIS_URL", &servers.redis),
        ("POSTERN__REDIS__PREFIX", store.name()),
    ])
}

pub(crate) fn command_line(recipe: &Recipe, data: &Path) -> CommandLine {
    let mut recipe = recipe.clone();
    recipe.arguments = words(&["--data-dir"]);
    recipe.arguments.push(data.display().to_string());
    CommandLine { recipe }
}

/// Where a server says that its simulator is.
pub(crate) fn sandbox_of(data: &Path) -> Result<String> {
    let text = std::fs::read_to_string(data.join("sandbox.json")).context("the server names no simulator")?;
    let told: serde_json::Value = serde_json::from_str(&text)?;
    told["url"]
        .as_str()
        .map(str::to_owned)
        .context("the server names no simulator")
}

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Environment {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
