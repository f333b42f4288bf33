//! What every provider leans on: the `Provider` trait, the guarded HTTP client, OAuth flows, text splitting, error classes, rate hints.
