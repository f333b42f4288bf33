//! Which source wins.

use std::fs;

use postern_config::{App, Registration, Settings, Sources};
use secrecy::ExposeSecret;

use crate::{settings, sources};

#[test]
fn nothing_given_means_one_process_with_files() {
    let settings = settings(&[]);
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:5000");
    assert_eq!(settings.server.public_url.as_str(), "http://localhost:5000");
    assert_eq!(settings.server.apps.len(), App::ALL.len());
    assert_eq!(settings.server.registration, Registration::Closed);
    assert!(!settings.server.has_secure_cookies());
    assert_eq!(
        settings.database_url().expose_secret(),
        "sqlite://./data/postern.db?mode=rwc"
    );
    assert_eq!(settings.upload_dir().to_string_lossy(), "./data/uploads");
    assert!(settings.redis.url.is_none() && settings.providers.is_empty() && settings.oidc.is_empty());
    assert_eq!(settings.publishing.lease_secs, 60);
}

#[test]
fn the_public_address_follows_the_port_until_it_is_given() {
    for (env, want) in [
        (
            vec![("POSTERN__SERVER__LISTEN", "127.0.0.1:5090")],
            "http://localhost:5090",
        ),
        (
            vec![("POSTERN__SERVER__LISTEN", "127.0.0.1:0")],
            "http://localhost:5000",
        ),
        (
            vec![
                ("POSTERN__SERVER__LISTEN", "0.0.0.0:8080"),
                ("POSTERN__SERVER__PUBLIC_URL", "http://localhost:5000"),
            ],
            "http://localhost:5000",
        ),
    ] {
        assert_eq!(settings(&env).server.public_url.as_str(), want, "{env:?}");
    }
}

#[test]
fn each_layer_is_stronger_than_the_one_before() {
    let dir = tempfile::tempdir().expect("a directory is to be had");
    let (file, secret) = (dir.path().join("postern.toml"), dir.path().join("secret"));
    fs::write(&file, "[redis]\nprefix = \"file\"\n").expect("the file is written");
    fs::write(&secret, "by-file\n").expect("the file is written");
    let prefix = |sources: &Sources| {
        Settings::load(sources)
            .expect("it is right")
            .settings
            .redis
            .prefix
    };

    let mut given = Sources {
        file: Some(file),
        ..Sources::default()
    };
    assert_eq!(prefix(&given), "file");
    given.env = sources(&[("POSTERN__REDIS__PREFIX", "variable")]).env;
    assert_eq!(prefix(&given), "variable");
    given.env.push((
        "POSTERN__REDIS__PREFIX_FILE".into(),
        secret.to_string_lossy().into_owned(),
    ));
    assert_eq!(prefix(&given), "by-file");
    given.overrides = vec![("redis.prefix", "option".into())];
    assert_eq!(prefix(&given), "option");
}

#[test]
fn own_names_are_stronger_than_those_of_postiz() {
    let public = |env: &[(&str, &str)]| settings(env).server.public_url.to_string();
    let (main, front) = (("MAIN_URL", "http://main"), ("FRONTEND_URL", "http://front/"));
    assert_eq!(public(&[main]), "http://main");
    assert_eq!(public(&[main, front]), "http://front");
    assert_eq!(
        public(&[main, front, ("POSTERN__SERVER__PUBLIC_URL", "https://own")]),
        "https://own"
    );
    assert_eq!(
        public(&[("POSTERN__SERVER__PUBLIC_URL", "")]),
        "http://localhost:5000"
    );
}

#[test]
fn a_file_holds_tables_lists_and_numbers() {
    let dir = tempfile::tempdir().expect("a directory is to be had");
    let file = dir.path().join("postern.toml");
    let text = r#"
        [server]
        apps = ["worker", "cron"]
        trusted_proxies = ["10.0.0.0/8"]
        api_limit = 7
        [media]
        backend = "s3"
        [media.s3]
        bucket = "uploads"
        access_key_id = "007"
        secret_access_key = "hush"
        [providers.linkedin-page]
        scopes = ["read", "write"]
        hosts = { api = "http://127.0.0.1:7070/linkedin" }
        [providers.linkedin-page.extra]
        api_version = 202506
        [oidc.company]
        issuer = "https://id.example.org"
        client_id = "postern"
    "#;
    fs::write(&file, text).expect("the file is written");
    let given = Sources {
        file: Some(file),
        ..sources(&[(
            "POSTERN__PROVIDERS__LINKEDIN_PAGE__HOSTS__WWW",
            "http://127.0.0.1:7070/www",
        )])
    };
    let settings = Settings::load(&given).expect("the file is right").settings;
    assert_eq!(
        settings
            .server
            .apps
            .iter()
            .map(|app| app.as_str())
            .collect::<Vec<_>>(),
        ["worker", "cron"]
    );
    assert_eq!(settings.server.trusted_proxies[0].to_string(), "10.0.0.0/8");
    assert_eq!(settings.server.api_limit, 7);
    assert_eq!(settings.media.s3.access_key_id.as_deref(), Some("007"));
    let page = &settings.providers["linkedin-page"];
    assert_eq!(page.hosts["api"].as_str(), "http://127.0.0.1:7070/linkedin");
    assert_eq!(page.hosts["www"].as_str(), "http://127.0.0.1:7070/www");
    assert_eq!(
        (&page.extra["api_version"][..], &page.scopes[..]),
        ("202506", &["read".into(), "write".into()][..])
    );
    assert_eq!(settings.oidc["company"].scopes.len(), 3);
}

#[test]
fn secrets_do_not_print() {
    let secrets = [
        ("DATABASE_URL", "postgres://user:hush@db/postern"),
        ("REDIS_URL", "redis://:hush@redis"),
        ("JWT_SECRET", "hush"),
        ("X_API_SECRET", "hush"),
        ("DISCORD_BOT_TOKEN_ID", "hush"),
        ("EMAIL_PASS", "hush"),
        ("CLOUDFLARE_SECRET_ACCESS_KEY", "hush"),
        ("POSTIZ_OAUTH_CLIENT_SECRET", "hush"),
        ("POSTERN__SERVER__SERVICE_TOKEN", "hush"),
    ];
    let settings = settings(&secrets);
    assert!(!format!("{settings:?}").contains("hush"), "{settings:?}");
    let secret = settings.providers["x"]
        .client_secret
        .as_ref()
        .expect("it was given");
    assert_eq!(secret.expose_secret(), "hush");
}
