//! Both servers of one run.

use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::keeper::{Keeper, interrupt, signal};
use crate::launch::{Launch, Place};
use crate::postgres::{Durability, Shutdown};
use crate::{account, free_port, postgres, redis};

/// How often a server is started anew when its port was taken in between.
const TRIES: u32 = 3;

/// How long a server may take to go down.
const GOING_DOWN: Duration = Duration::from_secs(10);

/// Where the programs of the servers are.
#[derive(Debug, Clone)]
pub struct Programs {
    /// Folder of `initdb`, `postgres`, `pg_isready` and `psql`.
    pub postgres: PathBuf,
    /// The program `redis-server`.
    pub redis: PathBuf,
}

/// Both servers of one run; dropping stops them and removes their folder.
#[derive(Debug)]
pub struct Servers {
    /// Superuser address of the database `postgres`.
    pub postgres_url: String,
    /// Address of the Redis server.
    pub redis_url: String,
    programs: Programs,
    place: Place,
    durability: Durability,
    postgres: Server,
    redis: Server,
    // Last, so that it goes last: it removes the folder.
    keeper: Keeper,
}

/// One server and the port that is its own from its first start on.
#[derive(Debug, Default)]
struct Server {
    child: Option<Child>,
    port: u16,
}

impl AsRef<Self> for Programs {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Servers {
    /// Starts both servers, with the last commits given away for speed, and waits until they answer.
    ///
    /// # Errors
    /// When one of them does not come up.
    pub fn start(programs: &impl AsRef<Programs>) -> Result<Self> {
        Self::start_with(programs, Durability::Quick)
    }

    /// Starts both servers and waits until they answer.
    ///
    /// # Errors
    /// When one of them does not come up.
    pub fn start_with(programs: &impl AsRef<Programs>, durability: Durability) -> Result<Self> {
        let account = account::unprivileged()?;
        let folder = tempfile::Builder::new().prefix("postern-test-").tempdir()?.keep();
        let keeper = Keeper::start(&folder)?;
        if let Some(account) = &account {
            chown(&folder, Some(account.uid), Some(account.gid))
                .with_context(|| format!("{} cannot be given to {}", folder.display(), account.name))?;
        }
        let mut servers = Self {
            postgres_url: String::new(),
            redis_url: String::new(),
            programs: programs.as_ref().clone(),
            place: Place { folder, account },
            durability,
            postgres: Server::default(),
            redis: Server::default(),
            keeper,
        };
        postgres::create(&servers.place, &servers.programs.postgres)?;
        servers.postgres = servers.start_one(Self::launch_postgres)?;
        servers.postgres_url = postgres::url(servers.postgres.port);
        servers.redis = servers.start_one(Self::launch_redis)?;
        servers.redis_url = redis::url(servers.redis.port);
        Ok(servers)
    }

    /// The servers' processes by name, as far as they run.
    pub fn pids(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let running = [("postgres", &self.postgres), ("redis", &self.redis)].into_iter();
        running.filter_map(|(name, server)| Some((name, server.child.as_ref()?.id())))
    }

    /// Takes PostgreSQL down and starts it again on its port.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn restart_postgres(&mut self, shutdown: Shutdown) -> Result<()> {
        if let Some(mut child) = self.postgres.child.take() {
            signal(child.id(), postgres::signal(shutdown));
            wait(&mut child)?;
            self.keeper.forget(child.id())?;
        }
        self.postgres.child = Some(self.start_on(self.postgres.port, Self::launch_postgres)?);
        Ok(())
    }

    /// Ends Redis without a warning.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill_redis(&mut self) -> Result<()> {
        if let Some(mut child) = self.redis.child.take() {
            child.kill()?;
            child.wait()?;
            self.keeper.forget(child.id())?;
        }
        Ok(())
    }

    /// Starts Redis after it was killed, on its port and with nothing in it.
    ///
    /// # Errors
    /// When it does not come back.
    pub fn start_redis(&mut self) -> Result<()> {
        if self.redis.child.is_none() {
            self.redis.child = Some(self.start_on(self.redis.port, Self::launch_redis)?);
        }
        Ok(())
    }

    /// Empties Redis.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn flush_redis(&self) -> Result<()> {
        redis::flush(self.redis.port)
    }

    /// What a query on a database answers, as `psql` prints it without any decoration.
    ///
    /// # Errors
    /// When the server does not answer or refuses the query.
    pub fn query(&self, database: &str, sql: &str) -> Result<String> {
        postgres::query(&self.programs.postgres, self.postgres.port, database, sql)
    }

    fn launch_postgres(&self, port: u16) -> Result<Launch> {
        postgres::launch(&self.place, &self.programs.postgres, port, self.durability)
    }

    fn launch_redis(&self, port: u16) -> Result<Launch> {
        redis::launch(&self.place, &self.programs.redis, port)
    }

    /// Starts one server on a free port and waits for its answer.
    fn start_one(&mut self, launch: fn(&Self, u16) -> Result<Launch>) -> Result<Server> {
        for _ in 0..TRIES {
            let port = free_port()?;
            if let Some(child) = self.try_on(port, launch)? {
                return Ok(Server {
                    child: Some(child),
                    port,
                });
            }
        }
        bail!("no server came up in {TRIES} tries; each ended at once");
    }

    /// Starts one server on the port that it had.
    fn start_on(&mut self, port: u16, launch: fn(&Self, u16) -> Result<Launch>) -> Result<Child> {
        for _ in 0..TRIES {
            if let Some(child) = self.try_on(port, launch)? {
                return Ok(child);
            }
        }
        bail!("the server did not come back on port {port} in {TRIES} tries");
    }

    fn try_on(&mut self, port: u16, launch: fn(&Self, u16) -> Result<Launch>) -> Result<Option<Child>> {
        let mut started = launch(self, port)?;
        let pid = started.child.id();
        self.keeper.watch(pid)?;
        if started.wait_until_ready()? {
            return Ok(Some(started.child));
        }
        self.keeper.forget(pid)?;
        Ok(None)
    }
}

/// Waits for a server that goes down; one that does not is killed.
fn wait(child: &mut Child) -> Result<()> {
    let asked = Instant::now();
    while child.try_wait()?.is_none() {
        if asked.elapsed() > GOING_DOWN {
            child.kill()?;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

impl Drop for Servers {
    fn drop(&mut self) {
        let mut running: Vec<Child> = [self.postgres.child.take(), self.redis.child.take()]
            .into_iter()
            .flatten()
            .collect();
        for child in &running {
            interrupt(child.id());
        }
        for child in &mut running {
            let _ = wait(child);
            let _ = self.keeper.forget(child.id());
        }
    }
}
