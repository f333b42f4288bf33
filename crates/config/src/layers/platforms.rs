//! The names that Postiz uses for the apps of platforms.

/// One variable and what it sets.
pub(crate) struct Platform {
    /// Name of the variable.
    pub(crate) name: &'static str,
    /// Ids of the providers that share it.
    pub(crate) providers: &'static [&'static str],
    /// Setting below `providers.<id>`.
    pub(crate) field: &'static str,
}

const fn platform(name: &'static str, providers: &'static [&'static str], field: &'static str) -> Platform {
    Platform {
        name,
        providers,
        field,
    }
}

/// All of them. Of several names for one setting the first that is given wins.
pub(crate) const PLATFORMS: &[Platform] = &[
    platform("X_API_KEY", &["x"], "client_id"),
    platform("X_API_SECRET", &["x"], "client_secret"),
    platform("LINKEDIN_CLIENT_ID", &["linkedin", "linkedin-page"], "client_id"),
    platform(
        "LINKEDIN_CLIENT_SECRET",
        &["linkedin", "linkedin-page"],
        "client_secret",
    ),
    platform("MASTODON_URL", &["mastodon"], "hosts.instance"),
    platform("MASTODON_CLIENT_ID", &["mastodon"], "client_id"),
    platform("MASTODON_CLIENT_SECRET", &["mastodon"], "client_secret"),
    platform("FACEBOOK_APP_ID", &["facebook", "instagram"], "client_id"),
    platform("FACEBOOK_APP_SECRET", &["facebook", "instagram"], "client_secret"),
    platform("INSTAGRAM_APP_ID", &["instagram-standalone"], "client_id"),
    platform("INSTAGRAM_APP_SECRET", &["instagram-standalone"], "client_secret"),
    platform("THREADS_APP_ID", &["threads"], "client_id"),
    platform("THREADS_APP_SECRET", &["threads"], "client_secret"),
    platform("GOOGLE_GMB_CLIENT_ID", &["gmb"], "client_id"),
    platform("GOOGLE_GMB_CLIENT_SECRET", &["gmb"], "client_secret"),
    platform("YOUTUBE_CLIENT_ID", &["youtube", "gmb"], "client_id"),
    platform("YOUTUBE_CLIENT_SECRET", &["youtube", "gmb"], "client_secret"),
    platform("TIKTOK_CLIENT_ID", &["tiktok"], "client_id"),
    platform("TIKTOK_CLIENT_SECRET", &["tiktok"], "client_secret"),
    platform("TIKTOK_BUSINESS_CLIENT_ID", &["tiktok-business"], "client_id"),
    platform(
        "TIKTOK_BUSINESS_CLIENT_SECRET",
        &["tiktok-business"],
        "client_secret",
    ),
    platform("TWITCH_CLIENT_ID", &["twitch"], "client_id"),
    platform("TWITCH_CLIENT_SECRET", &["twitch"], "client_secret"),
    platform("KICK_CLIENT_ID", &["kick"], "client_id"),
    platform("KICK_SECRET", &["kick"], "client_secret"),
    platform("REDDIT_CLIENT_ID", &["reddit"], "client_id"),
    platform("REDDIT_CLIENT_SECRET", &["reddit"], "client_secret"),
    platform("PINTEREST_CLIENT_ID", &["pinterest"], "client_id"),
    platform("PINTEREST_CLIENT_SECRET", &["pinterest"], "client_secret"),
    platform("DRIBBBLE_CLIENT_ID", &["dribbble"], "client_id"),
    platform("DRIBBBLE_CLIENT_SECRET", &["dribbble"], "client_secret"),
    platform("DISCORD_CLIENT_ID", &["discord"], "client_id"),
    platform("DISCORD_CLIENT_SECRET", &["discord"], "client_secret"),
    platform("DISCORD_BOT_TOKEN_ID", &["discord"], "bot_token"),
    platform("SLACK_ID", &["slack"], "client_id"),
    platform("SLACK_SECRET", &["slack"], "client_secret"),
    platform("TELEGRAM_TOKEN", &["telegram"], "bot_token"),
    platform("TELEGRAM_BOT_NAME", &["telegram"], "extra.bot_name"),
    platform("NEYNAR_CLIENT_ID", &["wrapcast"], "client_id"),
    platform("NEYNAR_SECRET_KEY", &["wrapcast"], "client_secret"),
    platform("NEYNAR_LOGIN_URL", &["wrapcast"], "hosts.login"),
    platform("VK_ID", &["vk"], "client_id"),
    platform("WHOP_CLIENT_ID", &["whop"], "client_id"),
    platform("MEWE_HOST", &["mewe"], "hosts.api"),
    platform("MEWE_APP_ID", &["mewe"], "client_id"),
    platform("MEWE_API_KEY", &["mewe"], "client_secret"),
    platform("TUMBLR_CLIENT_ID", &["tumblr"], "client_id"),
    platform("TUMBLR_CLIENT_SECRET", &["tumblr"], "client_secret"),
];
