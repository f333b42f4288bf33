//! A backend that notes what it is asked and answers with samples, or with one error.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::{Stream, StreamExt, stream};
use postern_domain::channel::*;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::event::Event;
use postern_domain::id::*;
use postern_domain::key::*;
use postern_domain::manifest::{Manifest, ProviderId};
use postern_domain::media::Media;
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumed};
use postern_domain::ports::*;
use postern_domain::post::*;
use postern_domain::publication::{Armed, Attempt, Lease, Next, Step};
use postern_domain::recurrence::{Ahead, RecurrenceEdit, RecurrenceView};
use postern_domain::review::Decision;
use postern_domain::secret::Secret;
use postern_domain::time::{LocalDate, PublishAt, Timestamp};
use postern_domain::value::{Settings, Value};
use postern_domain::workspace::{Person, Session, Workspace};
use postern_domain::{Actor, BackendError, Problem};

use crate::samples;

/// What was asked, with every argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Call {
    CreatePost(Actor, Box<NewPost>, Option<IdempotencyKey>),
    PreviewPost(Actor, Box<NewPost>),
    Post(Actor, PostRef),
    Posts(Actor, PostQuery),
    Attempts(Actor, PublicationId),
    UpdatePost(Actor, PostRef, Box<PostEdit>),
    UpdateSettings(Actor, PublicationId, Settings),
    CancelPost(Actor, PostRef),
    PublishPost(Actor, PostRef),
    RetryPost(Actor, PostRef),
    ReviewPost(Actor, PostRef, Decision),
    ResolvePost(Actor, PublicationId, Resolution),
    FindSlot(Actor, ChannelId),
    Punctuality(Actor, u32),
    Recurrences(Actor),
    Recurrence(Actor, RecurrenceId),
    UpdateRecurrence(Actor, RecurrenceId, Box<RecurrenceEdit>),
    SkipOccurrence(Actor, RecurrenceId, LocalDate),
    EndRecurrence(Actor, RecurrenceId, Ahead),
    AdvanceRecurrences(u32),
    ShiftPosts(Actor, Shift),
    Channels(Actor, Option<GroupId>),
    Channel(Actor, ChannelId),
    Groups(Actor),
    Providers,
    ChannelManifest(Actor, ChannelId),
    Connect(Actor, ConnectRequest),
    FinishConnect(ProviderId, ConnectAnswer),
    ChangeChannel(Actor, ChannelId, ChannelChange),
    RemoveChannel(Actor, ChannelId),
    Slots(Actor, ChannelId),
    SetSlots(Actor, ChannelId, Vec<Slot>),
    Help(Actor, HelperCall),
    BeginUpload(Actor, UploadRequest),
    ImportMedia(Actor, String, bool),
    Media(Actor, MediaId),
    ListMedia(Actor, MediaQuery),
    DescribeMedia(Actor, MediaId, Option<String>),
    RemoveMedia(Actor, MediaId),
    CreateKey(Actor, NewKey),
    Keys(Actor),
    RevokeKey(Actor, KeyId),
    Authenticate(Secret),
    ClaimOnce(Actor, String, Duration),
    SignUp(NewAccount),
    LogIn(Login),
    Session(Secret),
    LogOut(Secret),
    Sessions(Actor),
    EndSession(Actor, SessionId),
    ChangePassword(Actor, Secret, Secret),
    Workspace(Actor),
    ChangeWorkspace(Actor, WorkspaceChange),
    ReleaseDue(u32),
    NextDue,
    Claim(String, Vec<Lease>),
    Extend(Vec<Lease>),
    SaveStep(Lease, Step),
    Arm(Vec<(Lease, Step)>),
    Report(Vec<Report>),
    FreshCredential(ChannelId, u64),
    RefreshGrants(u32),
    CleanUp,
    Pauses(Actor),
    MayPause(Actor, PauseScope),
    Pause(Actor, PauseScope),
    Resume(Actor, PauseScope, CatchUp),
    DeadLetters(Actor),
    Replay(Actor, DeadLetterId),
    Watch(Actor),
    WatchSchedule,
    Info,
    Alerts(Actor),
    Ready,
}

