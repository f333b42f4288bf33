//! The shared counters port: rate windows, short locks, one-time tokens; Redis, and in memory.
