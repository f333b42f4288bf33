//! The names that Postiz uses for what Postern also has.

use std::collections::BTreeSet;

use super::platforms::{PLATFORMS, Platform};
use super::{Entry, Layer};
use crate::error::ConfigError;
use crate::schema::{Raw, Setting};

/// What a value of Postiz means here: a value, nothing, or an error that says what is allowed.
type Meaning = Result<Option<String>, &'static str>;

/// One name of Postiz and the setting it means. Of several names for one setting the first that is given wins.
struct Alias {
    name: &'static str,
    path: &'static str,
    meaning: fn(&str) -> Meaning,
    /// Whether documents name it beside the setting; side effects of other names are left out.
    is_listed: bool,
}

const fn same(name: &'static str, path: &'static str) -> Alias {
    Alias {
        name,
        path,
        meaning: |value| Ok(Some(value.to_owned())),
        is_listed: true,
    }
}

const fn means(name: &'static str, path: &'static str, meaning: fn(&str) -> Meaning) -> Alias {
    Alias {
        name,
        path,
        meaning,
        is_listed: true,
    }
}

const fn off(name: &'static str) -> Alias {
    Alias {
        name,
        path: "oidc.generic.enabled",
        meaning: |_| Ok(Some("false".to_owned())),
        is_listed: false,
    }
}

const ALIASES: &[Alias] = &[
    same("FRONTEND_URL", "server.public_url"),
    same("MAIN_URL", "server.public_url"),
    same("NEXT_PUBLIC_OVERRIDE_BACKEND_URL", "server.api_url"),
    same("NEXT_PUBLIC_BACKEND_URL", "server.api_url"),
    same("BACKEND_INTERNAL_URL", "server.backend_url"),
    same("POSTIZ_APPS", "server.apps"),
    same("API_LIMIT", "server.api_limit"),
    means("DISABLE_REGISTRATION", "server.registration", |value| {
        one_of(value, "closed", Some("open"))
    }),
    means("NOT_SECURED", "server.secure_cookies", |value| {
        one_of(value, "off", None)
    }),
    means(
        "DISABLE_SSRF_PROTECTION",
        "server.allow_private_addresses",
        |value| one_of(value, "true", None),
    ),
    same("DATABASE_URL", "database.url"),
    same("REDIS_URL", "redis.url"),
    same("JWT_SECRET", "vault.jwt_secret"),
    means("STORAGE_PROVIDER", "media.backend", storage),
    same("UPLOAD_DIRECTORY", "media.directory"),
    means("CLOUDFLARE_ACCOUNT_ID", "media.s3.endpoint", |id| {
        Ok(Some(format!("https://{id}.r2.cloudflarestorage.com")))
    }),
    same("CLOUDFLARE_REGION", "media.s3.region"),
    means("CLOUDFLARE_ACCOUNT_ID", "media.s3.region", |_| {
        Ok(Some("auto".to_owned()))
    }),
    same("CLOUDFLARE_BUCKETNAME", "media.s3.bucket"),
    same("CLOUDFLARE_ACCESS_KEY", "media.s3.access_key_id"),
    same("CLOUDFLARE_SECRET_ACCESS_KEY", "media.s3.secret_access_key"),
    same("CLOUDFLARE_BUCKET_URL", "media.s3.public_url"),
    means("EMAIL_PROVIDER", "mail.backend", |value| {
        Ok(Some(if has_mail(value) {
            "smtp".to_owned()
        } else {
            "off".to_owned()
        }))
    }),
    same("EMAIL_HOST", "mail.host"),
    means("EMAIL_PROVIDER", "mail.host", |value| {
        Ok(resend(value, "smtp.resend.com"))
    }),
    same("EMAIL_PORT", "mail.port"),
    means("EMAIL_PROVIDER", "mail.port", |value| Ok(resend(value, "465"))),
    means("EMAIL_SECURE", "mail.security", |value| {
        one_of(value, "tls", Some("starttls"))
    }),
    means("EMAIL_PROVIDER", "mail.security", |value| {
        Ok(resend(value, "tls"))
    }),
    same("EMAIL_USER", "mail.user"),
    means("EMAIL_PROVIDER", "mail.user", |value| Ok(resend(value, "resend"))),
    same("EMAIL_PASS", "mail.password"),
    same("RESEND_API_KEY", "mail.password"),
    same("EMAIL_FROM_ADDRESS", "mail.from_address"),
    same("EMAIL_FROM_NAME", "mail.from_name"),
    means("POSTIZ_GENERIC_OAUTH", "oidc.generic.enabled", |value| {
        one_of(value, "true", Some("false"))
    }),
    // Postiz shows no button before it is turned on, however much is known of the provider.
    off("POSTIZ_OAUTH_URL"),
    off("POSTIZ_OAUTH_AUTH_URL"),
    off("POSTIZ_OAUTH_TOKEN_URL"),
    off("POSTIZ_OAUTH_USERINFO_URL"),
    off("POSTIZ_OAUTH_CLIENT_ID"),
    off("POSTIZ_OAUTH_CLIENT_SECRET"),
    off("NEXT_PUBLIC_POSTIZ_OAUTH_DISPLAY_NAME"),
    off("NEXT_PUBLIC_POSTIZ_OAUTH_LOGO_URL"),
    same("POSTIZ_OAUTH_URL", "oidc.generic.issuer"),
    same("POSTIZ_OAUTH_AUTH_URL", "oidc.generic.auth_url"),
    same("POSTIZ_OAUTH_TOKEN_URL", "oidc.generic.token_url"),
    same("POSTIZ_OAUTH_USERINFO_URL", "oidc.generic.userinfo_url"),
    same("POSTIZ_OAUTH_CLIENT_ID", "oidc.generic.client_id"),
    same("POSTIZ_OAUTH_CLIENT_SECRET", "oidc.generic.client_secret"),
    same(
        "NEXT_PUBLIC_POSTIZ_OAUTH_DISPLAY_NAME",
        "oidc.generic.display_name",
    ),
    same("NEXT_PUBLIC_POSTIZ_OAUTH_LOGO_URL", "oidc.generic.logo_url"),
    same("OTEL_EXPORTER_OTLP_ENDPOINT", "telemetry.otlp_endpoint"),
    same("OTEL_SERVICE_NAME", "telemetry.service_name"),
];

