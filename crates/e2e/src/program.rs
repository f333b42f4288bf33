//! One running program: how it is started, killed, stopped, and what it has said.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::surroundings;

/// How long a program may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(25);

/// How many lines of a log a failed test shows.
const SHOWN: usize = 80;

/// How a program is started.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The name of its file.
    pub binary: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment.
    pub environment: Vec<(String, String)>,
    /// The folder that it runs in.
    pub folder: PathBuf,
    /// Where both its outputs go; a second start writes on.
    pub log: PathBuf,
}

/// A program that was started; dropping it ends it.
#[derive(Debug)]
pub struct Program {
    recipe: Recipe,
    child: Option<Child>,
}

impl Recipe {
    /// One of the product's programs, with an environment that holds nothing else than `environment`.
    ///
    /// # Errors
    /// Where the program has not been built.
    pub fn product(name: &str, folder: &Path, environment: Vec<(String, String)>) -> Result<Self> {
        Ok(Self {
            binary: surroundings::program(name)?,
            arguments: Vec::new(),
            environment,
            folder: folder.to_path_buf(),
            log: folder.join(format!("{name}.log")),
        })
    }

    /// The command, not yet started.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null());
        command
    }
}

impl Program {
    /// Starts it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(recipe: Recipe) -> Result<Self> {
        std::fs::create_dir_all(&recipe.folder)?;
        let mut program = Self { recipe, child: None };
        program.start_again()?;
        Ok(program)
    }

    /// Starts it once more after it has ended, writing on in the same log.
    ///
    /// # Errors
    /// When it still runs or cannot be started.
    pub fn start_again(&mut self) -> Result<()> {
        if self.ended()?.is_none() && self.child.is_some() {
            bail!("{} still runs", self.recipe.binary.display());
        }
        let output = self.log_file()?;
        let mut command = self.recipe.command();
        command.stderr(output.try_clone()?).stdout(output);
        let child = command
            .spawn()
            .with_context(|| format!("{} cannot be started", self.recipe.binary.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Ends it without a warning, as `kill -9` does.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(child) = &mut self.child {
            child.kill()?;
            child.wait()?;
        }
        self.child = None;
        Ok(())
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// When it has not ended in time; then it is killed.
    pub fn stop(&mut self) -> Result<()> {
        let Some(child) = &mut self.child else {
            return Ok(());
        };
        send(child.id(), "-TERM");
        let asked = Instant::now();
        while asked.elapsed() < GRACE {
            if child.try_wait()?.is_some() {
                self.child = None;
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.kill()?;
        bail!(
            "{} did not end within {} s",
            self.recipe.binary.display(),
            GRACE.as_secs()
        );
    }

    /// Stops it where it stands, so that it neither works nor ends; gives its process id, none when it does not run.
    ///
    /// # Errors
    /// When the system does not say whether it runs.
    pub fn freeze(&mut self) -> Result<Option<u32>> {
        let pid = self.pid()?;
        pid.inspect(|pid| send(*pid, "-STOP"));
        Ok(pid)
    }

    /// Lets it go on, where it is still the process that was stopped.
    ///
    /// # Errors
    /// When the system does not say whether it runs.
    pub fn thaw(&mut self, frozen: u32) -> Result<()> {
        if self.pid()? == Some(frozen) {
            send(frozen, "-CONT");
        }
        Ok(())
    }

    /// Its process id while it runs.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn pid(&mut self) -> Result<Option<u32>> {
        let has_ended = self.ended()?.is_some();
        Ok(self.child.as_ref().map(Child::id).filter(|_| !has_ended))
    }

    /// How it ended; none while it runs.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        match &mut self.child {
            Some(child) => Ok(child.try_wait()?),
            None => Ok(None),
        }
    }

    /// Whether it was started and has not been waited for.
    pub fn is_started(&self) -> bool {
        self.child.is_some()
    }

    /// Everything it has said so far, on both outputs.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.recipe.log).unwrap_or_default()
    }

    /// The last lines that it has said, under its name.
    pub fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let from = lines.len().saturating_sub(SHOWN);
        let name = self.recipe.log.file_name().unwrap_or_default();
        format!("---- {}\n{}\n", name.display(), lines[from..].join("\n"))
    }

    fn log_file(&self) -> Result<File> {
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).open(&self.recipe.log);
        file.with_context(|| format!("{} cannot be written", self.recipe.log.display()))
    }
}

/// Sends a signal; a process that is gone already does not matter.
fn send(pid: u32, signal: &str) {
    let _ = Command::new("kill")
        .args([signal, &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
