//! Starting with something wrong or missing, and losing it later.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::surroundings::installed;
use postern_e2e::{Program, Recipe, Stack, free_port, until};
use serde_json::json;
use tempfile::TempDir;

use crate::asking::{scheduled, social_post};

/// How long a program that cannot start may take to say so.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where Debian has it.
const REDIS: &str = "/usr/bin/redis-server";

/// A program with settings, its exit code and what it said.
async fn ended(name: &str, arguments: &[&str], settings: &[(&str, &str)]) -> Result<(Option<i32>, String)> {
    let folder = TempDir::new()?;
    let environment = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut recipe = Recipe::product(name, folder.path(), environment.collect())?;
    recipe.arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
    recipe.environment.extend([
        (
            "POSTERN__SERVER__DATA_DIR".to_owned(),
            folder.path().display().to_string(),
        ),
        ("POSTERN__SERVER__DEPENDENCY_WAIT_SECS".to_owned(), "1".to_owned()),
        ("POSTERN__TELEMETRY__LOG_FORMAT".to_owned(), "text".to_owned()),
    ]);
    let mut program = Program::start(recipe)?;
    let status = until(&format!("{name} ends"), PATIENCE, async || program.ended()).await;
    let status = status.with_context(|| program.log())?;
    Ok((status.code(), program.log()))
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_with_one_line_that_names_it() -> Result<()> {
    for (name, value) in [
        ("POSTERN__PUBLISHING__LEASE_SECS", "soon"),
        ("POSTERN__SERVER__LISTEN", "everywhere"),
        ("POSTERN__VAULT__KEYS", "1:short"),
        ("POSTERN__SERVER__LISTEM", "127.0.0.1:0"),
        ("DATABASE_URL", "mysql://localhost/postern"),
    ] {
        let (code, said) = ended("postern", &["serve"], &[(name, value)]).await?;
        ensure!(code == Some(2), "{name}: {code:?}\n{said}");
        ensure!(said.lines().count() == 1 && said.contains(name), "{name}: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_before_anything_else() -> Result<()> {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let listen = taken.local_addr()?.to_string();
    let (code, said) = ended("postern", &["serve"], &[("POSTERN__SERVER__LISTEN", &listen)]).await?;
    ensure!(code == Some(1), "{code:?}\n{said}");
    ensure!(said.contains("server.listen") && said.contains(&listen), "{said}");
    Ok(())
}

#[tokio::test]
async fn what_a_start_needs_is_waited_for_and_then_named() -> Result<()> {
    let nothing = free_port()?;
    let database = format!("postgres://postern:a-hidden-word@127.0.0.1:{nothing}/postern");
    let redis = format!("redis://:a-hidden-word@127.0.0.1:{nothing}");
    let backend = format!("http://127.0.0.1:{nothing}");
    let listen = format!("127.0.0.1:{}", free_port()?);
    for (program, arguments, variable, value, waits, names) in [
        (
            "postern",
            &["serve"][..],
            "DATABASE_URL",
            &database,
            "waiting for the database",
            "database.url",
        ),
        (
            "postern",
            &["serve"][..],
            "REDIS_URL",
            &redis,
            "waiting for redis",
            "redis.url",
        ),
        (
            "postern-backend-api",
            &[][..],
            "DATABASE_URL",
            &database,
            "waiting for the database",
            "database.url",
        ),
        (
            "postern-worker",
            &[][..],
            "BACKEND_INTERNAL_URL",
            &backend,
            "waiting for the backend",
            "server.backend_url",
        ),
    ] {
        let settings = [(variable, value.as_str()), ("POSTERN__SERVER__LISTEN", &listen)];
        let (code, said) = ended(program, arguments, &settings).await?;
        ensure!(code == Some(3), "{program} without {variable}: {code:?}\n{said}");
        let last = said.lines().last().unwrap_or_default();
        ensure!(
            said.contains(waits) && last.contains(names),
            "{program} without {variable}: {said}"
        );
        ensure!(
            !said.contains("a-hidden-word"),
            "{program} tells a password: {said}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_redis_that_is_lost_is_told_and_its_return_needs_no_restart() -> Result<()> {
    let folder = TempDir::new()?;
    let Some((mut redis, url)) = own_redis(folder.path())? else {
        return Ok(());
    };
    let Some(mut stack) = Stack::embedded().with("REDIS_URL", &url).start().await? else {
        return Ok(());
    };
    stack.command_line().init()?;
    let channel = stack.command_line().channel("mastodon")?;
    let key = stack.command_line().key()?;
    wait_for_ready(&mut stack, 200).await?;

    redis.kill()?;
    wait_for_ready(&mut stack, 503).await?;
    let (_, told) = stack.ready("postern").await?;
    ensure!(told.to_string().contains("bus"), "{told}");

    redis.start_again()?;
    wait_for_ready(&mut stack, 200).await?;
    let mcp = stack.mcp(&key)?;
    let post = social_post(&channel, "after the outage", "now", "");
    scheduled(&mcp, &json!({ "socialPost": [post] })).await?;
    stack.sim().holds(1, Duration::from_secs(30)).await?;
    stack.finish().await
}

async fn wait_for_ready(stack: &mut Stack, wanted: u16) -> Result<()> {
    until(&format!("/api/ready answers {wanted}"), PATIENCE, async || {
        let (status, _) = stack.ready("postern").await?;
        Ok((status == wanted).then_some(()))
    })
    .await
}

/// A Redis that this test may kill; none, with a line about it, where none is installed.
fn own_redis(folder: &Path) -> Result<Option<(Program, String)>> {
    let Some(binary) = installed(REDIS)? else {
        return Ok(None);
    };
    let port = free_port()?.to_string();
    let log = folder.join("redis.log");
    let words = [
        "--port",
        &port,
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ];
    let recipe = Recipe {
        binary,
        arguments: words.iter().map(|word| (*word).to_owned()).collect(),
        environment: Vec::new(),
        folder: folder.to_path_buf(),
        log,
    };
    Ok(Some((
        Program::start(recipe)?,
        format!("redis://127.0.0.1:{port}"),
    )))
}
