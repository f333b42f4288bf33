//! Each error is one line that says what to change.

use std::fs;
use std::path::Path;

use postern_config::{Settings, Sources};

use crate::{from_env, sources};

#[track_caller]
fn check(env: &[(&str, &str)], want: &str) {
    let got = from_env(env)
        .map(|loaded| loaded.settings)
        .expect_err("it is wrong")
        .to_string();
    assert_eq!(got, want);
    assert_eq!(got.lines().count(), 1, "{got}");
}

#[test]
fn a_wrong_value_names_its_variable() {
    for (name, value, allowed) in [
        (
            "POSTERN__SERVER__LISTEN",
            "5000",
            "an address with a port, such as 127.0.0.1:5000",
        ),
        (
            "FRONTEND_URL",
            "localhost",
            "an http:// or https:// address without query",
        ),
        (
            "POSTERN__SERVER__PUBLIC_URL",
            "http://a/b",
            "an address without a path",
        ),
        ("API_LIMIT", "many", "a whole number from 1 to 1000000"),
        (
            "POSTERN__PUBLISHING__BATCH",
            "0",
            "a whole number from 1 to 10000",
        ),
        ("NOT_SECURED", "perhaps", "true or false"),
        ("STORAGE_PROVIDER", "tape", "local or cloudflare"),
        ("POSTERN__MEDIA__BACKEND", "tape", "disk or s3"),
        (
            "POSTERN__TELEMETRY__LOG_LEVEL",
            "inof",
            "off, error, warn, info, debug, trace, or a list of crate=level",
        ),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "https://otel",
            "an http:// address of a collector nearby",
        ),
        (
            "POSTIZ_APPS",
            "frontend web",
            "any of frontend, backend, worker, cron, mcp, separated by commas or blanks, or nothing for all",
        ),
    ] {
        check(
            &[(name, value)],
            &format!("{name} is \"{value}\", allowed is {allowed}"),
        );
    }
}

#[test]
fn a_wrong_secret_is_not_shown() {
    let keys = "a list of id:key, each id a number from 1, each key 32 bytes in base64";
    for (name, allowed) in [
        ("DATABASE_URL", "a sqlite:// or postgres:// address"),
        ("REDIS_URL", "a redis:// address"),
        ("POSTERN__VAULT__KEYS", keys),
    ] {
        check(
            &[(name, "mysql://hush")],
            &format!("{name} is [redacted], allowed is {allowed}"),
        );
    }
}

#[test]
fn fields_that_do_not_fit_each_other_are_named() {
    check(
        &[
            ("POSTERN__PUBLISHING__LEASE_SECS", "30"),
            ("POSTERN__PUBLISHING__HEARTBEAT_SECS", "15"),
        ],
        "POSTERN__PUBLISHING__HEARTBEAT_SECS is \"15\", \
         allowed is less than half of publishing.lease_secs, which is 30",
    );
    check(
        &[("POSTERN__PUBLISHING__BACKOFF_CAP_SECS", "5")],
        "POSTERN__PUBLISHING__BACKOFF_CAP_SECS is \"5\", \
         allowed is at least publishing.backoff_base_secs, which is 15",
    );
    check(
        &[("STORAGE_PROVIDER", "cloudflare")],
        "media.s3.bucket (POSTERN__MEDIA__S3__BUCKET) is missing, it is needed because media.backend is s3",
    );
    check(
        &[("EMAIL_PROVIDER", "nodemailer")],
        "mail.host (POSTERN__MAIL__HOST) is missing, it is needed because mail.backend is smtp",
    );
    check(
        &[("POSTERN__OIDC__COMPANY__ISSUER", "https://id.example.org")],
        "oidc.company.client_id (POSTERN__OIDC__COMPANY__CLIENT_ID) is missing, \
         it is needed because oidc.company.enabled is true",
    );
}

#[test]
fn an_unknown_name_leads_to_the_nearest() {
    for (name, nearest) in [
        ("POSTERN__SERVER__LISTN", "POSTERN__SERVER__LISTEN"),
        ("POSTERN__SERVR__DATA_DIR", "POSTERN__SERVER__DATA_DIR"),
        (
            "POSTERN__PROVIDERS__X__CLIENT_KEY",
            "POSTERN__PROVIDERS__X__CLIENT_ID",
        ),
        ("POSTERN__MEDIA__S3__BUKET", "POSTERN__MEDIA__S3__BUCKET"),
    ] {
        check(
            &[(name, "1")],
            &format!("{name} is not a known setting, the nearest is {nearest}"),
        );
    }
}

#[test]
fn a_wrong_file_names_the_place() {
    let dir = tempfile::tempdir().expect("a directory is to be had");
    let file = dir.path().join("postern.toml");
    let shown = file.display();
    for (text, want) in [
        (
            "[server]\nlisten = 5000\n",
            format!("server.listen in {shown} is \"5000\", allowed is"),
        ),
        (
            "[server]\nlisen = \"\"\n",
            format!("server.lisen in {shown} is not a known setting, the nearest is server.listen"),
        ),
        (
            "server = 1\n",
            format!("server in {shown} is not a known setting"),
        ),
        (
            "[vault]\njwt_secret = hush\n",
            format!("{shown} is not valid TOML: "),
        ),
    ] {
        fs::write(&file, text).expect("the file is written");
        let sources = Sources {
            file: Some(file.clone()),
            ..Sources::default()
        };
        let got = Settings::load(&sources)
            .map(|_| ())
            .expect_err("it is wrong")
            .to_string();
        assert!(got.starts_with(&want), "{got}\n{want}");
        assert!(got.lines().count() == 1 && !got.contains("hush"), "{got}");
    }
}

#[test]
fn a_file_that_is_not_there_names_who_wants_it() {
    check_unreadable(
        &Sources {
            file: Some("/nowhere/postern.toml".into()),
            ..Sources::default()
        },
        "option --config",
    );
    for name in [
        "JWT_SECRET_FILE",
        "POSTERN__VAULT__JWT_SECRET_FILE",
        "X_API_SECRET_FILE",
    ] {
        check_unreadable(&sources(&[(name, "/nowhere/secret")]), name);
    }
    assert!(!Path::new("/nowhere").exists());
}

#[track_caller]
fn check_unreadable(sources: &Sources, want: &str) {
    let got = Settings::load(sources)
        .map(|_| ())
        .expect_err("it is wrong")
        .to_string();
    assert!(got.starts_with(&format!("{want} points to /nowhere/")), "{got}");
}
