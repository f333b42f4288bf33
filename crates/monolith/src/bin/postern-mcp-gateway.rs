//! The MCP gateway alone, over gRPC to `postern-backend-api`.

use std::process::ExitCode;

use postern_monolith::serve;

fn main() -> ExitCode {
    serve::remote("postern-mcp-gateway", |process, backend| {
        Box::pin(serve::mcp(process, backend))
    })
}
