//! Why a file or an address is not taken, in words for the person who gave it.

use std::fmt::Display;

use postern_domain::ports::MediaError;
use postern_domain::problem::{Code, Problem};

use crate::failed;
use crate::kind::Kind;

/// Where a file comes from, which decides what a refusal points at.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// Somebody uploads it.
    Upload,
    /// It is fetched from this host.
    Host(String),
}

impl Origin {
    /// JSON pointer to what is refused when the file is.
    fn field(&self) -> &'static str {
        match self {
            Self::Upload => "/file",
            Self::Host(_) => URL,
        }
    }

    /// The file ended before it was whole.
    pub(crate) fn broken_off(&self, detail: impl Display) -> MediaError {
        match self {
            Self::Upload => failed("read the upload", detail),
            Self::Host(host) => fetch(format!("the server broke off: {detail}"), host),
        }
    }
}

/// JSON pointer to an address that is fetched.
const URL: &str = "/url";

/// A file of a type that is not taken; `mime` is what it is.
pub(crate) fn unsupported(origin: &Origin, mime: &str) -> MediaError {
    let taken: Vec<&str> = Kind::ALL.into_iter().map(Kind::mime).collect();
    MediaError::Refused(
        Problem::new(
            Code::MediaTypeUnsupported,
            origin.field(),
            "the file is of a type that is not taken",
            "convert it to one of the allowed types; the content decides, not the name",
        )
        .given(mime)
        .allowed(taken.join(", ")),
    )
}

/// A file that is empty.
pub(crate) fn empty(origin: &Origin) -> MediaError {
    MediaError::Refused(Problem::new(
        Code::MediaTypeUnsupported,
        origin.field(),
        "the file is empty",
        "choose a file with content",
    ))
}

/// A file larger than `allowed` bytes; `given` is its size where it is known.
pub(crate) fn too_large(origin: &Origin, given: Option<u64>, allowed: u64) -> MediaError {
    let problem = Problem::new(
        Code::MediaTooLarge,
        origin.field(),
        "the file is too large",
        "choose a smaller file or compress it",
    )
    .allowed(format!("{allowed} bytes"));
    MediaError::Refused(match given {
        Some(given) => problem.given(format!("{given} bytes")),
        None => problem,
    })
}

/// An address that is not fetched from. Of the address only `host` is shown, for the rest may be a secret.
pub(crate) fn url(detail: &str, fix: &str, host: Option<&str>) -> MediaError {
    let problem = Problem::new(Code::UrlRefused, URL, detail, fix);
    MediaError::Refused(match host {
        Some(host) => problem.given(host),
        None => problem,
    })
}

/// An address that leads to a private network.
pub(crate) fn private(host: &str) -> MediaError {
    url(
        "the URL leads to an address that is not public",
        "give a URL that everybody on the internet can open",
        Some(host),
    )
}

/// An address that did not give a file.
pub(crate) fn fetch(detail: impl Display, host: &str) -> MediaError {
    MediaError::Refused(
        Problem::new(
            Code::FetchFailed,
            URL,
            detail.to_string(),
            "open the URL in a browser to see whether it gives the file itself, then try again",
        )
        .given(host),
    )
}
