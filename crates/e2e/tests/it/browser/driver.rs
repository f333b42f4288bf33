//! A browser without a window, led over the WebDriver protocol.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern_e2e::surroundings::offered;
use postern_e2e::{Http, Program, Recipe, free_port, until};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The browser, and the program that leads it.
const CHROMIUM: &str = "POSTERN_TEST_CHROMIUM";
const CHROMEDRIVER: &str = "POSTERN_TEST_CHROMEDRIVER";

/// How long a browser may take to start on a machine that does other things too.
const START: Duration = Duration::from_mins(1);
/// How long a page may take to show what is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What requests fail with when an interface of the machine comes or goes, as with a container that starts.
const NETWORK_CHANGED: &str = "net::ERR_NETWORK_CHANGED";
/// How often a page is opened that the network broke off.
const OPENINGS: u32 = 5;

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with a profile of its own; dropping it ends it.
pub(crate) struct Browser {
    http: Http,
    session: String,
    /// Complaints that were read and not yet asked for.
    kept: Mutex<Vec<String>>,
    // Ended before its folder goes.
    driver: Program,
    _folder: TempDir,
}

impl Browser {
    /// Starts a browser; none where the machine offers none.
    pub(crate) async fn start() -> Result<Option<Self>> {
        let (Some(chromium), Some(chromedriver)) = (offered(CHROMIUM)?, offered(CHROMEDRIVER)?) else {
            return Ok(None);
        };
        let folder = tempfile::Builder::new().prefix("postern-browser-").tempdir()?;
        let port = free_port()?;
        let home = folder.path().display().to_string();
        let recipe = Recipe {
            binary: PathBuf::from(chromedriver),
            arguments: vec![format!("--port={port}")],
            environment: vec![
                ("PATH".to_owned(), "/usr/local/bin:/usr/bin:/bin".to_owned()),
                ("HOME".to_owned(), home.clone()),
                ("TMPDIR".to_owned(), home),
            ],
            folder: folder.path().to_path_buf(),
            log: folder.path().join("chromedriver.log"),
        };
        let mut browser = Self {
            http: Http::new(&format!("http://127.0.0.1:{port}"))?,
            session: String::new(),
            kept: Mutex::new(Vec::new()),
            driver: Program::start(recipe)?,
            _folder: folder,
        };
        until("chromedriver answers", START, async || {
            Ok(browser
                .http
                .get("/status")
                .await
                .is_ok_and(|answer| answer.status == 200)
                .then_some(()))
        })
        .await?;
        let wishes = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": chromium,
                // Tests run as root and in containers, where the sandbox and the shared memory are not to be had.
                "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                    "--hide-scrollbars", "--window-size=1280,900", "--lang=en-GB"],
            },
        } } });
        let session = browser.say("/session", &wishes).await?;
        let id = session["sessionId"].as_str().context("no session")?;
        browser.session = format!("/session/{id}");
        Ok(Some(browser))
    }

    /// Opens an address and waits until the page is there.
    pub(crate) async fn open(&self, url: &str) -> Result<()> {
        self.ask("/url", &json!({ "url": url })).await?;
        self.whole().await
    }

    /// Opens the page again for as long as the machine's network breaks it off while it loads.
    pub(crate) async fn whole(&self) -> Result<()> {
        for _ in 0..OPENINGS {
            let log = self.log().await?.into_iter();
            let (broken, complaints): (Vec<_>, Vec<_>) = log.partition(|it| is_the_network(it));
            self.keep(complaints);
            if broken.is_empty() {
                return Ok(());
            }
            let url = self.address().await?;
            self.ask("/url", &json!({ "url": url })).await?;
        }
        bail!("the machine's network does not come to rest");
    }

    /// The address that is open.
    pub(crate) async fn address(&self) -> Result<String> {
        self.text_of("return location.href").await
    }

    /// Loads the page anew, as a person with F5.
    pub(crate) async fn reload(&self) -> Result<()> {
        self.ask("/refresh", &json!({})).await.map(drop)
    }

    /// Waits until the address ends in `path`.
    pub(crate) async fn arrives(&self, path: &str) -> Result<()> {
        let mut last = String::new();
        let waited = until(path, PATIENCE, async || {
            last = self.address().await?;
            let is_there = last
                .split(['?', '#'])
                .next()
                .is_some_and(|address| address.ends_with(path));
            Ok(is_there.then_some(()))
        });
        let outcome = waited.await;
        outcome.with_context(|| format!("the browser is at {last}"))
    }

    /// Waits for an element and clicks it, at its place in the window as a pointer does.
    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        // What a page replaces in that very moment is looked for again.
        until(&format!("{selector} takes a click"), PATIENCE, async || {
            let Ok(element) = self.element(selector).await else {
                return Ok(None);
            };
            Ok(self
                .ask(&format!("/element/{element}/click"), &json!({}))
                .await
                .ok())
        })
        .await
        .map(drop)
    }

    /// Waits for an element and types into it.
    pub(crate) async fn write(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.waited(selector).await?;
        self.ask(&format!("/element/{element}/value"), &json!({ "text": text }))
            .await
            .map(drop)
    }

    /// Gives a field of date or time its value, whatever the order in which this browser's language writes them.
    pub(crate) async fn set(&self, selector: &str, value: &str) -> Result<()> {
        self.waited(selector).await?;
        let script = "const field = document.querySelector(arguments[0]); field.value = arguments[1]; \
                      field.dispatchEvent(new Event('input', { bubbles: true })); return field.value";
        let given = self.run(script, &json!([selector, value])).await?;
        ensure!(given == value, "{selector} took {given} instead of {value}");
        Ok(())
    }

    /// The text that an element shows.
    pub(crate) async fn text(&self, selector: &str) -> Result<String> {
        let element = self.waited(selector).await?;
        let text = self.look(&format!("/element/{element}/text")).await?;
        text.as_str().map(str::to_owned).context("no text")
    }

    /// The texts of all elements that a selector finds now.
    pub(crate) async fn texts(&self, selector: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((it) => it.innerText.trim())";
        Ok(serde_json::from_value(
            self.run(script, &json!([selector])).await?,
        )?)
    }

    /// A property of all elements that a selector finds now.
    pub(crate) async fn all(&self, selector: &str, property: &str) -> Result<Vec<String>> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((it) => String(it[arguments[1]]))";
        Ok(serde_json::from_value(
            self.run(script, &json!([selector, property])).await?,
        )?)
    }

    /// Waits until a selector finds something.
    pub(crate) async fn sees(&self, selector: &str) -> Result<()> {
        self.waited(selector).await.map(drop)
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str, arguments: &Value) -> Result<Value> {
        self.ask("/execute/sync", &json!({ "script": script, "args": arguments }))
            .await
    }

    /// Gives the window the size of a screen, and its colours to those that have no wish of their own.
    pub(crate) async fn screen(&self, width: u32, height: u32, colours: &str) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        let colours = json!({ "features": [
            { "name": "prefers-color-scheme", "value": colours },
            // A picture in the middle of a transition shows colours that no page has.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", colours)
            .await
            .map(drop)
    }

    /// Writes a picture of what the window shows.
    pub(crate) async fn picture(&self, file: &Path) -> Result<()> {
        let picture = self
            .devtools("Page.captureScreenshot", json!({ "format": "png" }))
            .await?;
        let bytes = STANDARD.decode(picture["data"].as_str().context("no picture")?)?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, bytes)?)
    }

    /// What the pages have complained about since the last time: errors of scripts, breaches of the content policy,
    /// files that were not there.
    pub(crate) async fn complaints(&self) -> Result<Vec<String>> {
        let mut complaints = self.log().await?;
        complaints.retain(|complaint| !is_the_network(complaint));
        self.keep(complaints);
        Ok(std::mem::take(
            &mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    }

    fn keep(&self, complaints: Vec<String>) {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(complaints);
    }

    /// The browser's log since it was last read: errors, and breaches of the content policy.
    pub(crate) async fn log(&self) -> Result<Vec<String>> {
        let log = self.ask("/se/log", &json!({ "type": "browser" })).await?;
        let lines = log.as_array().context("no log")?.iter();
        let bad = lines.filter(|line| line["level"] == "SEVERE" || line["source"] == "security");
        Ok(bad
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect())
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.ask(
            "/goog/cdp/execute",
            &json!({ "cmd": command, "params": parameters }),
        )
        .await
    }

    async fn text_of(&self, script: &str) -> Result<String> {
        let value = self.run(script, &json!([])).await?;
        value
            .as_str()
            .map(str::to_owned)
            .with_context(|| format!("not a text: {value}"))
    }

    async fn element(&self, selector: &str) -> Result<String> {
        let found = self
            .ask("/element", &json!({ "using": "css selector", "value": selector }))
            .await?;
        found[ELEMENT].as_str().map(str::to_owned).context("no element")
    }

    async fn waited(&self, selector: &str) -> Result<String> {
        let found = until(selector, PATIENCE, async || Ok(self.element(selector).await.ok())).await;
        let address = self.address().await.unwrap_or_default();
        found.with_context(|| format!("on {address}"))
    }

    async fn ask(&self, path: &str, body: &Value) -> Result<Value> {
        self.say(&format!("{}{path}", self.session), body).await
    }

    async fn look(&self, path: &str) -> Result<Value> {
        let answer = self.http.get(&format!("{}{path}", self.session)).await?;
        Ok(answer.expect(200)?["value"].clone())
    }

    async fn say(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.http.post(path, body).await?;
        let value = answer.json()?["value"].clone();
        if answer.status == 200 {
            return Ok(value);
        }
        let message = value["message"].as_str().unwrap_or_default();
        bail!("{}", message.lines().next().unwrap_or_default());
    }
}

fn is_the_network(complaint: &str) -> bool {
    complaint.contains(NETWORK_CHANGED)
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver takes its browser along only when the session is ended first.
        let address = self.http.address().trim_start_matches("http://");
        if let Ok(mut stream) = TcpStream::connect(address) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let request = format!(
                "DELETE {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n",
                self.session
            );
            let _ = stream.write_all(request.as_bytes());
            let _ = stream.read(&mut [0; 1024]);
        }
        let _ = self.driver.stop();
    }
}
