//! What the templates show: plain values, already in words and in the reader's zone.

mod avatar;
mod field;
mod pill;
mod problems;
mod shell;
pub(crate) mod state;
mod when;

pub(crate) use avatar::{Avatar, Badge};
pub(crate) use field::{Field, Input, read};
pub(crate) use pill::{Pill, Tone};
pub(crate) use problems::{ProblemList, Problems};
pub(crate) use shell::{Frame, Nav, Paused, Plain, Theme, Toast};
pub(crate) use when::When;
