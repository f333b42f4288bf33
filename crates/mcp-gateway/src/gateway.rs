//! The protocol's view of us: what we can, the list of tools, and calls of them.

use std::sync::Arc;

use postern_domain::actor::Door;
use postern_domain::ports::{Backend, Clock};
use postern_domain::secret::Secret;
use postern_domain::time::Zone;
use postern_domain::{Actor, BackendError};
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
    CustomRequest, CustomResult, ErrorCode, ErrorData, GetPromptRequestParams, GetPromptResponse, Icon,
    Implementation, InitializeRequestParams, InitializeResult, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, MetaObject, PaginatedRequestParams,
    ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig,
    SubscriptionFilter, Tool,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{RoleServer, ServerHandler};

use crate::caller::{Caller, Fingerprint, View};
use crate::complete;
use crate::confirm::Confirmations;
use crate::meter::Meter;
use crate::prompts;
use crate::resources;
use crate::settings::{Deps, Settings};
use crate::subscribe;
use crate::tools::Toolbox;

/// What clients tell their models about us.
pub(crate) const INSTRUCTIONS: &str = "Postern schedules and publishes social media posts to connected channels \
    (Mastodon, Bluesky, X, LinkedIn and others).\n\
    Order of calls: integrationList for the channels and their ids; integrationSchema for a platform's rules, text \
    limit and settings; uploadFromUrlTool for pictures or video from a URL; integrationSchedulePostTool to write a \
    draft, schedule, or publish; postsListTool or get_post to see what became of it.\n\
    Changing: update_post moves or rewrites a post that is not out yet, postSettingsTool changes its settings, \
    cancel_post stops it, pause holds everything. publish_post publishes a waiting post at once and asks for \
    confirmation first. retry_post tries a failed or missed channel again. If a post is UNCONFIRMED, nobody knows \
    whether it arrived: look at the platform, then call resolve_post. Published posts cannot be deleted or edited \
    here.\n\
    Time: integrationList and the other camelCase tools take UTC. The snake_case tools take RFC 3339 with an offset \
    (2026-01-15T09:00:00+01:00) or a local time plus an IANA zone; a time without either is refused. Call server_time \
    before working out words such as tomorrow.\n\
    Refusals list every problem with its JSON path, what is allowed and the fix; mend all of them and call again.";

/// How long a list of tools may be kept: five minutes.
const LIST_TTL_MS: u64 = 300_000;
/// The key of result metadata under which revision 2026-07-28 expects our name and version.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";
/// How long a list of resources may be kept, and what is read from one: changes are to be seen soon.
const RESOURCE_TTL_MS: u64 = 10_000;
/// Methods that we serve in every revision; with parameters of another form they arrive as unknown requests.
const METHODS: [&str; 8] = [
    "completion/complete",
    "prompts/get",
    "prompts/list",
    "resources/list",
    "resources/read",
    "resources/templates/list",
    "tools/call",
    "tools/list",
];
/// Those of the older revisions alone.
const OLD_METHODS: [&str; 2] = ["initialize", "ping"];
/// Those of revision 2026-07-28 alone.
const NEW_METHODS: [&str; 2] = ["server/discover", "subscriptions/listen"];

/// What all connections share.
pub(crate) struct Shared {
    /// The use cases.
    pub(crate) backend: Arc<dyn Backend>,
    /// The time of day.
    pub(crate) clock: Arc<dyn Clock>,
    /// How to serve.
    pub(crate) settings: Settings,
    /// The tools.
    pub(crate) toolbox: Toolbox,
    /// Signs tokens.
    pub(crate) confirmations: Confirmations,
    /// What tokens and ids are signed with; the same on every replica.
    pub(crate) secret: [u8; 32],
    /// Counts calls.
    pub(crate) meter: Meter,
}

impl Shared {
    /// Takes what `run` was given and makes the schemas.
    pub(crate) fn new(deps: Deps) -> Self {
        crate::metrics::describe();
        let Deps {
            backend,
            clock,
            settings,
            secret,
        } = deps;
        let meter = Meter::new(settings.limits);
        Self {
            backend,
            clock,
            meter,
            settings,
            toolbox: Toolbox::new(),
            confirmations: Confirmations::new(secret),
            secret,
        }
    }

