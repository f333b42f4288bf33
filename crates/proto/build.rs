//! Turns the protobuf files into Rust, without a protobuf compiler to install.

use std::error::Error;
use std::path::Path;

const SERVICES: [&str; 11] = [
    "plan",
    "posts",
    "publications",
    "channels",
    "media",
    "keys",
    "members",
    "events",
    "instance",
    "pauses",
    "dead_letters",
];

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo runs it in the package's folder. A path from its own build may be that of another clone.
    let root = Path::new("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());
    let files = SERVICES.map(|name| format!("postern/v1/{name}.proto"));
    let descriptors = protox::compile(files, [root])?;
    // Messages hold tokens, passwords and texts. Without Debug they cannot be printed at all.
    tonic_prost_build::configure()
        .btree_map(".")
        .skip_debug(["."])
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}
