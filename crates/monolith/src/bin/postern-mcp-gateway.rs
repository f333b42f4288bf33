//! The MCP gateway alone, over gRPC to `postern-backend-api`.

use std::process::ExitCode;

fn main() -> ExitCode {
    postern_monolith::serve::mcp_gateway()
}
