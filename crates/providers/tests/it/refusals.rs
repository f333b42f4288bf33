//! Refusals before and at the platform.

use std::time::Duration;

use postern_domain::Code;
use postern_domain::capability::{Draft, DraftEntry};
use postern_domain::content::Document;
use postern_domain::failure::ErrorClass;
use postern_domain::ports::{Clock, Connector, ProviderCatalog};
use postern_domain::value::Settings;
use postern_platform_sim::{FaultKind, Operation};

use crate::driver::{Job, text};
use crate::stage::Stage;

#[tokio::test]
async fn texts_are_refused_from_the_first_character_too_many() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let max = stage.registry.limits(&account.channel).text_max as usize;
        for (length, fits) in [(max, true), (max + 1, false)] {
            let entries = [DraftEntry {
                content: Document::from_plain(&"a".repeat(length)),
                media: Vec::new(),
                delay: Duration::ZERO,
            }];
            let settings = Settings::new();
            let draft = Draft {
                channel: &account.channel,
                entries: &entries,
                settings: &settings,
            };
            let preview = stage.registry.preview(&draft);
            let codes: Vec<Code> = preview.problems.iter().map(|problem| problem.code).collect();
            let want = if fits { vec![] } else { vec![Code::TextTooLong] };
            assert_eq!(codes, want, "{id} with {length}");
            // The platform counts as the provider does.
            let mut job = Job::new(&stage, &account, length as u128, vec![text(&"a".repeat(length))]);
            let sent = job.run().await;
            let class = sent.as_ref().map_err(|error| error.class).map(|()| true);
            let want = if fits { Ok(true) } else { Err(ErrorClass::Rejected) };
            assert_eq!(class, want, "{id} with {length}: {sent:?}");
        }
    }
    stage.close();
}

#[tokio::test]
async fn dead_tokens_ask_for_renewal_or_reconnection() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let mut job = Job::new(&stage, &account, 5, vec![text("never")]);
        job.prepare().await.unwrap();
        stage.fault(&id, Operation::Commit, FaultKind::ExpireToken);
        let error = job.commit().await.unwrap_err();
        assert!(
            matches!(error.class, ErrorClass::Refresh | ErrorClass::Reconnect),
            "{id}: {error:?}"
        );
        assert_eq!(stage.journal(&id).len(), 0, "{id}");
    }
}

#[tokio::test]
async fn renewed_tokens_publish_what_was_prepared() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let mut account = stage.connect(&id, "ada").await;
        let mut job = Job::new(&stage, &account, 11, vec![text("once").with_image("door")]);
        job.prepare().await.unwrap();
        stage.fault(&id, Operation::Commit, FaultKind::ExpireToken);
        let error = job.commit().await.unwrap_err();
        if error.class != ErrorClass::Refresh {
            continue;
        }
        let step = job.step.take();
        let grant = stage
            .registry
            .refresh(&account.channel, &account.credential)
            .await
            .unwrap();
        account.credential.grant = grant.secret;
        let mut job = Job::new(&stage, &account, 11, vec![text("once").with_image("door")]);
        job.step = step;
        job.run().await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        assert_eq!(stage.journal(&id).len(), 1, "{id}");
        assert_eq!(stage.journal(&id)[0].media.len(), 1, "{id}");
    }
}

#[tokio::test]
async fn evidence_holds_no_secret() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let grant: serde_json::Value = serde_json::from_str(account.credential.grant.reveal()).unwrap();
        let secrets: Vec<&str> = grant
            .as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| {
                ["token", "jwt", "secret", "password"]
                    .iter()
                    .any(|word| key.contains(word))
            })
            .filter_map(|(_, value)| value.as_str())
            .collect();
        assert!(!secrets.is_empty(), "{id}");
        for kind in [
            FaultKind::ServerError,
            FaultKind::ExpireToken,
            FaultKind::RateLimit,
        ] {
            let mut job = Job::new(&stage, &account, 12, vec![text("hush")]);
            job.prepare().await.unwrap();
            stage.fault(&id, Operation::Commit, kind);
            let told = format!("{:?}", job.commit().await.unwrap_err());
            for secret in &secrets {
                assert!(!told.contains(secret), "{id} {kind:?}");
            }
        }
    }
}

#[tokio::test]
async fn rate_limits_say_until_when() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let mut job = Job::new(&stage, &account, 6, vec![text("later").with_image("door")]);
        job.prepare().await.unwrap();
        stage.fault(&id, Operation::Commit, FaultKind::RateLimit);
        let error = job.commit().await.unwrap_err();
        let ErrorClass::RateLimited { until } = error.class else {
            panic!("{id}: {error:?}")
        };
        assert!(
            // LinkedIn alone does not say when.
            until.map_or(id.as_str() == "linkedin", |until| until > stage.clock.now()),
            "{id}: {error:?}"
        );
        assert_eq!(stage.journal(&id).len(), 0, "{id}");
        stage.clock.advance(Duration::from_mins(2));
        job.run().await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        assert_eq!(stage.journal(&id).len(), 1, "{id}");
    }
}

#[tokio::test]
async fn failures_while_uploading_are_tried_again() {
    for kind in [FaultKind::ServerError, FaultKind::Reset, FaultKind::LostAnswer] {
        let stage = Stage::open().await;
        for id in Stage::providers() {
            let account = stage.connect(&id, "ada").await;
            let mut job = Job::new(&stage, &account, 7, vec![text("one").with_image("door")]);
            stage.fault(&id, Operation::Upload, kind);
            let error = job.prepare().await.unwrap_err();
            assert_eq!(error.class, ErrorClass::Transient, "{id} {kind:?}: {error:?}");
            job.run()
                .await
                .unwrap_or_else(|error| panic!("{id} {kind:?}: {error:?}"));
            assert_eq!(stage.journal(&id)[0].media.len(), 1, "{id} {kind:?}");
        }
    }
}
