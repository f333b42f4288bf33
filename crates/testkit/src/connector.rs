//! A connector that answers what a test tells it to.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use postern_domain::channel::{Channel, ConnectAnswer, Connected, Credential, Grant};
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{
    BeganConnect, ConnectContext, ConnectError, Connector, RefreshError, StartedConnect,
};
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};

/// Connects the account `ada` by a redirect, unless it was told otherwise. Answers that a test puts in line are
/// given once each, in order; then the usual ones again.
#[derive(Debug, Default)]
pub struct FakeConnector {
    begins: Mutex<VecDeque<Result<BeganConnect, ConnectError>>>,
    finishes: Mutex<VecDeque<Result<Connected, ConnectError>>>,
    refreshes: Mutex<VecDeque<Result<Grant, RefreshError>>>,
    helps: Mutex<VecDeque<Result<Value, ConnectError>>>,
    calls: Mutex<Vec<&'static str>>,
}

impl FakeConnector {
    /// Puts an answer to [`Connector::begin`] in line.
    pub fn will_begin(&self, answer: Result<BeganConnect, ConnectError>) {
        lock(&self.begins).push_back(answer);
    }

    /// Puts an answer to [`Connector::finish`] and [`Connector::profile`] in line.
    pub fn will_finish(&self, answer: Result<Connected, ConnectError>) {
        lock(&self.finishes).push_back(answer);
    }

    /// Puts an answer to [`Connector::refresh`] in line.
    pub fn will_refresh(&self, answer: Result<Grant, RefreshError>) {
        lock(&self.refreshes).push_back(answer);
    }

    /// Puts an answer to [`Connector::help`] in line.
    pub fn will_help(&self, answer: Result<Value, ConnectError>) {
        lock(&self.helps).push_back(answer);
    }

    /// What was asked, in order: `begin`, `finish`, `refresh`, `profile`, `help`.
    pub fn calls(&self) -> Vec<&'static str> {
        lock(&self.calls).clone()
    }

    /// The account that is connected when nothing else was said.
    pub fn an_account() -> Connected {
        Connected {
            remote_id: "ada-1".to_owned(),
            name: "Ada".to_owned(),
            handle: "ada".to_owned(),
            picture: None,
            details: Value::Map(Settings::new()),
            grant: Self::a_grant(),
        }
    }

    /// The grant that is given when nothing else was said.
    pub fn a_grant() -> Grant {
        Grant {
            secret: Secret::new(r#"{"token":"fake"}"#),
            expires_at: None,
            ends_at: None,
        }
    }

    fn note(&self, call: &'static str) {
        lock(&self.calls).push(call);
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next<T>(line: &Mutex<VecDeque<T>>) -> Option<T> {
    lock(line).pop_front()
}

#[async_trait]
impl Connector for FakeConnector {
    async fn begin(
        &self,
        _provider: &ProviderId,
        _fields: &Settings,
        context: &ConnectContext,
    ) -> Result<BeganConnect, ConnectError> {
        self.note("begin");
        next(&self.begins).unwrap_or_else(|| {
            Ok(BeganConnect::Redirect(StartedConnect {
                url: format!("https://platform.test/consent?state={}", context.state),
                state: context.state.clone(),
                memory: Secret::new("memory"),
            }))
        })
    }

    async fn finish(
        &self,
        _provider: &ProviderId,
        _answer: &ConnectAnswer,
        _memory: &Secret,
        _context: &ConnectContext,
    ) -> Result<Connected, ConnectError> {
        self.note("finish");
        next(&self.finishes).unwrap_or_else(|| Ok(Self::an_account()))
    }

    async fn refresh(&self, _channel: &Channel, _credential: &Credential) -> Result<Grant, RefreshError> {
        self.note("refresh");
        next(&self.refreshes).unwrap_or_else(|| Ok(Self::a_grant()))
    }

    async fn profile(&self, _channel: &Channel, _credential: &Credential) -> Result<Connected, ConnectError> {
        self.note("profile");
        next(&self.finishes).unwrap_or_else(|| Ok(Self::an_account()))
    }

    async fn help(
        &self,
        _channel: &Channel,
        _credential: &Credential,
        _helper: &str,
        _arguments: &Settings,
    ) -> Result<Value, ConnectError> {
        self.note("help");
        next(&self.helps).unwrap_or_else(|| Ok(Value::List(Vec::new())))
    }
}
