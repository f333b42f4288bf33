//! The one mapping from refusals to HTTP status and problem code, and the document of RFC 9457.

use std::time::Duration;

use postern_domain::{BackendError, Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;

/// The media type of [`Document`].
pub const CONTENT_TYPE: &str = "application/problem+json";

/// How long to wait for something that is away, where nobody knows better.
const AWAY: Duration = Duration::from_secs(2);

/// The status and the code of an error; every door renders what this decides.
///
/// A refusal for several reasons takes those of its first.
pub fn problem(error: &BackendError) -> (u16, Code) {
    match error {
        BackendError::Refused(problems) => {
            let code = problems.first().map_or(Code::Malformed, |problem| problem.code);
            (status_of(code), code)
        }
        BackendError::Conflict(problem) => (409, problem.code),
        BackendError::NotFound { .. } => (404, Code::NotFound),
        BackendError::Unauthenticated => (401, Code::Unauthenticated),
        BackendError::Forbidden(_) => (403, Code::ScopeMissing),
        BackendError::RateLimited { .. } => (429, Code::RateLimited),
        BackendError::Unavailable { .. } => (503, Code::Unavailable),
        BackendError::Internal => (500, Code::Internal),
    }
}

/// The status that goes with a code.
pub fn status_of(code: Code) -> u16 {
    use Code as C;
    match code {
        C::Malformed | C::MissingField | C::TimeNaive | C::TimeMalformed => 400,
        C::Unauthenticated | C::LoginRefused => 401,
        C::ScopeMissing | C::Forbidden | C::RegistrationClosed => 403,
        C::NotFound => 404,
        C::VersionConflict
        | C::IdempotencyMismatch
        | C::PostSettled
        | C::NotUnconfirmed
        | C::NotInReview
        | C::NotRetryable
        | C::EmailTaken
        | C::NameTaken => 409,
        C::BodyTooLarge => 413,
        C::NoChannel
        | C::UnknownChannel
        | C::ChannelDisabled
        | C::ChannelDisconnected
        | C::ContentEmpty
        | C::TextTooLong
        | C::TooManyEntries
        | C::MediaUnknown
        | C::MediaTypeUnsupported
        | C::MediaTooLarge
        | C::MediaTooMany
        | C::MediaMix
        | C::MediaRequired
        | C::MediaDimensions
        | C::AltTooLong
        | C::SettingMissing
        | C::SettingInvalid
        | C::PublishTimePassed
        | C::ZoneUnknown
        | C::RecurrenceInvalid
        | C::NoSlot
        | C::UrlRefused
        | C::FetchFailed
        | C::ProviderUnknown
        | C::ProviderNotConfigured
        | C::ConnectFailed
        | C::ConnectExpired
        | C::CredentialsRefused
        | C::HelperUnknown
        | C::PlatformRefused
        | C::EmailInvalid
        | C::PasswordWeak
        | C::NameInvalid
        | C::ScopeUnknown
        | C::ConfirmationInvalid => 422,
        C::RateLimited => 429,
        C::Internal => 500,
        C::Unavailable => 503,
    }
}

/// When to come back, for errors that pass.
pub fn retry_after(error: &BackendError) -> Option<Duration> {
    match error {
        BackendError::RateLimited { retry_after } => Some(*retry_after),
        BackendError::Unavailable { .. } => Some(AWAY),
        BackendError::Refused(_)
        | BackendError::Conflict(_)
        | BackendError::NotFound { .. }
        | BackendError::Unauthenticated
        | BackendError::Forbidden(_)
        | BackendError::Internal => None,
    }
}

/// The body of a refusal on our own routes, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Document {
    /// The page about the code, relative to the instance: `/docs/problems/text_too_long`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every case of the code.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// This case.
    pub detail: String,
    /// The trace of the request, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The code, one of a closed list.
    pub code: &'static str,
    /// What to do about the first violation.
    pub fix: String,
    /// All violations.
    pub errors: Vec<Violation>,
    /// How long to wait before the same request may succeed, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// One violation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Violation {
    /// JSON pointer to the field; empty for the request as a whole.
    pub pointer: String,
    /// Its code.
    pub code: &'static str,
    /// What is wrong.
    pub detail: String,
    /// What was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// What is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// What to do.
    pub fix: String,
}

impl From<Problem> for Violation {
    fn from(problem: Problem) -> Self {
        Self {
            pointer: problem.field,
            code: problem.code.as_str(),
            detail: problem.detail,
            given: problem.given,
            allowed: problem.allowed,
            fix: problem.fix,
        }
    }
}

/// Renders an error as a problem document; `instance` is the trace id of the request.
pub fn document(error: &BackendError, instance: Option<String>) -> Document {
    let (status, code) = problem(error);
    let errors: Vec<Violation> = error.problems().into_iter().map(Violation::from).collect();
    let first = errors.first();
    let detail = match (first, errors.len()) {
        (Some(first), 1) => first.detail.clone(),
        (Some(first), all) => format!("{all} problems; the first: {}", first.detail),
        (None, _) => code.title().to_owned(),
    };
    Document {
        kind: format!("/docs/problems/{code}"),
        title: code.title(),
        status,
        detail,
        instance,
        code: code.as_str(),
        fix: first.map(|first| first.fix.clone()).unwrap_or_default(),
        retry_after_ms: retry_after(error).map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        errors,
    }
}

