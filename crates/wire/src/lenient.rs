//! Scalars as loosely typed clients send them: numbers as texts, truth as words.

use serde_json::Value as Json;

/// The text of a scalar; null and composed values have none.
pub(crate) fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(truth) => Some(truth.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// The text of a scalar, trimmed, when there is any.
pub(crate) fn filled(json: Option<&Json>) -> Option<String> {
    let text = text(json?)?.trim().to_owned();
    Some(text).filter(|text| !text.is_empty())
}

/// A number, also one in quotes.
pub(crate) fn number(json: &Json) -> Option<f64> {
    let number = match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    };
    number.filter(|number| number.is_finite())
}

/// Yes or no, also as a word or a number: `"false"`, `"0"`, `"no"` and `""` are no.
pub(crate) fn truth(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(truth) => Some(*truth),
        Json::Number(number) => number.as_f64().map(|number| number != 0.0),
        Json::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" | "" => Some(false),
            _ => None,
        },
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_word_false_is_false() {
        for (given, want) in [
            (json!(true), Some(true)),
            (json!("false"), Some(false)),
            (json!("False"), Some(false)),
            (json!("0"), Some(false)),
            (json!(0), Some(false)),
            (json!("1"), Some(true)),
            (json!("maybe"), None),
            (json!([]), None),
        ] {
            assert_eq!(truth(&given), want, "{given}");
        }
    }

    #[test]
    fn numbers_may_come_in_quotes() {
        for (given, want) in [
            (json!(5), Some(5.0)),
            (json!("5"), Some(5.0)),
            (json!(" 2.5 "), Some(2.5)),
            (json!("NaN"), None),
            (json!("five"), None),
            (json!(true), None),
        ] {
            assert_eq!(number(&given), want, "{given}");
        }
    }
}
