use async_trait::async_trait;
use postern_domain::channel::Credential;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Claimed, Dispatch, Report};
use postern_domain::publication::{Armed, Lease, Next, Step};
use postern_domain::{BackendError, Timestamp};

use super::Fake;

#[async_trait]
impl Dispatch for Fake {
    async fn release_due(&self, _: u32) -> Result<u32, BackendError> {
        Ok(0)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError> {
        Ok(None)
    }

    async fn claim(&self, _: &str, _: Vec<Lease>) -> Result<Vec<Claimed>, BackendError> {
        Ok(Vec::new())
    }

    async fn extend(&self, _: Vec<Lease>) -> Result<Vec<Lease>, BackendError> {
        Ok(Vec::new())
    }

    async fn save_step(&self, _: Lease, _: Step) -> Result<(), BackendError> {
        Ok(())
    }

    async fn arm(&self, _: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
        Ok(Vec::new())
    }

    async fn report(&self, _: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError> {
        Ok(Vec::new())
    }

    async fn fresh_credential(&self, _: ChannelId, _: u64) -> Result<Option<Credential>, BackendError> {
        Ok(None)
    }

    async fn refresh_grants(&self, _: u32) -> Result<u32, BackendError> {
        Ok(0)
    }

    async fn clean_up(&self) -> Result<u32, BackendError> {
        Ok(0)
    }
}
