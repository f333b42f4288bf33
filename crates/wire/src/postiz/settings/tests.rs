use std::time::Duration;

use postern_domain::content::Editor;
use postern_domain::manifest::{Connect, Evidence, Helper, Limits, ProviderId, Thread};

use super::*;

fn field(key: &str, kind: FieldKind, required: bool) -> Field {
    Field {
        key: key.into(),
        label: format!("The {key}"),
        help: String::new(),
        kind,
        required,
        default: None,
    }
}

fn manifest(settings: Vec<Field>) -> Manifest {
    Manifest {
        id: ProviderId::of("example"),
        name: "Example".into(),
        editor: Editor::Normal,
        lane: "example".into(),
        connect: Connect::Redirect { fields: Vec::new() },
        limits: Limits {
            text_max: 500,
            text_unit: "characters".into(),
            media_max: 4,
            media: Vec::new(),
            alone: Vec::new(),
            media_required: false,
            alt_max: 1500,
        },
        thread: Thread::Replies,
        settings,
        rules: "Be kind".into(),
        helpers: vec![Helper {
            name: "boards".into(),
            description: "Finds boards".into(),
            arguments: vec![("word".into(), "What to look for".into(), "string".into())],
        }],
        evidence: Evidence::KeySafe {
            window: Duration::from_mins(1),
        },
        concurrency: 1,
        rates: Vec::new(),
    }
}

fn form() -> Vec<Field> {
    let audience = [("public", "Everybody"), ("private", "Only me")];
    let choices = audience
        .map(|(value, label)| (value.to_owned(), label.to_owned()))
        .to_vec();
    vec![
        field("title", FieldKind::Text { min: 2, max: 100 }, true),
        field("audience", FieldKind::Choice(choices), true),
        Field {
            default: Some(Value::Bool(false)),
            ..field("sensitive", FieldKind::Bool, false)
        },
        field("count", FieldKind::Integer { min: 0, max: 9 }, false),
        field("link", FieldKind::Url, false),
        field("cover", FieldKind::Media, false),
        field("labels", FieldKind::List, false),
    ]
}

#[test]
fn a_providers_needs_are_a_schema_or_a_sentence() {
    insta::assert_json_snapshot!(
        "integration_settings",
        integration_settings(Some(&manifest(form())))
    );
    insta::assert_json_snapshot!(
        "integration_settings_without_provider",
        integration_settings(None)
    );
    assert_eq!(settings_schema(&manifest(Vec::new())), json!(NO_SETTINGS));
}

#[test]
fn texts_become_what_their_setting_takes() {
    for (key, given, want) in [
        ("sensitive", "false", Value::Bool(false)),
        ("sensitive", "TRUE", Value::Bool(true)),
        ("sensitive", "perhaps", Value::from("perhaps")),
        ("count", "5", Value::Integer(5)),
        ("count", "five", Value::from("five")),
        ("title", "5", Value::from("5")),
        ("other", "true", Value::from("true")),
    ] {
        let mut settings = Settings::from([(key.to_owned(), Value::from(given))]);
        coerce(&mut settings, &form());
        assert_eq!(settings[key], want, "{key} {given}");
    }
}
