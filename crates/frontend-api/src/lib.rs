//! The web UI: pages, partials, forms, cookies, OAuth redirects, live updates.
//!
//! HTML is rendered here from askama templates; htmx swaps parts of it, a few small modules do what HTML cannot
//! (upload progress, copying, colours). [`router`] is the way in: [`Deps`] come from a main, every page lies in
//! `pages/` with its handlers, and translates between forms and [`postern_domain::ports::Backend`].
//!
//! Invariants kept here:
//! - no rule about posts: what is refused, the backend refuses, and the page shows it beside its field;
//! - nothing typed is lost: a refused form comes back as it was sent, passwords excepted;
//! - no form is taken without the token of the session it was made for ([`form::Form`] checks it);
//! - no inline script or style, so that the content security policy can forbid both.

mod deps;
mod router;
mod run;

mod pages;
mod views;

mod failure;
mod form;
mod member;
mod respond;
mod visit;

mod assets;
mod headers;
mod icons;
mod words;

pub use assets::icon_path;
pub use deps::{Deps, Settings};
pub use router::router;
pub use run::{RunError, run};
