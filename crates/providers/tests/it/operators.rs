//! What operators choose is what the rest of Postern sees.

use postern_domain::manifest::ProviderId;
use postern_domain::ports::ProviderCatalog;

use crate::stage::Stage;

#[test]
fn operators_choose_how_many_go_out_at_once() {
    let chosen = ProviderId::of("mastodon");
    let usual = Stage::bare_registry();
    let registry = Stage::registry_with_concurrency(&chosen, 999);
    for (manifest, usual) in registry.manifests().iter().zip(usual.manifests()) {
        let want = if manifest.id == chosen {
            999
        } else {
            usual.concurrency
        };
        assert_eq!(manifest.concurrency, want, "{}", manifest.id);
        assert_ne!(usual.concurrency, 999, "{}", usual.id);
    }
}
