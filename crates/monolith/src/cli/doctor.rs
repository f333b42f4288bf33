//! `postern doctor`: what works and what does not.

use anyhow::{Result, bail};
use postern_domain::ports::{Channels, Instance};

use super::beside::{Desk, say};

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
    if broken > 0 {
        bail!("{broken} parts are broken");
    }
    Ok(())
}
