//! From LinkedIn's replies to error classes.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::RateScope;
use postern_domain::rate::RateHint;
use postern_domain::time::Timestamp;
use postern_provider_kit::http::Reply;
use postern_provider_kit::{Phase, ProviderError};

use super::wire::Refusal;

/// Our own word for a post that LinkedIn has already.
pub(super) const DUPLICATE: &str = "duplicate";

/// Classes a reply that is no success. `renewable` tells whether the grant has a refresh token.
pub(super) fn read(reply: &Reply, phase: Phase, renewable: bool, now: Timestamp) -> ProviderError {
    let refusal: Refusal = reply.json().unwrap_or_default();
    let code = refusal.exact_code();
    let words = refusal.words();
    let said = |error: ProviderError| error.said(reply, code, Some(&words));
    match (reply.status, code.unwrap_or_default()) {
        (401, _) if renewable => said(ProviderError::new(
            ErrorClass::Refresh,
            "token_expired",
            "the access has to be renewed",
            "nothing; it is renewed and tried again",
        )),
        (401, _) => said(ProviderError::reconnect(
            "LinkedIn does not accept the access any more",
        )),
        (403, _) => said(ProviderError::reconnect(
            "LinkedIn did not grant what is needed for this",
        )),
        (404, _) => said(ProviderError::rejected(
            "reply_target_gone",
            "what this entry comments on does not exist any more",
            "look at the post on LinkedIn, then send the rest as a new post",
        )),
        (400 | 422, "DUPLICATE_POST") => said(ProviderError::rejected(
            DUPLICATE,
            "the same post was published recently",
            "change the text, or wait",
        )),
        (400 | 422, "MEDIA_ASSET_WAITING_UPLOAD" | "MEDIA_ASSET_PROCESSING") => said(ProviderError::new(
            ErrorClass::Transient,
            "media_processing",
            "a file is still being processed",
            "nothing; it is tried again",
        )),
        (400 | 422, "MEDIA_ASSET_PROCESSING_FAILED") => said(ProviderError::rejected(
            "media_processing_failed",
            "LinkedIn could not process a file",
            "convert the file, or leave it out",
        )),
        (426, _) => said(ProviderError::rejected(
            "api_version_ended",
            "LinkedIn does not speak this version of its API any more",
            "the operator sets api_version of the provider linkedin to a current one",
        )),
        // The allowance is daily and LinkedIn does not say when it ends; the pauses grow by themselves.
        (429, _) => said(ProviderError::rate_limited(reply, None, now)),
        (500.., _) => said(ProviderError::unavailable(reply, phase)),
        (400..500, _) => said(ProviderError::rejected(
            "platform_refused",
            "LinkedIn refused the post",
            "read the platform's message, change the post, then try again",
        )),
        _ => ProviderError::unclear(reply, phase),
    }
}

/// How long an app's used-up allowance is left alone; LinkedIn does not say when it ends.
const APP_PAUSE: Duration = Duration::from_mins(15);

/// Whether the allowance of the app is used up, and not only that of the member: LinkedIn says so in its words.
pub(super) fn hint(reply: &Reply, now: Timestamp) -> Option<RateHint> {
    let refusal: Refusal = reply.json().unwrap_or_default();
    let is_app = reply.status == 429 && refusal.words().contains("APPLICATION");
    is_app.then(|| RateHint {
        scope: RateScope::App,
        remaining: 0,
        resets_at: now.plus(APP_PAUSE),
    })
}

/// The URN of the first post, when the reply says that this one is a duplicate.
pub(super) fn first_of_duplicates(words: &str) -> Option<String> {
    ["urn:li:share:", "urn:li:ugcPost:", "urn:li:activity:"]
        .iter()
        .find_map(|kind| {
            let at = words.find(kind)?;
            let digits: String = words[at + kind.len()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            (!digits.is_empty()).then(|| format!("{kind}{digits}"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[track_caller]
    fn check(status: u16, body: &str, phase: Phase, class: ErrorClass, code: &str) {
        let error = read(&Reply::sample(status, &[], body), phase, true, NOW);
        assert_eq!((error.class, error.code), (class, code), "{status} {body}");
    }

    fn input(code: &str) -> String {
        format!(
            r#"{{"status":422,"message":"m","errorDetails":{{"inputErrors":[{{"code":"{code}","description":"d"}}]}}}}"#
        )
    }

    #[test]
    fn every_reply_has_its_class() {
        use ErrorClass::{RateLimited, Reconnect, Refresh, Rejected, Transient, Unconfirmed};
        let commit = Phase::Commit;
        let dead = r#"{"status":401,"serviceErrorCode":65601,"code":"REVOKED_ACCESS_TOKEN","message":"m"}"#;
        check(401, dead, commit, Refresh, "token_expired");
        let once = read(&Reply::sample(401, &[], dead), commit, false, NOW);
        assert_eq!(
            (once.class, once.provider_code.as_deref()),
            (Reconnect, Some("REVOKED_ACCESS_TOKEN"))
        );
        check(
            403,
            r#"{"code":"ACCESS_DENIED"}"#,
            commit,
            Reconnect,
            "access_lost",
        );
        check(
            404,
            r#"{"code":"NOT_FOUND"}"#,
            commit,
            Rejected,
            "reply_target_gone",
        );
        check(422, &input("DUPLICATE_POST"), commit, Rejected, "duplicate");
        check(
            422,
            &input("MEDIA_ASSET_PROCESSING"),
            commit,
            Transient,
            "media_processing",
        );
        check(
            422,
            &input("MEDIA_ASSET_PROCESSING_FAILED"),
            commit,
            Rejected,
            "media_processing_failed",
        );
        check(
            400,
            r#"{"code":"ILLEGAL_ARGUMENT","message":"m"}"#,
            commit,
            Rejected,
            "platform_refused",
        );
        check(
            426,
            r#"{"code":"NONEXISTENT_VERSION"}"#,
            commit,
            Rejected,
            "api_version_ended",
        );
        check(
            429,
            r#"{"code":"TOO_MANY_REQUESTS"}"#,
            commit,
            RateLimited { until: None },
            "rate_limited",
        );
        check(503, "Service Unavailable", commit, Unconfirmed, "platform_failed");
        check(500, "", Phase::Repeatable, Transient, "platform_failed");
    }

    #[test]
    fn a_used_up_app_is_told_from_a_used_up_member() {
        for (whose, want) in [("APPLICATION DAY", true), ("MEMBER", false)] {
            let body =
                format!(r#"{{"status":429,"message":"Resource level throttle {whose} limit is reached."}}"#);
            let hint = hint(&Reply::sample(429, &[], &body), NOW);
            assert_eq!(
                hint.map(|hint| hint.scope),
                want.then_some(RateScope::App),
                "{whose}"
            );
        }
    }

    #[test]
    fn duplicates_name_the_first_post() {
        for (words, want) in [
            (
                "Content is a duplicate of urn:li:share:7123",
                Some("urn:li:share:7123"),
            ),
            ("duplicate (urn:li:ugcPost:9).", Some("urn:li:ugcPost:9")),
            ("Duplicate post is detected", None),
            ("urn:li:share:", None),
        ] {
            assert_eq!(first_of_duplicates(words).as_deref(), want, "{words}");
        }
    }
}
