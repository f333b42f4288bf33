//! The compatible dialect: the shapes, the leniency and the error bodies of the Postiz public API.
//!
//! Its words differ from ours: an *integration* is a channel, a *customer* a group of channels, a *post* is what
//! we call a publication (one post on one channel), and its *group* is our post. Ids of both forms are accepted
//! wherever a post is named.

mod change;
mod create;
mod integration;
mod list;
mod media;
mod pause;
mod place;
mod post;
mod recurrence;
mod refusal;
mod resolve;
mod review;
mod rule;
mod settings;
mod shift;
mod slots;
mod trigger;
mod workspace;

pub use change::{Status, parse_settings, parse_status};
pub use create::{Create, Kind, parse_create};
pub use integration::{Customer, Integration, group_item, integration_item};
pub use list::parse_list;
pub use media::{MediaItem, media_item, parse_url};
pub use pause::{
    DeadLetterItem, DeadLetterList, PauseItem, PauseList, ResumedOut, dead_letter_list, parse_pause,
    parse_resume, pause_list, resumed_out,
};
pub use place::place;
pub use post::{
    ApprovalOut, CommentItem, FailureItem, ImageItem, PostItem, PostOut, approval_out, post_item, post_out,
};
pub use recurrence::{
    OccurrenceOut, RecurrenceOut, ahead_items, parse_date, parse_preview, parse_recurrence_edit, preview_out,
    recurrence_out,
};
pub use refusal::{Refusal, Rejected, unknown_route};
pub use resolve::parse_resolution;
pub use review::parse_rejection;
pub use rule::{RuleOut, rule_out};
pub use settings::{NO_SETTINGS, coerce, integration_settings, settings_schema, tools_of};
pub use shift::{parse_shift, shifted_out};
pub use slots::{parse_slots, slots_out};
pub use trigger::{Trigger, parse_trigger};
pub use workspace::{WorkspaceOut, parse_workspace, workspace_out};
