//! What all routes share: who is asking, bodies in, answers out, headers.

mod answer;
mod body;
mod caller;
mod cross_origin;
mod ids;
mod once;
mod secure;
mod stream;
mod unread;

pub(crate) use answer::{Answer, Documented, Refused, empty_on, json, said};
pub(crate) use body::{LARGEST_POST, json_of, small_json, whole};
pub(crate) use caller::{Caller, Holder};
pub(crate) use cross_origin::{Origins, cross_origin};
pub(crate) use ids::{channel_id, media_id, post_ref, tag_id};
pub(crate) use once::{REPLAYED, key_of, once, once_documented};
pub(crate) use secure::secured;
pub(crate) use stream::{incoming, outgoing};
pub(crate) use unread::{told, worded};
