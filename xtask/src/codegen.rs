//! `cargo xtask codegen`: files that are produced from code and checked in.
//!
//! Each is held by a test that compares, and that writes when `UPDATE` is set; so what this command writes is what
//! the tests hold.

use anyhow::Result;

use crate::process;
use crate::tools::{NEXTEST, cargo_with_tools};

/// Packages with produced files, and what they produce.
const PRODUCERS: &[(&str, &str)] = &[
    ("postern-config", ".env.example and docs/configuration.md"),
    ("postern-domain", "docs/states.md"),
];

/// Writes all produced files.
pub(crate) fn run() -> Result<()> {
    NEXTEST.install()?;
    for (package, what) in PRODUCERS {
        println!("xtask: {package} writes {what}");
        let mut tests = cargo_with_tools()?;
        tests
            .args(["nextest", "run", "--package", package])
            .env("UPDATE", "1");
        process::run(&mut tests)?;
    }
    Ok(())
}
