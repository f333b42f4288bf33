//! What one field alone cannot know.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use super::Settings;
use crate::error::ConfigError;
use crate::layers::Values;
use crate::sections::{MailBackend, MediaBackend, Oidc};

/// Length of a key of the vault.
const KEY_BYTES: usize = 32;

type Checked = Result<(), ConfigError>;

/// Checks each field against its neighbours; errors name the field at fault.
pub(super) fn check(settings: &Settings, values: &Values) -> Checked {
    check_addresses(settings, values)?;
    check_vault(settings, values)?;
    check_publishing(settings, values)?;
    check_media(settings, values)?;
    check_mail(settings, values)?;
    for (name, provider) in settings.oidc.iter().filter(|(_, provider)| provider.enabled) {
        check_oidc(name, provider, values)?;
    }
    Ok(())
}

fn check_addresses(settings: &Settings, values: &Values) -> Checked {
    let public = &settings.server.public_url;
    if public.has_path() {
        return wrong(
            values,
            "server.public_url",
            &quoted(public),
            "an address without a path",
        );
    }
    let scheme = |url: &Option<SecretString>, allowed: &[&str]| {
        let is_allowed =
            |url: &SecretString| allowed.iter().any(|start| url.expose_secret().starts_with(start));
        url.as_ref().is_none_or(is_allowed)
    };
    if !scheme(
        &settings.database.url,
        &["sqlite:", "postgres://", "postgresql://"],
    ) {
        return wrong(
            values,
            "database.url",
            "[redacted]",
            "a sqlite:// or postgres:// address",
        );
    }
    if !scheme(&settings.redis.url, &["redis://"]) {
        return wrong(values, "redis.url", "[redacted]", "a redis:// address");
    }
    let collector = settings
        .telemetry
        .otlp_endpoint
        .as_ref()
        .filter(|endpoint| endpoint.is_https());
    if let Some(endpoint) = collector {
        return wrong(
            values,
            "telemetry.otlp_endpoint",
            &quoted(endpoint),
            "an http:// address of a collector nearby",
        );
    }
    if !settings.telemetry.has_known_levels() {
        let allowed = "off, error, warn, info, debug, trace, or a list of crate=level";
        return wrong(
            values,
            "telemetry.log_level",
            &quoted(&settings.telemetry.log_level),
            allowed,
        );
    }
    Ok(())
}

fn check_vault(settings: &Settings, values: &Values) -> Checked {
    let is_key = |text: &str| {
        let Some((id, key)) = text.split_once(':') else {
            return false;
        };
        let is_id = id.parse().is_ok_and(|id: u32| id > 0);
        // Either alphabet, padded or not: what usual commands print.
        let key = key.trim_end_matches('=').replace('-', "+").replace('_', "/");
        is_id
            && STANDARD_NO_PAD
                .decode(key)
                .is_ok_and(|key| key.len() == KEY_BYTES)
    };
    if settings.vault.keys.iter().all(|key| is_key(key.expose_secret())) {
        return Ok(());
    }
    let allowed = "a list of id:key, each id a number from 1, each key 32 bytes in base64";
    wrong(values, "vault.keys", "[redacted]", allowed)
}

fn check_publishing(settings: &Settings, values: &Values) -> Checked {
    let publishing = &settings.publishing;
    if publishing.lease_secs <= 2 * publishing.heartbeat_secs {
        let allowed = format!(
            "less than half of publishing.lease_secs, which is {}",
            publishing.lease_secs
        );
        return wrong(
            values,
            "publishing.heartbeat_secs",
            &quoted(&publishing.heartbeat_secs),
            &allowed,
        );
    }
    if publishing.backoff_cap_secs < publishing.backoff_base_secs {
        let least = publishing.backoff_base_secs;
        let allowed = format!("at least publishing.backoff_base_secs, which is {least}");
        return wrong(
            values,
            "publishing.backoff_cap_secs",
            &quoted(&publishing.backoff_cap_secs),
            &allowed,
        );
    }
    Ok(())
}

fn check_media(settings: &Settings, values: &Values) -> Checked {
    if settings.media.backend != MediaBackend::S3 {
        return Ok(());
    }
    let because = "media.backend is s3";
    present(
        values,
        "media.s3.bucket",
        settings.media.s3.bucket.is_some(),
        because,
    )?;
    present(
        values,
        "media.s3.access_key_id",
        settings.media.s3.access_key_id.is_some(),
        because,
    )?;
    present(
        values,
        "media.s3.secret_access_key",
        settings.media.s3.secret_access_key.is_some(),
        because,
    )
}

fn check_mail(settings: &Settings, values: &Values) -> Checked {
    if settings.mail.backend != MailBackend::Smtp {
        return Ok(());
    }
    let because = "mail.backend is smtp";
    present(values, "mail.host", settings.mail.host.is_some(), because)?;
    present(
        values,
        "mail.from_address",
        settings.mail.from_address.is_some(),
        because,
    )
}

fn check_oidc(name: &str, provider: &Oidc, values: &Values) -> Checked {
    let because = format!("oidc.{name}.enabled is true");
    present(
        values,
        &format!("oidc.{name}.client_id"),
        provider.client_id.is_some(),
        &because,
    )?;
    let is_spelled_out =
        provider.auth_url.is_some() && provider.token_url.is_some() && provider.userinfo_url.is_some();
    present(
        values,
        &format!("oidc.{name}.issuer"),
        provider.issuer.is_some() || is_spelled_out,
        &because,
    )
}

fn present(values: &Values, path: &str, is_present: bool, because: &str) -> Checked {
    if is_present {
        return Ok(());
    }
    Err(ConfigError::Missing {
        setting: values.name_of(path),
        because: because.to_owned(),
    })
}

fn wrong(values: &Values, path: &str, given: &str, allowed: &str) -> Checked {
    Err(ConfigError::Invalid {
        setting: values.name_of(path),
        given: given.to_owned(),
        allowed: allowed.to_owned(),
    })
}

fn quoted(value: &impl ToString) -> String {
    format!("{:?}", value.to_string())
}
