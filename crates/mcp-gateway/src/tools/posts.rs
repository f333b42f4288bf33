//! Posts as arguments: their ids, and the answer that our own tools share.

use postern_domain::post::{PostRef, PostView};
use postern_domain::{BackendError, Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{Done, Refused, Stop};
use crate::shape::places;
use crate::shape::post::{Detail, PostOut, line, show};
use crate::tools::Call;

/// The call that finds posts.
const LIST: &str = "call postsListTool for the posts of a time window and their ids.";

/// One post.
#[derive(Serialize, JsonSchema)]
pub(super) struct PostAnswer {
    /// The post as it stands now.
    pub(super) post: PostOut,
}

/// Reads the id of a post, or of its part on one channel.
pub(super) fn post_ref(text: &str) -> Result<PostRef, Stop> {
    text.trim().parse().map_err(|_| {
        let fix = "use an id from postsListTool or from the answer that made the post";
        let problem = Problem::new(Code::NotFound, "/id", "is not the id of a post", fix);
        let allowed = "post_ or pub_ and 26 letters and digits";
        Refused::new(vec![problem.given(text).allowed(allowed)])
            .next(LIST)
            .into()
    })
}

/// An error of a use case that was given `id`.
pub(super) fn refused(error: BackendError, place: impl Fn(&str) -> String) -> Stop {
    let missing = matches!(error, BackendError::NotFound { .. });
    match Stop::from(places::moved(error, place)) {
        Stop::Refused(mut refused) if missing => {
            for problem in &mut refused.problems {
                problem.field = "/id".into();
                problem.fix = "use an id from postsListTool".into();
            }
            Stop::Refused(refused.next(LIST))
        }
        stop => stop,
    }
}

/// The post, and one line about it.
pub(super) async fn told(
    call: &Call<'_>,
    view: &PostView,
    detail: Detail,
    before: &str,
) -> Result<Done, Stop> {
    let zone = call.shared.zone_of(call.actor()).await?;
    let summary = format!("{before}{}", line(view, &zone));
    Done::told(
        summary,
        &PostAnswer {
            post: show(call.shared, view, &zone, detail),
        },
    )
}
