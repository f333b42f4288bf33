//! OAuth 2 with an authorization code, PKCE where the platform takes it.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, Scope,
    StandardRevocableToken, TokenResponse, TokenUrl,
};
use postern_domain::secret::Secret;
use serde::{Deserialize, Deserializer, Serialize};

use crate::apps::AppCredentials;
use crate::context::Platform;
use crate::http::{Call, Lost, Reply};

type Client = oauth2::Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The token endpoint's answer; lenient where platforms leave things out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tokens {
    access_token: AccessToken,
    #[serde(skip, default = "bearer")]
    token_type: BasicTokenType,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    refresh_token: Option<RefreshToken>,
    #[serde(default)]
    refresh_token_expires_in: Option<u64>,
    #[serde(default, rename = "scope", deserialize_with = "scopes")]
    scopes: Option<Vec<Scope>>,
}

impl Tokens {
    /// The access token.
    pub fn access(&self) -> &str {
        self.access_token.secret()
    }

    /// The refresh token, where there is one.
    pub fn refresh(&self) -> Option<&str> {
        self.refresh_token.as_ref().map(|token| token.secret().as_str())
    }

    /// How long the access token lasts.
    pub fn lasts(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    /// How long the refresh token lasts.
    pub fn refresh_lasts(&self) -> Option<Duration> {
        self.refresh_token_expires_in.map(Duration::from_secs)
    }

    /// What was granted, where the platform says so.
    pub fn granted(&self) -> Option<Vec<String>> {
        self.scopes
            .as_ref()
            .map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect())
    }
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

/// Scopes come separated by spaces, by commas, or both.
fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Scope>>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.map(|text| {
        text.split([' ', ','])
            .filter(|scope| !scope.is_empty())
            .map(|scope| Scope::new(scope.to_owned()))
            .collect()
    }))
}

impl TokenResponse for Tokens {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.lasts()
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scopes.as_ref()
    }
}

/// Why there are no tokens.
#[derive(Debug, Clone)]
pub enum TokenError {
    /// The addresses of the flow are no addresses.
    Setup,
    /// There was no answer.
    Lost(Lost),
    /// The platform refused: its `error` word, `error_description` and the reply.
    Refused {
        /// For example `invalid_grant`; empty when the answer had none.
        error: String,
        /// In words.
        description: Option<String>,
        /// The whole reply.
        reply: Reply,
    },
}

/// One authorization code flow at one platform.
pub struct CodeFlow<'a> {
    /// The app.
    pub app: &'a AppCredentials,
    /// The consent page.
    pub authorize_url: String,
    /// Where codes are exchanged.
    pub token_url: String,
    /// Where the browser comes back to; empty while renewing.
    pub redirect_url: &'a str,
    /// The PKCE secret, where the platform takes it.
    pub verifier: Option<&'a Secret>,
}

impl CodeFlow<'_> {
    /// The consent page with everything in it; none when an address is no address.
    pub fn consent_url(&self, scopes: &[&str], state: &str, extra: &[(&str, &str)]) -> Option<String> {
        let client = self.client().ok()?;
        let mut request = client.authorize_url(|| CsrfToken::new(state.to_owned()));
        for scope in scopes {
            request = request.add_scope(Scope::new((*scope).to_owned()));
        }
        for (key, value) in extra {
            request = request.add_extra_param((*key).to_owned(), (*value).to_owned());
        }
        if let Some(verifier) = self.pkce() {
            request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        Some(request.url().0.to_string())
    }

    /// Turns a code into tokens.
    pub fn exchange<'f>(
        &'f self,
        platform: &'f Platform<'f>,
        code: &'f Secret,
    ) -> BoxFuture<'f, Result<Tokens, TokenError>> {
        Box::pin(async move {
            let client = self.client()?;
            let mut request = client.exchange_code(AuthorizationCode::new(code.reveal().to_owned()));
            if let Some(verifier) = self.pkce() {
                request = request.set_pkce_verifier(verifier);
            }
            let sender = Sender::new(platform);
            let result = request.request_async(&sender).await;
            result.map_err(|error| sender.explain(error))
        })
    }

    /// Turns a refresh token into new tokens.
    pub fn renew<'f>(
        &'f self,
        platform: &'f Platform<'f>,
        refresh: &'f str,
    ) -> BoxFuture<'f, Result<Tokens, TokenError>> {
        Box::pin(async move {
            let client = self.client()?;
            let token = RefreshToken::new(refresh.to_owned());
            let sender = Sender::new(platform);
            let result = client.exchange_refresh_token(&token).request_async(&sender).await;
            result.map_err(|error| sender.explain(error))
        })
    }

    fn pkce(&self) -> Option<PkceCodeVerifier> {
        self.verifier
            .map(|verifier| PkceCodeVerifier::new(verifier.reveal().to_owned()))
    }

    fn client(&self) -> Result<Client, TokenError> {
        let address = |error| {
            tracing::warn!(error = %error, "oauth address not understood");
            TokenError::Setup
        };
        let client = oauth2::Client::new(ClientId::new(self.app.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.app.client_secret.reveal().to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_auth_uri(AuthUrl::new(self.authorize_url.clone()).map_err(address)?)
            .set_token_uri(TokenUrl::new(self.token_url.clone()).map_err(address)?);
        if self.redirect_url.is_empty() {
            return Ok(client);
        }
        let redirect = RedirectUrl::new(self.redirect_url.to_owned()).map_err(address)?;
        Ok(client.set_redirect_uri(redirect))
    }
}

/// Sends the library's requests through the guarded client and keeps the reply for the error.
struct Sender<'a> {
    platform: &'a Platform<'a>,
    reply: Mutex<Option<Reply>>,
}