/// A code's title, the same as that of its page.
trait Titled {
    fn title(self) -> &'static str;
}

macro_rules! titles {
    ($($code:ident: $title:literal,)*) => {
        impl Titled for Code {
            fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)* }
            }
        }
    };
}

titles! {
    Malformed: "The request is not of the expected form",
    MissingField: "A needed field is absent",
    BodyTooLarge: "The body is larger than allowed",
    Unauthenticated: "Nobody knows who is asking",
    ScopeMissing: "The key lacks a scope",
    Forbidden: "The role does not allow it",
    NotFound: "There is no such thing",
    VersionConflict: "Somebody else changed it in between",
    IdempotencyMismatch: "The same idempotency key came with another request",
    RateLimited: "Too many requests",
    Unavailable: "A part that is needed is not there at the moment",
    Internal: "A defect of Postern",
    NoChannel: "No channel was chosen",
    UnknownChannel: "No such channel in this workspace",
    ChannelDisabled: "The channel is paused",
    ChannelDisconnected: "The channel must be connected again",
    ContentEmpty: "Neither text nor media",
    TextTooLong: "The text is too long for the platform",
    TooManyEntries: "More entries than the platform takes",
    MediaUnknown: "No such file in the library",
    MediaTypeUnsupported: "A file of a type that is not taken",
    MediaTooLarge: "A file is too large",
    MediaTooMany: "More files than the platform takes",
    MediaMix: "Files that do not go together",
    MediaRequired: "The platform wants at least one file",
    MediaDimensions: "Dimensions or playing time are out of bounds",
    AltTooLong: "The alternative text is too long",
    SettingMissing: "A needed setting was not given",
    SettingInvalid: "A setting has a value that is not allowed",
    PublishTimePassed: "The publish time has passed",
    TimeNaive: "A time has no zone",
    TimeMalformed: "A time was not understood",
    ZoneUnknown: "No such time zone",
    RecurrenceInvalid: "A recurrence that cannot be kept",
    PostSettled: "The post can no longer be changed",
    NotUnconfirmed: "Only an unconfirmed publication can be resolved",
    NotInReview: "Only a post that waits for approval can be decided on",
    NotRetryable: "Not in a state that can be tried again",
    NoSlot: "The channel has no posting slots",
    UrlRefused: "Postern does not fetch from there",
    FetchFailed: "The address could not be fetched",
    ProviderUnknown: "No such provider",
    ProviderNotConfigured: "The app credentials of the platform are not set",
    ConnectFailed: "The platform did not grant access",
    ConnectExpired: "The attempt to connect is unknown or too old",
    CredentialsRefused: "The platform did not accept the credentials",
    HelperUnknown: "The provider has no such helper",
    PlatformRefused: "The platform refused or failed",
    EmailInvalid: "Not an e-mail address",
    EmailTaken: "The address has an account already",
    PasswordWeak: "The password is too weak",
    LoginRefused: "Address and password do not belong together",
    RegistrationClosed: "This instance takes no new accounts",
    NameInvalid: "A name that is empty or too long",
    NameTaken: "Another one has this name",
    ScopeUnknown: "No such scope",
    ConfirmationInvalid: "The confirmation does not hold",
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_code_has_a_page_with_its_title_and_every_page_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/problems");
        for code in Code::ALL {
            let page = fs::read_to_string(folder.join(format!("{code}.md"))).unwrap_or_default();
            let title = page.lines().next().unwrap_or_default();
            assert_eq!(title, format!("# {}", code.title()), "{code}");
        }
        for entry in fs::read_dir(&folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let stem = name.trim_end_matches(".md");
            assert!(stem == "README" || Code::parse(stem).is_some(), "{name}");
        }
    }

    #[test]
    fn codes_and_statuses_are_a_contract() {
        let list: Vec<String> = Code::ALL
            .iter()
            .map(|code| format!("{} {code}: {}", status_of(*code), code.title()))
            .collect();
        insta::assert_snapshot!(list.join("\n"));
    }

    #[test]
    fn each_error_has_its_document() {
        let refusal = BackendError::Refused(vec![
            Problem::new(
                Code::TextTooLong,
                "/entries/0/content",
                "the text is too long",
                "shorten it",
            )
            .given("501 characters")
            .allowed("500 characters"),
            Problem::new(
                Code::SettingMissing,
                "/settings/title",
                "Title is needed",
                "give title",
            ),
        ]);
        let conflict = BackendError::Conflict(Problem::new(
            Code::PostSettled,
            "",
            "the post is published",
            "write a new one",
        ));
        let wait = Duration::from_secs(7);
        for (name, error) in [
            ("refused", refusal),
            ("conflict", conflict),
            ("not_found", BackendError::not_found("post", "post_1")),
            ("unauthenticated", BackendError::Unauthenticated),
            (
                "forbidden",
                BackendError::Forbidden(postern_domain::actor::Scope::PostsWrite),
            ),
            ("rate_limited", BackendError::RateLimited { retry_after: wait }),
            ("unavailable", BackendError::Unavailable { what: "database" }),
            ("internal", BackendError::Internal),
        ] {
            insta::assert_json_snapshot!(
                format!("document_{name}"),
                document(&error, Some("4bf92f3577b34da6a3ce929d0e0e4736".into()))
            );
        }
    }
}