/// A backend without anything behind it.
#[derive(Default)]
pub(crate) struct Fake {
    calls: Mutex<Vec<Call>>,
    error: Option<BackendError>,
}

impl Fake {
    /// A backend that refuses everything in this way.
    pub(crate) fn refusing(error: BackendError) -> Self {
        Self {
            error: Some(error),
            ..Self::default()
        }
    }

    /// What was asked since the last time.
    pub(crate) fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note<T>(&self, call: Call, answer: T) -> Result<T, BackendError> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(call);
        self.error.clone().map_or(Ok(answer), Err)
    }
}

#[async_trait]
impl Posts for Fake {
    async fn create_post(
        &self,
        actor: &Actor,
        post: NewPost,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Created, BackendError> {
        let created = Created {
            view: samples::view(),
            replayed: true,
        };
        self.note(
            Call::CreatePost(actor.clone(), Box::new(post), idempotency),
            created,
        )
    }

    async fn preview_post(&self, actor: &Actor, post: NewPost) -> Result<Vec<TargetPreview>, BackendError> {
        self.note(
            Call::PreviewPost(actor.clone(), Box::new(post)),
            samples::previews(),
        )
    }

    async fn post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.note(Call::Post(actor.clone(), id), samples::view())
    }

    async fn posts(&self, actor: &Actor, query: PostQuery) -> Result<Page<PostView>, BackendError> {
        let page = Page {
            items: vec![samples::view()],
            next: Some("next".into()),
        };
        self.note(Call::Posts(actor.clone(), query), page)
    }

    async fn attempts(&self, actor: &Actor, id: PublicationId) -> Result<Vec<Attempt>, BackendError> {
        self.note(Call::Attempts(actor.clone(), id), samples::attempts())
    }

    async fn update_post(
        &self,
        actor: &Actor,
        id: PostRef,
        edit: PostEdit,
    ) -> Result<PostView, BackendError> {
        self.note(
            Call::UpdatePost(actor.clone(), id, Box::new(edit)),
            samples::view(),
        )
    }

    async fn update_settings(
        &self,
        actor: &Actor,
        id: PublicationId,
        settings: Settings,
    ) -> Result<PostView, BackendError> {
        self.note(Call::UpdateSettings(actor.clone(), id, settings), samples::view())
    }

    async fn cancel_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.note(Call::CancelPost(actor.clone(), id), samples::view())
    }

    async fn publish_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.note(Call::PublishPost(actor.clone(), id), samples::view())
    }

    async fn retry_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        self.note(Call::RetryPost(actor.clone(), id), samples::view())
    }

    async fn review_post(
        &self,
        actor: &Actor,
        id: PostRef,
        decision: Decision,
    ) -> Result<PostView, BackendError> {
        self.note(Call::ReviewPost(actor.clone(), id, decision), samples::view())
    }

    async fn resolve_post(
        &self,
        actor: &Actor,
        id: PublicationId,
        answer: Resolution,
    ) -> Result<PostView, BackendError> {
        self.note(Call::ResolvePost(actor.clone(), id, answer), samples::view())
    }

    async fn find_slot(&self, actor: &Actor, channel: ChannelId) -> Result<PublishAt, BackendError> {
        self.note(Call::FindSlot(actor.clone(), channel), samples::publish_at())
    }

    async fn punctuality(&self, actor: &Actor, days: u32) -> Result<Vec<PunctualityRow>, BackendError> {
        self.note(Call::Punctuality(actor.clone(), days), samples::punctuality())
    }
}

#[async_trait]
impl Planning for Fake {
    async fn recurrences(&self, actor: &Actor) -> Result<Vec<RecurrenceView>, BackendError> {
        let ended = RecurrenceView {
            next: None,
            ..samples::recurrence_view()
        };
        let both = vec![samples::recurrence_view(), ended];
        self.note(Call::Recurrences(actor.clone()), both)
    }

    async fn recurrence(&self, actor: &Actor, id: RecurrenceId) -> Result<RecurrenceView, BackendError> {
        self.note(Call::Recurrence(actor.clone(), id), samples::recurrence_view())
    }

