//! One field of a form with its label, help and problems.

use askama::Template;
use askama::filters::HtmlSafe;
use postern_domain::manifest::{self, FieldKind};
use postern_domain::value::Value;

use crate::views::{ProblemList, Problems};

/// A labelled input.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/field.html")]
pub(crate) struct Field {
    name: String,
    id: String,
    label: String,
    help: String,
    input: Input,
    value: String,
    required: bool,
    autocomplete: &'static str,
    problems: ProblemList,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// One line, with the HTML type and the greatest length (0 for none).
    Line {
        /// The HTML type: `text`, `email`, `password`, `url`, `date`, `time`.
        kind: &'static str,
        /// Greatest length in characters, 0 for none.
        max: u32,
    },
    /// A whole number in bounds.
    Number {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// A tick.
    Tick,
    /// One of several, value and label.
    Choice(Vec<(String, String)>),
    /// Free text with suggestions from the datalist of this id.
    Suggest(&'static str),
    /// Several lines.
    Lines,
}

impl HtmlSafe for Field {}

impl Field {
    /// A required field; its id is derived from its name.
    pub(crate) fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Self {
        let name = name.into();
        Self {
            id: format!("f-{}", name.replace(['.', '/'], "-")),
            name,
            label: label.into(),
            help: String::new(),
            input,
            value: String::new(),
            required: true,
            autocomplete: "off",
            problems: ProblemList::default(),
        }
    }

    /// A required line of text.
    pub(crate) fn line(name: impl Into<String>, label: impl Into<String>, kind: &'static str) -> Self {
        Self::new(name, label, Input::Line { kind, max: 0 })
    }

    /// A field that a provider's manifest asks for, named `prefix` and its key.
    pub(crate) fn of_manifest(prefix: &str, field: &manifest::Field, given: Option<&Value>) -> Self {
        let input = match &field.kind {
            FieldKind::Text { max, .. } => Input::Line {
                kind: "text",
                max: *max,
            },
            FieldKind::Password => Input::Line {
                kind: "password",
                max: 0,
            },
            FieldKind::Url => Input::Line { kind: "url", max: 0 },
            FieldKind::Bool => Input::Tick,
            FieldKind::Choice(choices) => {
                let none = (!field.required && field.default.is_none())
                    .then(|| (String::new(), "Not set".to_owned()));
                Input::Choice(none.into_iter().chain(choices.iter().cloned()).collect())
            }
            FieldKind::Integer { min, max } => Input::Number { min: *min, max: *max },
            FieldKind::Media => Input::Line { kind: "text", max: 0 },
            FieldKind::List => Input::Lines,
        };
        Self {
            help: crate::words::sentence(&field.help),
            value: given.or(field.default.as_ref()).map(shown).unwrap_or_default(),
            required: field.required && field.kind != FieldKind::Bool,
            ..Self::new(format!("{prefix}{}", field.key), field.label.clone(), input)
        }
    }

    /// With a sentence of help.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// With what was given before.
    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Without the need to be filled.
    pub(crate) fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// With a hint for the browser's own memory.
    pub(crate) fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// With the problems at `pointer`.
    pub(crate) fn problems(mut self, problems: &mut Problems, pointer: &str) -> Self {
        self.problems = problems.below(pointer);
        self
    }

    /// With problems that were taken already.
    pub(crate) fn refused(mut self, problems: ProblemList) -> Self {
        self.problems = problems;
        self
    }

    /// Whether it has to be looked at before sending: needed and empty, or refused.
    pub(crate) fn needs_attention(&self) -> bool {
        !self.problems.is_empty() || (self.required && self.value.is_empty())
    }

    fn described_by(&self) -> String {
        let help = (!self.help.is_empty()).then(|| format!("{}-help", self.id));
        let problems = (!self.problems.is_empty()).then(|| self.problems.id.clone());
        help.into_iter().chain(problems).collect::<Vec<_>>().join(" ")
    }
}

/// A value as the text of an input; lists have one item per line.
fn shown(value: &Value) -> String {
    match value {
        Value::Null | Value::Map(_) => String::new(),
        Value::Bool(truth) => if *truth { "true" } else { "" }.to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.iter().map(shown).collect::<Vec<_>>().join("\n"),
    }
}

/// Reads what an input gave for a manifest's field; nothing when it was left empty.
pub(crate) fn read(field: &manifest::Field, given: Option<&str>) -> Option<Value> {
    let text = given.unwrap_or_default();
    match &field.kind {
        FieldKind::Bool => Some(Value::Bool(matches!(text, "true" | "on"))),
        FieldKind::List => {
            let items: Vec<Value> = text
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(Value::from)
                .collect();
            (!items.is_empty()).then_some(Value::List(items))
        }
        FieldKind::Integer { .. } => match text.trim() {
            "" => None,
            digits => Some(
                digits
                    .parse()
                    .map_or_else(|_| Value::from(digits), Value::Integer),
            ),
        },
        FieldKind::Text { .. }
        | FieldKind::Password
        | FieldKind::Url
        | FieldKind::Choice(_)
        | FieldKind::Media => (!text.trim().is_empty()).then(|| Value::from(text.trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest_field(kind: FieldKind) -> manifest::Field {
        manifest::Field {
            key: "k".into(),
            label: "K".into(),
            help: String::new(),
            kind,
            required: false,
            default: None,
        }
    }

    #[test]
    fn what_was_typed_is_read_by_the_kind_of_its_field() {
        for (kind, given, want) in [
            (FieldKind::Bool, None, Some(Value::Bool(false))),
            (FieldKind::Bool, Some("true"), Some(Value::Bool(true))),
            (
                FieldKind::Integer { min: 0, max: 9 },
                Some(" 7 "),
                Some(Value::Integer(7)),
            ),
            (
                FieldKind::Integer { min: 0, max: 9 },
                Some("seven"),
                Some(Value::from("seven")),
            ),
            (FieldKind::Password, Some("  "), None),
            (
                FieldKind::List,
                Some("a\n\n b "),
                Some(Value::List(vec!["a".into(), "b".into()])),
            ),
            (
                FieldKind::Url,
                Some(" https://example.org "),
                Some("https://example.org".into()),
            ),
        ] {
            assert_eq!(read(&manifest_field(kind), given), want, "{given:?}");
        }
    }

    #[test]
    fn passwords_are_never_given_back() {
        let field = Field::line("secret", "Secret", "password").value("hush");
        assert!(!field.render().unwrap().contains("hush"));
    }
}
