//! The families, and how a provider gets into its family's list.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::template::Names;
use crate::rust_text::RustText;

/// A family of related platforms; its crate is `provider-<name>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Family {
    Meta,
    Open,
    Video,
    Community,
    Blog,
    Work,
    Feed,
}

/// What every provider's files use; each is added to the family's manifest where it is missing.
const DEPENDENCIES: &[&str] = &[
    "async-trait",
    "postern-domain",
    "postern-provider-kit",
    "serde",
    "serde_json",
];

/// The list of a family that had none.
const LIST: &str = "
use postern_provider_kit::Provider;

/// The providers of this family, in the order they are shown.
pub fn providers() -> Vec<Box<dyn Provider>> {
    vec![]
}
";

impl Family {
    /// The crate's folder below the root.
    pub(super) fn folder(self) -> String {
        let name = match self {
            Self::Meta => "meta",
            Self::Open => "open",
            Self::Video => "video",
            Self::Community => "community",
            Self::Blog => "blog",
            Self::Work => "work",
            Self::Feed => "feed",
        };
        format!("crates/provider-{name}")
    }
}

/// Adds module, list entry and dependencies: the paths changed.
pub(super) fn enlist(root: &Path, family: Family, names: &Names) -> Result<Vec<String>> {
    let list = format!("{}/src/lib.rs", family.folder());
    edit(root, &list, |text| with_provider(text, names))?;
    let manifest = format!("{}/Cargo.toml", family.folder());
    edit(root, &manifest, |text| Ok(with_dependencies(text)))?;
    Ok(vec![list, manifest])
}

fn edit(root: &Path, path: &str, change: impl Fn(&str) -> Result<String>) -> Result<()> {
    let target = root.join(path);
    let text = std::fs::read_to_string(&target).with_context(|| format!("{path} cannot be read"))?;
    std::fs::write(&target, change(&text)?).with_context(|| format!("{path} cannot be written"))
}

/// The family's root with the module declared and the provider at the end of the list.
fn with_provider(text: &str, names: &Names) -> Result<String> {
    let declared = with_module(text, &names.module);
    let listed = if declared.contains("vec![") {
        declared
    } else {
        declared + LIST
    };
    let source = RustText::new(&listed);
    let open = source
        .code
        .find("vec![")
        .map(|at| at + "vec!".len())
        .unwrap_or_default();
    let Some(close) = source.closing(open) else {
        bail!("the list of providers has no end")
    };
    let entries = listed[open + 1..close].trim().trim_end_matches(',');
    let mut entries: Vec<String> = entries
        .split(",\n")
        .map(|entry| entry.trim().to_owned())
        .collect();
    entries.retain(|entry| !entry.is_empty());
    entries.push(format!("Box::new({}::{}::new())", names.module, names.type_name));
    let one_line = format!("vec![{}]", entries.join(", "));
    let start = open - "vec!".len();
    let list = if one_line.len() <= 60 {
        one_line
    } else {
        format!("vec![\n        {},\n    ]", entries.join(",\n        "))
    };
    Ok(format!("{}{list}{}", &listed[..start], &listed[close + 1..]))
}

/// The text with `mod name;` at its place among the others.
fn with_module(text: &str, module: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let declaration = format!("mod {module};");
    let is_module = |line: &String| line.starts_with("mod ") && line.ends_with(';');
    let modules: Vec<usize> = (0..lines.len())
        .filter(|index| is_module(&lines[*index]))
        .collect();
    match (
        modules.iter().find(|index| lines[**index] > declaration),
        modules.last(),
    ) {
        (Some(next), _) => lines.insert(*next, declaration),
        (None, Some(last)) => lines.insert(last + 1, declaration),
        (None, None) => {
            let head = lines
                .iter()
                .take_while(|line| line.starts_with("//!") || line.starts_with("#!["))
                .count();
            lines.splice(head..head, [String::new(), declaration]);
        }
    }
    lines.join("\n") + "\n"
}

/// The manifest with everything a provider needs.
fn with_dependencies(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for name in DEPENDENCIES {
        let is_here =
            |line: &String| line.starts_with(&format!("{name}.")) || line.starts_with(&format!("{name} "));
        if lines.iter().any(is_here) {
            continue;
        }
        let Some(start) = lines.iter().position(|line| line == "[dependencies]") else {
            continue;
        };
        let end = lines[start + 1..]
            .iter()
            .position(|line| line.trim().is_empty() || line.starts_with('['));
        lines.insert(
            end.map_or(lines.len(), |offset| start + 1 + offset),
            format!("{name}.workspace = true"),
        );
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let names = Names::new("tumblr").expect("a good id");
        assert_eq!(with_provider(text, &names).expect("a good list"), want);
    }

    #[test]
    fn a_provider_goes_to_the_end_of_the_list() {
        let rest = "\nuse postern_provider_kit::Provider;\n\n/// The providers of this family, in the order they are \
                    shown.\npub fn providers() -> Vec<Box<dyn Provider>> {\n    ";
        check(
            "//! Adapters.\n",
            &format!("//! Adapters.\n\nmod tumblr;\n{rest}vec![Box::new(tumblr::Tumblr::new())]\n}}\n"),
        );
        check(
            &format!("//! Adapters.\n\nmod x;\n{rest}vec![Box::new(x::X::new())]\n}}\n"),
            &format!(
                "//! Adapters.\n\nmod tumblr;\nmod x;\n{rest}vec![Box::new(x::X::new()), \
                 Box::new(tumblr::Tumblr::new())]\n}}\n"
            ),
        );
    }

    #[test]
    fn dependencies_are_added_once() {
        let once = with_dependencies("[dependencies]\nserde.workspace = true\n\n[lints]\nworkspace = true\n");
        assert_eq!(once, with_dependencies(&once));
        assert!(once.contains("async-trait.workspace = true\n"), "{once}");
        assert!(once.ends_with("\n\n[lints]\nworkspace = true\n"), "{once}");
    }
}
