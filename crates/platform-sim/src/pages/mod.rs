//! Pages that people look at: the start page, public posts and profiles, consent forms.

mod consent;
mod home;
mod post;

pub(crate) use self::consent::{Consent, Decision, consent, decision};
pub(crate) use self::home::root;
pub(crate) use self::post::{permalink, profile};

use crate::reply::Reply;
use crate::world::World;

/// The one style sheet.
pub(crate) fn style() -> Reply {
    Reply::raw(200, "text/css; charset=utf-8", include_str!("style.css")).with("cache-control", "max-age=300")
}

/// An uploaded file by its name; types that a browser could run come as plain bytes.
pub(crate) fn medium(world: &World, key: &str) -> Reply {
    let Some(blob) = world.blobs.get(key) else {
        return Reply::raw(404, "text/plain", "no such file");
    };
    let harmless = (blob.mime.starts_with("image/") && !blob.mime.contains("svg"))
        || blob.mime.starts_with("video/")
        || blob.mime == "application/pdf";
    let mime = if harmless {
        blob.mime.as_str()
    } else {
        "application/octet-stream"
    };
    Reply::raw(200, mime, blob.bytes.clone())
        .with("x-content-type-options", "nosniff")
        .with("cache-control", "max-age=31536000, immutable")
        .with("access-control-allow-origin", "*")
}

/// A round picture with the first letter of a handle.
pub(crate) fn avatar(file: &str) -> Reply {
    let handle = file.split('.').next().unwrap_or_default();
    let letter = handle
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .map(|letter| letter.to_uppercase().to_string())
        .unwrap_or_default();
    let hue = handle
        .bytes()
        .fold(17_u32, |hue, byte| (hue * 31 + u32::from(byte)) % 360);
    let picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 96\" width=\"96\" height=\"96\"><rect width=\"96\" height=\"96\" fill=\"hsl({hue} 45% 40%)\"/><text x=\"48\" y=\"50\" fill=\"#fff\" font-family=\"system-ui,sans-serif\" font-size=\"44\" text-anchor=\"middle\" dominant-baseline=\"central\">{}</text></svg>",
        text(&letter)
    );
    Reply::raw(200, "image/svg+xml", picture).with("cache-control", "max-age=3600")
}

/// Address of the picture of a handle, from the root of the listener.
pub(crate) fn avatar_path(handle: &str) -> String {
    format!("/_sim/avatars/{handle}.svg")
}

/// A page that says why something cannot be done.
pub(crate) fn problem(status: u16, platform: &str, title: &str, detail: &str) -> Reply {
    let body = format!(
        "<section class=\"card problem\"><h1>{}</h1><p>{}</p></section>",
        text(title),
        text(detail)
    );
    page(
        status,
        &format!("{title} - {platform} sandbox"),
        platform,
        "narrow",
        &body,
    )
}

/// The frame of every page; `body` is HTML.
fn page(status: u16, title: &str, place: &str, width: &str, body: &str) -> Reply {
    Reply::html(
        status,
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{}</title><link rel=\"icon\" href=\"/_sim/avatars/sandbox.svg\"><link rel=\"stylesheet\" href=\"/_sim/style.css\"></head><body><div class=\"banner\"><div><strong><a href=\"/\">Sandbox</a></strong><span>{}. Nothing here leaves this machine.</span></div></div><main class=\"{width}\">{body}</main></body></html>",
            text(title),
            text(place),
        ),
    )
}

/// Text made safe between tags and inside double-quoted attributes.
fn text(plain: &str) -> String {
    html_escape::encode_double_quoted_attribute(plain).into_owned()
}
