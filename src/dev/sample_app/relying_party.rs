//! The steps of a relying party: discovery, the request, the exchange and its checks, refreshing, signing out.

use std::collections::HashMap;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdToken, CoreRequestTokenError,
    CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, IssuerUrl, LogoutRequest, Nonce,
    NonceVerifier, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope, SubjectIdentifier, TokenResponse,
    UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::http::{HttpError, chain, client, send};
use super::signed_in::{Row, SignedIn, payload, rows};
use crate::clock::Timestamp;
use crate::dev::{CLIENTS, SampleClient};
use crate::random::Random;
use crate::tenants::Slug;
use crate::web::paths;

/// Those of the seed's applications that sign people in; the first one is the usual one.
const FOR_PEOPLE: [&str; 2] = ["dev-app", "web-app"];
/// `openid` is added by the library.
const SCOPES: [&str; 3] = ["profile", "email", "offline_access"];

/// Which application signs in, and at whose issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The application.
    pub client: SampleClient,
    /// The organisation whose own issuer it uses; none for the server's.
    pub tenant: Option<Slug>,
}

impl Registration {
    /// Reads what a link of the page says: `dev-app` unless it names another that signs people in.
    pub fn choose(client_id: Option<&str>, tenant: Option<&str>) -> Option<Self> {
        let [usual, _] = FOR_PEOPLE;
        let wanted = FOR_PEOPLE.into_iter().find(|known| *known == client_id.unwrap_or(usual))?;
        let client = *CLIENTS.iter().find(|one| one.client_id == wanted)?;
        Some(Self { client, tenant: tenant.map(str::parse).transpose().ok()? })
    }

    /// The issuer, as its tokens and metadata must name it.
    pub fn issuer(&self, public_url: &str) -> String {
        let public_url = public_url.trim_end_matches('/');
        match &self.tenant {
            Some(slug) => format!("{public_url}{}", paths::in_tenant(slug.as_str(), "")),
            None => public_url.to_owned(),
        }
    }
}

/// A sign-in that waits for the browser to come back.
pub struct Pending {
    pub registration: Registration,
    pub state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Where a sign-in went wrong. No text of it holds a token.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A URL of this server is none.
    #[error("the public address of this server cannot be used: {0}")]
    Address(String),
    /// The metadata.
    #[error("the provider's metadata could not be read: {0}")]
    Discovery(String),
    /// The token endpoint said no.
    #[error("the token endpoint refused: {0}")]
    Refused(String),
    /// The token endpoint was not reached or not understood.
    #[error("the token endpoint gave no tokens: {0}")]
    Exchange(String),
    /// The ID token is missing, or not for this sign-in.
    #[error("the ID token is not valid: {0}")]
    IdToken(String),
    /// The userinfo endpoint.
    #[error("the userinfo endpoint gave no claims: {0}")]
    Userinfo(String),
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        Self::Discovery(error.to_string())
    }
}

/// Whatever the userinfo endpoint says beyond the standard claims.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OtherClaims(HashMap<String, Value>);
impl AdditionalClaims for OtherClaims {}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The sample application in touch with its provider. A real one would keep the metadata for a while.
pub struct RelyingParty {
    registration: Registration,
    metadata: ProviderMetadataWithLogout,
    redirect_uri: RedirectUrl,
    home: PostLogoutRedirectUrl,
    http: reqwest::Client,
}

