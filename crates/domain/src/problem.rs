//! Refusals as people and programs see them: the same object in the web UI, REST and MCP.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What kind of refusal it is; a closed list, one page each in `docs/problems/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name on every wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Reads [`Code::as_str`] back.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }
        }
    };
}

codes! {
    /// The request is not of the expected form.
    Malformed = "malformed";
    /// A needed field is absent.
    MissingField = "missing_field";
    /// The body is larger than allowed.
    BodyTooLarge = "body_too_large";
    /// No credential was given, or it is unknown, expired or revoked.
    Unauthenticated = "unauthenticated";
    /// The key lacks a scope.
    ScopeMissing = "scope_missing";
    /// The role does not allow it.
    Forbidden = "forbidden";
    /// There is no such thing, or it belongs to somebody else.
    NotFound = "not_found";
    /// Somebody else changed it in between.
    VersionConflict = "version_conflict";
    /// The same idempotency key came with another request.
    IdempotencyMismatch = "idempotency_mismatch";
    /// Too many requests.
    RateLimited = "rate_limited";
    /// A part that is needed is not there at the moment.
    Unavailable = "unavailable";
    /// A defect of Postern.
    Internal = "internal";

    /// No channel was chosen.
    NoChannel = "no_channel";
    /// No such channel in this workspace.
    UnknownChannel = "unknown_channel";
    /// The channel is paused.
    ChannelDisabled = "channel_disabled";
    /// The channel lost its access and must be connected again.
    ChannelDisconnected = "channel_disconnected";
    /// Neither text nor media.
    ContentEmpty = "content_empty";
    /// The text is too long in the platform's own counting.
    TextTooLong = "text_too_long";
    /// The platform has no threads or comments, or not so many.
    TooManyEntries = "too_many_entries";
    /// No such file in the library.
    MediaUnknown = "media_unknown";
    /// A file of a type that is not taken.
    MediaTypeUnsupported = "media_type_unsupported";
    /// A file is too large.
    MediaTooLarge = "media_too_large";
    /// More files than the platform takes.
    MediaTooMany = "media_too_many";
    /// Files that the platform does not take together.
    MediaMix = "media_mix";
    /// The platform wants at least one file.
    MediaRequired = "media_required";
    /// A file's dimensions or playing time are out of bounds.
    MediaDimensions = "media_dimensions";
    /// The alternative text is too long.
    AltTooLong = "alt_too_long";
    /// A needed setting was not given.
    SettingMissing = "setting_missing";
    /// A setting has a value that is not allowed.
    SettingInvalid = "setting_invalid";
    /// The publish time has passed.
    PublishTimePassed = "publish_time_passed";
    /// A time has no zone or offset.
    TimeNaive = "time_naive";
    /// A time was not understood.
    TimeMalformed = "time_malformed";
    /// No such time zone.
    ZoneUnknown = "zone_unknown";
    /// A recurrence that cannot be kept.
    RecurrenceInvalid = "recurrence_invalid";
    /// The post can no longer be changed.
    PostSettled = "post_settled";
    /// Only an unconfirmed publication can be resolved.
    NotUnconfirmed = "not_unconfirmed";
    /// Only a post that waits for approval can be approved or rejected.
    NotInReview = "not_in_review";
    /// The publication is not in a state that can be tried again.
    NotRetryable = "not_retryable";
    /// The channel has no posting slots.
    NoSlot = "no_slot";

    /// The URL leads where Postern does not fetch from.
    UrlRefused = "url_refused";
    /// The URL could not be fetched.
    FetchFailed = "fetch_failed";

    /// No such provider.
    ProviderUnknown = "provider_unknown";
    /// The operator has not set the provider's app credentials.
    ProviderNotConfigured = "provider_not_configured";
    /// The platform did not grant access.
    ConnectFailed = "connect_failed";
    /// The connection attempt is unknown or too old.
    ConnectExpired = "connect_expired";
    /// The platform did not accept the credentials.
    CredentialsRefused = "credentials_refused";
    /// The provider has no such helper.
    HelperUnknown = "helper_unknown";
    /// The platform refused or failed.
    PlatformRefused = "platform_refused";

    /// Not an e-mail address.
    EmailInvalid = "email_invalid";
    /// The address has an account already.
    EmailTaken = "email_taken";
    /// The password is too weak.
    PasswordWeak = "password_weak";
    /// Address and password do not belong together.
    LoginRefused = "login_refused";
    /// This instance takes no new accounts.
    RegistrationClosed = "registration_closed";
    /// A name that is empty or too long.
    NameInvalid = "name_invalid";
    /// A name that something else of its kind has.
    NameTaken = "name_taken";
    /// No such scope.
    ScopeUnknown = "scope_unknown";
    /// A confirmation that is unknown, used, expired or for something else.
    ConfirmationInvalid = "confirmation_invalid";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One violation: what is wrong, where, with what, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub code: Code,
    /// JSON pointer to the field, in the words of [`crate::post::NewPost`]: `/publish_at`,
    /// `/targets/1/entries/0/content`, `/targets/1/settings/title`. Doors translate it into their own.
    pub field: String,
    /// What is wrong in this case; a sentence without its full stop.
    pub detail: String,
    /// What was given, cut to 100 characters; never a secret or a post's text.
    pub given: Option<String>,
    /// What is allowed.
    pub allowed: Option<String>,
    /// What to do about it; a sentence without its full stop.
    pub fix: String,
}

impl Problem {
    /// A problem with its code, field, detail and fix.
    pub fn new(
        code: Code,
        field: impl Into<String>,
        detail: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            code,
            field: field.into(),
            detail: detail.into(),
            given: None,
            allowed: None,
            fix: fix.into(),
        }
    }

    /// Adds what was given, cut to 100 characters.
    #[must_use]
    pub fn given(mut self, given: impl fmt::Display) -> Self {
        let text = given.to_string();
        self.given = Some(if text.chars().count() > 100 {
            text.chars().take(100).collect()
        } else {
            text
        });
        self
    }

    /// Adds what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl fmt::Display) -> Self {
        self.allowed = Some(allowed.to_string());
        self
    }

    /// Puts the field below `prefix`.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        self.field = format!("{prefix}{}", self.field);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.detail)?;
        if let Some(given) = &self.given {
            write!(f, " (given: {given})")?;
        }
        if let Some(allowed) = &self.allowed {
            write!(f, " (allowed: {allowed})")?;
        }
        write!(f, "; {}", self.fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_are_unique() {
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
        }
    }
}
