//! Blobs of a repository.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{cid, refusal, token};
use crate::blob::sniff;
use crate::call::Call;
use crate::reply::{Outcome, Reply};
use crate::world::World;

/// A blob as its repository knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredBlob {
    pub mime: String,
    pub size: u64,
    /// Name in the common file store.
    pub key: String,
}

/// `com.atproto.repo.uploadBlob`: raw bytes, typed by what they are.
pub(super) fn upload(call: &Call, world: &mut World) -> Outcome {
    let did = token::account(call, world)?;
    let declared = call.content_type();
    if declared.is_empty() {
        return Err(refusal::invalid(
            "Request encoding (Content-Type) required but not provided",
        ));
    }
    if call.body.len() as u64 > world.bluesky.settings.blob_limit {
        return Err(refusal::error(413, "PayloadTooLarge", "request entity too large"));
    }
    if call.body.is_empty() {
        return Err(refusal::invalid(
            "A request body was expected but none was provided",
        ));
    }
    let blob = store(world, &did, call.body.clone(), &declared);
    Ok(Reply::json(200, &json!({ "blob": blob })))
}

/// Puts a blob into a repository and gives the object that refers to it.
pub(super) fn store(world: &mut World, did: &str, bytes: Bytes, declared: &str) -> Value {
    let mime = sniff(&bytes).unwrap_or(declared).to_owned();
    let id = cid::of_blob(&bytes);
    let size = bytes.len() as u64;
    let key = world.blobs.store(bytes, &mime);
    world.bluesky.blobs.insert(
        format!("{did}/{id}"),
        StoredBlob {
            mime: mime.clone(),
            size,
            key,
        },
    );
    json!({ "$type": "blob", "ref": { "$link": id }, "mimeType": mime, "size": size })
}
