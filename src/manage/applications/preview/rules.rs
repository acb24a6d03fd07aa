//! Whether a sign-in would be refused, and why: everything that the authorization and the token endpoint would say no to.

use super::view::{ConsentNeed, Refusal, RefusalCode};
use crate::clients::{
    Client, ClientStatus, GrantType, InvalidTarget, KnownClient, check_audience, check_scope,
};
use crate::clock::Timestamp;
use crate::consents::{self, Consent};
use crate::users::User;
use crate::web::Problem;

/// How many scopes and APIs may be asked for.
const MOST: usize = 100;

/// What is asked for, each once and in order.
///
/// # Errors
/// 422 for a list that is too long, and for what is no scope or no audience.
pub fn asked(
    scopes: Option<Vec<String>>,
    audiences: Vec<String>,
    client: &Client,
) -> Result<(Vec<String>, Vec<String>), Problem> {
    let scopes = scopes.unwrap_or_else(|| client.scopes.clone());
    if scopes.len() > MOST || audiences.len() > MOST {
        let detail = format!("At most {MOST} scopes and {MOST} audiences can be asked for.");
        return Err(Problem::invalid("invalid_scopes", detail));
    }
    for scope in &scopes {
        check_scope(scope).map_err(|why| Problem::invalid("invalid_scopes", format!("scopes: {why}.")))?;
    }
    for audience in &audiences {
        check_audience(audience)
            .map_err(|why| Problem::invalid("invalid_audience", format!("audiences: {why}.")))?;
    }
    Ok((once(scopes), once(audiences)))
}

fn once(list: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(list.len());
    for entry in list {
        if !kept.contains(&entry) {
            kept.push(entry);
        }
    }
    kept
}

fn refusal(code: RefusalCode, detail: impl Into<String>) -> Refusal {
    Refusal { code, detail: detail.into(), subject: None }
}

fn refusal_of(code: RefusalCode, detail: impl Into<String>, subject: impl ToString) -> Refusal {
    Refusal { subject: Some(subject.to_string()), ..refusal(code, detail) }
}

/// What of the application, the organisation and the person stands against it.
pub fn of_parties(known: &KnownClient, user: &User, now: Timestamp) -> Vec<Refusal> {
    let client = &known.client;
    let mut all = Vec::new();
    if client.status != ClientStatus::Active {
        all.push(refusal(RefusalCode::ApplicationDisabled, "The application is disabled."));
    }
    if !known.tenant.is_active() {
        all.push(refusal(RefusalCode::OrganisationSuspended, "The organisation is suspended."));
    }
    if !user.is_active() {
        let detail = format!("The person may not sign in: their status is {}.", user.status);
        all.push(refusal_of(RefusalCode::PersonInactive, detail, user.status));
    }
    let by_code = client.may_use(GrantType::AuthorizationCode);
    let by_device = client.may_use(GrantType::DeviceCode);
    if !by_code && !by_device {
        let detail =
            "The application has no grant by which people sign in: authorization_code or device_code.";
        all.push(refusal(RefusalCode::GrantOff, detail));
    }
    if by_code && !by_device && client.redirect_uris.is_empty() {
        let detail = "No redirect URI is registered, so that there is nowhere to send a code.";
        all.push(refusal(RefusalCode::NoRedirectUri, detail));
    }
    if !client.is_public() && !known.secrets.iter().any(|secret| secret.is_live(now)) {
        let detail = "The application has no secret that is in force, so that it cannot redeem a code.";
        all.push(refusal(RefusalCode::NoSecret, detail));
    }
    all
}

/// The scopes and audiences of the tokens, or what stands against them.
pub fn of_request(
    known: &KnownClient,
    scopes: Vec<String>,
    audiences: Vec<String>,
) -> Result<(Vec<String>, Vec<String>), Vec<Refusal>> {
    let foreign = scopes.iter().filter(|scope| !known.client.scopes.contains(scope));
    let mut refusals: Vec<Refusal> = foreign
        .map(|scope| {
            let detail = format!("The scope {scope} is not registered for the application.");
            refusal_of(RefusalCode::ScopeNotRegistered, detail, scope)
        })
        .collect();
    match known.audiences(audiences) {
        Ok(audiences) if refusals.is_empty() => Ok((known.scopes_for(&audiences, scopes), audiences)),
        Ok(_) => Err(refusals),
        Err(why) => {
            let (code, audience) = match &why {
                InvalidTarget::Foreign(audience) => (RefusalCode::AudienceNotRegistered, audience),
                InvalidTarget::Disabled(audience) => (RefusalCode::AudienceDisabled, audience),
            };
            refusals.push(refusal_of(code, format!("{why}."), audience));
            Err(refusals)
        }
    }
}

/// Whether the person would be asked.
pub fn consent(client: &Client, given: Option<&Consent>, scopes: &[String]) -> ConsentNeed {
    let Some(redirect_uri) =
        client.redirect_uris.first().filter(|_| client.may_use(GrantType::AuthorizationCode))
    else {
        // Whoever lets a device in is asked every time.
        return ConsentNeed::Asked;
    };
    if client.first_party {
        ConsentNeed::NotNeeded
    } else if consents::is_unassured(client, redirect_uri) || !consents::missing(given, scopes).is_empty() {
        ConsentNeed::Asked
    } else {
        ConsentNeed::Given
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::{self, ClientKind};

    #[test]
    fn what_is_asked_for_is_bounded_and_stands_once() {
        let mut client = clients::new_client(ClientKind::Web);
        client.scopes = vec!["openid".into()];
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(asked(None, vec![], &client).unwrap().0, ["openid"], "all that it is registered for");
        let twice = asked(Some(texts(&["email", "openid", "email"])), vec![], &client).unwrap();
        assert_eq!(twice.0, ["email", "openid"]);
        let many = Some((0..101).map(|n| format!("s{n}")).collect());
        assert_eq!(asked(many, vec![], &client).unwrap_err().code, "invalid_scopes");
        assert_eq!(asked(Some(texts(&["a b"])), vec![], &client).unwrap_err().code, "invalid_scopes");
        assert_eq!(asked(None, texts(&["a b"]), &client).unwrap_err().code, "invalid_audience");
    }

    #[test]
    fn who_is_asked_for_consent() {
        let mut client = clients::new_client(ClientKind::Spa);
        client.redirect_uris = vec!["https://a.example/cb".into()];
        assert_eq!(consent(&client, None, &["openid".into()]), ConsentNeed::Asked);
        assert_eq!(consent(&client, None, &[]), ConsentNeed::Given, "nothing is asked for");
        client.redirect_uris = vec!["http://127.0.0.1/cb".into()];
        assert_eq!(consent(&client, None, &[]), ConsentNeed::Asked, "nobody knows who listens there");
        client.first_party = true;
        assert_eq!(consent(&client, None, &[]), ConsentNeed::NotNeeded);
        client.grant_types = vec![GrantType::DeviceCode];
        assert_eq!(consent(&client, None, &[]), ConsentNeed::Asked);
    }
}
