//! An error with its sources on one line.

use std::error::Error;
use std::fmt::Write;

/// The message of `error` and of each source below it, joined by colons.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a string cannot fail, so there is nothing to carry on.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("file is unreadable")]
    struct Outer(#[source] std::fmt::Error);

    #[test]
    fn sources_follow_their_error() {
        let inner = std::fmt::Error;
        assert_eq!(chain(&Outer(inner)), format!("file is unreadable: {inner}"));
    }
}
