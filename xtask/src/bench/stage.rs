//! The product in one of its shapes, in front of the static platform, with posts ready to go out.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::http::Connection;
use super::mcp::Scheduler;
use super::product::{Product, Programs, folder};
use super::seed::Batch;
use super::yardstick::{Arrival, Database, PAUSE, Platform, bare_loop};
use super::{cpu, instant, split};
use crate::servers::{Servers, install_missing};

/// What the shapes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One process with SQLite and the bus inside.
    Embedded,
    /// One process over PostgreSQL and Redis.
    Monolith,
    /// `backend-api`, `worker` and `cron` over PostgreSQL and Redis.
    Split,
}

impl Shape {
    pub(super) const ALL: [Self; 3] = [Self::Embedded, Self::Monolith, Self::Split];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Monolith => "one process, PostgreSQL and Redis",
            Self::Split => "split, PostgreSQL and Redis",
        }
    }

    /// The program that publishes.
    pub(super) fn publisher(self) -> &'static str {
        match self {
            Self::Embedded | Self::Monolith => "postern",
            Self::Split => "worker",
        }
    }

    /// The program that says when.
    pub(super) fn metronome(self) -> &'static str {
        match self {
            Self::Embedded | Self::Monolith => "postern",
            Self::Split => "cron",
        }
    }
}

/// Far enough ahead that the post that others are copied from never goes out.
const NEVER_MS: i64 = 300 * 86_400_000;

/// Time for programs to start before posts are due, beside the time to store them.
const AHEAD_MS: i64 = 8_000;

/// No post going out for so long means that none will.
const STANDSTILL: Duration = Duration::from_secs(30);

/// What platforms limit to spare their servers; the static one can take everything.
const LIMITS_LIFTED: &[(&str, &str)] = &[
    ("POSTERN__PROVIDERS__MASTODON__CONCURRENCY", "1000"),
    ("POSTERN__PROVIDERS__MASTODON__RATES", "none"),
];

/// An installation with an owner, a channel and no program running.
pub(super) struct Stage {
    pub(super) shape: Shape,
    pub(super) platform: Platform,
    pub(super) database: Database,
    servers: Servers,
    folder: TempDir,
    seeded: u64,
}

impl Stage {
    /// Sets the stage: servers, owner, a channel that was connected at the simulator, and one post to copy.
    pub(super) fn set(shape: Shape) -> Result<Self> {
        let servers = Servers::start(&install_missing()?)?;
        let folder = folder()?;
        let database = match shape {
            Shape::Embedded => {
                Database::at(format!("sqlite://{}", data(&folder).join("postern.db").display()))
            }
            Shape::Monolith | Shape::Split => Database::at(&servers.postgres_url),
        };
        let stage = Self {
            shape,
            platform: Platform::start()?,
            database,
            servers,
            folder,
            seeded: 0,
        };
        stage.set_up()?;
        Ok(stage)
    }

    fn set_up(&self) -> Result<()> {
        let product = Product::serve_with(&self.data(), &["--sandbox"], &self.over())?;
        let (channel, key) = product.set_up("mastodon")?;
        let scheduler = Scheduler {
            host: product.host.clone(),
            key,
            channel,
        };
        let at = instant::format((instant::now_ms()? + NEVER_MS) / 1000 * 1000);
        scheduler.schedule(&mut Connection::open(&product.host)?, "post 0", &at)
    }

    fn data(&self) -> PathBuf {
        data(&self.folder)
    }

    /// Database and bus, as variables.
    fn over(&self) -> Vec<(String, String)> {
        match self.shape {
            Shape::Embedded => Vec::new(),
            Shape::Monolith | Shape::Split => vec![
                ("DATABASE_URL".to_owned(), self.servers.postgres_url.clone()),
                ("REDIS_URL".to_owned(), self.servers.redis_url.clone()),
            ],
        }
    }

    /// Stores `count` posts due from `due` on, in microseconds since 1970, `apart` microseconds from one to the next.
    pub(super) fn seed(&mut self, count: u64, due: i64, apart: i64) -> Result<Batch> {
        let batch = Batch {
            first: self.seeded,
            count,
            due,
            apart,
        };
        batch.store(&self.database)?;
        self.seeded += count;
        Ok(batch)
    }

    /// Stores posts, starts the programs and waits until all are out.
    pub(super) fn bring_out(&mut self, count: u64, apart: i64) -> Result<Run> {
        let batch = self.seed(count, due_in(AHEAD_MS + millis_to_store(count))?, apart)?;
        let programs = self.start()?;
        in_time(&batch)?;
        self.watch(batch, &programs)
    }

    /// Stores posts while the programs run and waits until all are out.
    pub(super) fn bring_out_with(&mut self, programs: &Programs, count: u64) -> Result<Run> {
        let batch = self.seed(count, due_in(AHEAD_MS + millis_to_store(count))?, 0)?;
        in_time(&batch)?;
        self.watch(batch, programs)
    }

