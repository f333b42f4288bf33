//! Connecting a channel, for the first time or again.

use std::time::Duration;

use postern_domain::actor::{Actor, Scope};
use postern_domain::capability::check_settings;
use postern_domain::channel::{
    Channel, ConnectAnswer, ConnectRequest, ConnectStep, Connected, DEFAULT_SLOTS, Grant, Health,
};
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, WorkspaceId};
use postern_domain::manifest::{Manifest, ProviderId};
use postern_domain::pause::{CatchUp, PauseScope, Resumption};
use postern_domain::ports::{BeganConnect, ConnectAttempt, ConnectContext, Unit};
use postern_domain::publication::State;
use postern_domain::secret::Secret;
use postern_domain::{BackendError, Code, Problem};

use crate::access::require;
use crate::deps::Deps;
use crate::pauses::let_go;
use crate::publications::sealed;

/// How long a person may take on the platform's consent page.
const PATIENCE: Duration = Duration::from_hours(1);

/// Begins to connect a channel, or connects it at once where credentials are enough.
#[tracing::instrument(name = "app.channels.connect", skip_all, fields(provider = %request.provider))]
pub(super) async fn connect(
    deps: &Deps,
    actor: &Actor,
    request: ConnectRequest,
) -> Result<ConnectStep, BackendError> {
    require(actor, Scope::ChannelsWrite)?;
    let manifest = usable(deps, &request.provider)?;
    let mut problems = Vec::new();
    check_settings(
        manifest.connect.fields(),
        &request.fields,
        "/fields",
        &mut problems,
    );
    if !problems.is_empty() {
        return Err(BackendError::Refused(problems));
    }
    let verifier = Secret::new(deps.rng.token(64));
    let context = context(deps, &request.provider, deps.rng.token(32), verifier.clone());
    match deps
        .connector
        .begin(&request.provider, &request.fields, &context)
        .await?
    {
        BeganConnect::Connected(connected) => {
            let channel = store(
                deps,
                actor.workspace,
                &request.provider,
                request.reconnect,
                *connected,
            )
            .await?;
            audit(deps, actor, channel.id).await?;
            Ok(ConnectStep::Done(Box::new(channel)))
        }
        BeganConnect::Redirect(started) => {
            let memory = Secret::new(format!("{}\n{}", verifier.reveal(), started.memory.reveal()));
            let attempt = ConnectAttempt {
                sealed: deps
                    .vault
                    .seal(&purpose(&request.provider, &started.state), &memory),
                state: started.state.clone(),
                workspace: actor.workspace,
                provider: request.provider,
                channel: request.reconnect,
                expires_at: deps.clock.now().plus(PATIENCE),
            };
            let unit = deps.storage.begin().await?;
            unit.insert_connect_attempt(&attempt).await?;
            unit.commit().await?;
            Ok(ConnectStep::Redirect {
                url: started.url,
                state: started.state,
            })
        }
    }
}

/// Finishes after the browser came back.
#[tracing::instrument(name = "app.channels.finish_connect", skip_all, fields(provider = %provider))]
pub(super) async fn finish_connect(
    deps: &Deps,
    provider: ProviderId,
    answer: ConnectAnswer,
) -> Result<Channel, BackendError> {
    let unit = deps.storage.begin().await?;
    let attempt = unit
        .take_connect_attempt(&provider, &answer.state, deps.clock.now())
        .await?;
    unit.commit().await?;
    let attempt = attempt.ok_or_else(|| BackendError::refused(expired()))?;
    if let Some(error) = &answer.error {
        return Err(BackendError::refused(denied(error)));
    }
    let memory = deps
        .vault
        .open(&purpose(&provider, &answer.state), &attempt.sealed)
        .map_err(|_| BackendError::refused(expired()))?;
    let (verifier, memory) = memory.reveal().split_once('\n').unwrap_or_default();
    let context = context(deps, &provider, answer.state.clone(), Secret::new(verifier));
    let connected = deps
        .connector
        .finish(&provider, &answer, &Secret::new(memory), &context)
        .await?;
    store(deps, attempt.workspace, &provider, attempt.channel, connected).await
}

fn usable<'a>(deps: &'a Deps, provider: &ProviderId) -> Result<&'a Manifest, BackendError> {
    let manifest = deps.catalog.manifest(provider).ok_or_else(|| {
        let known: Vec<&str> = deps
            .catalog
            .manifests()
            .iter()
            .map(|manifest| manifest.id.as_str())
            .collect();
        BackendError::refused(
            Problem::new(
                Code::ProviderUnknown,
                "/provider",
                "there is no such provider",
                "use one of the known providers",
            )
            .given(provider)
            .allowed(known.join(", ")),
        )
    })?;
    deps.catalog.configured(provider).map_err(BackendError::refused)?;
    Ok(manifest)
}

fn context(deps: &Deps, provider: &ProviderId, state: String, verifier: Secret) -> ConnectContext {
    ConnectContext {
        redirect_url: format!("{}/integrations/social/{provider}", deps.settings.public_url),
        state,
        verifier,
        now: deps.clock.now(),
    }
}

