//! Who may know whom: the table of crates as data, compared with the manifests and with the sources.

use std::collections::BTreeSet;

use super::{Findings, Repository, RustFile};
use crate::packages::{Package, Section};

/// What one crate may lean on.
struct Crate {
    name: &'static str,
    /// What the library knows.
    knows: &'static [&'static str],
    /// What `src/main.rs` alone knows besides, to build adapters from settings.
    main_knows: &'static [&'static str],
}

const fn library(name: &'static str, knows: &'static [&'static str]) -> Crate {
    Crate {
        name,
        knows,
        main_knows: &[],
    }
}

const fn service(
    name: &'static str,
    knows: &'static [&'static str],
    main_knows: &'static [&'static str],
) -> Crate {
    Crate {
        name,
        knows,
        main_knows,
    }
}

const FAMILY: &[&str] = &["domain", "provider-kit"];

const FAMILIES: &[&str] = &[
    "domain",
    "provider-kit",
    "provider-meta",
    "provider-open",
    "provider-video",
    "provider-community",
    "provider-blog",
    "provider-work",
    "provider-feed",
];

/// The table of `docs/architecture.md`.
const CRATES: &[Crate] = &[
    library("domain", &[]),
    library("app", &["domain"]),
    library("entities", &[]),
    library("migrations", &[]),
    library("storage", &["domain", "entities", "migrations"]),
    library("bus", &["domain"]),
    library("limits", &["domain"]),
    library("media", &["domain"]),
    library("vault", &["domain"]),
    library("notify", &["domain"]),
    library("wire", &["domain"]),
    library("proto", &["domain"]),
    library("config", &[]),
    library("telemetry", &[]),
    library("provider-kit", &["domain"]),
    library("provider-meta", FAMILY),
    library("provider-open", FAMILY),
    library("provider-video", FAMILY),
    library("provider-community", FAMILY),
    library("provider-blog", FAMILY),
    library("provider-work", FAMILY),
    library("provider-feed", FAMILY),
    library("providers", FAMILIES),
    service(
        "frontend-api",
        &["domain", "telemetry"],
        &["bus", "config", "proto"],
    ),
    service(
        "backend-api",
        &["domain", "app", "wire", "telemetry"],
        &[
            "bus",
            "config",
            "limits",
            "media",
            "notify",
            "proto",
            "provider-kit",
            "providers",
            "storage",
            "vault",
        ],
    ),
    service(
        "worker",
        &["domain", "provider-kit", "telemetry"],
        &["bus", "config", "limits", "media", "notify", "proto", "providers"],
    ),
    service("cron", &["domain", "telemetry"], &["config", "proto"]),
    service(
        "mcp-gateway",
        &["domain", "wire", "telemetry"],
        &["config", "proto"],
    ),
    library("monolith", MONOLITH),
    library("platform-sim", &[]),
    library(
        "testkit",
        &["domain", "storage", "bus", "limits", "migrations", "platform-sim"],
    ),
    library("e2e", EVERYTHING),
    library("xtask", &[]),
];

const MONOLITH: &[&str] = &[
    "domain",
    "app",
    "storage",
    "migrations",
    "bus",
    "limits",
    "media",
    "vault",
    "notify",
    "wire",
    "proto",
    "config",
    "telemetry",
    "provider-kit",
    "providers",
    "frontend-api",
    "backend-api",
    "worker",
    "cron",
    "mcp-gateway",
    "platform-sim",
];

/// Stands for every crate of the workspace.
const EVERYTHING: &[&str] = &["*"];

/// Crates that ship nothing.
pub(crate) const SHIPS_NOTHING: &[&str] = &["testkit", "e2e", "xtask"];

/// A dependency that is fenced, and the crates inside the fence.
const FENCED: &[(&str, &[&str])] = &[
    ("sea-orm", &["entities", "storage", "migrations"]),
    ("sea-orm-migration", &["migrations"]),
    ("fred", &["bus"]),
    ("deadpool-redis", &["limits"]),
    ("reqwest", &["provider-kit", "media", "notify"]),
    ("tonic", &["proto", "backend-api"]),
    ("rmcp", &["mcp-gateway"]),
    (
        "axum",
        &[
            "frontend-api",
            "backend-api",
            "mcp-gateway",
            "telemetry",
            "platform-sim",
        ],
    ),
];

/// What the simulator may not know even in its tests, or a misreading would confirm itself.
const HIDDEN_FROM_SIMULATOR: &[&str] = &["domain", "provider-kit", "providers"];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for package in &repository.packages {
        let Some(row) = CRATES.iter().find(|row| row.name == package.name) else {
            let fix = "give it a row in xtask/src/tidy/edges.rs and in docs/architecture.md";
            findings.fail(
                &package.manifest_path(),
                1,
                "the crate has no row in the table of crates",
                fix,
            );
            continue;
        };
        check_edges(package, row, findings);
        check_dev_edges(package, findings);
        check_fences(package, findings);
        let sources = repository
            .rust
            .iter()
            .filter(|file| file.folder == package.folder && !file.is_test);
        for file in sources.filter(|file| !is_main(&file.path)) {
            check_source(file, row, findings);
        }
    }
}

