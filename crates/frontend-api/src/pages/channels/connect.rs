//! `GET` and `POST /channels/connect/{provider}`: what a platform asks for, and off to it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::channel::{Channel, ConnectRequest, ConnectStep};
use postern_domain::id::ChannelId;
use postern_domain::manifest::{Connect, Manifest};
use postern_domain::problem::Problem;
use postern_domain::value::{Settings, Value};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::channels;
use crate::respond;
use crate::views::{Badge, Field, Frame, Nav, ProblemList, Problems, read};

/// The form of a platform, for new channels and for reconnecting.
#[derive(Template)]
#[template(path = "pages/connect.html")]
pub(crate) struct ConnectPage {
    frame: Frame,
    title: String,
    action: String,
    platform: String,
    badge: Badge,
    fields: Vec<Field>,
    redirects: bool,
    missing: Option<Problem>,
    callback: String,
    problems: ProblemList,
}

impl ConnectPage {
    /// The form with what was given before and what is wrong with it.
    pub(crate) fn new(
        app: &App,
        member: &Member,
        provider: &(Manifest, Option<Problem>),
        target: Option<&Channel>,
        given: &Settings,
        mut problems: Problems,
    ) -> Self {
        let (manifest, missing) = provider;
        let fields = manifest.connect.fields().iter().map(|field| {
            Field::of_manifest("", field, given.get(&field.key))
                .problems(&mut problems, &format!("/fields/{}", field.key))
        });
        let fields = fields.collect();
        Self {
            frame: member.frame(Nav::Channels),
            title: target.map_or_else(
                || format!("Connect {}", manifest.name),
                |channel| format!("Reconnect {}", channel.name),
            ),
            action: target.map_or_else(
                || format!("/channels/connect/{}", manifest.id),
                |channel| format!("/channels/{}/reconnect", channel.id),
            ),
            platform: manifest.name.clone(),
            badge: Badge::of(manifest.id.as_str()),
            fields,
            redirects: matches!(manifest.connect, Connect::Redirect { .. }),
            missing: missing.clone(),
            callback: format!("{}/integrations/social/{}", app.settings.public_url, manifest.id),
            problems: problems.rest(),
        }
    }
}

/// Shows the form.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(provider): Path<String>,
) -> Result<Response, Failure> {
    let provider = channels::provider(&app, &provider).await?;
    respond::page(&ConnectPage::new(
        &app,
        &member,
        &provider,
        None,
        &Settings::new(),
        Problems::default(),
    ))
}

/// Begins: the browser is sent to the platform, or the channel is connected at once.
pub(crate) async fn send(
    State(app): State<App>,
    member: Member,
    Path(provider): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let provider = channels::provider(&app, &provider).await?;
    begin(&app, &member, &provider, None, &form).await
}

/// Begins a connection, of a new channel or of `target` again.
pub(crate) async fn begin(
    app: &App,
    member: &Member,
    provider: &(Manifest, Option<Problem>),
    target: Option<&Channel>,
    form: &Form,
) -> Result<Response, Failure> {
    let manifest = &provider.0;
    let fields = fields(manifest, form);
    let reconnect: Option<ChannelId> = target.map(|channel| channel.id);
    let request = ConnectRequest {
        provider: manifest.id.clone(),
        fields: fields.clone(),
        reconnect,
    };
    match app.backend.connect(&member.actor, request).await {
        Ok(ConnectStep::Redirect { url, .. }) => Ok(respond::to(&url)),
        Ok(ConnectStep::Done(channel)) => Ok(respond::done(
            app,
            "/channels",
            format!("{} is connected.", channel.name),
        )),
        Err(error @ (BackendError::Refused(_) | BackendError::Conflict(_))) => {
            let problems = respond::problems(error)?;
            respond::refused(&ConnectPage::new(
                app, member, provider, target, &fields, problems,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

fn fields(manifest: &Manifest, form: &Form) -> Settings {
    let pairs = manifest.connect.fields().iter().filter_map(|field| {
        let value: Value = read(field, form.get(&field.key))?;
        Some((field.key.clone(), value))
    });
    pairs.collect()
}