/// What the memory of an attempt is sealed for.
fn purpose(provider: &ProviderId, state: &str) -> String {
    format!("connect/{provider}/{state}")
}

fn expired() -> Problem {
    Problem::new(
        Code::ConnectExpired,
        "/state",
        "this connection attempt is unknown, finished or older than an hour",
        "start again under Channels > Connect",
    )
}

fn denied(error: &str) -> Problem {
    Problem::new(
        Code::ConnectFailed,
        "/error",
        "the platform did not grant access",
        "start again and approve the request on the platform's page",
    )
    .given(error)
}

/// Stores what the platform granted: a new channel, or the known one brought back to life with all that was held.
async fn store(
    deps: &Deps,
    workspace: WorkspaceId,
    provider: &ProviderId,
    wanted: Option<ChannelId>,
    connected: Connected,
) -> Result<Channel, BackendError> {
    let unit = deps.storage.begin().await?;
    let known = unit
        .channel_by_remote(workspace, provider, &connected.remote_id)
        .await?;
    if let (Some(wanted), other) = (wanted, known.as_ref().map(|channel| channel.id))
        && other != Some(wanted)
        && unit.channel(workspace, wanted).await?.is_some()
    {
        return Err(BackendError::refused(other_account(&connected.handle)));
    }
    let grant = connected.grant.clone();
    let channel = match known {
        Some(known) => revive(&*unit, known, connected).await?,
        None => insert(deps, &*unit, workspace, provider, connected).await?,
    };
    put_grant(deps, &*unit, &channel, &grant).await?;
    let held = PauseScope::Channel(channel.id);
    if channel.is_ready() {
        let resumption = Resumption {
            scope: held,
            catch_up: CatchUp::Rule,
        };
        unit.put_resumption(&resumption, Some(workspace)).await?;
        look_again(deps, &*unit, &channel).await?;
    }
    let changed = Event::ChannelChanged {
        workspace,
        channel: channel.id,
        provider: provider.clone(),
    };
    unit.announce(&deps.announcements(vec![changed, Event::ScheduleChanged]))
        .await?;
    unit.commit().await?;
    (deps.wake_relay)();
    tracing::info!(channel.id = %channel.id, provider = %provider, workspace.id = %workspace, "channel connected");
    // The choice is stored: if this breaks, the metronome's round goes on with it.
    if let Err(error) = let_go(deps, held).await {
        tracing::warn!(channel.id = %channel.id, error = %error, "held publications not let go yet");
    }
    Ok(channel)
}

/// Looks again for what is in doubt and could not be looked for without access.
async fn look_again(deps: &Deps, unit: &dyn Unit, channel: &Channel) -> Result<(), BackendError> {
    let now = deps.clock.now();
    let mut in_doubt = unit.publications_on(channel.id, &[State::Unconfirmed]).await?;
    in_doubt.retain_mut(|publication| publication.look_again(now).is_ok());
    unit.save_publications(&in_doubt).await?;
    Ok(())
}

fn other_account(handle: &str) -> Problem {
    Problem::new(
        Code::ConnectFailed,
        "/channel",
        "this is another account than the one that was to be reconnected",
        "log in at the platform with the channel's own account, or connect this one as a new channel",
    )
    .given(handle)
}

async fn insert(
    deps: &Deps,
    unit: &dyn Unit,
    workspace: WorkspaceId,
    provider: &ProviderId,
    connected: Connected,
) -> Result<Channel, BackendError> {
    let channel = Channel {
        id: ChannelId::from_bits(deps.rng.id()),
        workspace,
        provider: provider.clone(),
        remote_id: connected.remote_id,
        name: connected.name,
        handle: connected.handle,
        picture: connected.picture,
        health: Health::Connected,
        disabled: false,
        details: connected.details,
        group: None,
        grant_expires_at: connected.grant.ends_at,
        created_at: deps.clock.now(),
    };
    unit.insert_channel(&channel).await?;
    unit.set_slots(channel.id, &DEFAULT_SLOTS).await?;
    Ok(channel)
}

async fn revive(unit: &dyn Unit, known: Channel, connected: Connected) -> Result<Channel, BackendError> {
    let channel = Channel {
        name: connected.name,
        handle: connected.handle,
        picture: connected.picture,
        details: connected.details,
        health: Health::Connected,
        grant_expires_at: connected.grant.ends_at,
        ..known
    };
    unit.update_channel(&channel).await?;
    Ok(channel)
}

async fn put_grant(
    deps: &Deps,
    unit: &dyn Unit,
    channel: &Channel,
    grant: &Grant,
) -> Result<(), BackendError> {
    let stored = unit.credentials(&[channel.id]).await?;
    let version = stored.first().map_or(1, |row| row.version + 1);
    unit.put_credential(&sealed(deps, channel.id, version, grant))
        .await?;
    Ok(())
}

async fn audit(deps: &Deps, actor: &Actor, channel: ChannelId) -> Result<(), BackendError> {
    let unit = deps.storage.begin().await?;
    unit.audit(actor, "channel.connected", &channel.to_string(), deps.clock.now())
        .await?;
    unit.commit().await?;
    Ok(())
}
