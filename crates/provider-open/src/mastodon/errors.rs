//! From Mastodon's replies to error classes.

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::RateScope;
use postern_domain::rate::RateHint;
use postern_domain::time::Timestamp;
use postern_provider_kit::http::Reply;
use postern_provider_kit::{Phase, ProviderError, rate};

use super::wire::Refusal;

/// What the instance says about its counting: requests of one account, in five minutes.
pub(super) fn hint(reply: &Reply, now: Timestamp) -> Option<RateHint> {
    let reset = rate::reset_iso(reply, "x-ratelimit-reset", now);
    rate::hint(RateScope::Channel, reply, "x-ratelimit-remaining", 1, reset)
}

/// Classes a reply that is no success.
pub(super) fn read(reply: &Reply, phase: Phase, now: Timestamp) -> ProviderError {
    let refusal: Refusal = reply.json().unwrap_or_default();
    let words = refusal
        .error_description
        .as_deref()
        .unwrap_or(&refusal.error)
        .to_owned();
    let said = |error: ProviderError| error.said(reply, None, Some(&words));
    match reply.status {
        401 => said(ProviderError::reconnect(
            "Mastodon does not accept the access any more",
        )),
        403 => said(forbidden(&words)),
        404 => said(ProviderError::rejected(
            "reply_target_gone",
            "what this entry answers does not exist any more",
            "look at the thread on Mastodon, then send the rest as a new post",
        )),
        413 => said(ProviderError::rejected(
            "media_too_large",
            "the instance does not take a file of this size",
            "make the file smaller",
        )),
        422 => said(unprocessable(&words)),
        429 => ProviderError::rate_limited(reply, rate::reset_iso(reply, "x-ratelimit-reset", now), now),
        500.. => ProviderError::unavailable(reply, phase),
        400..500 => said(ProviderError::rejected(
            "platform_refused",
            "the instance refused the post",
            "read the platform's message, change the post, then try again",
        )),
        // A redirect or an informational status is no answer to a request for the API.
        _ => ProviderError::unclear(reply, phase),
    }
}

fn forbidden(words: &str) -> ProviderError {
    if words.contains("scope") {
        return ProviderError::reconnect("Mastodon did not grant everything that is needed");
    }
    ProviderError::reconnect("the instance restricts the account")
}

/// Only two of these texts are documented; anything unknown is a refusal of the content.
fn unprocessable(words: &str) -> ProviderError {
    if words.contains("not finished processing") {
        return ProviderError::new(
            ErrorClass::Transient,
            "media_processing",
            "a file is still being processed",
            "nothing; it is tried again",
        );
    }
    if words.contains("could not be found") {
        return ProviderError::new(
            ErrorClass::Transient,
            "media_expired",
            "an uploaded file is not known any more",
            "nothing; it is uploaded again",
        );
    }
    let (code, cause, fix) = if words.contains("character limit") {
        (
            "text_too_long",
            "the text is too long for this instance",
            "shorten the text",
        )
    } else if words.contains("can't be blank") {
        (
            "content_empty",
            "there is neither text nor media",
            "write something or attach a file",
        )
    } else if words.contains("content type is invalid") {
        (
            "media_type_unsupported",
            "the instance does not take files of this type",
            "convert the file",
        )
    } else if words.contains("Cannot attach") {
        (
            "media_mix",
            "the instance does not take these files together",
            "keep up to four images, or one video alone",
        )
    } else {
        (
            "platform_refused",
            "the instance refused the post",
            "read the platform's message, change the post, then try again",
        )
    };
    ProviderError::rejected(code, cause, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[track_caller]
    fn check(status: u16, body: &str, phase: Phase, class: ErrorClass, code: &str) {
        let headers = [("x-ratelimit-reset", "2027-01-15T08:01:00.000Z")];
        let error = read(&Reply::sample(status, &headers, body), phase, NOW);
        assert_eq!((error.class, error.code), (class, code), "{status} {body}");
    }

    #[test]
    fn every_reply_has_its_class() {
        use ErrorClass::{RateLimited, Reconnect, Rejected, Transient, Unconfirmed};
        let commit = Phase::Commit;
        let revoked = r#"{"error":"The access token was revoked"}"#;
        check(401, revoked, commit, Reconnect, "access_lost");
        check(
            403,
            r#"{"error":"Your login is currently disabled"}"#,
            commit,
            Reconnect,
            "access_lost",
        );
        check(
            403,
            r#"{"error":"This action is outside the authorized scopes"}"#,
            commit,
            Reconnect,
            "access_lost",
        );
        check(
            404,
            r#"{"error":"Record not found"}"#,
            commit,
            Rejected,
            "reply_target_gone",
        );
        check(413, "<html>", Phase::Repeatable, Rejected, "media_too_large");
        let still = r#"{"error":"Cannot attach files that have not finished processing."}"#;
        check(422, still, commit, Transient, "media_processing");
        let gone = r#"{"error":"Media 1 could not be found or is already attached to another post"}"#;
        check(422, gone, commit, Transient, "media_expired");
        let long = r#"{"error":"Validation failed: Text character limit of 500 exceeded"}"#;
        check(422, long, commit, Rejected, "text_too_long");
        check(
            422,
            r#"{"error":"Validation failed: Text can't be blank"}"#,
            commit,
            Rejected,
            "content_empty",
        );
        let kind = r#"{"error":"Validation failed: File content type is invalid"}"#;
        check(422, kind, Phase::Repeatable, Rejected, "media_type_unsupported");
        check(
            422,
            r#"{"error":"Cannot attach more than 4 files"}"#,
            commit,
            Rejected,
            "media_mix",
        );
        check(
            422,
            r#"{"error":"Zu lang"}"#,
            commit,
            Rejected,
            "platform_refused",
        );
        let until = Some(Timestamp::from_secs(1_800_000_061));
        check(
            429,
            r#"{"error":"Too many requests"}"#,
            commit,
            RateLimited { until },
            "rate_limited",
        );
        check(503, "", commit, Unconfirmed, "platform_failed");
        check(500, "", Phase::Repeatable, Transient, "platform_failed");
        check(302, "", commit, Unconfirmed, "answer_not_understood");
        check(400, "", commit, Rejected, "platform_refused");
    }
}