    async fn update_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        edit: RecurrenceEdit,
    ) -> Result<RecurrenceView, BackendError> {
        self.note(
            Call::UpdateRecurrence(actor.clone(), id, Box::new(edit)),
            samples::recurrence_view(),
        )
    }

    async fn skip_occurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        date: LocalDate,
    ) -> Result<RecurrenceView, BackendError> {
        self.note(
            Call::SkipOccurrence(actor.clone(), id, date),
            samples::recurrence_view(),
        )
    }

    async fn end_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        ahead: Ahead,
    ) -> Result<RecurrenceView, BackendError> {
        self.note(
            Call::EndRecurrence(actor.clone(), id, ahead),
            samples::recurrence_view(),
        )
    }

    async fn advance_recurrences(&self, limit: u32) -> Result<Advanced, BackendError> {
        let advanced = Advanced {
            made: 3,
            next_at: Some(samples::at(1)),
        };
        self.note(Call::AdvanceRecurrences(limit), advanced)
    }

    async fn shift_posts(&self, actor: &Actor, shift: Shift) -> Result<Vec<Shifted>, BackendError> {
        self.note(Call::ShiftPosts(actor.clone(), shift), vec![samples::shifted()])
    }
}

#[async_trait]
impl Channels for Fake {
    async fn channels(&self, actor: &Actor, group: Option<GroupId>) -> Result<Vec<Channel>, BackendError> {
        let channels = vec![samples::channel(), samples::bare_channel()];
        self.note(Call::Channels(actor.clone(), group), channels)
    }

    async fn channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel, BackendError> {
        self.note(Call::Channel(actor.clone(), id), samples::channel())
    }

    async fn groups(&self, actor: &Actor) -> Result<Vec<Group>, BackendError> {
        self.note(Call::Groups(actor.clone()), samples::groups())
    }

    async fn providers(&self) -> Result<Vec<(Manifest, Option<Problem>)>, BackendError> {
        let missing = [Some(samples::problem()), None].into_iter().cycle();
        self.note(
            Call::Providers,
            samples::manifests().into_iter().zip(missing).collect(),
        )
    }

    async fn channel_manifest(&self, actor: &Actor, id: ChannelId) -> Result<Manifest, BackendError> {
        let manifest = samples::manifests().remove(0);
        self.note(Call::ChannelManifest(actor.clone(), id), manifest)
    }

    async fn connect(&self, actor: &Actor, request: ConnectRequest) -> Result<ConnectStep, BackendError> {
        let step = if request.reconnect.is_some() {
            ConnectStep::Done(Box::new(samples::channel()))
        } else {
            ConnectStep::Redirect {
                url: "https://example.org/oauth".into(),
                state: "state".into(),
            }
        };
        self.note(Call::Connect(actor.clone(), request), step)
    }

    async fn finish_connect(
        &self,
        provider: ProviderId,
        answer: ConnectAnswer,
    ) -> Result<Channel, BackendError> {
        self.note(Call::FinishConnect(provider, answer), samples::channel())
    }

    async fn change_channel(
        &self,
        actor: &Actor,
        id: ChannelId,
        change: ChannelChange,
    ) -> Result<Channel, BackendError> {
        self.note(
            Call::ChangeChannel(actor.clone(), id, change),
            samples::bare_channel(),
        )
    }

    async fn remove_channel(&self, actor: &Actor, id: ChannelId) -> Result<(), BackendError> {
        self.note(Call::RemoveChannel(actor.clone(), id), ())
    }

    async fn slots(&self, actor: &Actor, id: ChannelId) -> Result<Vec<Slot>, BackendError> {
        self.note(Call::Slots(actor.clone(), id), samples::slots())
    }

    async fn set_slots(&self, actor: &Actor, id: ChannelId, slots: Vec<Slot>) -> Result<(), BackendError> {
        self.note(Call::SetSlots(actor.clone(), id, slots), ())
    }

    /// Gives the arguments back.
    async fn help(&self, actor: &Actor, call: HelperCall) -> Result<Value, BackendError> {
        let value = Value::Map(call.arguments.clone());
        self.note(Call::Help(actor.clone(), call), value)
    }
}

