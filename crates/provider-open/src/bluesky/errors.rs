//! From the replies of personal data servers to error classes.

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::RateScope;
use postern_domain::rate::RateHint;
use postern_domain::time::Timestamp;
use postern_provider_kit::http::Reply;
use postern_provider_kit::{Phase, ProviderError, rate};

use super::wire::Refusal;

/// What a server says about its counting: points of one account, of which a new record costs three.
pub(super) fn hint(reply: &Reply, now: Timestamp) -> Option<RateHint> {
    let reset = rate::reset_epoch(reply, "ratelimit-reset", now);
    rate::hint(RateScope::Channel, reply, "ratelimit-remaining", 3, reset)
}

/// Classes a reply that is no success.
pub(super) fn read(reply: &Reply, phase: Phase, now: Timestamp) -> ProviderError {
    let Refusal { error, message } = reply.json().unwrap_or_default();
    let code = Some(error.as_str()).filter(|error| !error.is_empty());
    let said = |failure: ProviderError| failure.said(reply, code, Some(&message));
    match (reply.status, error.as_str()) {
        (429, _) => ProviderError::rate_limited(reply, rate::reset_epoch(reply, "ratelimit-reset", now), now),
        (500.., _) => said(ProviderError::unavailable(reply, phase)),
        (
            _,
            "AccountTakedown" | "AccountDeactivated" | "AccountSuspended" | "RepoDeactivated"
            | "RepoTakendown",
        ) => said(ProviderError::reconnect(
            "Bluesky has closed or paused the account",
        )),
        (_, "ExpiredToken" | "InvalidToken" | "AuthMissing" | "AuthenticationRequired") | (401, _) => {
            said(ProviderError::new(
                ErrorClass::Refresh,
                "token_expired",
                "the access has to be renewed",
                "nothing; it is renewed and tried again",
            ))
        }
        (_, "BlobNotFound") => said(ProviderError::new(
            ErrorClass::Transient,
            "media_expired",
            "an uploaded file is not known any more",
            "nothing; it is uploaded again",
        )),
        (413, _) | (_, "PayloadTooLarge" | "BlobTooLarge") => said(too_large()),
        (400, "InvalidRequest") if message.contains("blob too big") => said(too_large()),
        (400, "InvalidRequest")
            if message.contains("grapheme too big") || message.contains("string too big") =>
        {
            said(ProviderError::rejected(
                "text_too_long",
                "the text is too long for Bluesky",
                "shorten the text",
            ))
        }
        (400..500, _) => said(ProviderError::rejected(
            "platform_refused",
            "Bluesky refused the post",
            "read the platform's message, change the post, then try again",
        )),
        _ => ProviderError::unclear(reply, phase),
    }
}

fn too_large() -> ProviderError {
    ProviderError::rejected(
        "media_too_large",
        "a file is too large for this server",
        "make the file smaller",
    )
}

/// Whether the reply says that there is no such record.
pub(super) fn is_absent(reply: &Reply) -> bool {
    let refusal: Refusal = reply.json().unwrap_or_default();
    matches!(reply.status, 400 | 404) && refusal.error == "RecordNotFound"
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[track_caller]
    fn check(status: u16, error: &str, message: &str, phase: Phase, class: ErrorClass, code: &str) {
        let body = serde_json::json!({ "error": error, "message": message }).to_string();
        let reply = Reply::sample(status, &[("ratelimit-reset", "1800000060")], &body);
        let got = read(&reply, phase, NOW);
        assert_eq!((got.class, got.code), (class, code), "{status} {error} {message}");
    }

    #[test]
    fn every_reply_has_its_class() {
        use ErrorClass::{RateLimited, Reconnect, Refresh, Rejected, Transient, Unconfirmed};
        let commit = Phase::Commit;
        check(
            400,
            "ExpiredToken",
            "Token has expired",
            commit,
            Refresh,
            "token_expired",
        );
        check(
            400,
            "InvalidToken",
            "Token could not be verified",
            commit,
            Refresh,
            "token_expired",
        );
        check(
            401,
            "AuthMissing",
            "Authentication Required",
            commit,
            Refresh,
            "token_expired",
        );
        check(401, "AccountTakedown", "", commit, Reconnect, "access_lost");
        let long = "Invalid app.bsky.feed.post record: grapheme too big (maximum 300, got 301) at $.text";
        check(400, "InvalidRequest", long, commit, Rejected, "text_too_long");
        let big = "This file is too large. blob too big (maximum 1000000, got 1470878)";
        check(400, "InvalidRequest", big, commit, Rejected, "media_too_large");
        check(
            400,
            "InvalidRequest",
            "Input/record must be an object",
            commit,
            Rejected,
            "platform_refused",
        );
        check(
            400,
            "BlobNotFound",
            "Could not find blob",
            commit,
            Transient,
            "media_expired",
        );
        check(
            413,
            "PayloadTooLarge",
            "",
            Phase::Repeatable,
            Rejected,
            "media_too_large",
        );
        let until = Some(Timestamp::from_secs(1_800_000_061));
        check(
            429,
            "RateLimitExceeded",
            "",
            commit,
            RateLimited { until },
            "rate_limited",
        );
        check(
            500,
            "InternalServerError",
            "",
            commit,
            Unconfirmed,
            "platform_failed",
        );
        check(
            502,
            "UpstreamFailure",
            "",
            Phase::Repeatable,
            Transient,
            "platform_failed",
        );
        check(302, "", "", commit, Unconfirmed, "answer_not_understood");
    }
}
