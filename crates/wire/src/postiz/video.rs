//! Generated videos: this instance has no generator, and says so in the words of these routes.

use postern_domain::{Code, Problem};
use serde_json::Value as Json;

use crate::lenient;

/// What is wrong with a body of `POST /generate-video`: whatever generator it names, it is not there.
pub fn no_generator(body: &Json) -> Problem {
    let given = lenient::filled(body.get("type")).unwrap_or_default();
    Problem::new(
        Code::ProviderNotConfigured,
        "/type",
        "must be one of the available generators, and this instance has none",
        "make the video elsewhere and upload it",
    )
    .given(given)
    .allowed("nothing")
}

/// What is wrong with a body of `POST /video/function`: whatever function it names, it is not there.
pub fn no_function(body: &Json) -> Problem {
    let name = |key: &str| lenient::filled(body.get(key)).unwrap_or_default();
    Problem::new(
        Code::HelperUnknown,
        "/functionName",
        "this instance has no video generator with such a function",
        "make the video elsewhere and upload it",
    )
    .given(format!("{} of {}", name("functionName"), name("identifier")))
    .allowed("nothing")
}
