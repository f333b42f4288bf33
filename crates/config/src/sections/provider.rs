//! Section `providers.<id>`.

use std::collections::BTreeMap;

use secrecy::SecretString;

use crate::schema::{BaseUrl, Rates, section};

section! {
    /// What one platform needs to know of this installation, by the id of its provider, such as `mastodon`.
    /// In variables a dash of the id is an underscore: `POSTERN__PROVIDERS__LINKEDIN_PAGE__CLIENT_ID`.
    pub struct Provider in "providers.<id>" {
        /// Id of the app that is registered at the platform.
        client_id: Option<String> = "";
        /// Secret of that app.
        client_secret: Option<SecretString> = "";
        /// Token of a bot, where the platform works with one.
        bot_token: Option<SecretString> = "";
        /// Whether channels of the platform can be connected and used.
        enabled: bool = "true";
        /// Other base addresses by host name, for enterprise installations and simulators.
        /// Private addresses are allowed here.
        hosts: BTreeMap<String, BaseUrl> = "" { example: "api = http://127.0.0.1:7070/x" };
        /// Permissions to ask for in place of the usual ones.
        scopes: Vec<String> = "" { example: "read,write" };
        /// Publications of the platform that one worker works on at once, in place of what the platform usually
        /// takes; for servers of one's own that take more, or less.
        concurrency: Option<u32> = "" { unit: "publications", range: Some((1, 10_000)) };
        /// What else the provider knows, such as the version of an API; no secrets.
        extra: BTreeMap<String, String> = "" { example: "api_version = 202506" };
        /// How many publications the platform takes, in place of what its provider knows: for the app over all
        /// channels or for each channel, within seconds, minutes, hours or days; `none` lifts all limits.
        rates: Option<Rates> = "" { example: "channel:17/24h,app:1667/30d" };
    }
}
