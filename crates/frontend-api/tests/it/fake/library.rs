use async_trait::async_trait;
use postern_domain::actor::Actor;
use postern_domain::id::MediaId;
use postern_domain::media::Media;
use postern_domain::ports::{MediaLibrary, MediaQuery, UploadRequest, UploadTicket};
use postern_domain::post::Page;
use postern_domain::{BackendError, Code, Problem};

use super::Fake;

#[async_trait]
impl MediaLibrary for Fake {
    async fn begin_upload(&self, _: &Actor, request: UploadRequest) -> Result<UploadTicket, BackendError> {
        if request.bytes.is_some_and(|bytes| bytes > 1 << 30) {
            return Err(BackendError::refused(Problem::new(
                Code::MediaTooLarge,
                "/bytes",
                "the file is too large",
                "take one below 1 GB",
            )));
        }
        let url = "http://localhost:5000/api/uploads/upl_1?token=t".to_owned();
        Ok(UploadTicket {
            url,
            expires_at: self.now,
        })
    }

    async fn import_media(&self, _: &Actor, _: String, _: bool) -> Result<Media, BackendError> {
        Err(BackendError::Internal)
    }

    async fn media(&self, _: &Actor, id: MediaId) -> Result<Media, BackendError> {
        self.state()
            .media
            .get(&id)
            .cloned()
            .ok_or_else(|| BackendError::not_found("file", id))
    }

    async fn list_media(&self, _: &Actor, _: MediaQuery) -> Result<Page<Media>, BackendError> {
        Ok(Page {
            items: self.state().media.values().cloned().collect(),
            next: None,
        })
    }

    async fn describe_media(
        &self,
        actor: &Actor,
        id: MediaId,
        _: Option<String>,
    ) -> Result<Media, BackendError> {
        self.media(actor, id).await
    }

    async fn remove_media(&self, _: &Actor, _: MediaId) -> Result<(), BackendError> {
        Ok(())
    }

    fn media_url(&self, media: &Media) -> String {
        let known = self.state().pictures.get(&media.id).cloned();
        known.unwrap_or_else(|| format!("http://localhost:5000/uploads/{}", media.key))
    }
}
