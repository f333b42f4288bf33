//! How a connection wants its tools, said in the URL or in headers.

use http::request::Parts;

use crate::caller::View;
use crate::http::refusal::Refusal;
use crate::sets::{Set, Sets};

/// The header that names sets of tools.
const SETS: &str = "x-mcp-toolsets";
/// The header that leaves writing tools out.
const READONLY: &str = "x-mcp-readonly";

/// Reads `?toolsets=`, `?readonly=` and their headers. The URL wins, for it is what a person typed.
pub(super) fn of(parts: &Parts) -> Result<View, Refusal> {
    let sets = match query(parts, "toolsets").or_else(|| header(parts, SETS)) {
        Some(text) => Sets::parse(&text).map_err(|unknown| {
            let known: Vec<_> = Set::ALL.iter().map(|set| set.as_str()).collect();
            Refusal::invalid(format!(
                "Unknown toolset `{unknown}`. Known: {}, default, all. Mend `toolsets` in the server's URL or headers.",
                known.join(", ")
            ))
        })?,
        None => Sets::default(),
    };
    let readonly = query(parts, "readonly").or_else(|| header(parts, READONLY));
    Ok(View {
        readonly: readonly.is_some_and(|text| yes(&text)),
        sets,
    })
}

fn yes(text: &str) -> bool {
    matches!(
        text.trim().to_ascii_lowercase().as_str(),
        "" | "1" | "true" | "yes"
    )
}

fn header(parts: &Parts, name: &str) -> Option<String> {
    let value = parts.headers.get(name)?;
    value.to_str().ok().map(str::to_owned)
}

fn query(parts: &Parts, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let mut values = pairs
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned());
    values.next()
}
