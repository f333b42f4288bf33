//! The SDKs of MCP, driven by a test: one connection, one question and one answer per line.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::command_line::CommandLine;
use crate::surroundings::{self, offered};

/// The programs that hold the connection.
const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python/drive.py");
const FASTMCP_DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/python/fastmcp_drive.py");
const NODE_DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node/drive.mjs");

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// Whose SDK it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// The official one for Python.
    Python,
    /// FastMCP, for Python.
    FastMcp,
    /// The official one for TypeScript, of this generation: 1 or 2.
    TypeScript(u8),
}

/// By which way the SDK connects.
#[derive(Debug, Clone, PartialEq)]
pub struct Door(Value);

impl Door {
    /// Streamable HTTP with the key in a header.
    pub fn http(gateway: &str, key: &str) -> Self {
        Self(json!({ "door": "http", "url": format!("{gateway}/mcp"), "key": key }))
    }

    /// Streamable HTTP with the key in the path.
    pub fn path(gateway: &str, key: &str) -> Self {
        Self(json!({ "door": "http", "url": format!("{gateway}/mcp/{key}") }))
    }

    /// HTTP with server-sent events.
    pub fn sse(gateway: &str, key: &str) -> Self {
        Self(json!({ "door": "sse", "url": format!("{gateway}/api/mcp/{key}/sse") }))
    }

    /// A process of its own, over standard input and output.
    pub fn stdio(command_line: &CommandLine, key: &str) -> Self {
        let recipe = command_line.recipe();
        let mut environment: serde_json::Map<String, Value> = recipe
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        environment.insert("POSTERN_API_KEY".to_owned(), json!(key));
        let mut arguments = recipe.arguments.clone();
        arguments.push("mcp".to_owned());
        Self(json!({
            "door": "stdio",
            "command": recipe.binary,
            "arguments": arguments,
            "environment": environment,
            "folder": recipe.folder,
        }))
    }

    /// HTTP with server-sent events, after streamable HTTP was tried at the same address.
    pub fn fallback(gateway: &str, key: &str) -> Self {
        let mut door = Self::sse(gateway, key);
        door.0["door"] = json!("fallback");
        door
    }

    /// A program that speaks over standard input and output.
    pub fn program(command: &str, arguments: &[&str], home: &std::path::Path) -> Self {
        Self(json!({
            "door": "stdio",
            "command": command,
            "arguments": arguments,
            "environment": { "HOME": home },
            "folder": home,
        }))
    }

    /// The same door, with exactly this revision of the protocol.
    #[must_use]
    pub fn pinned(mut self, revision: &str) -> Self {
        self.0["mode"] = json!(revision);
        self.0["options"] = json!({ "versionNegotiation": { "mode": { "pin": revision } } });
        self
    }

    /// The same door, with the handshake of the protocol's earlier revisions.
    #[must_use]
    pub fn with_handshake(mut self) -> Self {
        self.0["mode"] = json!("legacy");
        self
    }
}

/// An open connection.
#[derive(Debug)]
pub struct Sdk {
    child: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Sdk {
    /// Connects; none where the machine has no Python with the SDK.
    ///
    /// # Errors
    /// When the SDK cannot connect.
    pub async fn open(door: &Door) -> Result<Option<Self>> {
        Self::open_in(Language::Python, door).await
    }

    /// Connects with the SDK of a language; none where the machine lacks it.
    ///
    /// # Errors
    /// When the SDK cannot connect.
    pub async fn open_in(language: Language, door: &Door) -> Result<Option<Self>> {
        let mut how = door.0.clone();
        let (program, driver) = match language {
            Language::Python => (offered(surroundings::PYTHON)?, DRIVER),
            Language::FastMcp => (offered(surroundings::FASTMCP)?, FASTMCP_DRIVER),
            Language::TypeScript(generation) => {
                let Some(folder) = offered(surroundings::MCP_FOLDER)? else {
                    return Ok(None);
                };
                how["folder"] = json!(folder);
                how["sdk"] = json!(generation);
                (offered(surroundings::NODE)?, NODE_DRIVER)
            }
        };
        let Some(program) = program else {
            return Ok(None);
        };
        let mut child = Command::new(program)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(driver)
            .arg(how.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the SDK cannot be started")?;
        let questions = child.stdin.take().context("no input")?;
        let answers = BufReader::new(child.stdout.take().context("no output")?).lines();
        let mut sdk = Self {
            child,
            questions,
            answers,
        };
        sdk.answer().await.context("the SDK does not connect")?;
        Ok(Some(sdk))
    }

    /// The names of the tools.
    ///
    /// # Errors
    /// When the SDK fails.
    pub async fn tools(&mut self) -> Result<Vec<String>> {
        let answer = self.ask(&json!({ "ask": "tools" })).await?;
        Ok(serde_json::from_value(answer)?)
    }

    /// Calls a tool and gives its whole result, refusals included.
    ///
    /// # Errors
    /// When the SDK fails.
    pub async fn call(&mut self, tool: &str, arguments: &Value) -> Result<Value> {
        self.ask(&json!({ "ask": "call", "tool": tool, "arguments": arguments }))
            .await
    }

    /// Calls a tool that must not refuse and gives its facts.
    ///
    /// # Errors
    /// When the SDK fails or the tool refuses.
    pub async fn facts(&mut self, tool: &str, arguments: &Value) -> Result<Value> {
        let result = self.call(tool, arguments).await?;
        if result["isError"] == json!(true) {
            bail!("{tool} refused: {result}");
        }
        Ok(result["structuredContent"].clone())
    }

    /// Closes the connection as a client does.
    ///
    /// # Errors
    /// When the SDK fails in doing so.
    pub async fn close(self) -> Result<()> {
        let Self {
            mut child, questions, ..
        } = self;
        drop(questions);
        let status = timeout(PATIENCE, child.wait())
            .await
            .context("the SDK does not end")??;
        anyhow::ensure!(status.success(), "the SDK ended with {status}");
        Ok(())
    }

    async fn ask(&mut self, question: &Value) -> Result<Value> {
        self.questions
            .write_all(format!("{question}\n").as_bytes())
            .await?;
        self.questions.flush().await?;
        self.answer().await.with_context(|| question.to_string())
    }

    async fn answer(&mut self) -> Result<Value> {
        let line = timeout(PATIENCE, self.answers.next_line())
            .await
            .context("no answer in time")??;
        let mut answer: Value = serde_json::from_str(&line.context("the SDK ended")?)?;
        match answer.get("failed") {
            Some(failed) => bail!("{failed}"),
            None => Ok(answer["done"].take()),
        }
    }
}
