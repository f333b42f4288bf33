//! A private PostgreSQL and a private Redis for one run, gone when the run is gone.
//!
//! Both listen on free ports of the loopback interface, keep everything in one temporary folder and give durability
//! away for speed.
//! The keeper, a small shell that waits for this process to end, stops them and removes the folder even when this
//! process is killed.

mod keeper;
mod machine;
mod port;
mod postgres;
mod redis;

use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use keeper::Keeper;
pub(crate) use keeper::interrupt;
use machine::{Account, unprivileged_account};
pub(crate) use machine::{Programs, install_missing};
pub(crate) use port::free_port;

/// How long a server may take until it answers.
const START_DEADLINE: Duration = Duration::from_secs(30);

/// How often a server is started anew when its port was taken in between.
const START_TRIES: u32 = 3;

/// Both servers of one run; dropping stops them and removes their folder.
pub(crate) struct Servers {
    /// Superuser address of the database `postgres`.
    pub(crate) postgres_url: String,
    /// Address of the Redis server.
    pub(crate) redis_url: String,
    running: Vec<Child>,
    keeper: Keeper,
}

/// What a server is started with.
struct Place {
    folder: PathBuf,
    account: Option<Account>,
}

impl Servers {
    /// Starts both servers and waits until they answer.
    pub(crate) fn start(programs: &Programs) -> Result<Self> {
        let account = unprivileged_account()?;
        let folder = tempfile::Builder::new().prefix("postern-test-").tempdir()?.keep();
        let keeper = Keeper::start(&folder)?;
        if let Some(account) = &account {
            chown(&folder, Some(account.uid), Some(account.gid))
                .with_context(|| format!("{} cannot be given to {}", folder.display(), account.name))?;
        }
        let place = Place { folder, account };
        let mut servers = Self {
            postgres_url: String::new(),
            redis_url: String::new(),
            running: Vec::new(),
            keeper,
        };
        postgres::create(&place, &programs.postgres)?;
        servers.postgres_url =
            servers.start_one(&|port| postgres::launch(&place, &programs.postgres, port))?;
        servers.redis_url = servers.start_one(&|port| redis::launch(&place, &programs.redis, port))?;
        Ok(servers)
    }

    /// The servers' processes by name.
    pub(crate) fn pids(&self) -> impl Iterator<Item = (&'static str, u32)> {
        ["postgres", "redis"]
            .into_iter()
            .zip(self.running.iter().map(Child::id))
    }

    /// Starts one server on a free port and waits for its answer.
    fn start_one(&mut self, launch: &dyn Fn(u16) -> Result<Launch>) -> Result<String> {
        for _ in 0..START_TRIES {
            let mut started = launch(free_port()?)?;
            self.keeper.watch(started.child.id())?;
            if started.wait_until_ready()? {
                self.running.push(started.child);
                return Ok(started.url);
            }
        }
        bail!("no server came up in {START_TRIES} tries; each ended at once");
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.running {
            interrupt(child.id());
        }
        for child in &mut self.running {
            let deadline = Instant::now() + Duration::from_secs(10);
            while matches!(child.try_wait(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A server on its way up.
struct Launch {
    child: Child,
    url: String,
    name: &'static str,
    log: PathBuf,
    is_ready: Box<dyn Fn() -> bool>,
}

impl Launch {
    /// Waits for the first answer; `false` when the server ended instead, which a taken port makes it do.
    fn wait_until_ready(&mut self) -> Result<bool> {
        let deadline = Instant::now() + START_DEADLINE;
        while Instant::now() < deadline {
            if (self.is_ready)() {
                return Ok(true);
            }
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        bail!(
            "{} did not answer within {} s\n{log}",
            self.name,
            START_DEADLINE.as_secs()
        );
    }
}
