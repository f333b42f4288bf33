//! HTTP+SSE, the transport of revision 2024-11-05: answers on one event stream, messages by POST.

mod message;
mod open;
mod streams;

pub(super) use self::message::message;
pub(super) use self::open::open;
pub(super) use self::streams::Streams;
