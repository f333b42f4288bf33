//! The doors that hold nothing but a backend: web UI and MCP.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use postern_domain::ports::{Backend, Vault};
use url::Url;

use super::process::Process;
use crate::VERSION;

/// The web UI.
pub(super) async fn frontend(process: &Process, backend: Arc<dyn Backend>) -> Result<Router> {
    let settings = &process.settings;
    let mut image_origins = Vec::new();
    image_origins.extend(process.sandbox.clone());
    image_origins.extend(settings.media.s3.public_url.as_ref().map(ToString::to_string));
    let deps = postern_frontend_api::Deps {
        backend,
        clock: Arc::clone(&process.clock),
        rng: Arc::clone(&process.rng),
        settings: postern_frontend_api::Settings {
            public_url: settings.server.public_url.to_string(),
            secure_cookies: settings.server.has_secure_cookies(),
            version: VERSION.to_owned(),
            sandbox_url: process.sandbox.clone(),
            image_origins,
        },
    };
    Ok(postern_frontend_api::router(deps, process.supervisor.token()))
}

/// The MCP gateway.
pub(super) async fn mcp(process: &Process, backend: Arc<dyn Backend>) -> Result<Router> {
    Ok(postern_mcp_gateway::router(
        mcp_deps(process, backend)?,
        process.supervisor.token(),
    ))
}

/// What the MCP gateway leans on.
pub(crate) fn mcp_deps(process: &Process, backend: Arc<dyn Backend>) -> Result<postern_mcp_gateway::Deps> {
    let server = &process.settings.server;
    let public_url = Url::parse(&server.public_url.to_string()).context("server.public_url")?;
    let mut settings = postern_mcp_gateway::Settings::new(public_url, VERSION);
    settings
        .allowed_hosts
        .extend(process.settings.mcp.allowed_hosts.iter().cloned());
    settings
        .allowed_origins
        .extend(process.settings.mcp.allowed_origins.iter().cloned());
    settings.icon_path = Some(postern_frontend_api::icon_path());
    settings.legacy_sessions = process.settings.mcp.legacy_sessions;
    settings.limits.reads_per_minute = Some(process.settings.mcp.reads_per_minute).filter(|limit| *limit > 0);
    settings.limits.writes_per_minute =
        Some(process.settings.mcp.writes_per_minute).filter(|limit| *limit > 0);
    Ok(postern_mcp_gateway::Deps {
        backend,
        clock: Arc::clone(&process.clock),
        settings,
        secret: process.vault.digest(process.session_secret.reveal()),
    })
}
