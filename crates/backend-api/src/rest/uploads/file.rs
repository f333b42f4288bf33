//! `POST /upload`: a file in the multipart field `file`, streamed into the store.

use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{Multipart, State};
use postern_domain::media::Media;
use postern_domain::ports::MediaLibrary;
use postern_domain::{Actor, BackendError, Code, Problem};
use postern_wire::postiz::{Refusal, media_item};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, incoming, json};

/// Pieces that wait between the connection and the store.
const WAITING: usize = 4;

pub(in crate::rest) async fn file(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    parts: Result<Multipart, MultipartRejection>,
) -> Answer {
    let mut parts = parts.map_err(|_| no_file())?;
    while let Some(field) = parts.next_field().await.map_err(|_| broken_off())? {
        match (field.name(), field.file_name()) {
            (Some("file"), Some(name)) => {
                let name = name.to_owned();
                let media = take(&shared, &actor, &name, field).await?;
                // What follows is read to its end, so that the connection can be used again.
                while let Ok(Some(_)) = parts.next_field().await {}
                let path = shared.app.media_url(&media);
                return Ok(json(201, &media_item(&media, path)));
            }
            (name, Some(_)) => return Err(unexpected(name.unwrap_or_default())),
            // Plain fields beside the file mean nothing here.
            (_, None) => {}
        }
    }
    Err(no_file().into())
}

/// Hands a field's pieces to the store while they come in; the store decides when it has seen enough.
async fn take(shared: &Inner, actor: &Actor, name: &str, mut field: Field<'_>) -> Result<Media, Refused> {
    let (sender, receiver) = mpsc::channel::<Result<Bytes, &'static str>>(WAITING);
    let content = incoming(ReceiverStream::new(receiver), shared.stop.clone());
    let storing = shared.app.store_media(actor, name, content);
    let feeding = async move {
        loop {
            let piece = match field.chunk().await {
                Ok(Some(piece)) => Ok(piece),
                Ok(None) => return false,
                Err(_) => Err("the upload broke off"),
            };
            let is_broken = piece.is_err();
            if sender.send(piece).await.is_err() || is_broken {
                return is_broken;
            }
        }
    };
    match tokio::join!(storing, feeding) {
        (Ok(media), _) => Ok(media),
        // What the store says about a form that ended in the middle is not the client's business.
        (Err(_), true) => Err(broken_off().into()),
        (Err(error), false) => Err(refused(&error)),
    }
}

fn refused(error: &BackendError) -> Refused {
    let BackendError::Refused(problems) = error else {
        return Refusal::of(error).into();
    };
    let Some(first) = problems.first() else {
        return Refusal::of(error).into();
    };
    match first.code {
        Code::MediaTypeUnsupported => Refusal::text(400, "Unsupported file type.", error).into(),
        Code::MediaTooLarge => {
            let most = first.allowed.as_deref().unwrap_or_default();
            let words = format!("File size exceeds the maximum allowed size of {most}.");
            Refusal::text(400, &words, error).into()
        }
        _ => Refusal::of(error).into(),
    }
}

fn no_file() -> Refusal {
    let fix = "send multipart/form-data with the file in the field `file`";
    let problem = Problem::new(Code::MissingField, "/file", "there is no file", fix);
    Refusal::msg(400, "No file provided", &BackendError::refused(problem))
}

fn broken_off() -> Refusal {
    let problem = Problem::new(
        Code::Malformed,
        "/file",
        "the form could not be read",
        "send it again",
    );
    let error = BackendError::refused(problem);
    Refusal::text(400, "Multipart: the form could not be read", &error)
}

fn unexpected(name: &str) -> Refused {
    let name: String = name.chars().take(100).collect();
    let fix = "send the file in the field `file`";
    let problem = Problem::new(Code::Malformed, "/file", "the file came in another field", fix).given(&name);
    let error = BackendError::refused(problem);
    Refusal::text(400, &format!("Unexpected field - {name}"), &error).into()
}
