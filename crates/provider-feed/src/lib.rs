//! Adapters of the feed family: X, and later Reddit, Tumblr, VK, MeWe, Moltbook.
