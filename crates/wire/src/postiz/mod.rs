//! The compatible dialect: the shapes, the leniency and the error bodies of the Postiz public API.
//!
//! Its words differ from ours: an *integration* is a channel, a *customer* a group of channels, a *post* is what
//! we call a publication (one post on one channel), and its *group* is our post. Ids of both forms are accepted
//! wherever a post is named.

mod analytics;
mod bulk;
mod change;
mod create;
mod integration;
mod library;
mod list;
mod media;
mod notification;
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
mod tag;
mod trigger;
mod update;
mod user;
mod validate;
mod video;
mod violation;
mod workspace;

pub use analytics::{
    ChannelInsights, MetricItem, MetricPoint, Publishing, PublishingDay, all_insights, metric_items,
    parse_days, post_analytics,
};
pub use bulk::{
    BulkOptions, BulkOut, BulkPost, BulkRow, Layout, UndoneItem, UndoneOut, bulk_out, bulk_problems,
    parse_bulk, parse_bulk_options, parse_table, undone_out,
};
pub use change::{Status, parse_release_id, parse_settings, parse_status};
pub use create::{Create, Kind, parse_create};
pub use integration::{
    ChannelHealth, ChannelRef, Customer, Integration, channel_health, channel_ref, group_item,
    integration_item,
};
pub use library::{
    MediaPage, MediaWish, UploadOut, media_page, parse_media_change, parse_media_query, parse_upload,
    upload_out,
};
pub use list::parse_list;
pub use media::{MediaItem, media_item, parse_url};
pub use notification::{NotificationItem, NotificationPage, notification_page, parse_page};
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
pub use refusal::{CompatibleRefusal, Refusal, Rejected, unknown_route};
pub use resolve::parse_resolution;
pub use review::parse_rejection;
pub use rule::{RuleOut, rule_out};
pub use settings::{NO_SETTINGS, coerce, integration_settings, settings_schema, tools_of};
pub use shift::{parse_shift, shifted_out};
pub use slots::{parse_slots, slots_out};
pub use tag::{TagItem, TagList, Tagged, parse_new_tag, parse_tag_change, tag_item, tag_list};
pub use trigger::{Trigger, parse_trigger};
pub use update::{PartUpdate, Stored, Update, parse_update};
pub use user::{UserItem, user_item};
pub use validate::{RenderedEntry, RenderedOut, ValidationOut, validation_out};
pub use video::{no_function, no_generator};
pub use violation::{FieldError, field_errors};
pub use workspace::{WorkspaceOut, parse_workspace, workspace_out};
