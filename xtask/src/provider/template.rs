//! The texts of a new provider, with its names filled in.

use anyhow::{Result, bail};

use super::family::Family;

/// The files of the provider's folder.
const PROVIDER: &[(&str, &str)] = &[
    ("mod.rs", include_str!("../../templates/provider/mod.rs.txt")),
    (
        "manifest.rs",
        include_str!("../../templates/provider/manifest.rs.txt"),
    ),
    ("auth.rs", include_str!("../../templates/provider/auth.rs.txt")),
    (
        "publish.rs",
        include_str!("../../templates/provider/publish.rs.txt"),
    ),
    ("wire.rs", include_str!("../../templates/provider/wire.rs.txt")),
    (
        "errors.rs",
        include_str!("../../templates/provider/errors.rs.txt"),
    ),
];

/// The files of the simulator's folder.
const SIMULATOR: &[(&str, &str)] = &[
    ("mod.rs", include_str!("../../templates/simulator/mod.rs.txt")),
    (
        "refusal.rs",
        include_str!("../../templates/simulator/refusal.rs.txt"),
    ),
];

const PAGE: &str = include_str!("../../templates/provider/page.md.txt");
const FRAGMENT: &str = "{{Type}} can be connected as a channel.\n";

/// One provider's name in the forms it is needed in.
pub(super) struct Names {
    /// `google-business`
    pub(super) id: String,
    /// `google_business`
    pub(super) module: String,
    /// `GoogleBusiness`
    pub(super) type_name: String,
}

impl Names {
    /// The forms of an id.
    ///
    /// Errors: an id that is not lower case letters, digits and single hyphens, beginning with a letter.
    pub(super) fn new(id: &str) -> Result<Self> {
        let parts: Vec<&str> = id.split('-').collect();
        let is_part = |part: &&str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if !parts.iter().all(is_part) || !id.starts_with(|c: char| c.is_ascii_lowercase()) {
            bail!(
                "`{id}` is no provider id; use lower case letters, digits and hyphens, beginning with a letter"
            );
        }
        let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
        Ok(Self {
            id: id.to_owned(),
            module: parts.join("_"),
            type_name: parts.iter().map(|part| capital(part)).collect(),
        })
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{{id}}", &self.id)
            .replace("{{module}}", &self.module)
            .replace("{{Type}}", &self.type_name)
    }
}

/// All new files: path below the root and text.
pub(super) fn files(names: &Names, family: Family) -> Vec<(String, String)> {
    let provider = format!("{}/src/{}", family.folder(), names.module);
    let simulator = format!("crates/platform-sim/src/platforms/{}", names.module);
    let below = |folder: String, files: &'static [(&str, &str)]| {
        files
            .iter()
            .map(move |(name, text)| (format!("{folder}/{name}"), *text))
    };
    let pages = [
        (format!("docs/providers/{}.md", names.id), PAGE),
        (
            format!("docs/changelog.d/provider-{}.added.md", names.id),
            FRAGMENT,
        ),
    ];
    let all = below(provider, PROVIDER)
        .chain(below(simulator, SIMULATOR))
        .chain(pages);
    all.map(|(path, text)| (path, names.fill(text))).collect()
}
