//! Adapters of the open family: Mastodon, Bluesky, and later Lemmy, Nostr, Farcaster.
