//! The known setting that looks most like an unknown one.

use super::Settings;
use crate::error::ConfigError;

/// The error for a value at `path`, given at `place`, that no section takes.
pub(super) fn unknown(path: &str, place: &str) -> ConfigError {
    let is_variable = place.starts_with("POSTERN__");
    let candidates = Settings::describe().into_iter().map(|field| {
        if is_variable {
            with_names(&field.env, place, "__")
        } else {
            with_names(&format!("{}.{}", field.section, field.name), path, ".")
        }
    });
    let given = if is_variable { place } else { path };
    let nearest = candidates
        .min_by_key(|candidate| distance(given, candidate))
        .unwrap_or_default();
    ConfigError::Unknown {
        setting: place.to_owned(),
        nearest,
    }
}

/// Puts the names that the operator chose in place of `<id>`, so that they cost nothing in the comparison.
fn with_names(known: &str, given: &str, separator: &str) -> String {
    let mut chosen = given.split(separator);
    let parts = known.split(separator).map(|part| {
        let chosen = chosen.next();
        if part.starts_with('<') {
            chosen.unwrap_or(part)
        } else {
            part
        }
    });
    parts.collect::<Vec<_>>().join(separator)
}

/// How many letters have to be put in, taken out or changed to come from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<_> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        for (a, b, want) in [
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("same", "same", 0),
            ("ab", "ba", 2),
        ] {
            assert_eq!(distance(a, b), want, "{a} {b}");
        }
    }
}
