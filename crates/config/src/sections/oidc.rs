//! Section `oidc.<id>`.

use secrecy::SecretString;

use crate::schema::{BaseUrl, section};

section! {
    /// One OpenID Connect provider to log in with, by a name of your choice.
    pub struct Oidc in "oidc.<id>" {
        /// Whether its button is shown.
        enabled: bool = "true";
        /// Address of the issuer; the other addresses are discovered from it.
        issuer: Option<BaseUrl> = "" { example: "https://id.example.org" };
        /// Address of the authorisation page, where it is not discovered.
        auth_url: Option<BaseUrl> = "";
        /// Address of the token endpoint, where it is not discovered.
        token_url: Option<BaseUrl> = "";
        /// Address of the user-info endpoint, where it is not discovered.
        userinfo_url: Option<BaseUrl> = "";
        /// Id of the client.
        client_id: Option<String> = "";
        /// Secret of the client.
        client_secret: Option<SecretString> = "";
        /// Permissions to ask for.
        scopes: Vec<String> = "openid,profile,email";
        /// Words on the button.
        display_name: Option<String> = "" { example: "Company" };
        /// Picture on the button.
        logo_url: Option<BaseUrl> = "";
    }
}
