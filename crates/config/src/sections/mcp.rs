//! Section `mcp`.

use crate::schema::section;

section! {
    /// The MCP gateway.
    pub struct Mcp in "mcp" {
        /// Whether clients of the older protocol get sessions, in which a person can be asked before something is published.
        /// Any process goes on with any session, and a restart is not noticed.
        legacy_sessions: bool = "true";
        /// Hosts that requests may name; none means the host of the public address and this machine.
        allowed_hosts: Vec<String> = "" { example: "postern.example.org" };
        /// Origins of browsers that may call; none means the public address and this machine.
        allowed_origins: Vec<String> = "" { example: "https://claude.ai" };
        /// Most calls of reading tools that one key may make per minute; 0 means no limit.
        reads_per_minute: u32 = "60" { unit: "calls per minute", range: Some((0, 1_000_000)) };
        /// Most calls of writing tools that one key may make per minute; 0 means no limit.
        writes_per_minute: u32 = "20" { unit: "calls per minute", range: Some((0, 1_000_000)) };
    }
}
