//! Settings: the workspace, pauses, the reader's own account, API keys and MCP.

pub(crate) mod account;
pub(crate) mod api;
pub(crate) mod clients;
pub(crate) mod publishing;
pub(crate) mod workspace;

/// Which page of the settings is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Name, zone, lateness.
    Workspace,
    /// Pauses and what did not get through.
    Publishing,
    /// Password and sessions.
    Account,
    /// Keys and MCP.
    Api,
}

impl Section {
    /// The attribute that marks the current entry.
    pub(crate) fn current(self, other: Self) -> &'static str {
        if self == other { "aria-current=page" } else { "" }
    }
}
