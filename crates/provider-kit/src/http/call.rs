//! One request to a platform.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use postern_domain::ports::ByteStream;
use serde::Serialize;
use url::Url;

/// How long a request may take that moves no files.
const USUAL_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a request may take that moves a file.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(10);

/// One request to a platform. Prints its method and host only.
pub struct Call {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) timeout: Duration,
    pub(crate) hides_reply: bool,
}

/// What a request carries.
pub enum Payload {
    /// Nothing.
    Empty,
    /// Bytes of a type.
    Bytes {
        /// The MIME type.
        mime: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
    /// A file, sent with its exact length.
    Stream {
        /// The MIME type.
        mime: String,
        /// The length in bytes.
        length: u64,
        /// The content.
        content: ByteStream,
    },
    /// `multipart/form-data`, sent with its exact length.
    Multipart(Vec<Part>),
}

/// One part of a multipart body.
pub struct Part {
    pub(crate) name: String,
    pub(crate) file: Option<(String, String)>,
    pub(crate) content: PartContent,
}

/// What a part holds.
pub(crate) enum PartContent {
    Text(String),
    Stream { length: u64, content: ByteStream },
}

impl Part {
    /// A part that is a plain text.
    pub fn text(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            file: None,
            content: PartContent::Text(value.into()),
        }
    }

    /// A part that is a file with its name, MIME type and length in bytes.
    pub fn file(
        name: impl Into<String>,
        file_name: impl Into<String>,
        mime: impl Into<String>,
        length: u64,
        content: ByteStream,
    ) -> Self {
        Self {
            name: name.into(),
            file: Some((file_name.into(), mime.into())),
            content: PartContent::Stream { length, content },
        }
    }
}

impl Call {
    /// A request without a body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            payload: Payload::Empty,
            timeout: USUAL_TIMEOUT,
            hides_reply: false,
        }
    }

    /// A GET request.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    /// A POST request.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url)
    }

    /// A PUT request.
    pub fn put(url: impl Into<String>) -> Self {
        Self::new(Method::PUT, url)
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// Sets a header; a value that no header may hold is left out.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Sets `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.authorization(&format!("Bearer {token}"))
    }

    /// Sets `Authorization`.
    #[must_use]
    pub(crate) fn authorization(mut self, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(http::header::AUTHORIZATION, value);
        }
        self
    }

    /// Carries JSON.
    #[must_use]
    pub fn json<T: Serialize>(mut self, body: &T) -> Self {
        self.payload = Payload::Bytes {
            mime: "application/json".to_owned(),
            bytes: serde_json::to_vec(body).unwrap_or_default(),
        };
        self
    }

    /// Carries a form.
    #[must_use]
    pub fn form<K: Into<String>, V: Into<String>>(
        mut self,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let fields = fields
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        self.payload = Payload::Form(fields);
        self
    }

    /// Carries a file with its exact length; the request may take ten minutes.
    #[must_use]
    pub fn stream(mut self, mime: impl Into<String>, length: u64, content: ByteStream) -> Self {
        self.payload = Payload::Stream {
            mime: mime.into(),
            length,
            content,
        };
        self.timeout = UPLOAD_TIMEOUT;
        self
    }

    /// Carries a multipart form; the request may take ten minutes.
    #[must_use]
    pub fn multipart(mut self, parts: Vec<Part>) -> Self {
        self.payload = Payload::Multipart(parts);
        self.timeout = UPLOAD_TIMEOUT;
        self
    }

    /// Keeps the reply out of the evidence, because it holds tokens.
    #[must_use]
    pub fn hiding_reply(mut self) -> Self {
        self.hides_reply = true;
        self
    }

    /// Where it goes, with its query.
    pub(crate) fn address(&self) -> Option<Url> {
        let mut url = Url::parse(&self.url).ok()?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Some(url)
    }

    /// The parameters that OAuth 1.0a signs: query and form, decoded.
    pub(crate) fn signed_parameters(&self) -> Vec<(String, String)> {
        let own = Url::parse(&self.url).ok();
        let own = own
            .iter()
            .flat_map(|url| url.query_pairs().into_owned().collect::<Vec<_>>());
        let form = match &self.payload {
            Payload::Form(fields) => fields.clone(),
            Payload::Empty | Payload::Bytes { .. } | Payload::Stream { .. } | Payload::Multipart(_) => {
                Vec::new()
            }
        };
        own.chain(self.query.iter().cloned()).chain(form).collect()
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = Url::parse(&self.url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned));
        write!(f, "Call({} {})", self.method, host.unwrap_or_default())
    }
}

impl From<oauth2::HttpRequest> for Call {
    fn from(request: oauth2::HttpRequest) -> Self {
        let (parts, body) = request.into_parts();
        let mut call = Self::new(parts.method, parts.uri.to_string()).hiding_reply();
        let mime = parts
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        call.payload = Payload::Bytes {
            mime: mime.unwrap_or_default().to_owned(),
            bytes: body,
        };
        call.headers = parts.headers;
        call
    }
}
