//! Where a problem of the domain lies in the arguments of a tool.

use postern_domain::{BackendError, Problem};

/// Puts the problems of an error to other places; `place` gets each JSON pointer of the domain.
pub(crate) fn moved(error: BackendError, place: impl Fn(&str) -> String) -> BackendError {
    let to = |problem: Problem| Problem {
        field: place(&problem.field),
        ..problem
    };
    match error {
        BackendError::Refused(problems) => BackendError::Refused(problems.into_iter().map(to).collect()),
        BackendError::Conflict(problem) => BackendError::Conflict(to(problem)),
        other => other,
    }
}

/// The parts of a pointer: `/targets/1/entries/0` is `["targets", "1", "entries", "0"]`.
pub(crate) fn parts(pointer: &str) -> Vec<&str> {
    pointer.split('/').skip(1).collect()
}

#[cfg(test)]
mod tests {
    use postern_domain::Code;

    use super::*;

    #[test]
    fn refusals_and_conflicts_are_moved() {
        let problem = Problem::new(Code::NoChannel, "/targets", "d", "f");
        let place = |pointer: &str| format!("/here{pointer}");
        for error in [
            BackendError::Refused(vec![problem.clone()]),
            BackendError::Conflict(problem),
        ] {
            assert_eq!(moved(error, place).problems()[0].field, "/here/targets");
        }
        assert_eq!(parts("/targets/1"), ["targets", "1"]);
    }
}
