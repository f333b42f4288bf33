//! An HTTP client that hides nothing: it follows no redirect and takes every status as an answer.

use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// How long any answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of one door.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    address: String,
    headers: HeaderMap,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub text: String,
}

impl Http {
    /// A client of `address`, as `http://127.0.0.1:4000`.
    ///
    /// # Errors
    /// When no client can be built.
    pub fn new(address: &str) -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self {
            client,
            address: address.trim_end_matches('/').to_owned(),
            headers: HeaderMap::new(),
        })
    }

    /// The same client, sending one more header with every request.
    ///
    /// # Errors
    /// When the header cannot be sent.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self> {
        let name = HeaderName::try_from(name)?;
        self.headers.insert(name, HeaderValue::try_from(value)?);
        Ok(self)
    }

    /// The address that it speaks to.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A request to be filled and given to [`Http::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.address))
            .headers(self.headers.clone())
    }

    /// A request to any address, without the headers of this client.
    pub fn absolute(&self, method: Method, url: &str) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn send(&self, request: RequestBuilder) -> Result<Answer> {
        let response = request.send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// Asks for a document.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends JSON.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Asks to delete.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn delete(&self, path: &str) -> Result<Answer> {
        self.send(self.request(Method::DELETE, path)).await
    }
}

impl Answer {
    /// The body as JSON; of an event stream the first event.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<Value> {
        let event = self.text.lines().find_map(|line| line.strip_prefix("data:"));
        let text = event.unwrap_or(&self.text).trim();
        serde_json::from_str(text)
            .with_context(|| format!("status {} with no JSON: {}", self.status, self.text))
    }

    /// The body as JSON, of an answer that must have `status`.
    ///
    /// # Errors
    /// When it has another one.
    pub fn expect(&self, status: u16) -> Result<Value> {
        anyhow::ensure!(
            self.status == status,
            "{} instead of {status}: {}",
            self.status,
            self.text
        );
        if self.text.is_empty() {
            return Ok(Value::Null);
        }
        self.json()
    }
}
