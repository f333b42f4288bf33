//! Copy-ready configurations of MCP clients.

use serde_json::json;

/// How one client is told about this server.
pub(crate) struct Client {
    /// A name for ids.
    pub(crate) id: &'static str,
    /// What people call it.
    pub(crate) name: &'static str,
    /// Where the text belongs.
    pub(crate) place: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// The configurations for the server at `url` with `key`.
pub(crate) fn all(url: &str, key: &str) -> Vec<Client> {
    let bearer = format!("Bearer {key}");
    let endpoint = format!("{url}/mcp");
    let description = "Schedule and publish social-media posts";
    let pretty = |value: serde_json::Value| serde_json::to_string_pretty(&value).unwrap_or_default();
    vec![
        Client {
            id: "claude-desktop",
            name: "Claude Desktop",
            place: "File claude_desktop_config.json (Settings, Developer, Edit Config). Needs Node.js. Restart Claude afterwards.",
            text: pretty(json!({ "mcpServers": { "postern": {
                "description": description,
                "command": "npx",
                "args": ["-y", "mcp-remote", endpoint, "--header", "Authorization:${POSTERN_AUTH}"],
                "env": { "POSTERN_AUTH": bearer },
            } } })),
        },
        Client {
            id: "claude-code",
            name: "Claude Code",
            place: "In a terminal.",
            text: format!(
                "claude mcp add --transport http postern {endpoint} --header \"Authorization: {bearer}\""
            ),
        },
        Client {
            id: "cursor",
            name: "Cursor",
            place: "File ~/.cursor/mcp.json, or .cursor/mcp.json in a project.",
            text: pretty(json!({ "mcpServers": { "postern": {
                "description": description,
                "url": endpoint,
                "headers": { "Authorization": bearer },
            } } })),
        },
        Client {
            id: "vs-code",
            name: "VS Code",
            place: "File .vscode/mcp.json, or the command MCP: Open User Configuration.",
            text: pretty(json!({ "servers": { "postern": {
                "type": "http",
                "url": endpoint,
                "headers": { "Authorization": bearer },
            } } })),
        },
        Client {
            id: "json",
            name: "Other clients",
            place: "Any client that takes a server address and headers. Clients without headers take the address with the key.",
            text: pretty(json!({ "mcpServers": { "postern": {
                "type": "streamable-http",
                "description": description,
                "url": endpoint,
                "headers": { "Authorization": bearer },
            } } })),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_gets_the_address_and_the_key() {
        for client in all("https://postern.example.org", "ptz_test") {
            assert!(
                client.text.contains("https://postern.example.org/mcp"),
                "{}",
                client.name
            );
            assert!(client.text.contains("Bearer ptz_test"), "{}", client.name);
            if client.text.starts_with('{') {
                assert!(
                    serde_json::from_str::<serde_json::Value>(&client.text).is_ok(),
                    "{}",
                    client.name
                );
            }
        }
    }
}
