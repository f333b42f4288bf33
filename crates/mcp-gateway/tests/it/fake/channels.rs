//! Channels, groups and manifests.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Group, Health, Slot};
use postern_domain::content::Editor;
use postern_domain::id::{ChannelId, GroupId};
use postern_domain::manifest::{
    Connect, Evidence, Field, FieldKind, Helper, Limits, Manifest, ProviderId, Thread,
};
use postern_domain::ports::{ChannelChange, Channels, HelperCall};
use postern_domain::value::Value;
use postern_domain::{Actor, BackendError, Problem};

use super::{Fake, NOW, WORKSPACE};

/// A connected channel.
pub(crate) fn channel(id: ChannelId, provider: &'static str, name: &str, group: Option<GroupId>) -> Channel {
    Channel {
        id,
        workspace: WORKSPACE,
        provider: ProviderId::of(provider),
        remote_id: "1".into(),
        name: name.into(),
        handle: name.to_lowercase().replace(' ', ""),
        picture: None,
        health: Health::Connected,
        disabled: false,
        details: Value::Null,
        group,
        grant_expires_at: None,
        created_at: NOW,
    }
}

fn manifest(
    provider: &'static str,
    name: &str,
    text_max: u32,
    settings: Vec<Field>,
    helpers: Vec<Helper>,
) -> Manifest {
    Manifest {
        id: ProviderId::of(provider),
        name: name.into(),
        editor: Editor::Normal,
        lane: provider.into(),
        connect: Connect::Redirect { fields: Vec::new() },
        limits: Limits {
            text_max,
            text_unit: "characters".into(),
            media_max: 4,
            media: Vec::new(),
            alone: Vec::new(),
            media_required: false,
            alt_max: 1500,
        },
        thread: Thread::Replies,
        settings,
        rules: "Keep it short".into(),
        helpers,
        evidence: Evidence::KeySafe {
            window: Duration::from_hours(1),
        },
        concurrency: 5,
        rates: Vec::new(),
    }
}

fn manifests() -> Vec<Manifest> {
    let who = Field {
        key: "who_can_reply_post".into(),
        label: "Who can reply".into(),
        help: "Who may answer".into(),
        kind: FieldKind::Choice(vec![
            ("everyone".into(), "Everyone".into()),
            ("verified".into(), "Verified".into()),
        ]),
        required: true,
        default: Some(Value::Text("everyone".into())),
    };
    let helper = Helper {
        name: "communities".into(),
        description: "Communities by name".into(),
        arguments: vec![("word".into(), "Part of the name".into(), "string".into())],
    };
    vec![
        manifest("mastodon", "Mastodon", 500, Vec::new(), Vec::new()),
        manifest("x", "X", 280, vec![who], vec![helper]),
    ]
}

#[async_trait]
impl Channels for Fake {
    async fn channels(&self, _actor: &Actor, group: Option<GroupId>) -> Result<Vec<Channel>, BackendError> {
        let state = self.state();
        let wanted = state
            .channels
            .iter()
            .filter(|channel| group.is_none() || channel.group == group);
        Ok(wanted.cloned().collect())
    }

    async fn channel(&self, _actor: &Actor, id: ChannelId) -> Result<Channel, BackendError> {
        let found = self
            .state()
            .channels
            .iter()
            .find(|channel| channel.id == id)
            .cloned();
        found.ok_or_else(|| BackendError::not_found("channel", id))
    }

    async fn groups(&self, _actor: &Actor) -> Result<Vec<Group>, BackendError> {
        Ok(self.state().groups.clone())
    }

    async fn providers(&self) -> Result<Vec<(Manifest, Option<Problem>)>, BackendError> {
        Ok(manifests().into_iter().map(|manifest| (manifest, None)).collect())
    }

    async fn channel_manifest(&self, actor: &Actor, id: ChannelId) -> Result<Manifest, BackendError> {
        let provider = self.channel(actor, id).await?.provider;
        manifests()
            .into_iter()
            .find(|manifest| manifest.id == provider)
            .ok_or(BackendError::Internal)
    }

    async fn connect(&self, _actor: &Actor, _request: ConnectRequest) -> Result<ConnectStep, BackendError> {
        Err(BackendError::Internal)
    }

    async fn finish_connect(
        &self,
        _provider: ProviderId,
        _answer: ConnectAnswer,
    ) -> Result<Channel, BackendError> {
        Err(BackendError::Internal)
    }

    async fn change_channel(
        &self,
        _actor: &Actor,
        _id: ChannelId,
        _change: ChannelChange,
    ) -> Result<Channel, BackendError> {
        Err(BackendError::Internal)
    }

    async fn remove_channel(&self, _actor: &Actor, _id: ChannelId) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    async fn slots(&self, _actor: &Actor, _id: ChannelId) -> Result<Vec<Slot>, BackendError> {
        Ok(Vec::new())
    }

    async fn set_slots(&self, _actor: &Actor, _id: ChannelId, _slots: Vec<Slot>) -> Result<(), BackendError> {
        Err(BackendError::Internal)
    }

    async fn help(&self, _actor: &Actor, call: HelperCall) -> Result<Value, BackendError> {
        let word = call
            .arguments
            .get("word")
            .and_then(Value::as_text)
            .unwrap_or_default();
        let found = BTreeMap::from([
            ("id".to_owned(), Value::Integer(7)),
            ("name".to_owned(), Value::from(word)),
        ]);
        Ok(Value::List(vec![Value::Map(found)]))
    }
}
