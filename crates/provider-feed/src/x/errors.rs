//! From X's replies to error classes.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::RateScope;
use postern_domain::rate::RateHint;
use postern_domain::time::Timestamp;
use postern_provider_kit::http::Reply;
use postern_provider_kit::{Phase, ProviderError, rate};

use super::wire::Refusal;

/// How long a used-up allowance is left alone when X does not say.
const CAP_PAUSE: Duration = Duration::from_hours(1);

/// Classes a reply that is no success.
pub(super) fn read(reply: &Reply, phase: Phase, now: Timestamp) -> ProviderError {
    let refusal: Refusal = reply.json().unwrap_or_default();
    let legacy = refusal.errors.first();
    let words = match (refusal.detail.as_str(), legacy) {
        ("" | "One or more parameters to your request was invalid.", Some(error)) => error.message.clone(),
        (detail, _) => detail.to_owned(),
    };
    let number = legacy.and_then(|error| error.code);
    let code = number.map(|code| code.to_string()).or_else(|| kind(&refusal));
    let said = |error: ProviderError| error.said(reply, code.as_deref(), Some(&words));
    let reset = rate::reset_epoch(reply, "x-rate-limit-reset", now);
    if is_usage_capped(reply, &refusal) {
        return said(usage_capped(cap_ends(reply, now)));
    }
    match reply.status {
        401 => said(ProviderError::reconnect("X does not accept the access any more")),
        403 => said(forbidden(&refusal, number, &words)),
        404 if refusal.kind.contains("resource-not-found") => said(ProviderError::new(
            ErrorClass::Transient,
            "media_expired",
            "an uploaded file is not known any more",
            "nothing; it is uploaded again",
        )),
        429 => said(ProviderError::rate_limited(reply, reset, now)),
        500.. => said(ProviderError::unavailable(reply, phase)),
        400..500 => said(ProviderError::rejected(
            "platform_refused",
            "X refused the post",
            "read the platform's message, change the post, then try again",
        )),
        _ => ProviderError::unclear(reply, phase),
    }
}

/// The last part of the problem's type.
fn kind(refusal: &Refusal) -> Option<String> {
    let kind = refusal
        .kind
        .rsplit('/')
        .next()
        .filter(|kind| !kind.is_empty() && *kind != "about:blank");
    kind.map(str::to_owned)
}

/// What X says about its counting: posts of one account, or that the app's allowance is used up.
pub(super) fn hint(reply: &Reply, phase: Phase, now: Timestamp) -> Option<RateHint> {
    if is_usage_capped(reply, &reply.json().unwrap_or_default()) {
        return Some(RateHint {
            scope: RateScope::App,
            remaining: 0,
            resets_at: cap_ends(reply, now),
        });
    }
    match phase {
        Phase::Commit => {
            let reset = rate::reset_epoch(reply, "x-rate-limit-reset", now);
            rate::hint(RateScope::Channel, reply, "x-rate-limit-remaining", 1, reset)
        }
        // Uploads and reads have windows of their own, which are wide.
        Phase::Repeatable => None,
    }
}

fn is_usage_capped(reply: &Reply, refusal: &Refusal) -> bool {
    matches!(reply.status, 402 | 403 | 429) && (refusal.kind.contains("usage-capped") || reply.status == 402)
}

/// When a used-up allowance is asked for again.
fn cap_ends(reply: &Reply, now: Timestamp) -> Timestamp {
    rate::reset_epoch(reply, "x-rate-limit-reset", now).unwrap_or_else(|| now.plus(CAP_PAUSE))
}

fn usage_capped(until: Timestamp) -> ProviderError {
    let until = Some(until);
    ProviderError::new(
        ErrorClass::RateLimited { until },
        "usage_capped",
        "the app's allowance at X is used up",
        "the operator tops up the account of the app at X; the post goes out afterwards",
    )
}

