//! Connections: how they are set up, kept and let go.

use std::time::Duration;

use fred::clients::{Client, WithOptions};
use fred::interfaces::ClientLike;
use fred::types::config::{Config, Options, ReconnectPolicy};
use fred::types::{Builder, ConnectHandle};
use postern_domain::ports::{BusError, StreamName};

use super::unavailable;

/// How long a command may take, waiting for a lost connection included.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a question may take that is asked to learn whether the server is there.
const BRIEF_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a connection may be in the making.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest a single read blocks. Longer waits are several reads.
pub(super) const LONGEST_BLOCK: Duration = Duration::from_secs(10);

/// A connection that leaves a command unanswered for so long is replaced; longer than any read blocks.
const UNRESPONSIVE_AFTER: Duration = Duration::from_secs(20);

/// Commands that may wait for a lost connection; more are refused.
const WAITING_COMMANDS: usize = 10_000;

/// Where to connect to, and how keys are called there.
#[derive(Debug)]
pub(super) struct Target {
    config: Config,
    prefix: String,
}

/// A client and its task; both end when it is dropped.
#[derive(Debug)]
pub(super) struct Connection {
    client: Client,
    task: ConnectHandle,
}

impl Target {
    pub(super) fn new(url: &str, prefix: &str) -> Result<Self, BusError> {
        let config = Config::from_url(url)
            .map_err(|_| BusError::Unavailable("the address is no redis:// or rediss:// URL".to_owned()))?;
        Ok(Self {
            config,
            prefix: prefix.to_owned(),
        })
    }

    /// The key of a stream.
    pub(super) fn key(&self, stream: &StreamName) -> String {
        format!("{}{}", self.prefix, stream.0)
    }

    /// Opens a connection; an error when the server does not answer.
    pub(super) async fn connect(&self) -> Result<Connection, BusError> {
        let client = Builder::from_config(self.config.clone())
            .with_connection_config(|connection| {
                // A second attempt after a lost answer would send the message twice.
                connection.max_command_attempts = 1;
                connection.max_command_buffer_len = WAITING_COMMANDS;
                connection.connection_timeout = CONNECT_TIMEOUT;
                connection.internal_command_timeout = CONNECT_TIMEOUT;
                connection.unresponsive.max_timeout = Some(UNRESPONSIVE_AFTER);
                connection.tcp.nodelay = Some(true);
            })
            .with_performance_config(|performance| performance.default_command_timeout = COMMAND_TIMEOUT)
            // Without a policy the client would never reconnect; no limit of attempts means for ever.
            .set_policy(ReconnectPolicy::new_exponential(0, 50, 2_000, 2))
            .build()
            .map_err(unavailable)?;
        let task = client.init().await.map_err(unavailable)?;
        Ok(Connection { client, task })
    }
}

impl Connection {
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The client for questions that must be answered now or never.
    pub(super) fn brief(&self) -> WithOptions<Client> {
        self.client.with_options(&within(BRIEF_TIMEOUT))
    }

    /// The client for a read that blocks for so long.
    pub(super) fn blocking(&self, block: Duration) -> WithOptions<Client> {
        self.client.with_options(&within(block + Duration::from_secs(2)))
    }
}

impl Drop for Connection {
    /// The client's own task keeps the socket open until it is told to end.
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn within(timeout: Duration) -> Options {
    Options {
        timeout: Some(timeout),
        max_attempts: Some(1),
        ..Options::default()
    }
}
