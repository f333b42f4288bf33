//! What one instance is, knows and announces.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::apps::App;
use super::media::Medium;
use super::oauth::{Grant, Token};
use super::{REQUESTS, Visit, refusal};
use crate::call::Call;
use crate::reply::{Outcome, Reply};
use crate::time::{MINUTE, Millis};
use crate::window::{Budget, Rule, Windows};
use crate::world::World;

/// One server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    pub settings: Settings,
    pub apps: BTreeMap<String, App>,
    pub grants: BTreeMap<String, Grant>,
    pub tokens: BTreeMap<String, Token>,
    pub media: BTreeMap<String, Medium>,
    /// First status per account and idempotency key, with the time it was made.
    pub keys: BTreeMap<String, (String, Millis)>,
    pub requests: Windows,
    pub uploads: Windows,
}

/// What may be set per instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Longest status.
    pub max_characters: usize,
    /// Most files per status.
    pub max_media_attachments: usize,
    /// Largest image in bytes.
    pub image_size_limit: u64,
    /// Largest video in bytes.
    pub video_size_limit: u64,
    /// Polls that answer 206 before a video is ready.
    pub processing_polls: u32,
    /// The same for images; 0 answers 200 at once.
    pub image_polls: u32,
    /// How many of the next processed uploads fail.
    pub fail_processing: u32,
    /// Seconds until a status shows in the account's list.
    pub listing_lag: i64,
    /// Uploads per 30 minutes.
    pub upload_budget: u64,
    /// Requests per 5 minutes that are really enforced; 0 enforces nothing.
    pub request_budget: u64,
    /// Seconds for which an idempotency key is remembered; 0 ignores keys.
    pub idempotency_secs: i64,
    /// Whether the OAuth metadata and the scope `profile` exist (4.3 and later).
    pub modern: bool,
    /// Host to which app registration is redirected; empty for none.
    pub apps_redirect: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_characters: 500,
            max_media_attachments: 4,
            image_size_limit: 16_777_216,
            video_size_limit: 103_809_024,
            processing_polls: 2,
            image_polls: 0,
            fail_processing: 0,
            listing_lag: 0,
            upload_budget: 30,
            request_budget: 0,
            idempotency_secs: 3_600,
            modern: true,
            apps_redirect: String::new(),
        }
    }
}

impl Instance {
    fn new(settings: Settings) -> Self {
        Self {
            settings,
            apps: BTreeMap::new(),
            grants: BTreeMap::new(),
            tokens: BTreeMap::new(),
            media: BTreeMap::new(),
            keys: BTreeMap::new(),
            requests: Windows::default(),
            uploads: Windows::default(),
        }
    }

    /// Forgets all but apps and settings.
    pub(crate) fn reset(&mut self) {
        let apps = std::mem::take(&mut self.apps);
        *self = Self {
            apps,
            ..Self::new(self.settings.clone())
        };
    }

    /// Counts a request against its token, or against the anonymous caller.
    pub(super) fn spend_request(&mut self, call: &Call) -> Budget {
        let enforced = self.settings.request_budget;
        let rule = if enforced == 0 {
            REQUESTS
        } else {
            Rule {
                limit: enforced,
                ..REQUESTS
            }
        };
        let budget = self
            .requests
            .spend(call.bearer().unwrap_or("anonymous"), rule, call.now);
        if enforced == 0 {
            Budget {
                exhausted: false,
                remaining: budget.remaining.max(1),
                ..budget
            }
        } else {
            budget
        }
    }

    /// Counts an upload of that account.
    pub(super) fn spend_upload(&mut self, account: &str, now: Millis) -> Budget {
        let rule = Rule {
            limit: self.settings.upload_budget,
            span: 30 * MINUTE,
            cost: 1,
        };
        self.uploads.spend(account, rule, now)
    }

    /// The scopes that this version knows.
    pub(super) fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = vec![
            "read",
            "read:accounts",
            "read:search",
            "read:statuses",
            "write",
            "write:accounts",
            "write:media",
            "write:statuses",
            "follow",
            "push",
        ];
        if self.settings.modern {
            scopes.push("profile");
        }
        scopes
    }
}

