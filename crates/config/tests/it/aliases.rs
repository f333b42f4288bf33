//! An environment written for Postiz.

use postern_config::{App, MailBackend, MailSecurity, MediaBackend, Registration};
use secrecy::ExposeSecret;

use crate::{from_env, settings};

#[test]
fn an_environment_of_postiz_keeps_working() {
    let loaded = from_env(&[
        ("MAIN_URL", "http://localhost:4007"),
        ("FRONTEND_URL", "http://localhost:4007"),
        ("NEXT_PUBLIC_BACKEND_URL", "http://localhost:4007/api"),
        ("BACKEND_INTERNAL_URL", "http://localhost:3000"),
        (
            "DATABASE_URL",
            "postgresql://postiz-user:postiz-password@postiz-postgres:5432/postiz-db-local",
        ),
        ("REDIS_URL", "redis://postiz-redis:6379"),
        ("JWT_SECRET", "long"),
        ("IS_GENERAL", "true"),
        ("DISABLE_REGISTRATION", "false"),
        ("RUN_CRON", "true"),
        ("STORAGE_PROVIDER", "local"),
        ("UPLOAD_DIRECTORY", "/uploads"),
        ("API_LIMIT", "30"),
        ("LINKEDIN_CLIENT_ID", "linkedin-app"),
        ("OPENAI_API_KEY", ""),
        ("HOME", "/root"),
    ])
    .expect("the environment is right");
    let settings = loaded.settings;
    assert_eq!(settings.server.public_url.as_str(), "http://localhost:4007");
    assert_eq!(settings.server.api_address(), "http://localhost:4007/api");
    assert_eq!(settings.server.backend_url.as_str(), "http://localhost:3000");
    assert_eq!(
        (settings.server.registration, settings.server.api_limit),
        (Registration::Open, 30)
    );
    assert_eq!(settings.upload_dir().to_string_lossy(), "/uploads");
    for id in ["linkedin", "linkedin-page"] {
        assert_eq!(
            settings.providers[id].client_id.as_deref(),
            Some("linkedin-app"),
            "{id}"
        );
    }
    assert_eq!(loaded.ignored, ["IS_GENERAL", "RUN_CRON"]);
}

#[test]
fn services_are_picked_by_words() {
    let apps = |text: &str| {
        settings(&[("POSTIZ_APPS", text)])
            .server
            .apps
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(apps("frontend, backend"), [App::Frontend, App::Backend]);
    assert_eq!(apps("cron workers"), [App::Worker, App::Cron]);
    assert_eq!(apps(""), App::ALL);
    assert!(!settings(&[("POSTIZ_APPS", "mcp")]).server.runs(App::Cron));
}

#[test]
fn switches_mean_what_they_meant() {
    let secure = |env: &[(&str, &str)]| settings(env).server.has_secure_cookies();
    let https = ("MAIN_URL", "https://postern.example.org");
    assert!(secure(&[https]));
    assert!(secure(&[https, ("NOT_SECURED", "false")]));
    assert!(!secure(&[https, ("NOT_SECURED", "true")]));
    let registration = |value| settings(&[("DISABLE_REGISTRATION", value)]).server.registration;
    assert_eq!(
        (registration("true"), registration("false")),
        (Registration::Closed, Registration::Open)
    );
    assert!(
        settings(&[("DISABLE_SSRF_PROTECTION", "true")])
            .server
            .allow_private_addresses
    );
}

#[test]
fn cloudflare_is_a_bucket() {
    let media = settings(&[
        ("STORAGE_PROVIDER", "cloudflare"),
        ("CLOUDFLARE_ACCOUNT_ID", "abc"),
        ("CLOUDFLARE_ACCESS_KEY", "key"),
        ("CLOUDFLARE_SECRET_ACCESS_KEY", "secret"),
        ("CLOUDFLARE_BUCKETNAME", "uploads"),
        ("CLOUDFLARE_BUCKET_URL", "https://media.example.org/"),
    ])
    .media;
    assert_eq!(media.backend, MediaBackend::S3);
    let endpoint = media.s3.endpoint.expect("it follows from the account");
    assert_eq!(endpoint.as_str(), "https://abc.r2.cloudflarestorage.com");
    assert_eq!(
        (media.s3.region.as_str(), media.s3.bucket.as_deref()),
        ("auto", Some("uploads"))
    );
}

#[test]
fn mail_goes_out_by_smtp_whoever_sends_it() {
    let from = ("EMAIL_FROM_ADDRESS", "postern@example.org");
    let resend = settings(&[("EMAIL_PROVIDER", "resend"), ("RESEND_API_KEY", "key"), from]).mail;
    assert_eq!(
        (resend.backend, resend.security, resend.port),
        (MailBackend::Smtp, MailSecurity::Tls, 465)
    );
    assert_eq!(
        resend.password.as_ref().map(ExposeSecret::expose_secret),
        Some("key")
    );
    let own = [
        ("EMAIL_PROVIDER", "nodemailer"),
        ("EMAIL_HOST", "mail.example.org"),
        ("EMAIL_PORT", "25"),
    ];
    let own = settings(&[own[0], own[1], own[2], ("EMAIL_SECURE", "false"), from]).mail;
    assert_eq!(
        (own.backend, own.security, own.port),
        (MailBackend::Smtp, MailSecurity::Starttls, 25)
    );
    assert_eq!(
        settings(&[("EMAIL_PROVIDER", "pigeon")]).mail.backend,
        MailBackend::Off
    );
}

#[test]
fn google_business_falls_back_to_the_app_of_youtube() {
    let youtube = [("YOUTUBE_CLIENT_ID", "tube"), ("YOUTUBE_CLIENT_SECRET", "hush")];
    assert_eq!(
        settings(&youtube).providers["gmb"].client_id.as_deref(),
        Some("tube")
    );
    let both = [youtube[0], youtube[1], ("GOOGLE_GMB_CLIENT_ID", "business")];
    let providers = settings(&both).providers;
    assert_eq!(providers["gmb"].client_id.as_deref(), Some("business"));
    assert_eq!(providers["youtube"].client_id.as_deref(), Some("tube"));
}

#[test]
fn a_login_that_was_never_turned_on_stays_off() {
    let known = [
        ("POSTIZ_OAUTH_CLIENT_ID", "postern"),
        ("POSTIZ_OAUTH_URL", "https://id.example.org"),
    ];
    assert!(!settings(&known).oidc["generic"].enabled);
    assert!(settings(&[known[0], known[1], ("POSTIZ_GENERIC_OAUTH", "true")]).oidc["generic"].enabled);
}
