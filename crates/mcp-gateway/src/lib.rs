//! The MCP tools over stdio and HTTP.
