//! Keys, the workspace, media; what the gateway never calls is refused.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use futures::Stream;
use postern_domain::channel::Credential;
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, KeyId, MediaId, SessionId};
use postern_domain::key::{ApiKey, CreatedKey, NewKey};
use postern_domain::media::{Media, MediaKind};
use postern_domain::ports::{
    Alert, Claimed, Clock, Dispatch, Instance, InstanceInfo, Keys, Login, MediaLibrary, MediaQuery, Members,
    NewAccount, Report, SignedIn, UploadRequest, UploadTicket, Watch, WorkspaceChange,
};
use postern_domain::post::Page;
use postern_domain::publication::{Armed, Lease, Next, Step};
use postern_domain::secret::Secret;
use postern_domain::time::Zone;
use postern_domain::workspace::{DEFAULT_LATENESS, Person, Session, Workspace};
use postern_domain::{Actor, BackendError, Code, Problem, Timestamp};

use super::{Fake, NOW, WORKSPACE, actor};

type Events = Pin<Box<dyn Stream<Item = Event> + Send>>;

impl Clock for Fake {
    fn now(&self) -> Timestamp {
        self.state().now()
    }
}

#[async_trait]
impl Keys for Fake {
    async fn create_key(&self, _actor: &Actor, _key: NewKey) -> Result<CreatedKey, BackendError> {
        Err(BackendError::Internal)
    }

    async fn keys(&self, _actor: &Actor) -> Result<Vec<ApiKey>, BackendError> {
        Ok(Vec::new())
    }

    async fn revoke_key(&self, _actor: &Actor, _id: KeyId) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    async fn authenticate(&self, key: Secret) -> Result<Actor, BackendError> {
        let state = self.state();
        if state.away {
            return Err(BackendError::Unavailable { what: "backend" });
        }
        state
            .keys
            .get(key.reveal())
            .cloned()
            .map(|scopes| actor(key.reveal(), scopes))
            .ok_or(BackendError::Unauthenticated)
    }

    async fn claim_once(&self, _actor: &Actor, token: String, _ttl: Duration) -> Result<bool, BackendError> {
        Ok(self.state().claimed.insert(token))
    }
}

#[async_trait]
impl Members for Fake {
    async fn sign_up(&self, _account: NewAccount) -> Result<SignedIn, BackendError> {
        Err(BackendError::Internal)
    }

    async fn log_in(&self, _login: Login) -> Result<SignedIn, BackendError> {
        Err(BackendError::Internal)
    }

    async fn session(&self, _token: Secret) -> Result<(Actor, Person, Workspace), BackendError> {
        Err(BackendError::Unauthenticated)
    }

    async fn log_out(&self, _token: Secret) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    async fn sessions(&self, _actor: &Actor) -> Result<Vec<Session>, BackendError> {
        Ok(Vec::new())
    }

    async fn end_session(&self, _actor: &Actor, _id: SessionId) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    async fn change_password(&self, _actor: &Actor, _old: Secret, _new: Secret) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    async fn workspace(&self, _actor: &Actor) -> Result<Workspace, BackendError> {
        Ok(Workspace {
            id: WORKSPACE,
            name: "Acme".into(),
            zone: Zone::parse("Europe/Berlin").map_err(|_| BackendError::Internal)?,
            lateness: DEFAULT_LATENESS,
            created_at: NOW,
        })
    }

    async fn change_workspace(
        &self,
        _actor: &Actor,
        _change: WorkspaceChange,
    ) -> Result<Workspace, BackendError> {
        Err(BackendError::Internal)
    }
}

#[async_trait]
impl MediaLibrary for Fake {
    async fn begin_upload(
        &self,
        _actor: &Actor,
        request: UploadRequest,
    ) -> Result<UploadTicket, BackendError> {
        if request.bytes.is_some_and(|bytes| bytes > 1 << 30) {
            let problem = Problem::new(
                Code::MediaTooLarge,
                "/bytes",
                "is too large",
                "send a smaller file",
            );
            return Err(BackendError::refused(problem));
        }
        Ok(UploadTicket {
            url: "https://post.example.org/api/uploads/upl_1?token=t".into(),
            expires_at: self.now().plus(Duration::from_mins(15)),
        })
    }

