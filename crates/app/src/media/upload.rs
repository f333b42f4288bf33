//! Files coming in as bytes.

use std::time::Duration;

use postern_domain::actor::{Actor, Scope};
use postern_domain::id::{MediaId, UploadId, WorkspaceId};
use postern_domain::media::{Media, StoredFile};
use postern_domain::ports::{ByteStream, UploadRequest, UploadRow, UploadTicket};
use postern_domain::{BackendError, Code, Problem};

use super::library::refused;
use crate::access::require;
use crate::deps::Deps;

/// How long an upload may be begun after it was asked for.
const PATIENCE: Duration = Duration::from_hours(1);

/// What the token of an upload is signed for.
const PURPOSE: &str = "upload";

/// Asks for a place to upload to.
pub(super) async fn begin_upload(
    deps: &Deps,
    actor: &Actor,
    request: UploadRequest,
) -> Result<UploadTicket, BackendError> {
    require(actor, Scope::MediaWrite)?;
    let largest = deps.settings.media.max_video_bytes;
    if let Some(bytes) = request.bytes.filter(|bytes| *bytes > largest) {
        return Err(BackendError::refused(
            Problem::new(
                Code::MediaTooLarge,
                "/bytes",
                "the file is too large",
                "make it smaller",
            )
            .given(format!("{bytes} bytes"))
            .allowed(format!("{largest} bytes")),
        ));
    }
    let row = UploadRow {
        id: UploadId::from_bits(deps.rng.id()),
        workspace: actor.workspace,
        name: clean_name(&request.name),
        expires_at: deps.clock.now().plus(PATIENCE),
    };
    let token = deps.vault.sign(PURPOSE, &row.id.to_string());
    let unit = deps.storage.begin().await?;
    unit.insert_upload(&row).await?;
    unit.commit().await?;
    let url = format!(
        "{}/api/uploads/{}?token={token}",
        deps.settings.public_url, row.id
    );
    Ok(UploadTicket {
        url,
        expires_at: row.expires_at,
    })
}

/// Takes in the file of an upload that was asked for.
pub(super) async fn finish_upload(
    deps: &Deps,
    id: UploadId,
    token: &str,
    content: ByteStream,
) -> Result<Media, BackendError> {
    let missing = || BackendError::not_found("upload", id);
    if !deps.vault.verify(PURPOSE, &id.to_string(), token) {
        return Err(missing());
    }
    let unit = deps.storage.begin().await?;
    let row = unit.take_upload(id, deps.clock.now()).await?;
    unit.commit().await?;
    let row = row.ok_or_else(missing)?;
    let stored = deps
        .media
        .store(&row.name, content, deps.settings.media)
        .await
        .map_err(refused)?;
    insert(deps, row.workspace, &row.name, stored).await
}

/// Takes in a file that came with the request itself.
pub(super) async fn store_media(
    deps: &Deps,
    actor: &Actor,
    name: &str,
    content: ByteStream,
) -> Result<Media, BackendError> {
    require(actor, Scope::MediaWrite)?;
    let name = clean_name(name);
    let stored = deps
        .media
        .store(&name, content, deps.settings.media)
        .await
        .map_err(refused)?;
    insert(deps, actor.workspace, &name, stored).await
}

/// Puts a stored file into the library.
pub(super) async fn insert(
    deps: &Deps,
    workspace: WorkspaceId,
    name: &str,
    stored: StoredFile,
) -> Result<Media, BackendError> {
    let media = Media {
        id: MediaId::from_bits(deps.rng.id()),
        workspace,
        name: name.to_owned(),
        kind: stored.kind,
        mime: stored.mime,
        bytes: stored.bytes,
        hash: stored.hash,
        pixels: stored.pixels,
        duration: stored.duration,
        key: stored.key,
        alt: None,
        created_at: deps.clock.now(),
    };
    let unit = deps.storage.begin().await?;
    unit.insert_media(&media).await?;
    unit.commit().await?;
    tracing::info!(media.id = %media.id, size_bytes = media.bytes, "media stored");
    Ok(media)
}

/// A file's own name without its folders, at most 200 characters.
fn clean_name(name: &str) -> String {
    let own = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let own: String = own
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    if own.is_empty() { "upload".to_owned() } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_folders() {
        for (given, want) in [
            ("a.png", "a.png"),
            ("/etc/passwd", "passwd"),
            ("C:\\x\\y.jpg", "y.jpg"),
            ("", "upload"),
        ] {
            assert_eq!(clean_name(given), want);
        }
    }
}