fn check_edges(package: &Package, row: &Crate, findings: &mut Findings) {
    if row.knows == EVERYTHING {
        return;
    }
    let allowed: BTreeSet<&str> = row.knows.iter().chain(row.main_knows).copied().collect();
    for section in [Section::Normal, Section::Build] {
        for edge in package.edges(section).filter(|edge| !allowed.contains(edge)) {
            let line = package.line_of(&format!("postern-{edge}"));
            let what = format!("{} must not know {edge}", package.name);
            let fix = "speak through a port of domain, or change the table and say why in a decision record";
            findings.fail(&package.manifest_path(), line, &what, fix);
        }
    }
}

/// Tests may lean on testkit, the simulator and any adapter, but never on a service or on the product as a whole.
fn check_dev_edges(package: &Package, findings: &mut Findings) {
    if ["e2e", "monolith"].contains(&package.name.as_str()) {
        return;
    }
    for edge in package.edges(Section::Dev) {
        let is_whole = ["e2e", "monolith"].contains(&edge)
            || CRATES
                .iter()
                .any(|row| row.name == edge && !row.main_knows.is_empty());
        let is_hidden = package.name == "platform-sim"
            && (HIDDEN_FROM_SIMULATOR.contains(&edge) || edge.starts_with("provider-"));
        if is_whole || is_hidden {
            let what = format!("tests of {} must not lean on {edge}", package.name);
            let line = package.line_of(&format!("postern-{edge}"));
            findings.fail(
                &package.manifest_path(),
                line,
                &what,
                "move the test to crates/e2e",
            );
        }
    }
}

fn check_fences(package: &Package, findings: &mut Findings) {
    if SHIPS_NOTHING.contains(&package.name.as_str()) {
        return;
    }
    for section in [Section::Normal, Section::Build] {
        for (name, _) in package.dependencies(section) {
            let Some((_, inside)) = FENCED.iter().find(|(fenced, _)| *fenced == name) else {
                continue;
            };
            if !inside.contains(&package.name.as_str()) && !is_for_tests_alone(package, name) {
                let what = format!("{} must not use {name}", package.name);
                let fix = format!("only {} may; go through its port", inside.join(", "));
                findings.fail(&package.manifest_path(), package.line_of(name), &what, &fix);
            }
        }
    }
}

/// Whether the feature `testsuite` alone brings a dependency in.
fn is_for_tests_alone(package: &Package, name: &str) -> bool {
    let marker = format!("dep:{name}");
    let Some(features) = package.manifest.get("features").and_then(toml::Value::as_table) else {
        return false;
    };
    let mut bringing = features.iter().filter(|(_, parts)| {
        parts
            .as_array()
            .is_some_and(|parts| parts.iter().any(|part| part.as_str() == Some(&marker)))
    });
    bringing.next().is_some_and(|(feature, _)| feature == "testsuite") && bringing.next().is_none()
}

/// Libraries of services see ports; the adapters are named in `main.rs` alone.
fn check_source(file: &RustFile, row: &Crate, findings: &mut Findings) {
    for name in row.main_knows {
        let word = format!("postern_{}", name.replace('-', "_"));
        for at in file.text.words(&word).filter(|at| !file.text.is_test(*at)) {
            let what = format!("the library of {} names the adapter {name}", row.name);
            findings.fail(
                &file.path,
                file.text.line(at),
                &what,
                "take a port in Deps and build the adapter in src/main.rs",
            );
        }
    }
}

fn is_main(path: &str) -> bool {
    path.ends_with("/src/main.rs") || path.contains("/src/main/") || path.contains("/src/bin/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_no_cycle_and_no_unknown_name() {
        let mut settled: BTreeSet<&str> = BTreeSet::new();
        for _ in 0..CRATES.len() {
            for row in CRATES {
                let mut known = row.knows.iter().chain(row.main_knows);
                if row.knows == EVERYTHING || known.all(|name| settled.contains(name)) {
                    settled.insert(row.name);
                }
            }
        }
        let left: Vec<&str> = CRATES
            .iter()
            .map(|row| row.name)
            .filter(|name| !settled.contains(name))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn fences_stand_around_crates_that_exist() {
        for (fenced, inside) in FENCED {
            for name in *inside {
                assert!(
                    CRATES.iter().any(|row| row.name == *name),
                    "{fenced} is fenced into {name}"
                );
            }
        }
    }
}
