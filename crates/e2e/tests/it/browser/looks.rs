//! Every page as people see it: light and dark, on a desk and on a phone.
//!
//! Pictures of all of them are left in `target/tmp/browser` for eyes to look at.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::{CommandLine, Http, PLATFORMS, Stack, until};
use serde_json::{Value, json};

use super::driver::{Browser, PATIENCE};
use super::steps;

/// Width and height of a screen, and its name.
const SCREENS: [(u32, u32, &str); 2] = [(1280, 900, "desk"), (390, 844, "phone")];

/// No picture is taller; a list may be endless.
const TALLEST: u32 = 4000;

/// How long posts may take that go out at once.
const PUBLISHING: Duration = Duration::from_mins(1);

/// Posts by which a calendar is worth a look: days from now, hour of the day, text.
const PLANNED: [(i64, u32, &str); 12] = [
    (
        1,
        9,
        "Saturday market: first oysters of the season, from nine until they are gone.",
    ),
    (
        2,
        11,
        "Behind the scenes: how a wooden hull is caulked in winter.",
    ),
    (
        3,
        8,
        "Weather for the week: calm until Thursday, then stay in port.",
    ),
    (
        3,
        17,
        "New on the shelf: a field guide to gulls, with all their bad manners.",
    ),
    (4, 10, "Rope, tar and lamp oil are back in the chandlery."),
    (5, 12, "We are looking for a boat builder's apprentice."),
    (6, 18, "Reading tonight at seven in the old customs house."),
    (8, 9, "Saturday market again. Bring a basket."),
    (9, 15, "Sunday tea on the lightship, scones included."),
    (10, 8, "Weather for the week: fog in the mornings."),
    (11, 10, "Advent in the harbour: lights go on at five."),
    (14, 16, "Last ferry before Christmas leaves on the 23rd at four."),
];

#[tokio::test]
async fn every_page_fits_its_screen_and_no_browser_complains() -> Result<()> {
    let Some(browser) = Browser::start().await? else {
        return Ok(());
    };
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let web = stack.web_url().to_owned();
    let gallery = Gallery {
        browser: &browser,
        web: &web,
    };

    gallery
        .show(&[
            ("fresh-landing", "/"),
            ("fresh-sign-up", "/signup"),
            ("login", "/login"),
        ])
        .await?;
    steps::sign_up(&browser, &web).await?;
    gallery
        .show(&[
            ("empty-posts", "/posts"),
            ("empty-compose", "/compose"),
            ("empty-calendar", "/calendar"),
        ])
        .await?;
    gallery
        .show(&[("empty-analytics", "/analytics"), ("empty-channels", "/channels")])
        .await?;

    let posts = live_here(&browser, &stack).await?;
    gallery.show(&places(&posts)).await?;
    let channel = browser.all(".channel-row", "id").await?.first().cloned();
    let channel = channel.unwrap_or_default();
    let (remove, slots) = (
        format!("/channels/{channel}/remove"),
        format!("/channels/{channel}/slots"),
    );
    gallery.show(&[("remove", &remove), ("slots", &slots)]).await?;
    gallery.paused().await?;
    gallery.composer(&posts.image).await?;
    steps::make_key(&browser, &web).await?;
    gallery.picture_each("new-key").await?;

    drop(browser);
    stack.finish().await
}

/// What there is to see.
struct Posts {
    image: PathBuf,
    published: String,
    refused: String,
    scheduled: String,
    draft: String,
    returning: String,
    recurrence: String,
}

/// Pages that show something, and the channels last.
fn places(posts: &Posts) -> Vec<(&'static str, &str)> {
    vec![
        ("posts", "/posts"),
        ("attention", "/posts?state=attention"),
        ("calendar", "/calendar"),
        ("week", "/calendar?view=week"),
        ("analytics", "/analytics"),
        ("connect-mastodon", "/channels/connect/mastodon"),
        ("connect-bluesky", "/channels/connect/bluesky"),
        ("workspace", "/settings"),
        ("account", "/settings/account"),
        ("api", "/settings/api"),
        ("post-published", &posts.published),
        ("post-refused", &posts.refused),
        ("post-scheduled", &posts.scheduled),
        ("post-draft", &posts.draft),
        ("post-returning", &posts.returning),
        ("recurrence", &posts.recurrence),
        ("publishing", "/settings/publishing"),
        ("channels", "/channels"),
    ]
}