#[async_trait]
impl MediaLibrary for Fake {
    async fn begin_upload(
        &self,
        actor: &Actor,
        request: UploadRequest,
    ) -> Result<UploadTicket, BackendError> {
        let ticket = UploadTicket {
            url: "http://localhost:5000/api/uploads/1?token=t".into(),
            expires_at: samples::at(40),
        };
        self.note(Call::BeginUpload(actor.clone(), request), ticket)
    }

    async fn import_media(
        &self,
        actor: &Actor,
        url: String,
        https_only: bool,
    ) -> Result<Media, BackendError> {
        self.note(
            Call::ImportMedia(actor.clone(), url, https_only),
            samples::media(),
        )
    }

    async fn media(&self, actor: &Actor, id: MediaId) -> Result<Media, BackendError> {
        self.note(Call::Media(actor.clone(), id), samples::media())
    }

    async fn list_media(&self, actor: &Actor, query: MediaQuery) -> Result<Page<Media>, BackendError> {
        let page = Page {
            items: vec![samples::media()],
            next: None,
        };
        self.note(Call::ListMedia(actor.clone(), query), page)
    }

    async fn describe_media(
        &self,
        actor: &Actor,
        id: MediaId,
        alt: Option<String>,
    ) -> Result<Media, BackendError> {
        self.note(Call::DescribeMedia(actor.clone(), id, alt), samples::media())
    }

    async fn remove_media(&self, actor: &Actor, id: MediaId) -> Result<(), BackendError> {
        self.note(Call::RemoveMedia(actor.clone(), id), ())
    }

    fn media_url(&self, media: &Media) -> String {
        media.key.clone()
    }
}

#[async_trait]
impl Keys for Fake {
    async fn create_key(&self, actor: &Actor, key: NewKey) -> Result<CreatedKey, BackendError> {
        let created = CreatedKey {
            key: samples::key(),
            text: Secret::new("ptz_text"),
        };
        self.note(Call::CreateKey(actor.clone(), key), created)
    }

    async fn keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, BackendError> {
        self.note(Call::Keys(actor.clone()), vec![samples::key()])
    }

    async fn revoke_key(&self, actor: &Actor, id: KeyId) -> Result<(), BackendError> {
        self.note(Call::RevokeKey(actor.clone(), id), ())
    }

    async fn authenticate(&self, key: Secret) -> Result<Actor, BackendError> {
        self.note(Call::Authenticate(key), samples::actor())
    }

    async fn claim_once(&self, actor: &Actor, token: String, ttl: Duration) -> Result<bool, BackendError> {
        self.note(Call::ClaimOnce(actor.clone(), token, ttl), true)
    }
}

#[async_trait]
impl Members for Fake {
    async fn sign_up(&self, account: NewAccount) -> Result<SignedIn, BackendError> {
        self.note(Call::SignUp(account), samples::signed_in())
    }

    async fn log_in(&self, login: Login) -> Result<SignedIn, BackendError> {
        self.note(Call::LogIn(login), samples::signed_in())
    }

    async fn session(&self, token: Secret) -> Result<(Actor, Person, Workspace), BackendError> {
        let answer = (samples::actor(), samples::person(), samples::workspace());
        self.note(Call::Session(token), answer)
    }

    async fn log_out(&self, token: Secret) -> Result<(), BackendError> {
        self.note(Call::LogOut(token), ())
    }

    async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, BackendError> {
        self.note(Call::Sessions(actor.clone()), vec![samples::session()])
    }

    async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<(), BackendError> {
        self.note(Call::EndSession(actor.clone(), id), ())
    }

    async fn change_password(&self, actor: &Actor, old: Secret, new: Secret) -> Result<(), BackendError> {
        self.note(Call::ChangePassword(actor.clone(), old, new), ())
    }

    async fn workspace(&self, actor: &Actor) -> Result<Workspace, BackendError> {
        self.note(Call::Workspace(actor.clone()), samples::workspace())
    }

    async fn change_workspace(
        &self,
        actor: &Actor,
        change: WorkspaceChange,
    ) -> Result<Workspace, BackendError> {
        self.note(Call::ChangeWorkspace(actor.clone(), change), samples::workspace())
    }
}

