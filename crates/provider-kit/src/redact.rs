//! Strikes secrets out of texts before they are kept as evidence.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// Shorter texts are not struck out: they would hit by chance.
const SHORTEST: usize = 6;

/// The secrets of one piece of work. Prints their number only.
#[derive(Clone, Default)]
pub struct Redactions(Arc<[String]>);

impl Redactions {
    /// Takes the secrets; those shorter than six characters are left out.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut secrets: Vec<String> = secrets
            .into_iter()
            .filter(|secret| secret.len() >= SHORTEST)
            .collect();
        // The longest first, so that a secret inside another does not leave its rest behind.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into())
    }

    /// Strikes every secret out of `text`.
    pub fn strike(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            text.replace(secret.as_str(), "[redacted]")
        })
    }

    /// Every text inside of a grant's JSON but those in lists, or the grant itself when it is not JSON.
    pub(crate) fn of_grant(grant: &str) -> Vec<String> {
        match serde_json::from_str::<Value>(grant) {
            Ok(value) => {
                let mut found = Vec::new();
                collect(&value, &mut found);
                found
            }
            Err(_) => vec![grant.to_owned()],
        }
    }
}

impl fmt::Debug for Redactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactions({})", self.0.len())
    }
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        // Lists hold what was granted, in words that every answer may hold.
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_a_grant_is_struck_out() {
        let grant = r#"{"access":"token-1234","nested":{"refresh":"token-1234-long"},"short":"ab","scopes":["profile"]}"#;
        let redactions = Redactions::new(Redactions::of_grant(grant));
        assert_eq!(
            redactions.strike("a token-1234-long b token-1234 c ab profile"),
            "a [redacted] b [redacted] c ab profile"
        );
        assert_eq!(format!("{redactions:?}"), "Redactions(2)");
    }
}