/// Four channels and posts of every kind.
async fn live_here(browser: &Browser, stack: &Stack) -> Result<Posts> {
    let desk = stack.command_line();
    let channels = PLATFORMS
        .into_iter()
        .map(|platform| desk.channel(platform))
        .collect::<Result<Vec<_>>>()?;
    let rest = stack.rest(&desk.key()?)?;
    for (index, (days, hour, text)) in PLANNED.into_iter().enumerate() {
        let at = format!("{}T{hour:02}:00:00Z", day(browser, days).await?);
        post(&rest, "schedule", &at, &channels[index % 3..], text).await?;
    }
    let later = format!("{}T12:00:00Z", day(browser, 17).await?);
    let draft = "Thanks to everybody who helped at the book fair.";
    post(&rest, "draft", &later, &channels[..2], draft).await?;
    let twice = "We open at ten today.";
    post(&rest, "now", &later, &channels[2..3], twice).await?;
    settled(desk, twice, 1).await?;
    // X refuses to say the same thing twice.
    post(&rest, "now", &later, &channels[1..3], twice).await?;
    settled(desk, twice, 3).await?;

    let recurrence = weekly(&rest, &channels[..2], &day(browser, 5).await?).await?;

    let image = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("harbour.png");
    steps::draw(browser, &image).await?;
    let web = stack.web_url();
    let text = "The harbour at dusk: three boats home before the fog. Come and see them on Sunday!";
    steps::compose(
        browser,
        web,
        text,
        &image,
        "Three sailing boats in a harbour at sunset",
    )
    .await?;
    steps::send(browser, "now").await?;
    steps::watch(browser, PLATFORMS.len()).await?;

    let all = desk.posts()?;
    let page = |state: &str, count: usize| {
        let found = all.iter().find(|post| {
            let publications = post["publications"].as_array();
            let is_so = |it: &&Value| it["state"] == state;
            publications.is_some_and(|them| them.iter().filter(is_so).count() >= count)
        });
        let id = found.and_then(|post| post["id"].as_str());
        id.map(|id| format!("/posts/{id}"))
            .with_context(|| format!("no {state} post in {all:#?}"))
    };
    Ok(Posts {
        image,
        published: page("published", 4)?,
        refused: page("failed", 1)?,
        scheduled: page("scheduled", 2)?,
        draft: page("draft", 1)?,
        returning: format!("/posts/{}", text_at(&recurrence, "/nextPost")?),
        recurrence: format!("/recurrences/{}", text_at(&recurrence, "/id")?),
    })
}

/// A post that returns every week.
async fn weekly(rest: &Http, channels: &[String], date: &str) -> Result<Value> {
    let posts = channels.iter().map(|channel| {
        json!({
            "integration": { "id": channel },
            "value": [{ "content": "Tide table of the week", "image": [] }],
            "settings": {},
        })
    });
    let posts: Vec<Value> = posts.collect();
    let date = format!("{date}T07:00:00Z");
    let body = json!({ "type": "schedule", "date": date, "shortLink": false, "tags": [], "inter": 7, "posts": posts });
    rest.post("/posts", &body).await?.expect(201)?;
    let all = rest.get("/recurrences").await?.expect(200)?;
    let first = all.pointer("/recurrences/0").or_else(|| all.get(0));
    first
        .cloned()
        .with_context(|| format!("no recurrence in {all:#}"))
}

fn text_at<'a>(json: &'a Value, pointer: &str) -> Result<&'a str> {
    let text = json.pointer(pointer).and_then(Value::as_str);
    text.with_context(|| format!("no {pointer} in {json:#}"))
}

/// The date some days from now.
async fn day(browser: &Browser, days: i64) -> Result<String> {
    let script = "return new Date(Date.now() + arguments[0] * 864e5).toISOString().slice(0, 10)";
    let day = browser.run(script, &json!([days])).await?;
    day.as_str().map(str::to_owned).context("no day")
}

