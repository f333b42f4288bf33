//! What people do in the web UI, step by step.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern_e2e::until;
use serde_json::json;

use super::driver::{Browser, PATIENCE};

/// The address of the person who signs up.
pub(crate) const EMAIL: &str = "ada@example.com";
/// Their password.
pub(crate) const PASSWORD: &str = "four words in a row";

/// How long four platforms may take, with an image each.
const PUBLISHING: Duration = Duration::from_mins(1);

/// Makes the first account, which owns the instance.
pub(crate) async fn sign_up(browser: &Browser, web: &str) -> Result<()> {
    browser.open(web).await?;
    browser.write("#f-email", EMAIL).await?;
    browser.write("#f-name", "Ada").await?;
    browser.write("#f-password", PASSWORD).await?;
    browser.click(r#"form[action="/signup"] button"#).await?;
    browser.arrives("/channels").await
}

/// Connects an account of a simulated platform, on the page where that platform asks.
pub(crate) async fn connect(browser: &Browser, web: &str, platform: &str, connected: usize) -> Result<()> {
    browser.open(&format!("{web}/channels")).await?;
    browser
        .click(&format!(
            r#"[action="/channels/connect/{platform}"] button, [href="/channels/connect/{platform}"]"#
        ))
        .await?;
    match platform {
        "bluesky" => {
            browser.write("#f-identifier", "ada.bsky.social").await?;
            browser.write("#f-password", "sandbox").await?;
            browser.click("main form .button.primary").await?;
        }
        "mastodon" => {
            browser.write("#f-instance", "mastodon.social").await?;
            browser.click("main form .button.primary").await?;
            browser.click(r#"[name="decision"][value="approve"]"#).await?;
        }
        _ => browser.click(r#"[name="decision"][value="approve"]"#).await?,
    }
    browser
        .arrives("/channels")
        .await
        .with_context(|| format!("connecting {platform}"))?;
    until(&format!("{platform} among the channels"), PATIENCE, async || {
        let pills = browser.texts(".channel-row .pill").await?;
        Ok((pills.len() == connected && pills.iter().all(|pill| pill == "Connected")).then_some(()))
    })
    .await
}

/// Writes a post with an image for every channel; it is sent by [`send`].
pub(crate) async fn compose(browser: &Browser, web: &str, text: &str, image: &Path, alt: &str) -> Result<()> {
    browser.open(&format!("{web}/compose")).await?;
    let channels = browser.all("input[name=channel]", "value").await?;
    for (index, channel) in channels.iter().enumerate() {
        browser
            .click(&format!(r#"input[name=channel][value="{channel}"]"#))
            .await?;
        until("a panel for each channel", PATIENCE, async || {
            let panels = browser.texts("section[id^=panel-]").await?;
            Ok((panels.len() > index).then_some(()))
        })
        .await?;
    }
    browser.write(r"#text-all\.0", text).await?;
    let file = image.to_str().context("the path is text")?;
    browser.write(r#"[data-upload="all.0"]"#, file).await?;
    browser.write("[id^=alt-all]", alt).await?;
    // The check runs while one writes; nobody sends before it has found nothing.
    until("every channel is ready", PATIENCE, async || {
        let pills = browser.texts("#checks .pill").await?;
        Ok((pills.len() == channels.len() && pills.iter().all(|pill| pill == "Ready")).then_some(()))
    })
    .await?;
    let written = browser.all(r"#text-all\.0", "value").await?;
    ensure!(written == [text], "what was written became {written:?}");
    let described = browser.all("[id^=alt-all]", "value").await?;
    ensure!(described == [alt], "the description became {described:?}");
    Ok(())
}

/// Chooses a time some seconds from now.
pub(crate) async fn soon(browser: &Browser, seconds: u32) -> Result<()> {
    let script = "const at = new Date(Date.now() + arguments[0] * 1000); \
                  const two = (number) => String(number).padStart(2, '0'); \
                  return [[at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-'), \
                          [two(at.getHours()), two(at.getMinutes()), two(at.getSeconds())].join(':')]";
    let at: [String; 2] = serde_json::from_value(browser.run(script, &json!([seconds])).await?)?;
    browser.set("#f-date", &at[0]).await?;
    browser.set("#f-time", &at[1]).await
}

/// Sends what was composed with one of its buttons and arrives at the post's page.
pub(crate) async fn send(browser: &Browser, action: &str) -> Result<()> {
    browser
        .click(&format!(r#"[name=action][value="{action}"]"#))
        .await?;
    browser.sees("#publications").await?;
    browser.whole().await
}

/// Waits before a post's page, hands off, until every channel says "Published"; gives the links.
pub(crate) async fn watch(browser: &Browser, channels: usize) -> Result<Vec<String>> {
    // A page that is loaded anew forgets this.
    browser.run("window.isStillThisPage = true", &json!([])).await?;
    let mut last = Vec::new();
    let outcome = until(
        "every channel says that it is published",
        PUBLISHING,
        async || {
            last = browser.texts(".publication .pill").await?;
            Ok((last.len() == channels && last.iter().all(|pill| pill == "Published")).then_some(()))
        },
    );
    let outcome = outcome.await;
    if let Err(error) = outcome {
        let log = browser.log().await?;
        return Err(error.context(format!("{last:?}, and the browser says {log:#?}")));
    }
    let is_same = browser
        .run("return window.isStillThisPage === true", &json!([]))
        .await?;
    ensure!(is_same == true, "the page was loaded anew");
    browser.all(".publication a.link-out", "href").await
}

/// Makes a key under Settings > Public API and gives it, as the page shows it this once.
pub(crate) async fn make_key(browser: &Browser, web: &str) -> Result<String> {
    browser.open(&format!("{web}/settings/api")).await?;
    browser.write("#f-name", "Assistant").await?;
    browser
        .click(r#"form[action^="/settings/api"] .button.primary"#)
        .await?;
    browser.text("#new-key").await
}

/// Draws a picture and writes it as PNG.
pub(crate) async fn draw(browser: &Browser, file: &Path) -> Result<()> {
    let drawn = browser.run(include_str!("harbour.js"), &json!([])).await?;
    let data = drawn
        .as_str()
        .and_then(|url| url.strip_prefix("data:image/png;base64,"));
    Ok(std::fs::write(
        file,
        STANDARD.decode(data.context("no picture")?)?,
    )?)
}