    /// Recognises a credential; nothing where it opens nothing.
    pub(crate) async fn recognise(&self, credential: &str) -> Result<Option<Caller>, BackendError> {
        let actor = match self.backend.authenticate(Secret::new(credential)).await {
            Ok(actor) => actor,
            Err(BackendError::Unauthenticated) => return Ok(None),
            Err(error) => return Err(error),
        };
        let actor = Arc::new(actor.through(Door::Mcp));
        Ok(Some(Caller {
            actor,
            fingerprint: Fingerprint::of(credential),
            credential: Some(Secret::new(credential)),
        }))
    }

    /// Whether a caller's credential opens nothing any more. A look-up that fails is no reason to cut anybody off.
    pub(crate) async fn is_revoked(&self, caller: &Caller) -> bool {
        match &caller.credential {
            Some(credential) => matches!(self.recognise(credential.reveal()).await, Ok(None)),
            None => false,
        }
    }

    /// The zone in which the workspace of `actor` thinks.
    pub(crate) async fn zone_of(&self, actor: &Actor) -> Result<Zone, BackendError> {
        Ok(self.backend.workspace(actor).await?.zone)
    }

    fn implementation(&self) -> Implementation {
        let mut implementation = Implementation::new("postern", self.settings.version.clone());
        implementation.title = Some("Postern".into());
        implementation.description = Some("Self-hosted social media scheduler".into());
        implementation.website_url = Some(self.settings.public_url.to_string());
        implementation.icons = self.icon().map(|icon| vec![icon]);
        implementation
    }

    /// The picture of this server, which hosts show only from an address of its own.
    fn icon(&self) -> Option<Icon> {
        let base = self.settings.public_url.as_str().trim_end_matches('/');
        let path = self.settings.icon_path.as_deref()?;
        Some(Icon::new(format!("{base}{path}")).with_mime_type("image/svg+xml"))
    }

    /// Our name and version, where the revision wants them in every result.
    fn meta(&self, context: &RequestContext<RoleServer>) -> Option<MetaObject> {
        if !is_new(context) {
            return None;
        }
        let mut meta = MetaObject::new();
        meta.insert(
            SERVER_INFO.to_owned(),
            serde_json::to_value(self.implementation()).ok()?,
        );
        Some(meta)
    }
}

/// Whether a request is of revision 2026-07-28 or later.
pub(crate) fn is_new(context: &RequestContext<RoleServer>) -> bool {
    let version = context.protocol_version();
    version.is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str())
}

/// One connection, or one request where the transport has no connections.
#[derive(Clone)]
pub(crate) struct Gateway {
    shared: Arc<Shared>,
    /// The credential of a connection without headers; looked up anew at every request.
    fixed: Option<Secret>,
}

impl Gateway {
    /// For transports on which each request brings its own credential.
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, fixed: None }
    }

    /// For stdio, where the credential came with the start.
    pub(crate) fn with_key(shared: Arc<Shared>, key: &str) -> Self {
        Self {
            shared,
            fixed: Some(Secret::new(key)),
        }
    }

    async fn caller(&self, context: &RequestContext<RoleServer>) -> Result<(Caller, View), ErrorData> {
        let parts = context.extensions.get::<http::request::Parts>();
        let view = parts
            .and_then(|parts| parts.extensions.get::<View>().copied())
            .unwrap_or_default();
        if let Some(caller) = parts.and_then(|parts| parts.extensions.get::<Caller>()) {
            return Ok((caller.clone(), view));
        }
        let Some(key) = &self.fixed else {
            return Err(ErrorData::internal_error(
                "the request reached the tools without a credential",
                None,
            ));
        };
        match self.shared.recognise(key.reveal()).await {
            Ok(Some(caller)) => Ok((caller, view)),
            Ok(None) => Err(ErrorData::invalid_request(
                "Invalid API Key: it is unknown, expired or revoked",
                None,
            )),
            Err(_) => Err(ErrorData::internal_error(
                "the server cannot look the key up at the moment",
                None,
            )),
        }
    }
}

