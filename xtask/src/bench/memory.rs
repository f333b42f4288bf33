//! Resident memory of programs that have nothing to do.

use std::time::Duration;

use anyhow::Result;

use super::Scale;
use super::figure::Figure;
use super::product::{Product, folder};
use super::split;
use crate::servers::{Servers, install_missing};

/// How long a program is left alone before it is weighed.
const SETTLE: Duration = Duration::from_secs(5);

/// The whole product in one process.
pub(super) fn one_process(_: &Scale) -> Result<Vec<Figure>> {
    let data = folder()?;
    // The second start weighs a server, not the making of a database.
    drop(Product::serve(data.path(), &[])?);
    let product = Product::serve(data.path(), &[])?;
    std::thread::sleep(SETTLE);
    let value = product.resident_mib()?;
    let note = format!("{} s after the start", SETTLE.as_secs());
    Ok(vec![Figure::at_most(
        45.0,
        "memory, one process, idle",
        value,
        "MiB",
        note,
    )])
}

/// The five services of the split shape, together.
pub(super) fn five_services(_: &Scale) -> Result<Vec<Figure>> {
    let servers = Servers::start(&install_missing()?)?;
    let data = folder()?;
    let running = split::start(split::SERVICES, &servers, data.path(), &[])?;
    std::thread::sleep(SETTLE);
    let mut value = 0.0;
    let mut parts = Vec::new();
    for (name, product) in running.iter() {
        let resident = product.resident_mib()?;
        value += resident;
        parts.push(format!("{name} {resident:.1}"));
    }
    Ok(vec![Figure::at_most(
        120.0,
        "memory, five services, idle",
        value,
        "MiB",
        parts.join(", "),
    )])
}