async fn post(rest: &Http, kind: &str, date: &str, channels: &[String], text: &str) -> Result<()> {
    let posts = channels.iter().map(|channel| {
        json!({ "integration": { "id": channel }, "value": [{ "content": text, "image": [] }], "settings": {} })
    });
    let posts: Vec<Value> = posts.collect();
    let body = json!({ "type": kind, "date": date, "shortLink": false, "tags": [], "posts": posts });
    rest.post("/posts", &body).await?.expect(201).map(drop)
}

/// Waits until so many publications of the posts with a text have come to their end.
async fn settled(desk: &CommandLine, text: &str, count: usize) -> Result<()> {
    until(
        &format!("{count} publications are settled"),
        PUBLISHING,
        async || {
            let posts = desk.posts()?;
            let of_text = posts.iter().filter(|post| post.to_string().contains(text));
            let publications = of_text.flat_map(|post| post["publications"].as_array().into_iter().flatten());
            let done = publications.filter(|it| it["state"] == "published" || it["state"] == "failed");
            Ok((done.count() >= count).then_some(()))
        },
    )
    .await
}

/// A walk through the pages.
struct Gallery<'a> {
    browser: &'a Browser,
    web: &'a str,
}

impl Gallery<'_> {
    /// Opens each place on each screen, in each colour.
    async fn show(&self, places: &[(&str, &str)]) -> Result<()> {
        for (name, path) in places {
            self.browser.open(&format!("{}{path}", self.web)).await?;
            self.picture_each(name).await?;
        }
        Ok(())
    }

    /// What everybody sees while publishing stands still.
    async fn paused(&self) -> Result<()> {
        let pause = "form[action='/settings/pause'] button";
        self.browser
            .open(&format!("{}/settings/publishing", self.web))
            .await?;
        self.browser.click(pause).await?;
        self.browser.sees(".notice.paused").await?;
        self.show(&[
            ("paused", "/posts"),
            ("paused-publishing", "/settings/publishing"),
        ])
        .await?;
        self.browser
            .click("form[action='/settings/resume'] button")
            .await?;
        self.browser.sees(pause).await
    }

    /// The composer with a post in it, which is not sent.
    async fn composer(&self, image: &Path) -> Result<()> {
        let text = "The harbour at dusk: three boats home before the fog.";
        steps::compose(
            self.browser,
            self.web,
            text,
            image,
            "Three sailing boats at sunset",
        )
        .await?;
        self.picture_each("compose").await?;
        self.browser.click("#f-r-pattern option[value=weekly]").await?;
        self.browser.sees("#returns .dates li").await?;
        self.picture_each("compose-weekly").await?;
        // Leaving what is written is asked back otherwise.
        self.browser
            .run("document.getElementById('composer').remove()", &json!([]))
            .await
            .map(drop)
    }

    /// Looks at the page that is open, on each screen and in each colour.
    async fn picture_each(&self, name: &str) -> Result<()> {
        for (width, height, screen) in SCREENS {
            for colours in ["light", "dark"] {
                self.browser.screen(width, height, colours).await?;
                let seen = format!("{name}-{screen}-{colours}");
                self.look(&seen, width, height, colours)
                    .await
                    .with_context(|| seen.clone())?;
            }
        }
        self.browser.screen(SCREENS[0].0, SCREENS[0].1, "light").await
    }

    async fn look(&self, name: &str, width: u32, height: u32, colours: &str) -> Result<()> {
        let measure = "const it = document.documentElement; return [it.scrollWidth, it.scrollHeight]";
        let size = self.browser.run(measure, &json!([])).await?;
        let [wide, tall]: [u32; 2] = serde_json::from_value(size)?;
        ensure!(wide <= width, "it is {wide} wide on a screen of {width}");
        self.browser
            .screen(width, tall.clamp(height, TALLEST), colours)
            .await?;
        let drawn = "return [...document.images].every((it) => it.complete || it.loading === 'lazy')";
        until("the pictures of the page", PATIENCE, async || {
            Ok((self.browser.run(drawn, &json!([])).await? == true).then_some(()))
        })
        .await?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
        self.browser.picture(&folder.join(format!("{name}.png"))).await?;
        let complaints = self.browser.complaints().await?;
        ensure!(complaints.is_empty(), "the browser complains: {complaints:#?}");
        Ok(())
    }
}
