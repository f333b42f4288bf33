//! What this machine has to offer, and how it gets what it lacks.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::process::{Exit, find_program, is_root, run, run_quietly};

/// Debian asks this file whether a freshly installed service may start.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// The programs the tests lean on.
pub(crate) struct Programs {
    /// Those of the databases.
    pub(crate) servers: postern_servers::Programs,
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

/// One thing the tests need: what it is called for people, the Debian packages that bring it, whether it is here.
struct Need {
    name: &'static str,
    packages: &'static [&'static str],
    is_here: bool,
}

/// Finds what the tests need; as root on Debian installs what is missing.
///
/// Errors: [`Exit`] with code 2 and the exact list when something is missing and cannot be installed from here.
pub(crate) fn install_missing() -> Result<Programs> {
    let missing: Vec<Need> = needs().into_iter().filter(|need| !need.is_here).collect();
    if !missing.is_empty() {
        let packages: Vec<&str> = missing
            .iter()
            .flat_map(|need| need.packages.iter().copied())
            .collect();
        if !is_root() || find_program("apt-get", &[]).is_none() {
            return Err(Exit::setup(instructions(&missing, &packages)).into());
        }
        println!("xtask: installing {}", packages.join(" "));
        apt_install(&packages)?;
    }
    let programs = Programs {
        servers: postern_servers::Programs {
            postgres: postgres_folder().ok_or_else(|| anyhow!("initdb is missing after the installation"))?,
            redis: find_program("redis-server", &[])
                .context("redis-server is missing after the installation")?,
        },
        chromium: chromium().context("chromium is missing after the installation")?,
        chromedriver: find_program("chromedriver", &[])
            .context("chromedriver is missing after the installation")?,
    };
    Ok(programs)
}

impl AsRef<postern_servers::Programs> for Programs {
    fn as_ref(&self) -> &postern_servers::Programs {
        &self.servers
    }
}

impl Programs {
    /// The browser, where it is installed already; for runs that set nothing up.
    pub(crate) fn installed_browser() -> Option<(PathBuf, PathBuf)> {
        Some((chromium()?, find_program("chromedriver", &[])?))
    }
}

fn needs() -> Vec<Need> {
    let found = |name: &str| find_program(name, &[]).is_some();
    let venv = run_quietly(Command::new("python3").args(["-c", "import venv, ensurepip"])).is_ok();
    vec![
        Need {
            name: "PostgreSQL server",
            packages: &["postgresql"],
            is_here: postgres_folder().is_some(),
        },
        Need {
            name: "Redis server",
            packages: &["redis-server"],
            is_here: found("redis-server"),
        },
        Need {
            name: "Chromium",
            packages: &["chromium"],
            is_here: chromium().is_some(),
        },
        Need {
            name: "ChromeDriver",
            packages: &["chromium-driver"],
            is_here: found("chromedriver"),
        },
        Need {
            name: "Python 3 with venv",
            packages: &["python3", "python3-venv"],
            is_here: venv,
        },
        Need {
            name: "npm",
            packages: &["npm"],
            is_here: found("npm"),
        },
    ]
}

fn instructions(missing: &[Need], packages: &[&str]) -> String {
    let names: Vec<&str> = missing.iter().map(|need| need.name).collect();
    format!(
        "the tests need {}; on Debian or Ubuntu install with\n    sudo apt-get install {}\nor run \
         `cargo xtask test --fast`, which leaves out what needs them",
        names.join(", "),
        packages.join(" ")
    )
}

/// Installs Debian packages; their services are kept from starting.
fn apt_install(packages: &[&str]) -> Result<()> {
    let policy = NoServices::begin()?;
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages);
    run(install.env("DEBIAN_FRONTEND", "noninteractive"))?;
    drop(policy);
    Ok(())
}

/// Keeps freshly installed services from starting while it lives.
struct NoServices {
    is_ours: bool,
}

impl NoServices {
    fn begin() -> Result<Self> {
        if Path::new(POLICY).exists() {
            return Ok(Self { is_ours: false });
        }
        std::fs::write(POLICY, "#!/bin/sh\nexit 101\n")
            .with_context(|| format!("{POLICY} cannot be written"))?;
        run(Command::new("chmod").args(["755", POLICY]))?;
        Ok(Self { is_ours: true })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.is_ours {
            let _ = std::fs::remove_file(POLICY);
        }
    }
}

/// The folder with the newest PostgreSQL programs.
fn postgres_folder() -> Option<PathBuf> {
    if let Some(newest) = postern_servers::installed_postgres() {
        return Some(newest);
    }
    let initdb = find_program("initdb", &[])?.canonicalize().ok()?;
    initdb.parent().map(Path::to_path_buf)
}

fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| find_program(name, &[]))
}
