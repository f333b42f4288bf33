//! Adapters of the community family: Discord, Slack, Telegram, Skool, Whop.
