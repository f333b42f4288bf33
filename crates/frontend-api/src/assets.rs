//! Style sheets, scripts and icons, served under a path that changes with their content.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use rust_embed::RustEmbed;

/// The files of `static/`: inside the binary in release builds, read from disk while developing.
#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// The path below which all files lie, for example `/assets/1f2e3d4c5b6a7988`.
pub(crate) fn prefix() -> &'static str {
    static PREFIX: OnceLock<String> = OnceLock::new();
    PREFIX.get_or_init(|| format!("/assets/{:016x}", digest()))
}

/// The path of the product's picture.
pub fn icon_path() -> String {
    format!("{}/icon.svg", prefix())
}

/// `GET /assets/{digest}/{path}`: one file, kept for ever by browsers while the digest is the present one.
pub(crate) async fn serve(Path((digest, path)): Path<(String, String)>) -> Response {
    let Some(file) = Files::get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let current = prefix().ends_with(&digest) && !cfg!(debug_assertions);
    let keep = if current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, content_type(&path)),
        (header::CACHE_CONTROL, keep),
    ];
    (headers, file.data.into_owned()).into_response()
}

/// One digest over all names and contents: scripts that import each other then always fit together.
fn digest() -> u64 {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut hasher = DefaultHasher::new();
    for name in names {
        name.hash(&mut hasher);
        Files::get(&name)
            .map(|file| file.metadata.sha256_hash())
            .hash(&mut hasher);
    }
    hasher.finish()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}
