//! Refusals beside the fields they are about.

use askama::Template;
use askama::filters::HtmlSafe;
use postern_domain::Problem;

/// All problems of a request, handed out field by field; what nobody takes is shown above the form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems(Vec<Problem>);

/// The problems of one field, as a list that names what is wrong and what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Template)]
#[template(path = "parts/problems.html")]
pub(crate) struct ProblemList {
    /// The id that the field's `aria-describedby` points to.
    pub(crate) id: String,
    /// The problems.
    pub(crate) items: Vec<Problem>,
}

impl HtmlSafe for ProblemList {}

impl Problems {
    /// Takes over the problems of a refusal.
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self(problems)
    }

    /// Takes the problems whose JSON pointer is exactly `pointer`.
    pub(crate) fn at(&mut self, pointer: &str) -> ProblemList {
        self.take(pointer, |field| field == pointer)
    }

    /// Takes the problems at `pointer` and anywhere below it.
    pub(crate) fn below(&mut self, pointer: &str) -> ProblemList {
        self.take(pointer, |field| {
            field
                .strip_prefix(pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Takes all that is left.
    pub(crate) fn rest(&mut self) -> ProblemList {
        self.take("rest", |_| true)
    }

    fn take(&mut self, name: &str, wanted: impl Fn(&str) -> bool) -> ProblemList {
        let (items, left) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|problem| wanted(&problem.field));
        self.0 = left;
        ProblemList {
            id: format!("problems{}", name.replace(['/', '~'], "-")),
            items,
        }
    }
}

impl ProblemList {
    /// Whether there is nothing wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::Code;

    use super::*;

    #[test]
    fn each_problem_is_handed_out_once() {
        let problem = |field: &str| Problem::new(Code::MissingField, field, "missing", "give it");
        let mut problems = Problems::new(vec![
            problem("/name"),
            problem("/targets/1"),
            problem("/targets/1/a"),
            problem("/targets/10"),
        ]);
        for (taken, want) in [
            (problems.at("/name"), vec!["/name"]),
            (problems.at("/name"), vec![]),
            (problems.below("/targets/1"), vec!["/targets/1", "/targets/1/a"]),
            (problems.rest(), vec!["/targets/10"]),
        ] {
            let fields: Vec<&str> = taken.items.iter().map(|problem| problem.field.as_str()).collect();
            assert_eq!(fields, want);
        }
    }
}
