//! The product beside BullMQ on the same platform, PostgreSQL and Redis.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Scale;
use super::figure::{Figure, TIMES};
use super::stage::{Shape, Stage};
use crate::process::run_quietly;
use crate::repo;

/// The files that pin the packages, and the program.
const FILES: &[&str] = &["package.json", "package-lock.json", "publish.mjs"];

/// What BullMQ's jobs do, what that is called, and by how much Postern should be faster.
const MODES: &[(&str, &str, f64)] = &[
    ("bare", "request and one update", 1.2),
    (
        "safe",
        "armed before the request; result, attempt and announcement in one transaction after it",
        2.5,
    ),
];

/// Both kinds of jobs, each with the ratio to it.
pub(super) fn run(scale: &Scale) -> Result<Vec<Figure>> {
    let rival = install()?;
    let mut stage = Stage::set(Shape::Split)?;
    let rate = stage.bring_out(scale.posts, 0)?.per_second()?;
    let mut figures = vec![Figure::told(
        format!("throughput, {}", Shape::Split.as_str()),
        rate,
        "/s",
        format!("{} posts", scale.posts),
    )];
    for (mode, what, times) in MODES {
        let theirs = publish(&rival, mode, &stage, scale.posts)?;
        figures.push(Figure::told(format!("BullMQ, {mode}"), theirs, "/s", *what));
        let name = format!("throughput to BullMQ, {mode}");
        figures.push(Figure::at_least(
            *times,
            name,
            rate / theirs,
            TIMES,
            "concurrency 50",
        ));
    }
    Ok(figures)
}

/// Jobs in a second.
fn publish(rival: &PathBuf, mode: &str, stage: &Stage, jobs: u64) -> Result<f64> {
    let mut command = Command::new("node");
    command
        .arg("publish.mjs")
        .args([mode, &stage.platform.url])
        .args([&stage.servers().postgres_url, &stage.servers().redis_url])
        .arg(jobs.to_string())
        .current_dir(rival);
    let told = run_quietly(&mut command)?;
    // A post that came twice is an error here too.
    stage.platform.arrivals()?;
    stage.platform.clear()?;
    let told: Value = serde_json::from_str(&told)?;
    told.get("per_second")
        .and_then(Value::as_f64)
        .context("BullMQ's run tells no rate")
}

/// Installs the pinned packages below `target/` unless they are there.
fn install() -> Result<PathBuf> {
    let pins = repo::root().join("xtask/bullmq");
    let folder = repo::target_dir().join("bench-bullmq");
    let is_current = FILES.iter().all(|name| {
        let wanted = std::fs::read(pins.join(name)).ok();
        wanted.is_some() && std::fs::read(folder.join(name)).ok() == wanted
    });
    if is_current && folder.join("node_modules").exists() {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder)?;
    // The program comes last: with it the folder counts as current.
    let mut install = Command::new("npm");
    install
        .args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--loglevel=error",
        ])
        .current_dir(&folder);
    for name in &FILES[..2] {
        std::fs::copy(pins.join(name), folder.join(name))
            .with_context(|| format!("xtask/bullmq/{name} cannot be copied"))?;
    }
    run_quietly(&mut install).context("BullMQ could not be installed")?;
    std::fs::copy(pins.join(FILES[2]), folder.join(FILES[2]))?;
    Ok(folder)
}