impl ServerHandler for Gateway {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_completions()
            .enable_prompts()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_tools()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(self.shared.implementation())
            .with_instructions(INSTRUCTIONS)
    }

    /// Posts are followed by subscriptions of the newest revision alone: a session may move to another process, which
    /// would not know what its client follows.
    fn negotiate_initialize(&self, request: &InitializeRequestParams) -> Result<InitializeResult, ErrorData> {
        let supported = self.supported_protocol_versions();
        let mut info = self.get_info();
        if let Some(resources) = &mut info.capabilities.resources {
            resources.subscribe = None;
        }
        let has_handshake =
            |version: &&ProtocolVersion| version.as_str() < ProtocolVersion::V_2026_07_28.as_str();
        let asked = supported
            .iter()
            .filter(has_handshake)
            .find(|version| **version == request.protocol_version);
        info.protocol_version = asked.cloned().unwrap_or(ProtocolVersion::LATEST_WITH_INITIALIZE);
        Ok(info)
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let (caller, view) = self.caller(&context).await?;
        let visible = self.shared.toolbox.visible(&caller.actor, view);
        let tools = visible.map(|entry| entry.definition.clone()).collect();
        let mut result = ListToolsResult::with_all_items(tools)
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Private);
        result.meta = self.shared.meta(&context);
        Ok(result)
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let (caller, view) = self.caller(&context).await?;
        let mut response = crate::call::call(&self.shared, &caller, view, params, &context).await?;
        let meta = self.shared.meta(&context);
        match &mut response {
            CallToolResponse::Complete(result) => result.meta = meta,
            CallToolResponse::InputRequired(result) => result.meta = meta,
            _ => {}
        }
        Ok(response)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.shared
            .toolbox
            .find(name)
            .map(|entry| entry.definition.clone())
    }

    async fn list_prompts(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let (caller, _) = self.caller(&context).await?;
        let mut result = ListPromptsResult::with_all_items(prompts::list(&caller.actor))
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Private);
        result.meta = self.shared.meta(&context);
        Ok(result)
    }

    async fn get_prompt(
        &self,
        params: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let (caller, _) = self.caller(&context).await?;
        let mut result = prompts::get(&caller.actor, &params.name, params.arguments)?;
        result.meta = self.shared.meta(&context);
        Ok(GetPromptResponse::Complete(result))
    }

    async fn list_resources(
        &self,
        page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let (caller, _) = self.caller(&context).await?;
        let cursor = page.and_then(|page| page.cursor);
        let mut result = resources::list(&self.shared, &caller, cursor)
            .await?
            .with_ttl_ms(RESOURCE_TTL_MS)
            .with_cache_scope(CacheScope::Private);
        result.meta = self.shared.meta(&context);
        Ok(result)
    }

    async fn list_resource_templates(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let (caller, _) = self.caller(&context).await?;
        let mut result = ListResourceTemplatesResult::with_all_items(resources::templates(&caller))
            .with_ttl_ms(LIST_TTL_MS)
            .with_cache_scope(CacheScope::Private);
        result.meta = self.shared.meta(&context);
        Ok(result)
    }

    async fn read_resource(
        &self,
        params: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let (caller, view) = self.caller(&context).await?;
        let mut result = resources::read(&self.shared, &caller, view, &params.uri, &context).await?;
        result.ttl_ms = Some(RESOURCE_TTL_MS);
        result.cache_scope = Some(CacheScope::Private);
        result.meta = self.shared.meta(&context);
        Ok(ReadResourceResponse::Complete(result))
    }

    async fn complete(
        &self,
        params: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let (caller, _) = self.caller(&context).await?;
        let mut result = complete::complete(&self.shared, &caller, params).await?;
        result.meta = self.shared.meta(&context);
        Ok(result)
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        Some(subscribe::accepted(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let (caller, _) = self.caller(context.request_context()).await?;
        subscribe::listen(&self.shared, &caller, context).await
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = request.method;
        let served = if is_new(&context) {
            NEW_METHODS
        } else {
            OLD_METHODS
        };
        if METHODS.contains(&method.as_str()) || served.contains(&method.as_str()) {
            return Err(ErrorData::invalid_params(
                format!("the parameters of {method} do not have the expected form"),
                None,
            ));
        }
        Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None))
    }
}
