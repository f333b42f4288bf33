//! Settings: one section per file, defaults, checks, redaction.
