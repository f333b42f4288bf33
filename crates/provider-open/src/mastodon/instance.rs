//! One instance: its address, what it takes, and which software it is.

use postern_domain::channel::Channel;
use postern_domain::manifest::Limits;
use postern_domain::media::MediaKind;
use postern_domain::ports::ConnectError;
use postern_domain::value::Value;
use postern_domain::{Code, Problem};
use postern_provider_kit::http::{Call, Reply};
use postern_provider_kit::{Cx, Platform, ProviderError, oauth, structured};
use serde_json::json;
use url::Url;

use super::manifest;
use super::wire::{Account, Configuration, Instance};

/// The address of an instance, from what a person typed: `example.social`, a URL, or `@ada@example.social`.
///
/// Only an instance on the operator's own host may have a path.
pub(super) fn address(platform: &Platform<'_>, typed: &str) -> Result<String, ConnectError> {
    let home = platform.base("instance");
    let typed = typed.trim().trim_end_matches('/');
    if typed.is_empty() || typed == home {
        return Ok(home.to_owned());
    }
    let with_scheme = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{}", typed.rsplit('@').next().unwrap_or(typed))
    };
    let url = Url::parse(&with_scheme)
        .ok()
        .filter(Url::has_host)
        .ok_or_else(|| not_an_address(typed))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(not_an_address(typed));
    }
    let is_home = Url::parse(home).is_ok_and(|home| home.origin() == url.origin());
    // In a sandbox every other server is the simulated one too: nothing typed leads out of it.
    if !is_home && platform.is_sandbox("instance") {
        return Ok(home.to_owned());
    }
    let path = if is_home {
        url.path().trim_end_matches('/')
    } else {
        ""
    };
    let address = format!("{}{path}", url.origin().ascii_serialization());
    platform.allows(&address).map_err(|why| {
        ConnectError::Refused(
            Problem::new(
                Code::UrlRefused,
                "/instance",
                format!("Postern does not go to this address: {why}"),
                "give a public instance, or let the operator allow this one",
            )
            .given(typed),
        )
    })?;
    Ok(address)
}

fn not_an_address(typed: &str) -> ConnectError {
    ConnectError::Refused(
        Problem::new(
            Code::SettingInvalid,
            "/instance",
            "this is not the address of a server",
            "give the server's name, such as mastodon.social",
        )
        .given(typed),
    )
}

/// What the server says about itself; refused when it is none that speaks Mastodon's language.
pub(super) async fn describe(platform: &Platform<'_>, address: &str) -> Result<Instance, ConnectError> {
    let reply = ask(platform, address, "/api/v2/instance").await?;
    if let Some(instance) = reply.json().filter(|_| reply.is_success()) {
        return Ok(instance);
    }
    let reply = ask(platform, address, "/api/v1/instance").await?;
    reply.json().filter(|_| reply.is_success()).ok_or_else(|| {
        ConnectError::Refused(
            Problem::new(
                Code::ConnectFailed,
                "/instance",
                "this server does not speak Mastodon's language",
                "check the server's name",
            )
            .given(address),
        )
    })
}

async fn ask(platform: &Platform<'_>, address: &str, path: &str) -> Result<Reply, ConnectError> {
    let call = Call::get(format!("{address}{path}"));
    platform
        .send(call)
        .await
        .map_err(|lost| oauth::unreachable(&lost, "/instance"))
}

/// What is kept with the channel.
pub(super) fn details(platform: &Platform<'_>, address: &str, account: &Account, server: &Instance) -> Value {
    let empty = Configuration::default();
    let configuration = server.configuration.as_ref().unwrap_or(&empty);
    let media = &configuration.media_attachments;
    let home = platform.base("instance");
    // The sandbox may answer elsewhere after a restart, so only the path below it is kept.
    let sandbox = address
        .strip_prefix(home)
        .filter(|_| platform.is_sandbox("instance"));
    structured::from_json(json!({
        "instance": if sandbox.is_some() { None } else { Some(address) },
        "sandbox": sandbox,
        "account": account.id,
        "software": software(&server.version),
        "limits": {
            "max_characters": configuration.statuses.max_characters,
            "max_media_attachments": configuration.statuses.max_media_attachments,
            "description_limit": media.description_limit,
            "image_size_limit": media.image_size_limit,
            "video_size_limit": media.video_size_limit,
            "mimes": media.supported_mime_types,
        },
    }))
}