#[async_trait]
impl Dispatch for Fake {
    async fn release_due(&self, limit: u32) -> Result<u32, BackendError> {
        self.note(Call::ReleaseDue(limit), 17)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError> {
        self.note(Call::NextDue, Some(samples::at(41)))
    }

    async fn claim(&self, worker: &str, leases: Vec<Lease>) -> Result<Vec<Claimed>, BackendError> {
        self.note(Call::Claim(worker.to_owned(), leases), samples::claimed())
    }

    async fn extend(&self, leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError> {
        self.note(Call::Extend(leases), vec![samples::lease()])
    }

    async fn save_step(&self, lease: Lease, step: Step) -> Result<(), BackendError> {
        self.note(Call::SaveStep(lease, step), ())
    }

    async fn arm(&self, leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
        self.note(Call::Arm(leases), vec![Some(samples::armed()), None])
    }

    async fn report(&self, reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError> {
        let next = vec![Some(Next::Entry(0)), Some(Next::Stop), None];
        self.note(Call::Report(reports), next)
    }

    async fn fresh_credential(
        &self,
        channel: ChannelId,
        stale: u64,
    ) -> Result<Option<Credential>, BackendError> {
        let credential = (stale > 0).then(samples::credential);
        self.note(Call::FreshCredential(channel, stale), credential)
    }

    async fn refresh_grants(&self, limit: u32) -> Result<u32, BackendError> {
        self.note(Call::RefreshGrants(limit), 18)
    }

    async fn clean_up(&self) -> Result<u32, BackendError> {
        self.note(Call::CleanUp, 19)
    }
}

type Events = Pin<Box<dyn Stream<Item = Event> + Send>>;

/// All events, and then nothing for ever.
fn events() -> Events {
    stream::iter(samples::events()).chain(stream::pending()).boxed()
}

#[async_trait]
impl Watch for Fake {
    async fn watch(&self, actor: &Actor) -> Result<Events, BackendError> {
        self.note(Call::Watch(actor.clone()), events())
    }

    async fn watch_schedule(&self) -> Result<Events, BackendError> {
        self.note(Call::WatchSchedule, events())
    }
}

#[async_trait]
impl Pauses for Fake {
    async fn pauses(&self, actor: &Actor) -> Result<Vec<Pause>, BackendError> {
        self.note(Call::Pauses(actor.clone()), samples::pauses())
    }

    async fn may_pause(&self, actor: &Actor, scope: PauseScope) -> Result<bool, BackendError> {
        self.note(Call::MayPause(actor.clone(), scope), true)
    }

    async fn pause(&self, actor: &Actor, scope: PauseScope) -> Result<Pause, BackendError> {
        self.note(Call::Pause(actor.clone(), scope), samples::pause(scope))
    }

    async fn resume(
        &self,
        actor: &Actor,
        scope: PauseScope,
        catch_up: CatchUp,
    ) -> Result<Resumed, BackendError> {
        let resumed = Resumed {
            released: 3,
            missed: 2,
            more: true,
        };
        self.note(Call::Resume(actor.clone(), scope, catch_up), resumed)
    }
}

#[async_trait]
impl DeadLetters for Fake {
    async fn dead_letters(&self, actor: &Actor) -> Result<Vec<DeadLetter>, BackendError> {
        self.note(Call::DeadLetters(actor.clone()), samples::dead_letters())
    }

    async fn replay(&self, actor: &Actor, id: DeadLetterId) -> Result<(), BackendError> {
        self.note(Call::Replay(actor.clone(), id), ())
    }
}

#[async_trait]
impl Instance for Fake {
    async fn info(&self) -> Result<InstanceInfo, BackendError> {
        self.note(Call::Info, samples::info())
    }

    async fn alerts(&self, actor: &Actor) -> Result<Vec<Alert>, BackendError> {
        self.note(Call::Alerts(actor.clone()), samples::alerts())
    }

    async fn ready(&self) -> Result<Vec<(String, Result<(), String>)>, BackendError> {
        let checks = vec![("database".into(), Ok(())), ("bus".into(), Err("refused".into()))];
        self.note(Call::Ready, checks)
    }
}
