//! An unmodified client library, the `openidconnect` crate, goes the whole way: discovery, code with PKCE, checked ID
//! token, userinfo, refresh, introspection, revocation, sign-out.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenVerifier, CoreRevocableToken, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RevocationUrl, Scope, TokenIntrospectionResponse, TokenResponse,
};

use crate::on_both;
use crate::support::{PASSWORD, TestApp, query_of};

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Wire(String);

/// The library's requests over our HTTP client.
async fn send(http: &reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Wire> {
    let wire = |why: &dyn std::fmt::Display| Wire(why.to_string());
    let request = reqwest::Request::try_from(request).map_err(|why| wire(&why))?;
    let answer = http.execute(request).await.map_err(|why| wire(&why))?;
    let mut response = openidconnect::http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    response.body(answer.bytes().await.map_err(|why| wire(&why))?.to_vec()).map_err(|why| wire(&why))
}

/// The whole way at one issuer. The answers are those of `client_id`, registered for `redirect_uri`.
async fn whole_way(app: &TestApp, issuer: &str) {
    let http = app.http();
    // The library revokes at https addresses only. Here a proxy would end TLS: the request goes on as plain http.
    let transport = |mut request: HttpRequest| {
        let plain = request.uri().to_string().replacen("https://", "http://", 1);
        *request.uri_mut() = plain.parse().unwrap();
        send(&http, request)
    };
    let issuer = IssuerUrl::new(issuer.to_owned()).unwrap();
    let metadata = ProviderMetadataWithLogout::discover_async(issuer.clone(), &transport).await.unwrap();
    let logout_url = metadata.additional_metadata().end_session_endpoint.clone().unwrap();
    let revocation =
        RevocationUrl::new(format!("{}/oauth2/revoke", issuer.replacen("http://", "https://", 1))).unwrap();
    let introspection =
        openidconnect::IntrospectionUrl::new(format!("{}/oauth2/introspect", issuer.as_str())).unwrap();
    let client = CoreClient::from_provider_metadata(
        metadata,
        ClientId::new("web".into()),
        Some(ClientSecret::new("web-secret-web-secret-web-secret-0001".into())),
    )
    .set_redirect_uri(RedirectUrl::new("https://portal.example.com/cb".into()).unwrap())
    .set_revocation_url(revocation)
    .set_introspection_url(introspection);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".into()))
        .add_scope(Scope::new("profile".into()))
        .set_pkce_challenge(challenge)
        .url();
    let mut browser = app.browser();
    let back = query_of(&browser.walk(url.as_str(), "ada@acme.example", PASSWORD).await);
    assert_eq!(&back["state"], state.secret());
    assert_eq!(back["iss"], issuer.as_str(), "RFC 9207");

    let tokens = client
        .exchange_code(AuthorizationCode::new(back["code"].clone()))
        .unwrap()
        .set_pkce_verifier(verifier)
        .request_async(&transport)
        .await
        .unwrap();
    let verifier: CoreIdTokenVerifier<'_> = client.id_token_verifier();
    let id_token = tokens.id_token().unwrap();
    let claims = id_token.claims(&verifier, &nonce).unwrap();
    let expected = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().unwrap(),
        id_token.signing_key(&verifier).unwrap(),
    )
    .unwrap();
    assert_eq!(claims.access_token_hash(), Some(&expected));
    assert!(claims.auth_time().is_some());

    let userinfo: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .unwrap()
        .request_async(&transport)
        .await
        .unwrap();
    assert_eq!(userinfo.email().unwrap().as_str(), "ada@acme.example");
    assert_eq!(userinfo.email_verified(), Some(true));
    assert_eq!(userinfo.family_name().unwrap().get(None).unwrap().as_str(), "Lovelace");

    let refreshed = client
        .exchange_refresh_token(tokens.refresh_token().unwrap())
        .unwrap()
        .request_async(&transport)
        .await
        .unwrap();
    let again = refreshed.id_token().unwrap().claims(&verifier, |_: Option<&Nonce>| Ok(())).unwrap();
    assert_eq!(again.subject(), claims.subject());
    assert_eq!(again.auth_time(), claims.auth_time());
    assert_ne!(refreshed.refresh_token().unwrap().secret(), tokens.refresh_token().unwrap().secret());

    let seen = client.introspect(refreshed.access_token()).request_async(&transport).await.unwrap();
    assert!(seen.active());
    assert_eq!(seen.sub(), Some(claims.subject().as_str()));

    let revocable: CoreRevocableToken = refreshed.refresh_token().unwrap().clone().into();
    client.revoke_token(revocable).unwrap().request_async(&transport).await.unwrap();
    let seen = client.introspect(refreshed.access_token()).request_async(&transport).await.unwrap();
    assert!(!seen.active(), "the line is dead, and the access token with it");

    let home = PostLogoutRedirectUrl::new("https://portal.example.com/bye".into()).unwrap();
    let sign_out = LogoutRequest::from(logout_url)
        .set_id_token_hint(refreshed.id_token().unwrap())
        .set_post_logout_redirect_uri(home)
        .set_state(CsrfToken::new("bye".into()))
        .http_get_url();
    let done = browser.follow(browser.get(sign_out.as_str()).await).await;
    assert_eq!(done.reply.header("location"), "https://portal.example.com/bye?state=bye");
    let page = browser.follow(browser.get(url.as_str()).await).await;
    assert_eq!(page.path(), "/login/identify", "nobody is signed in any more");
}

on_both!(an_unmodified_library_goes_the_whole_way_at_the_instance, |app| {
    whole_way(&app, &app.issuer()).await;
});

on_both!(an_unmodified_library_goes_the_whole_way_at_an_organisations_own_issuer, |app| {
    whole_way(&app, &format!("{}/t/acme", app.issuer())).await;
});
