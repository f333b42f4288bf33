//! One channel's part of a post as an argument: by its own id, or by the post's where only one part can be meant.

use postern_domain::id::PublicationId;
use postern_domain::post::{PostRef, PostView, PublicationView};
use postern_domain::{Code, Problem};

use crate::answer::{Refused, Stop};
use crate::tools::Call;
use crate::tools::posts::{post_ref, refused};

/// The part that is meant, and its post.
pub(super) async fn part(
    call: &Call<'_>,
    id: &str,
    fits: impl Fn(&PublicationView) -> bool,
) -> Result<(PublicationId, PostView), Stop> {
    let reference = post_ref(id)?;
    let view = call.shared.backend.post(call.actor(), reference).await;
    let view = view.map_err(|error| refused(error, str::to_owned))?;
    if let PostRef::Publication(id) = reference {
        return Ok((id, view));
    }
    let fitting: Vec<_> = view.publications.iter().filter(|part| fits(part)).collect();
    if let [only] = fitting.as_slice() {
        return Ok((only.publication.id, view));
    }
    let shown = if fitting.is_empty() {
        view.publications.iter().collect()
    } else {
        fitting
    };
    let parts: Vec<_> = shown
        .iter()
        .map(|part| {
            format!(
                "{} ({} on {}, {})",
                part.publication.id, part.channel.name, part.channel.provider, part.publication.state
            )
        })
        .collect();
    let detail = "is a post on several channels, or on none to which this applies";
    let problem = Problem::new(Code::Malformed, "/id", detail, "name the part on one channel");
    Err(Refused::new(vec![problem.given(id).allowed(parts.join(", "))]).into())
}
