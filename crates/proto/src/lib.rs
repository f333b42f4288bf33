//! gRPC messages, the client that implements `ports::Backend`, and the server that exposes any `ports::Backend`.
