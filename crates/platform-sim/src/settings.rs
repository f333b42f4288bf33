//! Settings that tests and demos may change while the simulator runs.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::platforms::Platform;
use crate::world::World;

/// Why settings were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("settings refused: {}", problems.join("; "))]
pub struct SettingsError {
    /// Every problem, each naming its field.
    pub problems: Vec<String>,
}

/// Changes the settings of the platform that `body` names; nothing changes when anything is refused.
pub(crate) fn apply(world: &mut World, body: &Value) -> Result<(), SettingsError> {
    let refuse = |problem: String| SettingsError {
        problems: vec![problem],
    };
    let Some(fields) = body.as_object() else {
        return Err(refuse("body must be a JSON object".to_owned()));
    };
    let name = fields.get("platform").and_then(Value::as_str).unwrap_or_default();
    let platform = Platform::from_str(name).map_err(|error| refuse(error.to_string()))?;
    let mut changes = fields.clone();
    changes.shift_remove("platform");
    match platform {
        Platform::Mastodon => mastodon(world, changes),
        Platform::Bluesky => merge(&mut world.bluesky.settings, &changes),
        Platform::X => merge(&mut world.x.settings, &changes),
        Platform::LinkedIn => merge(&mut world.linkedin.settings, &changes),
    }
}

fn mastodon(world: &mut World, mut changes: Map<String, Value>) -> Result<(), SettingsError> {
    let name = changes
        .shift_remove("instance")
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_else(|| "main".to_owned());
    let allowed = world
        .mastodon
        .instances
        .keys()
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let Some(instance) = world.mastodon.instances.get_mut(&name) else {
        return Err(SettingsError {
            problems: vec![format!("field instance is {name}, allowed: {allowed}")],
        });
    };
    let forget = changes
        .shift_remove("forget_apps")
        .is_some_and(|value| value == true);
    merge(&mut instance.settings, &changes)?;
    if forget {
        instance.apps.clear();
    }
    Ok(())
}

/// Every setting as it now stands.
pub(crate) fn current(world: &World) -> Value {
    let instances: Map<String, Value> = world
        .mastodon
        .instances
        .iter()
        .map(|(name, instance)| (name.clone(), json!(instance.settings)))
        .collect();
    json!({
        "mastodon": instances,
        "bluesky": world.bluesky.settings,
        "x": world.x.settings,
        "linkedin": world.linkedin.settings,
    })
}

fn merge<T: Serialize + DeserializeOwned>(
    settings: &mut T,
    changes: &Map<String, Value>,
) -> Result<(), SettingsError> {
    let mut merged = json!(settings);
    let mut problems = Vec::new();
    if let Some(fields) = merged.as_object_mut() {
        let allowed = fields.keys().cloned().collect::<Vec<_>>().join(", ");
        for (name, value) in changes {
            match fields.get_mut(name) {
                Some(field) => field.clone_from(value),
                None => problems.push(format!("field {name} is unknown, allowed: {allowed}")),
            }
        }
    }
    if problems.is_empty() {
        match serde_json::from_value(merged) {
            Ok(changed) => *settings = changed,
            Err(error) => problems.push(error.to_string()),
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(SettingsError { problems })
    }
}
