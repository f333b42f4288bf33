//! Ports that are free now and stay so for a while.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

/// The first port given out. Systems give outgoing connections ports above the last one.
const FIRST: u32 = 12_000;

/// How many ports there are to give out.
const COUNT: u32 = 18_000;

/// How many ports one process may ask for before its range meets that of the next.
const RANGE: u32 = 60;

static GIVEN: AtomicU32 = AtomicU32::new(0);

/// A port of this machine on which nothing listens.
///
/// Each test process begins elsewhere, so that two that run at the same time do not race for one port.
///
/// # Errors
/// When none of the range is free.
pub fn free_port() -> Result<u16> {
    let start = std::process::id().wrapping_mul(RANGE);
    (0..COUNT)
        .find_map(|_| {
            let number = start.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
            let port = u16::try_from(FIRST + number % COUNT).ok()?;
            TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .is_ok()
                .then_some(port)
        })
        .context("no port is free")
}
