//! The two OAuth protocols.

mod code_flow;
mod refusal;
mod signature;

pub use code_flow::{CodeFlow, TokenError, Tokens};
pub use refusal::{came_back, platform_refused, unreachable};
pub use signature::{Keys, escape, sign};