    /// Starts the programs.
    pub(super) fn start(&self) -> Result<Programs> {
        let mut environment = vec![("POSTERN__SANDBOX__URL".to_owned(), self.platform.url.clone())];
        environment.extend(
            LIMITS_LIFTED
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        match self.shape {
            Shape::Split => split::start(split::HANDS, &self.servers, &self.data(), &environment),
            Shape::Embedded | Shape::Monolith => {
                environment.extend(self.over());
                let mut programs = Programs::default();
                programs.add("postern", Product::serve_with(&self.data(), &[], &environment)?);
                Ok(programs)
            }
        }
    }

    /// The rate of the bare loop on this machine, now.
    pub(super) fn bare_loop(&self, requests: u64) -> Result<f64> {
        bare_loop(&self.platform, &self.servers.postgres_url, requests)
    }

    /// Where the servers beside the product are.
    pub(super) fn servers(&self) -> &Servers {
        &self.servers
    }

    /// Waits until all posts of a batch are at the platform and stored as published.
    ///
    /// The platform must have been empty before.
    fn watch(&self, batch: Batch, programs: &Programs) -> Result<Run> {
        let mut seen = 0;
        let mut progress = Instant::now();
        let mut begin = None;
        while seen < batch.count {
            std::thread::sleep(PAUSE);
            let count = self.platform.count()?;
            if count > seen {
                // Counting costs time that the product could use, so it is done once.
                if begin.is_none() {
                    begin = Some(self.cpu(programs)?);
                }
                (seen, progress) = (count, Instant::now());
            } else if progress.elapsed() > STANDSTILL && instant::now_ms()? * 1000 > batch.due_of(batch.first)
            {
                bail!("{seen} of {} posts are out; {}", batch.count, self.states()?);
            }
        }
        let stored = self.wait_until_stored(batch)?;
        let used = self.cpu(programs)?;
        let begin = begin.unwrap_or_default();
        let cpu = used
            .into_iter()
            .zip(begin)
            .map(|((name, end), (_, begin))| (name, end.saturating_sub(begin).as_secs_f64()))
            .collect();
        let arrivals = self.platform.arrivals()?;
        self.platform.clear()?;
        Ok(Run {
            batch,
            arrivals,
            stored,
            cpu,
        })
    }

    /// Waits until the database says that all are published; answers when that was.
    fn wait_until_stored(&self, batch: Batch) -> Result<i64> {
        let begin = Instant::now();
        while begin.elapsed() < STANDSTILL {
            if batch.published(&self.database)? == batch.count {
                return Ok(instant::now_ms()? * 1000);
            }
            std::thread::sleep(PAUSE);
        }
        bail!("all posts are out, but {}", self.states()?)
    }

    /// How many publications are in which state, for whoever wonders why it takes so long.
    fn states(&self) -> Result<String> {
        let rows = self
            .database
            .run("SELECT count(*), state FROM publication GROUP BY state ORDER BY state")?;
        let words: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
        Ok(words.join(", "))
    }

    /// Processor time that everything has used so far.
    fn cpu(&self, programs: &Programs) -> Result<Vec<(&'static str, Duration)>> {
        let mut used = Vec::new();
        for (name, product) in programs.iter() {
            used.push((name, cpu::used_by(product.pid())?));
        }
        if self.shape != Shape::Embedded {
            for (name, pid) in self.servers.pids() {
                used.push((name, cpu::used_by(pid)?));
            }
        }
        used.push(("platform", cpu::used_by(self.platform.pid())?));
        Ok(used)
    }
}

/// A whole second so far ahead, in microseconds since 1970.
fn due_in(ahead_ms: i64) -> Result<i64> {
    Ok((instant::now_ms()? + ahead_ms) / 1000 * 1_000_000)
}

/// How long storing takes at most, by a generous guess.
fn millis_to_store(posts: u64) -> i64 {
    i64::try_from(posts).unwrap_or(i64::MAX) / 2
}

/// Posts that are due before everything is ready would measure the start of the programs.
fn in_time(batch: &Batch) -> Result<()> {
    if instant::now_ms()? * 1000 > batch.due {
        bail!("the posts were due before everything was ready");
    }
    Ok(())
}

fn data(folder: &TempDir) -> PathBuf {
    folder.path().join("data")
}

/// How one batch went out.
pub(super) struct Run {
    pub(super) batch: Batch,
    /// In the order of arrival.
    pub(super) arrivals: Vec<Arrival>,
    /// When the last was stored as published, in microseconds since 1970.
    stored: i64,
    /// Seconds of processor time from the first arrival on, by program.
    cpu: Vec<(&'static str, f64)>,
}

impl Run {
    /// Seconds from the first arrival until the last is stored as published.
    pub(super) fn seconds(&self) -> Result<f64> {
        let first = self.arrivals.first().context("nothing arrived")?.at;
        Ok(Duration::from_micros(u64::try_from(self.stored - first)?).as_secs_f64())
    }

    /// Posts in a second, from the first arrival until the last is stored as published.
    pub(super) fn per_second(&self) -> Result<f64> {
        Ok(f64::from(u32::try_from(self.batch.count)?) / self.seconds()?)
    }

    /// Posts in a second by arrivals alone.
    pub(super) fn arrivals_per_second(&self) -> Result<f64> {
        let ends = self.arrivals.first().zip(self.arrivals.last());
        let (first, last) = ends.context("nothing arrived")?;
        let seconds = Duration::from_micros(u64::try_from(last.at - first.at)?).as_secs_f64();
        Ok(f64::from(u32::try_from(self.batch.count)?) / seconds)
    }

    /// Where the time went: cores that each program kept busy.
    pub(super) fn shares(&self) -> Result<String> {
        let seconds = self.seconds()?;
        let parts: Vec<String> = self
            .cpu
            .iter()
            .map(|(name, used)| format!("{name} {:.2}", used / seconds))
            .collect();
        Ok(format!("cores: {}", parts.join(", ")))
    }

    /// Milliseconds from due to arrival, each.
    pub(super) fn lateness(&self) -> Vec<f64> {
        self.arrivals
            .iter()
            .map(|arrival| {
                let micros = arrival.at - self.batch.due_of(arrival.number);
                f64::from(i32::try_from(micros / 1000).unwrap_or(i32::MAX))
            })
            .collect()
    }
}
