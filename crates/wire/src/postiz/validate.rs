//! The answer of `POST /posts/validate`, a route of ours: what stands in the way of a post, and what it will look like.

use postern_domain::Problem;
use postern_domain::capability::EntryPreview;
use postern_domain::ports::TargetPreview;
use postern_domain::rate::Crowding;
use schemars::JsonSchema;
use serde::Serialize;

use super::integration::{ChannelRef, channel_ref};
use super::violation::{FieldError, field_errors};

/// What a dry run found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ValidationOut {
    /// Whether the post would be taken.
    pub valid: bool,
    /// What stands in the way, of the post as a whole and of its channels.
    pub errors: Vec<FieldError>,
    /// What it will look like on each channel that is known.
    pub posts: Vec<RenderedOut>,
}

/// A post on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RenderedOut {
    /// The channel.
    pub integration: ChannelRef,
    /// Each entry as the platform gets it.
    pub value: Vec<RenderedEntry>,
    /// Rates of the platform that the plan would exceed.
    pub warnings: Vec<String>,
}

/// One entry as the platform gets it.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RenderedEntry {
    /// The rendered text.
    pub text: String,
    /// Its length in the platform's counting.
    pub length: u32,
    /// The longest it may be.
    pub max: u32,
    /// What is counted.
    pub unit: String,
}

impl std::fmt::Debug for RenderedEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RenderedEntry({} of {} {})", self.length, self.max, self.unit)
    }
}

/// Shows a dry run: problems of the post as a whole, and the previews with theirs.
pub fn validation_out(problems: &[Problem], previews: &[TargetPreview]) -> ValidationOut {
    let own = previews.iter().flat_map(|seen| seen.preview.problems.iter());
    let all: Vec<Problem> = problems.iter().chain(own).cloned().collect();
    ValidationOut {
        valid: all.is_empty(),
        errors: field_errors(&all),
        posts: previews.iter().map(rendered).collect(),
    }
}

fn rendered(seen: &TargetPreview) -> RenderedOut {
    RenderedOut {
        integration: channel_ref(&seen.channel),
        value: seen.preview.entries.iter().map(entry).collect(),
        warnings: seen.crowding.iter().map(Crowding::sentence).collect(),
    }
}

fn entry(seen: &EntryPreview) -> RenderedEntry {
    RenderedEntry {
        text: seen.text.clone(),
        length: seen.length,
        max: seen.max,
        unit: seen.unit.clone(),
    }
}