impl<'a> Sender<'a> {
    fn new(platform: &'a Platform<'a>) -> Self {
        Self {
            platform,
            reply: Mutex::new(None),
        }
    }

    async fn send(&self, request: oauth2::HttpRequest) -> Result<oauth2::HttpResponse, Lost> {
        let reply = self.platform.send(Call::from(request)).await?;
        let mut response = oauth2::HttpResponse::new(reply.body.clone());
        *response.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or_default();
        *response.headers_mut() = reply.headers.clone();
        *self.reply.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply);
        Ok(response)
    }

    fn explain(&self, error: RequestTokenError<Lost, BasicErrorResponse>) -> TokenError {
        if let RequestTokenError::Request(lost) = error {
            return TokenError::Lost(lost);
        }
        let reply = self.reply.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(reply) = reply else {
            return TokenError::Setup;
        };
        let body = reply.value();
        let word = |key: &str| body.get(key).and_then(|value| value.as_str()).map(str::to_owned);
        TokenError::Refused {
            error: word("error").unwrap_or_default(),
            description: word("error_description"),
            reply,
        }
    }
}

impl<'c> oauth2::AsyncHttpClient<'c> for Sender<'_> {
    type Error = Lost;
    type Future = BoxFuture<'c, Result<oauth2::HttpResponse, Lost>>;

    fn call(&'c self, request: oauth2::HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// For a scope list that is configured or built in.
impl Tokens {
    /// The first of `wanted` that was not granted, when the platform says what it granted.
    pub fn missing<'w>(&self, wanted: &[Cow<'w, str>]) -> Option<Cow<'w, str>> {
        let granted = self.granted()?;
        wanted
            .iter()
            .find(|scope| !granted.iter().any(|has| has.as_str() == scope.as_ref()))
            .cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow<'a>(app: &'a AppCredentials, verifier: Option<&'a Secret>) -> CodeFlow<'a> {
        CodeFlow {
            app,
            authorize_url: "https://example.org/oauth/authorize".to_owned(),
            token_url: "https://example.org/oauth/token".to_owned(),
            redirect_url: "https://postern.test/back",
            verifier,
        }
    }

    #[test]
    fn consent_pages_carry_state_scopes_and_challenge() {
        let app = AppCredentials {
            client_id: "id".to_owned(),
            client_secret: Secret::new("hush"),
        };
        let plain = flow(&app, None).consent_url(&["a", "b:c"], "st", &[]).unwrap();
        assert_eq!(
            plain,
            "https://example.org/oauth/authorize?response_type=code&client_id=id&state=st\
             &redirect_uri=https%3A%2F%2Fpostern.test%2Fback&scope=a+b%3Ac"
        );
        // Source of the pair: RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let proved = flow(&app, Some(&verifier)).consent_url(&[], "st", &[]).unwrap();
        assert!(
            proved.contains("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            "{proved}"
        );
        assert!(proved.contains("code_challenge_method=S256"), "{proved}");
    }

    #[test]
    fn token_answers_are_read_leniently() {
        let tokens: Tokens =
            serde_json::from_str(r#"{"access_token":"t","expires_in":60,"scope":"a,b c"}"#).unwrap();
        assert_eq!(tokens.granted().unwrap(), ["a", "b", "c"]);
        assert_eq!(tokens.lasts(), Some(Duration::from_mins(1)));
        assert_eq!(tokens.missing(&["a".into(), "d".into()]), Some("d".into()));
        assert_eq!(tokens.refresh(), None);
    }
}
