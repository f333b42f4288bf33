//! Documents that follow from the domain.
#![expect(clippy::unwrap_used, reason = "a test may end where something is missing")]

mod states;
