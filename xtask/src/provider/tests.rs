use std::fs;

use super::*;

/// A folder with the parts of the repository that a new provider touches.
fn repository() -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    let crate_folder = copy.path().join("crates/provider-feed");
    fs::create_dir_all(crate_folder.join("src")).expect("a folder");
    for path in ["Cargo.toml", "src/lib.rs"] {
        let real = repo::root().join("crates/provider-feed").join(path);
        fs::copy(real, crate_folder.join(path)).expect("the family exists");
    }
    copy
}

#[test]
fn a_new_provider_is_complete() {
    let copy = repository();
    let written = lay_down(copy.path(), "new-place", Family::Feed).expect("the files are laid down");
    assert_eq!(
        written,
        [
            "crates/provider-feed/src/new_place/mod.rs",
            "crates/provider-feed/src/new_place/manifest.rs",
            "crates/provider-feed/src/new_place/auth.rs",
            "crates/provider-feed/src/new_place/publish.rs",
            "crates/provider-feed/src/new_place/wire.rs",
            "crates/provider-feed/src/new_place/errors.rs",
            "crates/platform-sim/src/platforms/new_place/mod.rs",
            "crates/platform-sim/src/platforms/new_place/refusal.rs",
            "docs/providers/new-place.md",
            "docs/changelog.d/provider-new-place.added.md",
            "crates/provider-feed/src/lib.rs",
            "crates/provider-feed/Cargo.toml",
        ]
    );
    for path in &written {
        let text = fs::read_to_string(copy.path().join(path)).expect("the file is there");
        assert!(!text.contains("{{"), "{path} has a gap");
    }
    let list =
        fs::read_to_string(copy.path().join("crates/provider-feed/src/lib.rs")).expect("the list is there");
    assert!(
        list.contains("mod new_place;\n") && list.contains("Box::new(new_place::NewPlace::new())"),
        "{list}"
    );
}

#[test]
fn nothing_is_written_over() {
    let copy = repository();
    lay_down(copy.path(), "new-place", Family::Feed).expect("the files are laid down");
    let again = lay_down(copy.path(), "new-place", Family::Feed).expect_err("it exists");
    assert!(again.to_string().contains("exists already"), "{again}");
}

#[test]
fn ids_are_lower_case_with_hyphens() {
    for id in ["Tumblr", "9gag", "a--b", "a_b", "", "a-"] {
        assert!(Names::new(id).is_err(), "{id}");
    }
    assert_eq!(
        Names::new("google-business")
            .map(|names| names.type_name)
            .ok()
            .as_deref(),
        Some("GoogleBusiness")
    );
}
