//! Who may know whom: the table of crates as data, compared with the manifests.
//!
//! Adapters are named in the monolith alone, which holds all mains; a service that named one would need it in its
//! manifest.

use super::{Findings, Repository};
use crate::packages::{Package, Section};

/// A crate and what it may lean on.
type Row = (&'static str, &'static [&'static str]);

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
const CRATES: &[Row] = &[
    ("domain", &[]),
    ("app", &["domain"]),
    ("entities", &[]),
    ("migrations", &[]),
    ("storage", &["domain", "entities", "migrations"]),
    ("bus", &["domain"]),
    ("limits", &["domain"]),
    ("media", &["domain"]),
    ("vault", &["domain"]),
    ("notify", &["domain"]),
    ("wire", &["domain"]),
    ("proto", &["domain"]),
    ("config", &[]),
    ("telemetry", &[]),
    ("provider-kit", &["domain"]),
    ("provider-meta", FAMILY),
    ("provider-open", FAMILY),
    ("provider-video", FAMILY),
    ("provider-community", FAMILY),
    ("provider-blog", FAMILY),
    ("provider-work", FAMILY),
    ("provider-feed", FAMILY),
    ("providers", FAMILIES),
    ("frontend-api", &["domain", "telemetry"]),
    ("backend-api", &["domain", "app", "wire", "telemetry"]),
    ("worker", &["domain", "provider-kit", "telemetry"]),
    ("cron", &["domain", "telemetry"]),
    ("mcp-gateway", &["domain", "wire", "telemetry"]),
    ("monolith", MONOLITH),
    ("platform-sim", &[]),
    ("servers", &[]),
    (
        "testkit",
        &["domain", "storage", "bus", "limits", "migrations", "platform-sim"],
    ),
    ("e2e", EVERYTHING),
    ("xtask", &["servers"]),
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
pub(crate) const SHIPS_NOTHING: &[&str] = &["servers", "testkit", "e2e", "xtask"];

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
            "proto",
            "frontend-api",
            "backend-api",
            "mcp-gateway",
            "telemetry",
            "platform-sim",
            "monolith",
        ],
    ),
];

/// What the simulator may not know even in its tests, or a misreading would confirm itself.
const HIDDEN_FROM_SIMULATOR: &[&str] = &["domain", "provider-kit", "providers"];

/// Services, which tests reach through the product as a whole.
const SERVICES: &[&str] = &["frontend-api", "backend-api", "worker", "cron", "mcp-gateway"];

/// What links everything.
const WHOLE: &[&str] = &["monolith", "e2e"];

pub(super) fn check(repository: &Repository, findings: &mut Findings) {
    for package in &repository.packages {
        let Some((_, knows)) = CRATES.iter().find(|(name, _)| *name == package.name) else {
            let fix = "give it a row in xtask/src/tidy/edges.rs and in docs/architecture.md";
            findings.fail(
                &package.manifest_path(),
                1,
                "the crate has no row in the table of crates",
                fix,
            );
            continue;
        };
        check_edges(package, knows, findings);
        check_dev_edges(package, findings);
        check_fences(package, findings);
    }
}

fn check_edges(package: &Package, knows: &[&str], findings: &mut Findings) {
    if knows == EVERYTHING {
        return;
    }
    for section in [Section::Normal, Section::Build] {
        for edge in package.edges(section).filter(|edge| !knows.contains(edge)) {
            let line = package.line_of(&format!("postern-{edge}"));
            let what = format!("{} must not know {edge}", package.name);
            let fix = "speak through a port of domain, or change the table and say why in a decision record";
            findings.fail(&package.manifest_path(), line, &what, fix);
        }
    }
}

/// Tests may lean on testkit, the simulator and any adapter, but never on a service or on the product as a whole.
fn check_dev_edges(package: &Package, findings: &mut Findings) {
    if WHOLE.contains(&package.name.as_str()) {
        return;
    }
    for edge in package.edges(Section::Dev).filter(|edge| *edge != package.name) {
        let is_whole = WHOLE.contains(&edge) || SERVICES.contains(&edge);
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_has_no_cycle_and_no_unknown_name() {
        let mut settled: BTreeSet<&str> = BTreeSet::new();
        for _ in 0..CRATES.len() {
            for (name, knows) in CRATES {
                if *knows == EVERYTHING || knows.iter().all(|known| settled.contains(known)) {
                    settled.insert(name);
                }
            }
        }
        let left: Vec<&str> = CRATES
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| !settled.contains(name))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn fences_stand_around_crates_that_exist() {
        for (fenced, inside) in FENCED {
            for name in *inside {
                assert!(
                    CRATES.iter().any(|(row, _)| row == name),
                    "{fenced} is fenced into {name}"
                );
            }
        }
    }
}
