//! What was given, by path, until the sections have taken theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use config::{Value, ValueKind};

use super::environment::variable;
use crate::error::ConfigError;
use crate::schema::{FieldSpec, Raw, Setting};

/// One value with the place it comes from.
#[derive(Debug)]
struct Given {
    raw: Raw,
    origin: String,
}

/// All values by dotted path. What no section takes is unknown.
#[derive(Debug, Default)]
pub(crate) struct Values {
    open: BTreeMap<String, Given>,
    /// Places of the values already taken, for checks across fields.
    origins: BTreeMap<String, String>,
}

impl Values {
    /// Takes the tables of `root` apart. Values without an origin come from `file`.
    pub(super) fn flatten(root: Value, file: &Path) -> Self {
        let mut values = Self::default();
        values.put(String::new(), root, file);
        values
    }

    /// Reads the fields of one section in their order.
    pub(crate) fn section<'a>(&'a mut self, path: &'a str, specs: &'static [FieldSpec]) -> Reader<'a> {
        Reader {
            values: self,
            path,
            specs: specs.iter(),
        }
    }

    /// Names that the operator chose below `section`, such as the ids of `providers`.
    pub(crate) fn names_below(&self, section: &str) -> BTreeSet<String> {
        let names = self
            .open
            .keys()
            .filter_map(|path| path.strip_prefix(section)?.strip_prefix('.'));
        names
            .filter_map(|rest| rest.split_once('.'))
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// Whether somebody gave the value at `path`, which a section has taken by now.
    pub(crate) fn is_given(&self, path: &str) -> bool {
        self.origins.contains_key(path)
    }

    /// How an error names the setting at `path`: the variable or place that gave it, else field and variable.
    pub(crate) fn name_of(&self, path: &str) -> String {
        self.origins
            .get(path)
            .cloned()
            .unwrap_or_else(|| format!("{path} ({})", variable(path)))
    }

    /// The first value that nobody took: its path and its place.
    pub(crate) fn unknown(&self) -> Option<(&str, &str)> {
        self.open
            .iter()
            .next()
            .map(|(path, given)| (path.as_str(), given.origin.as_str()))
    }

    fn put(&mut self, path: String, value: Value, file: &Path) {
        let origin = value.origin().map(str::to_owned);
        let raw = match value.kind {
            ValueKind::Table(table) => {
                for (name, value) in table {
                    let below = if path.is_empty() {
                        name
                    } else {
                        format!("{path}.{name}")
                    };
                    self.put(below, value, file);
                }
                return;
            }
            ValueKind::Nil => return,
            ValueKind::Array(items) => {
                let texts = items
                    .into_iter()
                    .map(|item| scalar(item.kind))
                    .collect::<Option<_>>();
                texts.map_or(Raw::Other, Raw::List)
            }
            kind => scalar(kind).map_or(Raw::Other, Raw::Text),
        };
        let origin = origin.unwrap_or_else(|| format!("{path} in {}", file.display()));
        self.open.insert(path, Given { raw, origin });
    }

    fn take(&mut self, path: &str) -> Option<Given> {
        let given = self.open.remove(path)?;
        self.origins.insert(path.to_owned(), given.origin.clone());
        Some(given)
    }

    /// The texts one level below `path`, and the place of one of them.
    fn take_table(&mut self, path: &str) -> Option<Given> {
        let start = format!("{path}.");
        let names: Vec<_> = self
            .open
            .keys()
            .filter(|key| key.starts_with(&start))
            .cloned()
            .collect();
        let mut table = BTreeMap::new();
        let mut origin = None;
        for name in names {
            let given = self.open.remove(&name)?;
            origin = origin.or(Some(given.origin.clone()));
            let text = given.raw.text().unwrap_or_default().to_owned();
            table.insert(name[start.len()..].to_owned(), text);
        }
        origin.map(|origin| Given {
            raw: Raw::Table(table),
            origin,
        })
    }
}

fn scalar(kind: ValueKind) -> Option<String> {
    match kind {
        ValueKind::Nil | ValueKind::Table(_) | ValueKind::Array(_) => None,
        other => Some(other.to_string()),
    }
}

/// Reads the fields of one section, one after the other.
pub(crate) struct Reader<'a> {
    values: &'a mut Values,
    path: &'a str,
    specs: std::slice::Iter<'static, FieldSpec>,
}

impl Reader<'_> {
    /// The next field: what was given, or its default.
    ///
    /// Errors: what was given is not allowed.
    pub(crate) fn next<T: Setting>(&mut self) -> Result<T, ConfigError> {
        let spec = self.specs.next().unwrap_or(&FieldSpec::PLAIN);
        let path = format!("{}.{}", self.path, spec.name);
        let given = if spec.table {
            self.values.take_table(&path)
        } else {
            self.values.take(&path)
        };
        let given = given.unwrap_or_else(|| Given {
            raw: if spec.table {
                Raw::Table(BTreeMap::new())
            } else {
                Raw::Text(spec.default.to_owned())
            },
            origin: format!("default of {path}"),
        });
        let value = Some(&given.raw)
            .filter(|raw| is_in_range(raw, spec.range))
            .and_then(T::parse);
        value.ok_or_else(|| ConfigError::Invalid {
            setting: given.origin.clone(),
            given: shown(&given.raw, spec.secret),
            allowed: spec.allowed(),
        })
    }
}

/// Whether a number lies in its range; what is no number is judged by its type.
fn is_in_range(raw: &Raw, range: Option<(u64, u64)>) -> bool {
    let number = raw.text().and_then(|text| text.parse().ok());
    match (range, number) {
        (Some((least, most)), Some(number)) => (least..=most).contains(&number),
        (Some(_) | None, None) | (None, Some(_)) => true,
    }
}

/// The value on one line, cut where it is long.
fn shown(raw: &Raw, is_secret: bool) -> String {
    const LONGEST: usize = 80;
    if is_secret {
        return "[redacted]".to_owned();
    }
    let cut = |text: &str| format!("{:?}", text.chars().take(LONGEST).collect::<String>());
    match raw {
        Raw::Text(text) => cut(text),
        Raw::List(items) => cut(&items.join(", ")),
        Raw::Table(table) => {
            let pairs: Vec<_> = table
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            cut(&pairs.join(", "))
        }
        Raw::Other => "a list of tables".to_owned(),
    }
}
