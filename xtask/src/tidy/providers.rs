//! Providers: each has a page, a simulator and a line in its family's list.

use super::{Findings, Repository};

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for file in repository
        .rust
        .iter()
        .filter(|file| file.path.ends_with("/manifest.rs"))
    {
        let Some((family, folder)) = provider_of(&file.path) else {
            continue;
        };
        let id = folder.replace('_', "-");
        let page = format!("docs/providers/{id}.md");
        if repository.file(&page).is_none() {
            let what = format!("the provider {id} has no page");
            findings.fail(
                &file.path,
                1,
                &what,
                &format!("write {page}: how to connect, limits, settings, what is not there"),
            );
        }
        let simulator = format!("crates/platform-sim/src/platforms/{}/", platform(folder));
        if !repository
            .rust
            .iter()
            .any(|other| other.path.starts_with(&simulator))
        {
            let what = format!("the provider {id} has no simulator");
            findings.fail(
                &file.path,
                1,
                &what,
                &format!("write {simulator} from the platform's own documents"),
            );
        }
        let list = format!("crates/{family}/src/lib.rs");
        let is_listed = repository
            .rust
            .iter()
            .any(|other| other.path == list && other.text.code.contains(&format!("mod {folder};")));
        if !is_listed {
            findings.fail(
                &list,
                1,
                &format!("the provider {id} is not in the list"),
                "add its module and its line",
            );
        }
    }
}

/// Family crate and folder of a provider's manifest: `crates/<family>/src/<folder>/manifest.rs`.
fn provider_of(path: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = path.split('/').collect();
    let ["crates", family, "src", folder, "manifest.rs"] = parts.as_slice() else {
        return None;
    };
    family.starts_with("provider-").then_some((family, folder))
}

/// Providers of one platform share its simulator.
fn platform(folder: &str) -> &str {
    match folder {
        "linkedin_page" => "linkedin",
        "instagram_standalone" => "instagram",
        "tiktok_business" => "tiktok",
        "mastodon_custom" => "mastodon",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_a_folder_with_a_manifest_in_a_family() {
        assert_eq!(
            provider_of("crates/provider-feed/src/x/manifest.rs"),
            Some(("provider-feed", "x"))
        );
        assert_eq!(provider_of("crates/provider-feed/src/manifest.rs"), None);
        assert_eq!(provider_of("crates/app/src/x/manifest.rs"), None);
    }
}
