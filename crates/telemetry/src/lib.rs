//! Set-up of logs, spans, metrics; field names as constants; carrying trace context over gRPC and streams.
