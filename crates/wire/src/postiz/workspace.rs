//! The bodies of `/workspace`, a route of ours.

use std::time::Duration;

use postern_domain::ports::WorkspaceChange;
use postern_domain::time::Zone;
use postern_domain::workspace::Workspace;
use postern_domain::{Code, Problem};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::lenient;

/// The workspace of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceOut {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The IANA name of its zone.
    pub timezone: String,
    /// How many hours late a post may still go out; later ones are missed.
    pub lateness_hours: u64,
}

/// Shows a workspace.
pub fn workspace_out(workspace: &Workspace) -> WorkspaceOut {
    WorkspaceOut {
        id: workspace.id.to_string(),
        name: workspace.name.clone(),
        timezone: workspace.zone.name().to_owned(),
        lateness_hours: workspace.lateness.as_secs() / 3600,
    }
}

/// Reads `{"name"?, "timezone"?, "latenessHours"?}`; what is absent stays. All problems at once.
pub fn parse_workspace(body: &Json) -> Result<WorkspaceChange, Vec<Problem>> {
    let mut problems = Vec::new();
    let zone = lenient::filled(body.get("timezone")).and_then(|name| {
        Zone::parse(&name)
            .map_err(|_| problems.push(unknown_zone(&name)))
            .ok()
    });
    let lateness = match body.get("latenessHours") {
        None | Some(Json::Null) => None,
        Some(given) => {
            let hours = lenient::number(given).filter(|hours| *hours >= 0.0 && hours.fract() == 0.0);
            if hours.is_none() {
                problems.push(no_hours(given));
            }
            hours.map(|hours| Duration::from_secs_f64(hours.min(1e6) * 3600.0))
        }
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(WorkspaceChange {
        name: body.get("name").and_then(lenient::text),
        zone,
        lateness,
    })
}

fn unknown_zone(name: &str) -> Problem {
    Problem::new(
        Code::ZoneUnknown,
        "/timezone",
        "there is no such time zone",
        "send the IANA name of a zone",
    )
    .given(name)
    .allowed("a name such as Europe/Berlin")
}

fn no_hours(given: &Json) -> Problem {
    Problem::new(
        Code::Malformed,
        "/latenessHours",
        "is not a whole number of hours",
        "send a whole number",
    )
    .given(given)
    .allowed("0 to 168")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_absent_stays_and_all_problems_are_told() {
        assert_eq!(parse_workspace(&json!({})), Ok(WorkspaceChange::default()));
        let whole = json!({"name": "Quay", "timezone": "Asia/Tokyo", "latenessHours": "12"});
        let change = parse_workspace(&whole).unwrap();
        assert_eq!(change.lateness, Some(Duration::from_hours(12)));
        assert_eq!(
            change.zone.map(|zone| zone.name().to_owned()).as_deref(),
            Some("Asia/Tokyo")
        );
        for (body, want) in [
            (
                json!({"timezone": "Mars", "latenessHours": "soon"}),
                vec!["/timezone", "/latenessHours"],
            ),
            (json!({"latenessHours": -1}), vec!["/latenessHours"]),
            (json!({"latenessHours": 1.5}), vec!["/latenessHours"]),
        ] {
            let problems = parse_workspace(&body).unwrap_err();
            let fields: Vec<&str> = problems.iter().map(|it| it.field.as_str()).collect();
            assert_eq!(fields, want, "{body}");
        }
    }
}
