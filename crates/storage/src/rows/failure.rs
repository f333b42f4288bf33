//! Failures as JSON columns.

use postern_domain::failure::{ErrorClass, Failure};
use postern_domain::time::Timestamp;
use serde_json::{Value as Json, json};

/// What stands in the column. Instants are microseconds since 1970.
pub(super) fn to_json(failure: &Failure) -> Json {
    let until = match failure.class {
        ErrorClass::RateLimited { until } => until.map(Timestamp::as_micros),
        ErrorClass::Reconnect
        | ErrorClass::Refresh
        | ErrorClass::Transient
        | ErrorClass::Rejected
        | ErrorClass::Unconfirmed => None,
    };
    json!({
        "class": failure.class.as_str(),
        "until": until,
        "code": failure.code,
        "provider_code": failure.provider_code,
        "provider_message": failure.provider_message,
        "cause": failure.cause,
        "fix": failure.fix,
        "attempt": failure.attempt,
        "at": failure.at.as_micros(),
    })
}

/// What a column's value means; none when it makes no sense.
pub(super) fn from_json(json: &Json) -> Option<Failure> {
    let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let number = |key: &str| json.get(key).and_then(Json::as_i64);
    let class = match ErrorClass::parse(json.get("class")?.as_str()?)? {
        ErrorClass::RateLimited { .. } => ErrorClass::RateLimited {
            until: number("until").map(Timestamp::from_micros),
        },
        class => class,
    };
    Some(Failure {
        class,
        code: text("code")?,
        provider_code: text("provider_code"),
        provider_message: text("provider_message"),
        cause: text("cause")?,
        fix: text("fix")?,
        attempt: u32::try_from(number("attempt")?).ok()?,
        at: Timestamp::from_micros(number("at")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_read_back_and_others_are_refused() {
        for class in [
            ErrorClass::Reconnect,
            ErrorClass::Refresh,
            ErrorClass::RateLimited { until: None },
            ErrorClass::RateLimited {
                until: Some(Timestamp::from_micros(5)),
            },
            ErrorClass::Transient,
            ErrorClass::Rejected,
            ErrorClass::Unconfirmed,
        ] {
            let failure = Failure {
                class,
                code: "code".into(),
                provider_code: Some("187".into()),
                provider_message: None,
                cause: "cause".into(),
                fix: "fix".into(),
                attempt: 3,
                at: Timestamp::from_micros(1),
            };
            assert_eq!(from_json(&to_json(&failure)), Some(failure));
        }
        for broken in [json!({}), json!({"class": "unheard"}), json!([])] {
            assert_eq!(from_json(&broken), None);
        }
    }
}
