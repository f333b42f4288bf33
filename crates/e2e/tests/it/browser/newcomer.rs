//! The first quarter of an hour with Postern: sign up, connect, write, see it published, let an assistant in.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use postern_e2e::{Http, PLATFORMS, Stack};
use serde_json::Value;

use super::driver::Browser;
use super::steps;

const TEXT: &str = "The harbour at dusk: three boats home before the fog. Come and see them on Sunday!";
const ALT: &str = "Three sailing boats in a harbour at sunset";

#[tokio::test]
async fn a_newcomer_connects_four_channels_and_sees_a_scheduled_post_go_out_live() -> Result<()> {
    let Some(browser) = Browser::start().await? else {
        return Ok(());
    };
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let web = stack.web_url().to_owned();

    steps::sign_up(&browser, &web).await?;
    for (index, platform) in PLATFORMS.into_iter().enumerate() {
        steps::connect(&browser, &web, platform, index + 1).await?;
    }

    let folder = tempfile::tempdir()?;
    let image = folder.path().join("harbour.png");
    steps::draw(&browser, &image).await?;
    steps::compose(&browser, &web, TEXT, &image, ALT).await?;
    steps::soon(&browser, 5).await?;
    steps::send(&browser, "schedule").await?;
    let links = steps::watch(&browser, PLATFORMS.len()).await?;
    leads_to_the_post(&links).await?;
    is_out_once_with_its_image(&stack.sim().journal().await?)?;

    let page = browser.address().await?;
    browser.reload().await?;
    ensure!(
        browser.address().await? == page,
        "the session did not survive a reload"
    );
    ensure!(browser.texts(".publication a.link-out").await?.len() == PLATFORMS.len());

    let key = steps::make_key(&browser, &web).await?;
    let configurations = browser.all("pre[id^=text-]", "textContent").await?;
    ensure!(configurations.len() == 5, "{configurations:?}");
    for configuration in &configurations {
        ensure!(configuration.contains(&key), "no key in {configuration}");
        ensure!(
            configuration.contains(&format!("{web}/mcp")),
            "no address in {configuration}"
        );
    }
    let answer = stack.rest(&key)?.get("/is-connected").await?;
    ensure!(
        answer.expect(200)?["connected"] == true,
        "the key does not open the API"
    );

    let complaints = browser.complaints().await?;
    ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");
    drop(browser);
    stack.finish().await
}

/// Each link opens a page of its own platform that shows the text.
async fn leads_to_the_post(links: &[String]) -> Result<()> {
    let different: BTreeSet<&String> = links.iter().collect();
    ensure!(different.len() == PLATFORMS.len(), "{links:?}");
    for link in links {
        let slashes = link.match_indices('/').map(|(at, _)| at);
        let (host, path) = link.split_at(slashes.take(3).last().with_context(|| link.clone())?);
        let page = Http::new(host)?.get(path).await?;
        ensure!(
            page.status == 200 && page.text.contains(TEXT),
            "{link}: {} {}",
            page.status,
            page.text
        );
    }
    Ok(())
}

/// Every platform holds the post once, with the picture and its description.
fn is_out_once_with_its_image(journal: &[Value]) -> Result<()> {
    for platform in PLATFORMS {
        let held: Vec<&Value> = journal
            .iter()
            .filter(|entry| entry["platform"] == platform)
            .collect();
        let [entry] = held.as_slice() else {
            anyhow::bail!("{platform} holds {held:#?}")
        };
        ensure!(entry["text"] == TEXT, "{entry:#}");
        ensure!(
            entry["media"][0]["alt"] == ALT && entry["media"][1].is_null(),
            "{entry:#}"
        );
    }
    Ok(())
}
