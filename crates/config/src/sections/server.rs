//! Section `server`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::schema::{BaseUrl, Cidr, Raw, Setting, choice, section};

section! {
    /// Where Postern listens, how it is reached, and who may sign up.
    pub struct Server in "server" {
        /// Address and port to listen on.
        listen: SocketAddr = "127.0.0.1:5000" { example: "0.0.0.0:5000" };
        /// Address under which browsers reach Postern, without a path.
        /// Redirects of platforms, links in mails and links to media start with it.
        /// Not given, it is `localhost` with the port of `listen`.
        public_url: BaseUrl = "http://localhost:5000" { example: "https://postern.example.org" };
        /// Address under which programs reach the REST API, where it is not the public address and `/api`.
        api_url: Option<BaseUrl> = "" { example: "https://postern.example.org/api" };
        /// Directory for the database file, uploads and generated secrets of an installation without services
        /// beside it.
        data_dir: PathBuf = "./data" { example: "/var/lib/postern" };
        /// Services that this process runs; none named means all.
        apps: BTreeSet<App> = "" { example: "frontend,backend,mcp" };
        /// Address where split services find the gRPC port of `backend-api`.
        backend_url: BaseUrl = "http://127.0.0.1:5001" { example: "http://backend-api:5001" };
        /// Secret by which split services know each other; the same in all of them.
        /// Generated into the data directory where it is absent.
        service_token: Option<SecretString> = "";
        /// Networks of reverse proxies whose `X-Forwarded-For` is believed.
        trusted_proxies: Vec<Cidr> = "" { example: "10.0.0.0/8,172.16.0.0/12" };
        /// Whether visitors may sign up: `closed` admits the first account alone, `open` admits everybody.
        registration: Registration = "closed";
        /// Most posts that one API key may create per hour.
        api_limit: u32 = "90" { unit: "posts per hour", range: Some((1, 1_000_000)) };
        /// Whether session cookies are kept to https: `auto` asks the public address, `off` is for plain http
        /// behind a private network.
        secure_cookies: SecureCookies = "auto";
        /// How long a start waits for database, Redis and `backend-api` before it gives up.
        dependency_wait_secs: u64 = "30" { unit: "seconds", range: Some((0, 3600)) };
        /// Whether addresses that users type may lie in private networks.
        /// Turn on only where every user may reach everything that the server reaches.
        allow_private_addresses: bool = "false";
        /// How far the clock of this process is set ahead of the machine's, or behind it where negative.
        /// For tests of what a wrong clock does; leave it out.
        clock_offset_ms: i64 = "0" { unit: "milliseconds" };
    }
}

impl Server {
    /// Address of the REST API.
    pub fn api_address(&self) -> String {
        self.api_url
            .as_ref()
            .map_or_else(|| format!("{}/api", self.public_url), ToString::to_string)
    }

    /// Whether session cookies carry `Secure`.
    pub fn has_secure_cookies(&self) -> bool {
        match self.secure_cookies {
            SecureCookies::Auto => self.public_url.is_https(),
            SecureCookies::On => true,
            SecureCookies::Off => false,
        }
    }

    /// Whether this process runs `app`.
    pub fn runs(&self, app: App) -> bool {
        self.apps.contains(&app)
    }
}

choice! {
    /// A service that a process can run.
    pub enum App {
        /// The web UI.
        Frontend = "frontend" | "frontend-api",
        /// The owner of the data and the REST API.
        Backend = "backend" | "backend-api",
        /// The one that publishes.
        Worker = "worker" | "workers",
        /// The one that says when.
        Cron = "cron",
        /// The MCP gateway.
        Mcp = "mcp" | "mcp-gateway",
    }
}

impl Setting for BTreeSet<App> {
    fn kind() -> String {
        let words: Vec<_> = App::ALL.iter().map(|app| app.as_str()).collect();
        format!(
            "any of {}, separated by commas or blanks, or nothing for all",
            words.join(", ")
        )
    }

    fn parse(raw: &Raw) -> Option<Self> {
        let named: Self = raw
            .items()?
            .into_iter()
            .map(App::from_word)
            .collect::<Option<_>>()?;
        Some(if named.is_empty() {
            App::ALL.iter().copied().collect()
        } else {
            named
        })
    }
}

choice! {
    /// Who may sign up.
    pub enum Registration {
        /// The first account alone.
        Closed = "closed",
        /// Everybody.
        Open = "open",
    }
}

choice! {
    /// Whether session cookies are kept to https.
    pub enum SecureCookies {
        /// As the public address says.
        Auto = "auto",
        /// Always.
        On = "on",
        /// Never.
        Off = "off",
    }
}