/// What the aliases among `pairs` set.
///
/// Errors: a value that Postiz would not understand either.
pub(super) fn entries(pairs: &[(String, String)]) -> Result<Layer, ConfigError> {
    let mut taken = BTreeSet::new();
    let mut layer = Layer(Vec::new());
    let mut put = |path: String, name: &str, value: String| {
        if taken.insert(path.clone()) {
            layer.0.push(Entry {
                path,
                value,
                origin: name.to_owned(),
            });
        }
    };
    for alias in ALIASES {
        let Some(given) = value_of(pairs, alias.name) else {
            continue;
        };
        let meaning = (alias.meaning)(given.trim()).map_err(|allowed| ConfigError::Invalid {
            setting: alias.name.to_owned(),
            given: format!("{given:?}"),
            allowed: allowed.to_owned(),
        })?;
        if let Some(value) = meaning {
            put(alias.path.to_owned(), alias.name, value);
        }
    }
    for Platform {
        name,
        providers,
        field,
    } in PLATFORMS
    {
        let Some(given) = value_of(pairs, name) else {
            continue;
        };
        for provider in *providers {
            put(format!("providers.{provider}.{field}"), name, given.to_owned());
        }
    }
    Ok(layer)
}

/// The names of Postiz that mean the setting at `path`, strongest first.
pub(crate) fn names_of(path: &str) -> Vec<&'static str> {
    ALIASES
        .iter()
        .filter(|alias| alias.path == path && alias.is_listed)
        .map(|alias| alias.name)
        .collect()
}

/// Whether `name` is a name of Postiz that sets something here.
pub(super) fn is_known(name: &str) -> bool {
    ALIASES.iter().any(|alias| alias.name == name) || PLATFORMS.iter().any(|platform| platform.name == name)
}

fn value_of<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(given, _)| given == name)
        .map(|(_, value)| value.as_str())
}

/// `yes` where the value is true, `no` where it is false.
fn one_of(value: &str, yes: &str, no: Option<&str>) -> Meaning {
    match bool::parse(&Raw::Text(value.to_owned())) {
        Some(true) => Ok(Some(yes.to_owned())),
        Some(false) => Ok(no.map(str::to_owned)),
        None => Err("true or false"),
    }
}

fn storage(value: &str) -> Meaning {
    match value {
        "local" => Ok(Some("disk".to_owned())),
        "cloudflare" => Ok(Some("s3".to_owned())),
        _ => Err("local or cloudflare"),
    }
}

fn has_mail(provider: &str) -> bool {
    matches!(provider, "resend" | "nodemailer")
}

/// Resend takes mail by SMTP too; these are its published host, port and name.
fn resend(provider: &str, value: &str) -> Option<String> {
    (provider == "resend").then(|| value.to_owned())
}
