//! The library of files, on routes of ours.

pub(super) mod change;
pub(super) mod list;
pub(super) mod read;
pub(super) mod remove;
pub(super) mod upload;

use axum::response::Response;
use postern_domain::media::Media;
use postern_domain::ports::MediaLibrary;
use postern_wire::postiz::media_item;

use crate::deps::Inner;
use crate::edge::json;

fn shown(shared: &Inner, media: &Media) -> Response {
    json(200, &media_item(media, shared.app.media_url(media)))
}
