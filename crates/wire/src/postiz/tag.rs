//! Labels, on routes of ours and inside posts.

use postern_domain::Problem;
use postern_domain::tag::{NewTag, Tag, TagChange};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::create::not_an_object;
use crate::lenient;

/// A label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TagItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its colour, `#rrggbb`.
    pub color: String,
    /// The workspace.
    pub org_id: String,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// Always null: what is removed is not shown.
    pub deleted_at: Option<String>,
}

/// All labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TagList {
    /// The labels, by name.
    pub tags: Vec<TagItem>,
}

/// A label as posts carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tagged {
    /// The label.
    pub tag: TagItem,
}

/// Shows a label.
pub fn tag_item(tag: &Tag) -> TagItem {
    TagItem {
        id: tag.id.to_string(),
        name: tag.name.clone(),
        color: tag.color.clone(),
        org_id: tag.workspace.to_string(),
        created_at: tag.created_at.to_rfc3339(),
        updated_at: tag.updated_at.to_rfc3339(),
        deleted_at: None,
    }
}

/// Shows labels.
pub fn tag_list(tags: &[Tag]) -> TagList {
    TagList {
        tags: tags.iter().map(tag_item).collect(),
    }
}

/// Reads `{"name", "color"?}`; what is wrong with them is for the use case to say.
pub fn parse_new_tag(body: &Json) -> Result<NewTag, Problem> {
    let change = parse_tag_change(body)?;
    Ok(NewTag {
        name: change.name.unwrap_or_default(),
        color: change.color,
    })
}

/// Reads `{"name"?, "color"?}`; what is absent stays.
pub fn parse_tag_change(body: &Json) -> Result<TagChange, Problem> {
    if !body.is_object() {
        return Err(not_an_object());
    }
    Ok(TagChange {
        name: body.get("name").and_then(lenient::text),
        color: lenient::filled(body.get("color")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_says_only_what_changes() {
        let change = parse_tag_change(&json!({"color": "#ffffff"})).unwrap();
        assert_eq!((change.name, change.color.as_deref()), (None, Some("#ffffff")));
        assert_eq!(parse_new_tag(&json!({})).unwrap().name, "");
        assert!(parse_new_tag(&json!([])).is_err());
    }
}
