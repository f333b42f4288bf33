//! Errors that are carried on from.

use std::error::Error;
use std::panic::Location;

use crate::log::chain;

/// What to do with an error that nobody can act on: say so, once, and carry on.
pub trait ResultExt<T> {
    /// Logs the error at `warn` together with `undone`, what stays undone because of it.
    ///
    /// Gives the value where there is one.
    fn warn_on_error(self, undone: &'static str) -> Option<T>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> ResultExt<T> for Result<T, E> {
    #[track_caller]
    fn warn_on_error(self, undone: &'static str) -> Option<T> {
        match self {
            Ok(value) => Some(value),
            Err(error) => {
                let error = error.into();
                let at = Location::caller();
                tracing::warn!(undone, error = %chain(error.as_ref()), at = %at, "carried on after an error");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_passes_and_an_error_becomes_nothing() {
        assert_eq!(Ok::<_, std::fmt::Error>(1).warn_on_error("counting"), Some(1));
        assert_eq!(Err::<u8, _>(std::fmt::Error).warn_on_error("counting"), None);
    }
}