    async fn import_media(
        &self,
        _actor: &Actor,
        url: String,
        _https_only: bool,
    ) -> Result<Media, BackendError> {
        if url.contains("127.0.0.1") {
            let problem = Problem::new(
                Code::UrlRefused,
                "/url",
                "leads to a private address",
                "use a public URL",
            );
            return Err(BackendError::refused(problem.given(url)));
        }
        let mut state = self.state();
        let media = Media {
            id: MediaId::from_bits(state.next_id()),
            workspace: WORKSPACE,
            name: "picture.png".into(),
            kind: MediaKind::Image,
            mime: "image/png".into(),
            bytes: 10,
            hash: "00".into(),
            pixels: Some((1, 1)),
            duration: None,
            key: "2027/01/15/picture.png".into(),
            alt: None,
            created_at: NOW,
        };
        state.media.push(media.clone());
        Ok(media)
    }

    async fn media(&self, _actor: &Actor, id: MediaId) -> Result<Media, BackendError> {
        let found = self.state().media.iter().find(|media| media.id == id).cloned();
        found.ok_or_else(|| BackendError::not_found("file", id))
    }

    async fn list_media(&self, _actor: &Actor, _query: MediaQuery) -> Result<Page<Media>, BackendError> {
        Ok(Page {
            items: self.state().media.clone(),
            next: None,
        })
    }

    async fn describe_media(
        &self,
        _actor: &Actor,
        _id: MediaId,
        _alt: Option<String>,
    ) -> Result<Media, BackendError> {
        Err(BackendError::Internal)
    }

    async fn remove_media(&self, _actor: &Actor, _id: MediaId) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    fn media_url(&self, media: &Media) -> String {
        format!("https://post.example.org/uploads/{}", media.key)
    }
}

#[async_trait]
impl Dispatch for Fake {
    async fn release_due(&self, _limit: u32) -> Result<u32, BackendError> {
        Err(BackendError::Internal)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError> {
        Err(BackendError::Internal)
    }

    async fn claim(&self, _worker: &str, _leases: Vec<Lease>) -> Result<Vec<Claimed>, BackendError> {
        Err(BackendError::Internal)
    }

    async fn extend(&self, _leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError> {
        Err(BackendError::Internal)
    }

    async fn save_step(&self, _lease: Lease, _step: Step) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    async fn arm(&self, _leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
        Err(BackendError::Internal)
    }

    async fn report(&self, _reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError> {
        Err(BackendError::Internal)
    }

    async fn fresh_credential(
        &self,
        _channel: ChannelId,
        _stale: u64,
    ) -> Result<Option<Credential>, BackendError> {
        Err(BackendError::Internal)
    }

    async fn refresh_grants(&self, _limit: u32) -> Result<u32, BackendError> {
        Err(BackendError::Internal)
    }

    async fn clean_up(&self) -> Result<u32, BackendError> {
        Err(BackendError::Internal)
    }
}

#[async_trait]
impl Watch for Fake {
    async fn watch(&self, _actor: &Actor) -> Result<Events, BackendError> {
        let (tell, changes) = futures::channel::mpsc::unbounded();
        self.state().listeners.push(tell);
        Ok(Box::pin(changes))
    }

    async fn watch_schedule(&self) -> Result<Events, BackendError> {
        Err(BackendError::Internal)
    }
}

#[async_trait]
impl Instance for Fake {
    async fn info(&self) -> Result<InstanceInfo, BackendError> {
        Err(BackendError::Internal)
    }

    async fn alerts(&self, _actor: &Actor) -> Result<Vec<Alert>, BackendError> {
        Ok(Vec::new())
    }

    async fn ready(&self) -> Result<Vec<(String, Result<(), String>)>, BackendError> {
        Ok(Vec::new())
    }
}