fn forbidden(refusal: &Refusal, number: Option<i64>, words: &str) -> ProviderError {
    // 64: suspended, 326: locked.
    if refusal.kind.contains("user-suspended") || matches!(number, Some(64 | 326)) {
        return ProviderError::reconnect("X has suspended or locked the account");
    }
    if refusal.kind.contains("client-forbidden") || words.contains("not permitted to access this feature") {
        return ProviderError::rejected(
            "app_not_allowed",
            "the app at X may not do this",
            "the operator gives the app write access at the developer portal, then the channel is connected again",
        );
    }
    let (code, cause, fix) = if words.contains("duplicate content") {
        (
            "duplicate",
            "the same text was posted recently",
            "change the text, or wait",
        )
    } else if words.contains("cashtag") {
        ("too_many_cashtags", "X takes one cashtag in a post", "keep one")
    } else if words.contains("longer than 2 minutes") {
        (
            "media_dimensions",
            "the account may not post videos as long as this",
            "cut the video",
        )
    } else if words.contains("deleted or not visible") {
        (
            "reply_target_gone",
            "what this entry answers does not exist any more",
            "look at the thread on X, then send the rest as a new post",
        )
    } else {
        (
            "platform_refused",
            "X does not allow this post",
            "check the length, the files and who may reply, then try again",
        )
    };
    ProviderError::rejected(code, cause, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn the_account_and_the_app_have_budgets_of_their_own() {
        let told = |status: u16, body: &str, phase: Phase| {
            let headers = [
                ("x-rate-limit-remaining", "7"),
                ("x-rate-limit-reset", "1800000060"),
            ];
            let hint = hint(&Reply::sample(status, &headers, body), phase, NOW);
            hint.map(|hint| (hint.scope, hint.remaining, hint.resets_at))
        };
        let reset = Timestamp::from_secs(1_800_000_061);
        let account = Some((RateScope::Channel, 7, reset));
        assert_eq!(told(201, "{}", Phase::Commit), account);
        assert_eq!(told(200, "{}", Phase::Repeatable), None);
        let app = Some((RateScope::App, 0, reset));
        assert_eq!(told(402, "", Phase::Repeatable), app);
        let cap = r#"{"type":"https://api.twitter.com/2/problems/usage-capped"}"#;
        assert_eq!(told(429, cap, Phase::Commit), app);
    }

    #[track_caller]
    fn check(status: u16, body: &str, phase: Phase, class: ErrorClass, code: &str) {
        let reply = Reply::sample(status, &[("x-rate-limit-reset", "1800000060")], body);
        let error = read(&reply, phase, NOW);
        assert_eq!((error.class, error.code), (class, code), "{status} {body}");
    }

    #[test]
    fn every_reply_has_its_class() {
        use ErrorClass::{RateLimited, Reconnect, Rejected, Transient, Unconfirmed};
        let commit = Phase::Commit;
        check(
            401,
            r#"{"title":"Unauthorized","status":401}"#,
            commit,
            Reconnect,
            "access_lost",
        );
        let dead = r#"{"errors":[{"code":89,"message":"Invalid or expired token."}]}"#;
        check(401, dead, commit, Reconnect, "access_lost");
        let twice = r#"{"detail":"You are not allowed to create a Tweet with duplicate content."}"#;
        check(403, twice, commit, Rejected, "duplicate");
        let not = r#"{"detail":"You are not permitted to perform this action."}"#;
        check(403, not, commit, Rejected, "platform_refused");
        check(
            403,
            r#"{"detail":"a maximum of one cashtag"}"#,
            commit,
            Rejected,
            "too_many_cashtags",
        );
        let long = r#"{"detail":"You can not upload videos longer than 2 minutes"}"#;
        check(403, long, commit, Rejected, "media_dimensions");
        let app = r#"{"type":"https://api.twitter.com/2/problems/client-forbidden"}"#;
        check(403, app, commit, Rejected, "app_not_allowed");
        let gone = r#"{"type":"https://api.twitter.com/2/problems/user-suspended"}"#;
        check(403, gone, commit, Reconnect, "access_lost");
        check(
            403,
            r#"{"errors":[{"code":326,"message":"locked"}]}"#,
            commit,
            Reconnect,
            "access_lost",
        );
        let until = Some(Timestamp::from_secs(1_800_000_061));
        let cap = r#"{"type":"https://api.twitter.com/2/problems/usage-capped"}"#;
        check(429, cap, commit, RateLimited { until }, "usage_capped");
        check(402, "", commit, RateLimited { until }, "usage_capped");
        check(
            429,
            r#"{"title":"Too Many Requests"}"#,
            commit,
            RateLimited { until },
            "rate_limited",
        );
        let media = r#"{"type":"https://api.twitter.com/2/problems/resource-not-found"}"#;
        check(404, media, commit, Transient, "media_expired");
        let body = r#"{"errors":[{"message":"$.text: too long"}],"type":".../invalid-request"}"#;
        check(400, body, commit, Rejected, "platform_refused");
        check(503, "Service Unavailable", commit, Unconfirmed, "platform_failed");
        check(
            503,
            "Service Unavailable",
            Phase::Repeatable,
            Transient,
            "platform_failed",
        );
    }
}
