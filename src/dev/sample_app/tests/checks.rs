//! What a relying party must not swallow (`#[cfg(test)]`).

use openidconnect::url::Url;

use super::super::relying_party::{Pending, Registration, RelyingParty, Trouble};
use super::super::signed_in::SignedIn;
use super::provider::{Provider, Script, key};
use crate::dev::bench::NOW;
use crate::random::Random;

fn registration(client: &str) -> Registration {
    Registration::choose(Some(client), None).unwrap()
}

async fn begun(provider: &Provider, client: &str) -> (RelyingParty, Url, Pending) {
    let party = RelyingParty::discover(registration(client), &provider.url).await.unwrap();
    let (url, pending) = party.authorization_request(&Random::default());
    let url = Url::parse(&url).unwrap();
    provider.script().nonce = Some(parameter(&url, "nonce"));
    provider.script().audience = client.into();
    (party, url, pending)
}

fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// What comes of a sign-in with a provider that misbehaves like this.
async fn outcome(change: impl FnOnce(&mut Script)) -> Result<SignedIn, Trouble> {
    let provider = Provider::start();
    let (party, _, pending) = begun(&provider, "dev-app").await;
    change(&mut provider.script());
    party.sign_in(pending, "the-code", NOW).await
}

async fn complaint(change: impl FnOnce(&mut Script)) -> String {
    outcome(change).await.err().unwrap().to_string()
}

#[test]
fn only_the_applications_that_sign_people_in() {
    assert_eq!(Registration::choose(None, None), Registration::choose(Some("dev-app"), None));
    for (client, tenant) in
        [(Some("worker"), None), (Some("other"), None), (None, Some("A b")), (None, Some(""))]
    {
        assert_eq!(Registration::choose(client, tenant), None, "{client:?} {tenant:?}");
    }
    let acme = Registration::choose(Some("web-app"), Some("acme")).unwrap();
    assert_eq!(acme.issuer("http://localhost:1/"), "http://localhost:1/t/acme");
    assert_eq!(registration("dev-app").issuer("http://localhost:1/"), "http://localhost:1");
}

#[actix_web::test]
async fn the_request_is_complete() {
    let provider = Provider::start();
    let (_, url, pending) = begun(&provider, "dev-app").await;
    assert_eq!(url.path(), "/authorize");
    for (name, expected) in [
        ("response_type", "code".to_owned()),
        ("client_id", "dev-app".to_owned()),
        ("redirect_uri", format!("{}/dev/app/callback", provider.url)),
        ("scope", "openid profile email offline_access".to_owned()),
        ("code_challenge_method", "S256".to_owned()),
        ("state", pending.state.secret().clone()),
    ] {
        assert_eq!(parameter(&url, name), expected, "{name}");
    }
    assert_eq!([parameter(&url, "state").len(), parameter(&url, "code_challenge").len()], [43, 43]);
}

#[actix_web::test]
async fn a_sound_answer_is_taken_apart() {
    let signed_in = outcome(|_| {}).await.unwrap();
    assert_eq!(signed_in.name(), "Ada <Lovelace>");
    assert!(signed_in.claims.iter().any(|row| row.name == "tenant_id" && row.value == "acme-id"));
    assert!(signed_in.userinfo.iter().any(|row| row.name == "tenant_id" && row.value == "acme-id"));
    assert_eq!(signed_in.expires_in, Some(600));
    let answer = format!("{:?}", signed_in.answer());
    assert!(
        !answer.contains(super::provider::ACCESS_TOKEN) && !answer.contains(super::provider::REFRESH_TOKEN)
    );
}

#[actix_web::test]
async fn each_client_proves_itself_in_its_way() {
    let provider = Provider::start();
    for client in ["dev-app", "web-app"] {
        let (party, _, pending) = begun(&provider, client).await;
        party.sign_in(pending, "the-code", NOW).await.unwrap();
        let (body, authorization) = provider.script().requests.pop().unwrap();
        assert!(body.contains("code=the-code") && body.contains("code_verifier="), "{body}");
        assert_eq!(
            (body.contains("client_id=dev-app"), authorization.is_some()),
            (client == "dev-app", client != "dev-app")
        );
    }
}

#[actix_web::test]
async fn an_answer_that_is_not_for_this_sign_in_is_refused() {
    assert!(complaint(|script| script.nonce = Some("another".into())).await.contains("Invalid nonce"));
    assert!(complaint(|script| script.nonce = None).await.contains("Invalid nonce"));
    assert!(complaint(|script| script.audience = "web-app".into()).await.contains("Invalid audiences"));
    assert!(
        complaint(|script| script.issuer = "http://evil.example".into()).await.contains("Invalid issuer")
    );
    assert!(complaint(|script| script.expires_in = -1).await.contains("Expired"));
    assert!(complaint(|script| script.hashed_token = "another".into()).await.contains("at_hash"));
    assert!(complaint(|script| script.userinfo_subject = "another".into()).await.contains("userinfo"));
    assert!(complaint(|script| script.signer = key()).await.contains("the ID token is not valid"));
    assert!(
        complaint(|script| script.refusal = Some("invalid_grant")).await.contains("invalid_grant (told so)")
    );
}

#[actix_web::test]
async fn metadata_of_another_issuer_is_refused() {
    let provider = Provider::start();
    provider.script().issuer = "http://evil.example".into();
    let trouble = RelyingParty::discover(registration("dev-app"), &provider.url).await.err().unwrap();
    assert!(matches!(trouble, Trouble::Discovery(_)), "{trouble}");
    let nobody = RelyingParty::discover(registration("dev-app"), "http://127.0.0.1:9").await.err().unwrap();
    assert!(
        nobody.to_string().contains("metadata could not be read: Request failed: error sending"),
        "{nobody}"
    );
}

#[actix_web::test]
async fn refreshed_tokens_are_about_the_same_person() {
    let provider = Provider::start();
    let (party, _, pending) = begun(&provider, "dev-app").await;
    let first = party.sign_in(pending, "the-code", NOW).await.unwrap();
    provider.script().nonce = None;
    let second = party.refresh(&first, NOW).await.unwrap();
    assert_eq!((second.refreshed, &second.subject), (1, &first.subject));
    assert!(provider.script().requests.last().unwrap().0.contains("grant_type=refresh_token"));
    provider.script().subject = "person-2".into();
    let trouble = party.refresh(&first, NOW).await.err().unwrap();
    assert!(trouble.to_string().contains("somebody else"), "{trouble}");
}
