//! Postern's own sandbox may answer elsewhere after a restart; its channels go with it.

use postern_domain::ports::{Connector, ProviderCatalog};
use postern_provider_kit::{Host, Registry};

use crate::driver::{Job, text};
use crate::stage::Stage;

#[tokio::test]
async fn channels_of_the_sandbox_follow_it() {
    let stage = Stage::open_as(Host::sandbox).await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let told = format!("{:?} {}", account.channel.details, account.channel.remote_id);
        assert!(!told.contains("127.0.0.1"), "{id}: {told}");
        // The same simulator, reached by another name of the same host.
        let moved = stage.base.replace("127.0.0.1", "localhost");
        let registry = stage.registry_at(&moved, Host::sandbox);
        let profile = registry.profile(&account.channel, &account.credential).await;
        assert!(profile.is_ok(), "{id}: {profile:?}");
        let mut job = Job::new(&stage, &account, 1, vec![text("moved")]);
        job.run().await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
    }
}

#[tokio::test]
async fn channels_of_the_sandbox_never_reach_the_real_platform() {
    let stage = Stage::open_as(Host::sandbox).await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        let keeps_its_place = matches!(id.as_str(), "mastodon" | "bluesky");
        if keeps_its_place {
            let named = stage.registry_at(&stage.base, Host::named);
            let profile = named.profile(&account.channel, &account.credential).await;
            assert!(profile.is_err(), "{id}");
        }
    }
}

#[tokio::test]
async fn providers_without_their_app_say_what_is_missing() {
    let registry: Registry = Stage::bare_registry();
    for id in Stage::providers() {
        let needs_app = matches!(id.as_str(), "x" | "linkedin");
        let configured = registry.configured(&id);
        assert_eq!(configured.is_err(), needs_app, "{id}");
        if let Err(problem) = configured {
            assert!(problem.detail.contains("_SECRET"), "{id}: {problem}");
        }
    }
}
