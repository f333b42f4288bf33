//! `postern doctor`: what works and what does not.

use anyhow::{Result, bail};
use postern_domain::ports::{Channels, Instance};
use postern_domain::publication::State;

use super::beside::{Desk, say};

/// Most failed publications that are counted of one workspace.
const MOST_FAILED: u32 = 1_000;

/// What waits, what is paused, and what did not get through. Nothing of it is broken, all of it is worth knowing.
async fn standing(desk: &Desk) -> Result<()> {
    let unit = desk.core.storage.read().await?;
    let (waiting, since) = unit.outbox_depth().await?;
    let since = since.map_or_else(String::new, |at| {
        format!(", the oldest since {}", at.to_rfc3339())
    });
    say(&format!("ok      outbox     {waiting} announcements wait{since}"))?;
    let workspaces = unit.all_workspaces().await?;
    let ids: Vec<_> = workspaces.iter().map(|workspace| workspace.id).collect();
    let mut failed = 0;
    for workspace in &ids {
        let found = unit
            .publications_in(*workspace, &[State::Failed], MOST_FAILED)
            .await?;
        failed += found.len();
    }
    let buried = unit.count_buried().await?;
    let mark = if failed > 0 || buried > 0 { "look" } else { "ok" };
    say(&format!(
        "{mark:<7} letters    {failed} posts failed, {buried} announcements laid aside; see Settings > Publishing"
    ))?;
    for pause in unit.pauses(&ids).await? {
        let (scope, since) = (pause.scope, pause.since.to_rfc3339());
        say(&format!("paused  {:<10} {scope} since {since}", scope.kind()))?;
    }
    Ok(())
}

pub(crate) async fn doctor(desk: Desk) -> Result<()> {
    let mut broken = 0;
    let settings = &desk.process.settings;
    say(&format!(
        "ok      settings   data in {}",
        settings.server.data_dir.display()
    ))?;
    say(&format!("ok      address    {}", settings.server.public_url))?;
    for (name, answer) in desk.core.app.ready().await? {
        match answer {
            Ok(()) => say(&format!("ok      {name}"))?,
            Err(detail) => {
                broken += 1;
                say(&format!("broken  {name:<10} {detail}"))?;
            }
        }
    }
    let uploads = settings.upload_dir();
    let probe = uploads.join(".doctor");
    let writable = std::fs::create_dir_all(&uploads)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe));
    match writable {
        Ok(()) => say("ok      uploads")?,
        Err(error) => {
            broken += 1;
            say(&format!(
                "broken  uploads    {} is not writable: {error}",
                uploads.display()
            ))?;
        }
    }
    for (manifest, problem) in desk.core.app.providers().await? {
        match problem {
            None => say(&format!("ok      provider   {}", manifest.id))?,
            Some(problem) => say(&format!("not set provider   {}: {}", manifest.id, problem.fix))?,
        }
    }
    standing(&desk).await?;
    if broken > 0 {
        bail!("{broken} parts are broken");
    }
    Ok(())
}
