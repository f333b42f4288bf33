//! The description of one setting.

/// One setting, as documents describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Section it belongs to, such as `server`, or `providers.<id>`.
    pub section: String,
    /// Name within the section.
    pub name: &'static str,
    /// Variable that sets it.
    pub env: String,
    /// Other variables that set it; the first that is given wins.
    pub aliases: Vec<&'static str>,
    /// Default as text; empty where there is none.
    pub default: &'static str,
    /// Unit of a number; empty where there is none.
    pub unit: &'static str,
    /// What it does, one sentence per line.
    pub doc: String,
    /// What is allowed.
    pub allowed: String,
    /// A telling value; empty where the default tells enough.
    pub example: &'static str,
    /// Whether it never prints.
    pub secret: bool,
}

/// The description of one setting inside its section.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldSpec {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) default: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) example: &'static str,
    /// Least and greatest number.
    pub(crate) range: Option<(u64, u64)>,
    pub(crate) secret: bool,
    pub(crate) table: bool,
    pub(crate) kind: fn() -> String,
}

impl FieldSpec {
    /// What every field starts from.
    pub(crate) const PLAIN: Self = Self {
        name: "",
        doc: "",
        default: "",
        unit: "",
        example: "",
        range: None,
        secret: false,
        table: false,
        kind: String::new,
    };

    /// What is allowed, in words.
    pub(crate) fn allowed(&self) -> String {
        let kind = (self.kind)();
        self.range.map_or(kind.clone(), |(least, most)| {
            format!("{kind} from {least} to {most}")
        })
    }
}

/// The text of doc comments with one sentence per line, however it was broken in the source.
pub(crate) fn sentences(doc: &str) -> String {
    let mut text = String::new();
    for line in doc.lines().map(str::trim) {
        if !text.is_empty() {
            text.push(if text.ends_with('.') { '\n' } else { ' ' });
        }
        text.push_str(line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_one_line() {
        assert_eq!(
            sentences(" One sentence\n broken in two.\n Another.\n"),
            "One sentence broken in two.\nAnother."
        );
    }
}
