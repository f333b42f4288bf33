//! The simulated platforms as a test sees them: what they hold, what shall go wrong, what they did not expect.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::http::Http;
use crate::until::until;

/// A client of the simulator's control interface.
#[derive(Debug, Clone)]
pub struct Sim {
    http: Http,
}

impl Sim {
    /// A client of the simulator at `address`.
    ///
    /// # Errors
    /// When no client can be built.
    pub fn new(address: &str) -> Result<Self> {
        Ok(Self {
            http: Http::new(address)?,
        })
    }

    /// Where the simulator is reached.
    pub fn address(&self) -> &str {
        self.http.address()
    }

    /// Everything that the platforms hold, oldest first.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn journal(&self) -> Result<Vec<Value>> {
        list(&self.http.get("/_sim/journal").await?.expect(200)?)
    }

    /// What the platforms hold with exactly this text.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn copies(&self, platform: &str, text: &str) -> Result<Vec<Value>> {
        let mut journal = self.journal().await?;
        journal.retain(|entry| entry["platform"] == platform && entry["text"] == text);
        Ok(journal)
    }

    /// Waits until `count` things exist on all platforms together.
    ///
    /// # Errors
    /// When there are fewer after `patience`.
    pub async fn holds(&self, count: usize, patience: Duration) -> Result<Vec<Value>> {
        until(
            &format!("{count} things at the platforms"),
            patience,
            async || {
                let journal = self.journal().await?;
                Ok((journal.len() >= count).then_some(journal))
            },
        )
        .await
    }

    /// Plans a fault: `count` times, waits of `delay_ms` where the kind has one.
    ///
    /// # Errors
    /// When the simulator refuses.
    pub async fn fault(
        &self,
        platform: &str,
        operation: &str,
        kind: &str,
        count: u32,
        delay_ms: u64,
    ) -> Result<()> {
        let fault = json!({
            "platform": platform, "operation": operation, "kind": kind, "count": count, "delay_ms": delay_ms,
        });
        self.plan(&fault).await
    }

    /// Plans a fault as the control interface takes it, by count or by chance.
    ///
    /// # Errors
    /// When the simulator refuses.
    pub async fn plan(&self, fault: &Value) -> Result<()> {
        let answer = self.http.post("/_sim/faults", fault).await?;
        answer.expect(201).map(drop)
    }

    /// Forgets every fault that was planned.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn forget_faults(&self) -> Result<()> {
        self.http.delete("/_sim/faults").await?.expect(204).map(drop)
    }

    /// Changes settings of a platform.
    ///
    /// # Errors
    /// When the simulator refuses.
    pub async fn set(&self, settings: &Value) -> Result<()> {
        let answer = self.http.post("/_sim/settings", settings).await?;
        answer.expect(200).map(drop)
    }

    /// Changes settings of one platform; the platform is named among them.
    ///
    /// # Errors
    /// When the simulator refuses.
    pub async fn configure(&self, settings: &Value) -> Result<()> {
        let answer = self.http.post("/_sim/settings", settings).await?;
        answer.expect(200).map(drop)
    }

    /// The requests that no platform would have expected.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn unexpected(&self) -> Result<Vec<Value>> {
        list(&self.http.get("/_sim/unexpected").await?.expect(200)?)
    }

    /// The requests that a platform got, oldest first, with what they were answered.
    ///
    /// # Errors
    /// When the simulator does not answer.
    pub async fn requests(&self, platform: &str) -> Result<Vec<Value>> {
        let path = format!("/_sim/requests?platform={platform}");
        list(&self.http.get(&path).await?.expect(200)?)
    }

    /// Whether the simulator answers.
    pub async fn is_healthy(&self) -> bool {
        self.http
            .get("/_sim/health")
            .await
            .is_ok_and(|answer| answer.status == 200)
    }
}

fn list(value: &Value) -> Result<Vec<Value>> {
    let list = value.as_array();
    list.cloned()
        .ok_or_else(|| anyhow::anyhow!("not a list: {value}"))
}
