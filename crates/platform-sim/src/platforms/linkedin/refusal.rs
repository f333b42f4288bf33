//! Refusals in LinkedIn's envelope.

use serde_json::json;

use crate::reply::Reply;
use crate::time::Millis;

/// The envelope with a status, a code and a message.
pub(crate) fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({ "status": status, "code": code, "message": message }),
    )
}

/// A token that is missing, wrong, expired or revoked.
pub(super) fn token(number: u32, code: &str, message: &str) -> Reply {
    Reply::json(
        401,
        &json!({ "status": 401, "serviceErrorCode": number, "code": code, "message": message }),
    )
}

/// An action that the token's scopes or roles do not cover.
pub(super) fn denied(resource: &str) -> Reply {
    Reply::json(
        403,
        &json!({ "status": 403, "serviceErrorCode": 100, "code": "ACCESS_DENIED", "message": format!("Not enough permissions to access: {resource}") }),
    )
}

/// Content that was understood and refused, with the code of the input at fault.
pub(super) fn input(status: u16, code: &str, description: &str, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({
            "errorDetailType": "com.linkedin.common.error.BadRequest",
            "message": message,
            "errorDetails": { "inputErrors": [{ "description": description, "input": {}, "code": code }] },
            "status": status,
        }),
    )
}

/// A body that does not fit its schema.
pub(super) fn invalid(message: &str) -> Reply {
    error(400, "ILLEGAL_ARGUMENT", message)
}

/// 429 of a daily quota; LinkedIn sends no delay with it.
pub(crate) fn limited(_now: Millis) -> Reply {
    let message = "Resource level throttle MEMBER limit for calls to this resource is reached.";
    Reply::json(
        429,
        &json!({ "status": 429, "serviceErrorCode": 101, "code": "TOO_MANY_REQUESTS", "message": message }),
    )
}

/// A code or token request that the authorisation server refuses.
pub(super) fn oauth(status: u16, code: &str, description: &str) -> Reply {
    Reply::json(
        status,
        &json!({ "error": code, "error_description": description }),
    )
}
