//! The workspace of a key: name, zone and how late its posts may go out. Routes of ours.

pub(super) mod change;
pub(super) mod read;
