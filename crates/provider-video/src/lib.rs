//! Adapters of the video family: YouTube, TikTok, Twitch, Kick.
