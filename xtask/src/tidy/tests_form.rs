//! The form of tests: named by the rule, always run, judged by their assertions.

use super::{Findings, Repository};

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in &repository.rust {
        for (attribute, fix) in [
            (
                "#[ignore",
                "make the test run everywhere, or let it say why it does nothing",
            ),
            ("#[should_panic", "assert on the error that is returned"),
        ] {
            for (at, _) in file.text.code.match_indices(attribute) {
                findings.fail(
                    &file.path,
                    file.text.line(at),
                    &format!("`{attribute}` in a test"),
                    fix,
                );
            }
        }
        for (at, _) in file
            .text
            .code
            .match_indices("fn test_")
            .filter(|(at, _)| file.is_test || file.text.is_test(*at))
        {
            findings.fail(
                &file.path,
                file.text.line(at),
                "a name with `test_`",
                "name the test by the rule it holds",
            );
        }
    }
}