impl RelyingParty {
    /// Reads the provider's metadata and keys (OpenID Connect Discovery 4).
    pub async fn discover(registration: Registration, public_url: &str) -> Result<Self, Trouble> {
        let url = public_url.trim_end_matches('/');
        let address = |why: openidconnect::url::ParseError| Trouble::Address(why.to_string());
        let issuer = IssuerUrl::new(registration.issuer(public_url)).map_err(address)?;
        let redirect_uri = RedirectUrl::new(format!("{url}{}", paths::DEV_APP_CALLBACK)).map_err(address)?;
        let home = PostLogoutRedirectUrl::new(format!("{url}{}", paths::DEV_APP)).map_err(address)?;
        let http = client()?;
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &|request| send(&http, request))
            .await
            .map_err(|why| Trouble::Discovery(chain(&why)))?;
        Ok(Self { registration, metadata, redirect_uri, home, http })
    }

    fn client(&self) -> Client {
        let SampleClient { client_id, secret, .. } = self.registration.client;
        CoreClient::from_provider_metadata(
            self.metadata.clone(),
            ClientId::new(client_id.to_owned()),
            secret.map(|secret| ClientSecret::new(secret.to_owned())),
        )
        .set_redirect_uri(self.redirect_uri.clone())
    }

    /// Where the browser has to go, and what has to be remembered until it comes back.
    pub fn authorization_request(&self, random: &Random) -> (String, Pending) {
        let verifier = PkceCodeVerifier::new(random.text());
        let (state, nonce) = (CsrfToken::new(random.text()), Nonce::new(random.text()));
        let (url, state, nonce) = self
            .client()
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        (url.into(), Pending { registration: self.registration.clone(), state, nonce, verifier })
    }

    /// Exchanges the code and checks what comes back.
    pub async fn sign_in(&self, pending: Pending, code: &str, now: Timestamp) -> Result<SignedIn, Trouble> {
        let http = |request: HttpRequest| send(&self.http, request);
        let client = self.client();
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|why| Trouble::Exchange(why.to_string()))?
            .set_pkce_verifier(pending.verifier)
            .request_async(&http)
            .await
            .map_err(refusal)?;
        let id_token = answer.id_token().ok_or_else(|| Trouble::IdToken("there is none".into()))?;
        let subject = self.check(&client, id_token, &answer, &pending.nonce, now)?;
        let userinfo = self.userinfo(&client, &answer, &subject).await?;
        Ok(SignedIn {
            registration: self.registration.clone(),
            subject,
            claims: rows(&payload(&id_token.to_string())),
            id_token: id_token.clone(),
            access_token: answer.access_token().clone(),
            refresh_token: answer.refresh_token().cloned(),
            expires_in: answer.expires_in().map(|span| span.as_secs()),
            scope: scope(&answer),
            userinfo,
            refreshed: 0,
        })
    }

    /// Exchanges the refresh token and checks what comes back (OpenID Connect Core 12).
    pub async fn refresh(&self, old: &SignedIn, now: Timestamp) -> Result<SignedIn, Trouble> {
        let http = |request: HttpRequest| send(&self.http, request);
        let client = self.client();
        let token =
            old.refresh_token.as_ref().ok_or_else(|| Trouble::Refused("there is no refresh token".into()))?;
        let answer = client
            .exchange_refresh_token(token)
            .map_err(|why| Trouble::Exchange(why.to_string()))?
            .request_async(&http)
            .await
            .map_err(refusal)?;
        // The answer need not hold another ID token; one that it holds is about the same person.
        let id_token = answer.id_token().unwrap_or(&old.id_token);
        if let Some(fresh) = answer.id_token()
            && self.check(&client, fresh, &answer, |_: Option<&Nonce>| Ok(()), now)? != old.subject
        {
            return Err(Trouble::IdToken("it is about somebody else".into()));
        }
        let userinfo = self.userinfo(&client, &answer, &old.subject).await?;
        Ok(SignedIn {
            registration: self.registration.clone(),
            subject: old.subject.clone(),
            claims: rows(&payload(&id_token.to_string())),
            id_token: id_token.clone(),
            access_token: answer.access_token().clone(),
            refresh_token: answer.refresh_token().or(old.refresh_token.as_ref()).cloned(),
            expires_in: answer.expires_in().map(|span| span.as_secs()),
            scope: scope(&answer).or_else(|| old.scope.clone()),
            userinfo,
            refreshed: old.refreshed + 1,
        })
    }

    /// Where the browser has to go to end its session at the provider, if the provider offers that.
    pub fn sign_out_url(&self, signed_in: &SignedIn, state: &CsrfToken) -> Option<String> {
        let endpoint = self.metadata.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(endpoint)
            .set_id_token_hint(&signed_in.id_token)
            .set_post_logout_redirect_uri(self.home.clone())
            .set_state(state.clone());
        Some(request.http_get_url().into())
    }

    /// Signature, issuer, audience, times, nonce, and that the access token came with this ID token (OpenID Connect
    /// Core 3.1.3.7 and 3.1.3.8).
    fn check(
        &self,
        client: &Client,
        id_token: &CoreIdToken,
        answer: &CoreTokenResponse,
        nonce: impl NonceVerifier,
        now: Timestamp,
    ) -> Result<SubjectIdentifier, Trouble> {
        let trouble = |why: &dyn std::error::Error| Trouble::IdToken(chain(why));
        let verifier = client.id_token_verifier().set_time_fn(move || now.to_datetime().unwrap_or_default());
        let claims = id_token.claims(&verifier, nonce).map_err(|why| trouble(&why))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|why| trouble(&why))?;
            let key = id_token.signing_key(&verifier).map_err(|why| trouble(&why))?;
            let actual = AccessTokenHash::from_token(answer.access_token(), algorithm, key)
                .map_err(|why| trouble(&why))?;
            if actual != *expected {
                return Err(Trouble::IdToken("at_hash belongs to another access token".into()));
            }
        }
        Ok(claims.subject().clone())
    }

    async fn userinfo(
        &self,
        client: &Client,
        answer: &CoreTokenResponse,
        subject: &SubjectIdentifier,
    ) -> Result<Vec<Row>, Trouble> {
        let http = |request: HttpRequest| send(&self.http, request);
        let claims: UserInfoClaims<OtherClaims, CoreGenderClaim> = client
            .user_info(answer.access_token().clone(), Some(subject.clone()))
            .map_err(|why| Trouble::Userinfo(why.to_string()))?
            .request_async(&http)
            .await
            .map_err(|why| Trouble::Userinfo(chain(&why)))?;
        let document = serde_json::to_value(&claims).map_err(|why| Trouble::Userinfo(why.to_string()))?;
        Ok(document.as_object().map(rows).unwrap_or_default())
    }
}

fn scope(answer: &CoreTokenResponse) -> Option<String> {
    answer.scopes().map(|list| list.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "))
}

fn refusal(error: CoreRequestTokenError<HttpError>) -> Trouble {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let description = answer.error_description().map_or("no description", String::as_str);
            Trouble::Refused(format!("{} ({description})", answer.error()))
        }
        // What could not be parsed may hold tokens: only where it broke is told.
        other => Trouble::Exchange(chain(&other)),
    }
}
