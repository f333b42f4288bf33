//! The bus and the counters: over Redis where it is set, else inside the process.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use postern_bus::memory::MemoryBus;
use postern_bus::redis::RedisBus;
use postern_config::Settings;
use postern_domain::ports::{Bus, Counters, Rng};
use postern_limits::{FallbackCounters, MemoryCounters, RedisCounters};
use secrecy::ExposeSecret;

use crate::serve::DependencyMissing;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);

/// The bus.
pub async fn bus(settings: &Settings, patience: Duration) -> Result<Arc<dyn Bus>> {
    let Some(url) = &settings.redis.url else {
        return Ok(Arc::new(MemoryBus::new()));
    };
    let began = tokio::time::Instant::now();
    loop {
        let tried = match RedisBus::connect(url.expose_secret(), &settings.redis.prefix).await {
            Ok(bus) => bus.ping().await.map(|()| bus),
            Err(error) => Err(error),
        };
        match tried {
            Ok(bus) => return Ok(Arc::new(bus)),
            Err(error) if began.elapsed() >= patience => {
                return Err(DependencyMissing(format!("redis.url: {error}")).into());
            }
            Err(error) => tracing::warn!(error = %error, "waiting for redis"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The counters.
pub async fn counters(
    settings: &Settings,
    rng: Arc<dyn Rng>,
    patience: Duration,
) -> Result<Arc<dyn Counters>> {
    let Some(url) = &settings.redis.url else {
        return Ok(Arc::new(MemoryCounters::new()));
    };
    let began = tokio::time::Instant::now();
    loop {
        let tried =
            RedisCounters::connect(url.expose_secret(), &settings.redis.prefix, Arc::clone(&rng)).await;
        match tried {
            Ok(counters) => return Ok(Arc::new(FallbackCounters::new(Arc::new(counters)))),
            Err(error) if began.elapsed() >= patience => {
                return Err(DependencyMissing(format!("redis.url: {error}")).into());
            }
            Err(error) => tracing::warn!(error = %error, "waiting for redis"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