/// The instances that exist from the start.
pub(super) fn initial() -> BTreeMap<String, Instance> {
    let plain = Settings::default;
    let all = [
        ("main", plain()),
        (
            "tiny",
            Settings {
                max_characters: 300,
                ..plain()
            },
        ),
        (
            "big",
            Settings {
                max_characters: 5_000,
                ..plain()
            },
        ),
        (
            "old",
            Settings {
                modern: false,
                ..plain()
            },
        ),
        (
            "nokey",
            Settings {
                idempotency_secs: 0,
                ..plain()
            },
        ),
        (
            "moved",
            Settings {
                apps_redirect: "https://elsewhere.example".to_owned(),
                ..plain()
            },
        ),
    ];
    all.into_iter()
        .map(|(name, settings)| (name.to_owned(), Instance::new(settings)))
        .collect()
}

/// The instance of that name, which the caller has seen to exist.
#[expect(
    clippy::expect_used,
    reason = "the dispatcher answers 404 for unknown instances before anything else"
)]
pub(super) fn of<'a>(world: &'a mut World, realm: &str) -> &'a mut Instance {
    world
        .mastodon
        .instances
        .get_mut(realm)
        .expect("the dispatcher admits known instances only")
}

/// `GET /.well-known/oauth-authorization-server`, since 4.3.
pub(super) fn metadata(visit: &Visit<'_>, world: &mut World) -> Outcome {
    let home = &visit.home;
    let instance = of(world, &visit.realm);
    if !instance.settings.modern {
        return Err(refusal::error(404, "Not Found"));
    }
    Ok(Reply::json(
        200,
        &json!({
            "issuer": format!("{home}/"),
            "service_documentation": "https://docs.joinmastodon.org/",
            "authorization_endpoint": format!("{home}/oauth/authorize"),
            "token_endpoint": format!("{home}/oauth/token"),
            "app_registration_endpoint": format!("{home}/api/v1/apps"),
            "revocation_endpoint": format!("{home}/oauth/revoke"),
            "scopes_supported": instance.scopes(),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }),
    ))
}

/// `GET /api/v1/instance` and `/api/v2/instance`.
pub(super) fn describe(visit: &Visit<'_>, world: &mut World, version: &str) -> Reply {
    let accounts = world.accounts.len();
    let domain = visit.home.trim_start_matches("http://").to_owned();
    let instance = of(world, &visit.realm);
    let number = if instance.settings.modern {
        "4.6.2"
    } else {
        "4.2.10"
    };
    let title = format!("Sandbox Mastodon ({})", visit.realm);
    let configuration = configuration(&instance.settings);
    let body = if version == "v1" {
        json!({
            "uri": domain, "title": title, "short_description": "A simulated instance", "description": "A simulated instance",
            "email": "", "version": number, "languages": ["en"], "registrations": false, "approval_required": false,
            "invites_enabled": false, "urls": {}, "stats": { "user_count": accounts, "status_count": 0, "domain_count": 1 },
            "thumbnail": null, "configuration": configuration, "contact_account": null, "rules": [],
        })
    } else {
        json!({
            "domain": domain, "title": title, "version": number, "source_url": "https://github.com/mastodon/mastodon",
            "description": "A simulated instance", "usage": { "users": { "active_month": accounts } },
            "thumbnail": { "url": format!("{}/_sim/avatars/mastodon.svg", visit.call.base) }, "icon": [], "languages": ["en"],
            "configuration": configuration, "registrations": { "enabled": false, "approval_required": false, "message": null },
            "api_versions": { "mastodon": 6 }, "contact": { "email": "", "account": null }, "rules": [],
        })
    };
    Reply::json(200, &body)
}

fn configuration(settings: &Settings) -> Value {
    json!({
        "urls": {},
        "accounts": { "max_featured_tags": 10, "max_pinned_statuses": 5 },
        "statuses": {
            "max_characters": settings.max_characters,
            "max_media_attachments": settings.max_media_attachments,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {
            "supported_mime_types": super::media::TYPES,
            "description_limit": 1_500,
            "image_size_limit": settings.image_size_limit,
            "image_matrix_limit": 33_177_600,
            "video_size_limit": settings.video_size_limit,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": 8_294_400,
        },
        "polls": { "max_options": 4, "max_characters_per_option": 50, "min_expiration": 300, "max_expiration": 2_629_746 },
        "translation": { "enabled": false },
    })
}
