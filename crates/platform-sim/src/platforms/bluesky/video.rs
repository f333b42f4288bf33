//! The video service: upload by a service token, then a job that is asked about.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{blobs, cid, refusal, session, token};
use crate::call::Call;
use crate::reply::{Outcome, Reply};
use crate::world::World;

/// States between the first and the last.
const STATES: [&str; 7] = [
    "JOB_STATE_CREATED",
    "JOB_STATE_ENCODING",
    "JOB_STATE_ENCODED",
    "JOB_STATE_SCANNING",
    "JOB_STATE_SCANNED",
    "JOB_STATE_UPLOADING",
    "JOB_STATE_UPLOADED",
];

/// One upload being processed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub did: String,
    /// Id of the content, by which a second upload is recognised.
    pub content: String,
    /// Name in the common file store.
    pub key: String,
    pub polls: u32,
    pub needed: u32,
    /// Failure code it will end with; empty for success.
    pub failure: String,
    /// The blob once it is done.
    pub blob: Value,
}

/// `app.bsky.video.getUploadLimits`.
pub(super) fn limits(call: &Call, world: &mut World) -> Outcome {
    let by_service = call
        .bearer()
        .and_then(token::open)
        .is_some_and(|claims| claims["lxm"] == "app.bsky.video.getUploadLimits");
    if !by_service {
        token::account(call, world)?;
    }
    let body = if world.bluesky.settings.can_upload {
        json!({ "canUpload": true, "remainingDailyVideos": 25, "remainingDailyBytes": 10_737_418_240_u64 })
    } else {
        json!({ "canUpload": false, "remainingDailyVideos": 0, "remainingDailyBytes": 0, "error": "unconfirmed_email", "message": "Account does not have a verified email" })
    };
    Ok(Reply::json(200, &body))
}

/// `app.bsky.video.uploadVideo`: the token must let the service write to the account's own server.
pub(super) fn upload(call: &Call, world: &mut World) -> Outcome {
    let did = authorised(call)?;
    if call.query("did").as_deref() != Some(did.as_str()) || call.query("name").is_none() {
        return Err(refusal::invalid(
            "did must be the issuer of the token, and name must be given",
        ));
    }
    if call.content_type() != "video/mp4" {
        return Err(refusal::invalid("Content-Type must be video/mp4"));
    }
    if call.content_length().is_none() {
        return Err(refusal::error(
            411,
            "InvalidRequest",
            "Content-Length is required",
        ));
    }
    if !world.bluesky.settings.can_upload {
        return Err(refusal::error(
            403,
            "unconfirmed_email",
            "Account does not have a verified email",
        ));
    }
    if call.body.len() as u64 > 300_000_000 {
        return Err(refusal::error(413, "PayloadTooLarge", "request entity too large"));
    }
    let content = cid::of_blob(&call.body);
    if let Some((id, job)) = world
        .bluesky
        .jobs
        .iter()
        .find(|(_, job)| job.did == did && job.content == content && job.failure.is_empty())
    {
        let body = json!({ "did": did, "error": "already_exists", "jobId": id, "message": "Video already processed", "state": state(job), "blob": job.blob });
        return Err(Reply::json(409, &body));
    }
    let settings = &mut world.bluesky.settings;
    let job = Job {
        did,
        content,
        key: world.blobs.store(call.body.clone(), "video/mp4"),
        polls: 0,
        needed: settings.processing_polls,
        failure: std::mem::take(&mut settings.fail_processing),
        blob: Value::Null,
    };
    let id = world.random.letters(b"abcdefghijklmnopqrstuvwxyz234567", 20);
    let body = wrap(world, render(&id, &job));
    world.bluesky.jobs.insert(id, job);
    Ok(Reply::json(200, &body))
}

fn authorised(call: &Call) -> Result<String, Reply> {
    let denied = |message: &str| refusal::error(401, "AuthenticationRequired", message);
    let claims = call
        .bearer()
        .and_then(token::open)
        .ok_or_else(|| denied("a service token is required"))?;
    if claims["exp"].as_i64().unwrap_or(0) * 1_000 <= call.now {
        return Err(denied("the service token has expired"));
    }
    if claims["lxm"] != "com.atproto.repo.uploadBlob" {
        return Err(denied("the service token is for another method"));
    }
    if !session::is_service_did(&call.base, claims["aud"].as_str().unwrap_or_default()) {
        return Err(denied("the service token is for another server"));
    }
    claims["iss"]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| denied("the service token names no account"))
}

/// `app.bsky.video.getJobStatus`, without login; each call is one step.
pub(super) fn status(call: &Call, world: &mut World) -> Outcome {
    let id = call
        .query("jobId")
        .ok_or_else(|| refusal::invalid("Error: Params must have the property \"jobId\""))?;
    let mut job = world
        .bluesky
        .jobs
        .get(&id)
        .cloned()
        .ok_or_else(|| refusal::invalid("Could not find job"))?;
    job.polls = job.polls.saturating_add(1).min(job.needed + 1);
    if job.polls > job.needed && job.failure.is_empty() && job.blob.is_null() {
        let bytes = world
            .blobs
            .get(&job.key)
            .map_or_else(Bytes::new, |blob| blob.bytes.clone());
        job.blob = blobs::store(world, &job.did, bytes, "video/mp4");
    }
    let body = json!({ "jobStatus": render(&id, &job) });
    world.bluesky.jobs.insert(id, job);
    Ok(Reply::json(200, &body))
}

fn wrap(world: &World, job: Value) -> Value {
    if world.bluesky.settings.flat_job_status {
        job
    } else {
        json!({ "jobStatus": job })
    }
}

fn state(job: &Job) -> &'static str {
    if job.polls > job.needed {
        return if job.failure.is_empty() {
            "JOB_STATE_COMPLETED"
        } else {
            "JOB_STATE_FAILED"
        };
    }
    let last = STATES.len() - 1;
    let step =
        usize::try_from(job.polls).unwrap_or(0) * last / usize::try_from(job.needed.max(1)).unwrap_or(1);
    STATES[step.min(last)]
}

fn render(id: &str, job: &Job) -> Value {
    let state = state(job);
    let mut body = json!({ "jobId": id, "did": job.did, "state": state });
    match state {
        "JOB_STATE_COMPLETED" => {
            body["progress"] = 100.into();
            body["blob"] = job.blob.clone();
        }
        "JOB_STATE_FAILED" => {
            body["error"] = job.failure.as_str().into();
            body["failureCode"] = job.failure.as_str().into();
            body["message"] = "Video processing failed".into();
        }
        _ => body["progress"] = (job.polls * 100 / (job.needed + 1)).into(),
    }
    body
}