/// `mastodon`, or `other` for servers that merely speak its language: they say so in their version.
fn software(version: &str) -> &'static str {
    let is_plain = version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains("compatible");
    if is_plain { "mastodon" } else { "other" }
}

/// The host that makes an account id unique over all instances.
pub(super) fn realm(platform: &Platform<'_>, address: &str) -> String {
    match address
        .strip_prefix(platform.base("instance"))
        .filter(|_| platform.is_sandbox("instance"))
    {
        Some(path) => format!("sandbox{path}"),
        None => address
            .split_once("://")
            .map_or(address, |(_, host)| host)
            .to_owned(),
    }
}

/// Where this channel's instance answers. Never another one than it was connected to.
pub(super) fn of_channel(cx: &Cx<'_>) -> Result<String, ProviderError> {
    let text = |key: &str| cx.channel.details.get(key).and_then(Value::as_text);
    match (text("sandbox"), text("instance")) {
        (Some(path), _) if cx.platform.is_sandbox("instance") => {
            Ok(format!("{}{path}", cx.platform.base("instance")))
        }
        (None, Some(address)) => Ok(address.to_owned()),
        (Some(_) | None, _) => Err(ProviderError::reconnect(
            "the instance of this channel is not known any more",
        )),
    }
}

/// Whether the channel's server is Mastodon itself.
pub(super) fn is_mastodon(cx: &Cx<'_>) -> bool {
    cx.channel.details.get("software").and_then(Value::as_text) == Some("mastodon")
}

/// The limits of the channel's instance.
pub(super) fn limits(usual: &Limits, channel: &Channel) -> Limits {
    let mut limits = usual.clone();
    let Some(own) = channel.details.get("limits") else {
        return limits;
    };
    let number = |key: &str| {
        own.get(key)
            .and_then(Value::as_integer)
            .filter(|number| *number > 0)
    };
    let small = |key: &str| number(key).and_then(|number| u32::try_from(number).ok());
    limits.text_max = small("max_characters").unwrap_or(limits.text_max);
    limits.media_max = small("max_media_attachments").unwrap_or(limits.media_max);
    limits.alt_max = small("description_limit").unwrap_or(limits.alt_max);
    for media in &mut limits.media {
        let key = if media.kind == MediaKind::Video {
            "video_size_limit"
        } else {
            "image_size_limit"
        };
        media.max_bytes = number(key).map_or(media.max_bytes, i64::unsigned_abs);
    }
    if let Some(Value::List(mimes)) = own.get("mimes").filter(|mimes| !mimes.is_blank()) {
        let taken: Vec<&str> = mimes.iter().filter_map(Value::as_text).collect();
        limits.media = [
            (MediaKind::Image, manifest::IMAGES),
            (MediaKind::Gif, &["image/gif"][..]),
            (MediaKind::Video, manifest::VIDEOS),
        ]
        .into_iter()
        .filter_map(|(kind, known)| {
            let mimes: Vec<&str> = known
                .iter()
                .copied()
                .filter(|mime| taken.contains(mime))
                .collect();
            let bytes = limits.media.iter().find(|media| media.kind == kind)?.max_bytes;
            (!mimes.is_empty()).then(|| manifest::media(kind, &mimes, bytes))
        })
        .collect();
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_is_told_by_its_version() {
        for (version, want) in [
            ("4.6.2", "mastodon"),
            ("4.5.0+glitch", "mastodon"),
            ("2.7.2 (compatible; Pleroma 2.6.0)", "other"),
            ("2.8.0 (compatible; Akkoma 3.10)", "other"),
            ("", "other"),
        ] {
            assert_eq!(software(version), want, "{version}");
        }
    }
}
