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
use crate::until::until;

/// How long a program may take until it is healthy, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_mins(1);

/// Without the lines about each request, which would hide the others.
const LOG_LEVEL: &str = "info,postern_telemetry=warn,postern_mcp_gateway=warn";

/// A key of the vault, as good as any for data that live as long as a test.
const VAULT_KEY: &str = "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// The services of the split shape beside `backend-api`, whose programs are named `postern-` and this.
const REMOTE: [&str; 4] = ["frontend-api", "mcp-gateway", "worker", "cron"];

type Environment = Vec<(String, String)>;

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
    settings: Environment,
    redis: Option<String>,
    database: Option<String>,
}

/// What a server over PostgreSQL and Redis needs of the machine.
struct Servers {
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
            redis: None,
            database: None,
        }
    }

    /// Sets a variable for every program of the stack.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
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
                self.five_processes(folder, store, &servers).await.map(Some)
            }
        }
    }

    fn servers(&self) -> Result<Option<Servers>> {
        let redis = match &self.redis {
            Some(url) => Some(url.clone()),
            None => offered(surroundings::REDIS)?,
        };
        let postgres = offered(surroundings::POSTGRES)?;
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
        };
        stack.healthy("postern", PATIENCE).await?;
        stack.sim = Sim::new(&sandbox_of(&data)?)?;
        Ok(stack)
    }

    async fn five_processes(self, folder: TempDir, store: Store, servers: &Servers) -> Result<Stack> {
        let backend = format!("http://127.0.0.1:{}", free_port()?);
        let simulator = format!("127.0.0.1:{}", free_port()?);
        let data = folder.path().join("data");
        let database = self.over(&store, servers);
        let mut shared = Self::common(&backend);
        shared.extend(pairs(&[
            ("POSTERN__SERVER__BACKEND_URL", &backend),
            ("POSTERN__SERVER__SERVICE_TOKEN", "a token of five services"),
            ("POSTERN__VAULT__JWT_SECRET", "a secret of five services"),
            ("POSTERN__SANDBOX__ENABLED", "true"),
            ("POSTERN__SANDBOX__LISTEN", &simulator),
        ]));
        shared.extend(self.settings);
        let mut owner = shared.clone();
        owner.extend(database);
        owner.extend(pairs(&[("POSTERN__VAULT__KEYS", VAULT_KEY)]));

        let recipe = service(folder.path(), "backend-api", &backend, owner.clone())?;
        let command_line = command_line(&Recipe::product("postern", folder.path(), owner)?, &data);
        let mut services = vec![
            simulated(folder.path(), &simulator)?,
            Service::new("backend-api", &backend, recipe)?,
        ];
        for name in REMOTE {
            let url = format!("http://127.0.0.1:{}", free_port()?);
            let mut environment = shared.clone();
            if name == "worker" {
                environment.extend(bus(&store, servers));
            }
            services.push(Service::new(
                name,
                &url,
                service(folder.path(), name, &url, environment)?,
            )?);
        }
        let door = |name: &str| {
            services
                .iter()
                .find(|it| it.name == name)
                .map(|it| it.url.clone())
        };
        let doors = Doors {
            rest: backend,
            mcp: door("mcp-gateway").context("no gateway")?,
            web: door("frontend-api").context("no web UI")?,
        };
        let sim = Sim::new(&format!("http://{simulator}"))?;
        let mut stack = Stack {
            services,
            doors,
            sim,
            command_line,
            store,
            folder,
        };
        until("the simulator answers", PATIENCE, async || {
            Ok(stack.sim.is_healthy().await.then_some(()))
        })
        .await?;
        stack.healthy("backend-api", PATIENCE).await?;
        for name in REMOTE {
            stack.healthy(name, PATIENCE).await?;
        }
        Ok(stack)
    }

    /// Database and bus of a server beside others.
    fn over(&self, store: &Store, servers: &Servers) -> Environment {
        let url = match &self.database {
            Some(server) => store.url_at(server),
            None => store.url().to_owned(),
        };
        let mut settings = bus(store, servers);
        settings.extend(pairs(&[("DATABASE_URL", &url)]));
        settings
    }

    /// What every program is told, with nothing of this test's own environment but where programs are found.
    fn common(public_url: &str) -> Environment {
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

/// The simulator alone, in a process of its own.
fn simulated(folder: &Path, listen: &str) -> Result<Service> {
    let mut recipe = Recipe::product("postern", folder, Environment::new())?;
    recipe.arguments = words(&["sandbox", "--listen", listen]);
    recipe.log = folder.join("sandbox.log");
    Service::new("sandbox", &format!("http://{listen}"), recipe)
}

/// A service alone, with a data directory of its own unless it owns the data.
fn service(folder: &Path, name: &str, url: &str, mut environment: Environment) -> Result<Recipe> {
    let data = match name {
        "backend-api" => folder.join("data"),
        _ => folder.join(name),
    };
    std::fs::create_dir_all(&data)?;
    environment.extend(pairs(&[
        ("POSTERN__SERVER__LISTEN", &url["http://".len()..]),
        ("POSTERN__SERVER__DATA_DIR", &data.display().to_string()),
    ]));
    Recipe::product(&format!("postern-{name}"), folder, environment)
}

/// The bus; its keys begin with the name of the database, which no other test has.
fn bus(store: &Store, servers: &Servers) -> Environment {
    let prefix = store.url().rsplit('/').next().unwrap_or_default();
    pairs(&[("REDIS_URL", &servers.redis), ("POSTERN__REDIS__PREFIX", prefix)])
}

fn command_line(recipe: &Recipe, data: &Path) -> CommandLine {
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

fn pairs(pairs: &[(&str, &str)]) -> Environment {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
