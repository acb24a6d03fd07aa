//! The way to the authorization endpoint and back.
//!
//! `POST /v1/auth/authorize` gives an address for the browser. It asks the organisation's own authorization endpoint
//! for a code for the flow's client, with *the application's* code challenge, and with the sealed [`Flow`] as `state`.
//! `GET /v1/auth/callback` gets that code and hands it on to the application unopened. It is not redeemed on the way:
//! the code stays bound to the application's challenge (RFC 7636 4.4), so that nobody but the holder of the verifier
//! can make tokens of it, not even who reads the browser's history or this server's log of redirects. The application
//! compares `state` with the one that it sent, which is what keeps a stranger's code out of its sessions (RFC 6749
//! 10.12); a code slipped in nevertheless does not fit the application's verifier.

use std::sync::Arc;

use serde::Serialize;
use url::Url;

use super::flow::{Flow, SealFlowError};
use super::requests::AuthorizeRequest;
use super::{Code, Error, flow_client};
use crate::app::{App, Place};
use crate::clients::{self, Client, ClientStatus};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::secret::Secret;
use crate::tenants::{Issuer, Tenant, TenantId};
use crate::tokens::CodeToken;
use crate::web::{Params, paths};

/// Where the browser goes next.
#[derive(Clone, Debug, Serialize)]
pub struct Begun {
    /// The address to open in the browser.
    pub authorize_url: String,
    /// The flow; also the `state` within that address.
    pub flow_id: String,
}

/// The redirect URI of the flow's clients.
pub fn callback(app: &App) -> String {
    format!("{}{}", app.config.server.issuer(), paths::AUTH_CALLBACK)
}

/// Begins a flow.
pub async fn begin(
    app: &App,
    request: AuthorizeRequest,
    (place, now): (Place, Timestamp),
) -> Result<Begun, Error> {
    let found = issuer(app, &request.tenant).await?;
    let Some((issuer, tenant)) = found.filter(|(_, tenant)| place.is_of(tenant.id)) else {
        return Err(Error::field("tenant_id", "There is no such organisation."));
    };
    let tenant_id = tenant.id;
    let known = app.db.read_short(move |conn| clients::store::first_party_of(conn, tenant_id)).await?;
    if !flow_client::admits(&known, &request.redirect_uri) {
        let message =
            "It is not registered, letter for letter, with a first-party application of this organisation.";
        return Err(Error::field("redirect_uri", message));
    }
    let client = provided(app, &tenant, &known, now).await?;
    if client.status != ClientStatus::Active {
        let message = "Signing in this way is switched off for this organisation.";
        return Err(Error::new(Code::FlowInvalid, message).cause("the flow's client is disabled"));
    }
    let expires_at = now + app.config.sign_in.interaction_lifetime;
    let flow = Flow {
        tenant_id,
        redirect_uri: request.redirect_uri,
        state: request.state,
        code_challenge: request.code_challenge,
        expires_at: expires_at.seconds(),
    };
    let flow_id = flow.seal(&app.master, &app.random).map_err(|why| match why {
        SealFlowError::TooLong => {
            Error::field("state", "It is too long for this redirect_uri: send a shorter one.")
        }
        other => Error::internal(other),
    })?;
    let hint = request.email.as_ref().map(|email| email.as_str());
    Ok(Begun { authorize_url: authorize_url(app, &issuer, &client, (&flow, &flow_id), hint), flow_id })
}

/// The issuer of an active organisation, by id or slug.
async fn issuer(app: &App, tenant: &str) -> Result<Option<(Issuer, Arc<Tenant>)>, DbError> {
    let by_id = match tenant.parse::<TenantId>() {
        Ok(id) => app.issuer_of(Some(id)).await?,
        Err(_) => None,
    };
    // A slug may look like an identifier.
    let issuer = match by_id {
        Some(issuer) => Some(issuer),
        None => app.issuer(Some(tenant)).await?,
    };
    Ok(issuer.and_then(|issuer| issuer.tenant().cloned().map(|tenant| (issuer, tenant))))
}

/// The flow's client of this organisation, written down or repaired first where that is needed.
async fn provided(app: &App, tenant: &Tenant, known: &[Client], now: Timestamp) -> Result<Client, Error> {
    let wanted = flow_client::fresh(tenant, callback(app), app.random.id(now), now);
    if let Some(client) = flow_client::own(known, tenant.id)
        && flow_client::repaired(client, &wanted, now).is_none()
    {
        return Ok(client.clone());
    }
    let (id, name) = (tenant.id, wanted.client_id.clone());
    let written = app.db.write(move |conn| flow_client::provide(conn, id, &wanted)).await;
    app.forget();
    match written {
        Err(DbError::Conflict(_)) => {
            // Another request was first. If there is still none of ours, another client holds the name.
            let known = app.db.read(move |conn| clients::store::first_party_of(conn, id)).await?;
            let taken = || {
                Error::internal(format!("the client id {name} is taken by a client that is not the flow's"))
            };
            flow_client::own(&known, id).cloned().ok_or_else(taken)
        }
        other => Ok(other?),
    }
}

fn authorize_url(
    app: &App,
    issuer: &Issuer,
    client: &Client,
    (flow, flow_id): (&Flow, &str),
    login_hint: Option<&str>,
) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("client_id", &client.client_id)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", &callback(app))
        .append_pair("scope", &flow_client::SCOPES.join(" "))
        .append_pair("code_challenge", &flow.code_challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("state", flow_id);
    if let Some(hint) = login_hint {
        query.append_pair("login_hint", hint);
    }
    format!("{}?{}", issuer.endpoint(paths::AUTHORIZE), query.finish())
}

/// Why a browser that comes back is not sent on.
#[derive(Debug, thiserror::Error)]
pub enum NotSentOn {
    /// The request is not an answer of the authorization endpoint to a flow of ours.
    #[error("{0}")]
    Invalid(String),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl NotSentOn {
    fn invalid(why: impl std::fmt::Display) -> Self {
        Self::Invalid(why.to_string())
    }
}

/// Where a browser that comes back goes: to the application that began the flow, with the code or the error.
pub async fn send_on(app: &App, params: Params, now: Timestamp) -> Result<Secret, NotSentOn> {
    let params =
        params.without_repeats().map_err(|_| NotSentOn::invalid("a parameter came more than once"))?;
    let flow =
        Flow::open(params.get("state").unwrap_or_default(), &app.master, now).map_err(NotSentOn::invalid)?;
    let issuer = app.issuer_of(Some(flow.tenant_id)).await?;
    let issuer = issuer.ok_or_else(|| NotSentOn::invalid("the organisation is gone or suspended"))?;
    // RFC 9207 2.4: an answer that another server made is not taken for ours.
    if params.get("iss") != Some(issuer.url()) {
        return Err(NotSentOn::invalid("the answer is not from the issuer that was asked"));
    }
    let answer = answer(&params).ok_or_else(|| NotSentOn::invalid("neither a code nor an error"))?;
    // Asked again: what was taken away meanwhile gets no code.
    let tenant_id = flow.tenant_id;
    let known = app.db.read_short(move |conn| clients::store::first_party_of(conn, tenant_id)).await?;
    if !flow_client::admits(&known, &flow.redirect_uri) {
        return Err(NotSentOn::invalid("the redirect_uri is no longer registered"));
    }
    let mut target = Url::parse(&flow.redirect_uri).map_err(NotSentOn::invalid)?;
    target
        .query_pairs_mut()
        .extend_pairs(answer)
        .append_pair("state", &flow.state)
        .append_pair("iss", issuer.url());
    Ok(Secret::new(target))
}

/// The longest text of an error that is passed on.
const MAX_DESCRIPTION: usize = 300;

/// What is passed on: a code of ours, or an error of its proper form (RFC 6749 4.1.2.1), and nothing else.
fn answer(params: &Params) -> Option<Vec<(&'static str, String)>> {
    if let Some(error) = params.get("error") {
        let fits = error.len() <= 64 && error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let description = params.get("error_description").unwrap_or_default();
        let description: String = description
            .chars()
            .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
            .take(MAX_DESCRIPTION)
            .collect();
        return fits.then(|| vec![("error", error.to_owned()), ("error_description", description)]);
    }
    let code = CodeToken::parse(params.get("code")?)?;
    Some(vec![("code", code.expose().to_owned())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(query: &str) -> Option<Vec<(&'static str, String)>> {
        answer(&Params::from_query(query).unwrap())
    }

    #[test]
    fn codes_and_errors_are_passed_on_and_nothing_else() {
        let code = format!("gkac_{}", "a".repeat(43));
        assert_eq!(answered(&format!("code={code}&x=1")), Some(vec![("code", code.clone())]));
        assert_eq!(
            answered("error=access_denied&error_description=no%0d%0a%22way%22"),
            Some(vec![("error", "access_denied".into()), ("error_description", "noway".into())])
        );
        for junk in [
            "",
            "code=",
            "code=abc",
            "error=%3Cscript%3E",
            "error=A",
            &format!("code=gkin_{}", "a".repeat(43)),
        ] {
            assert_eq!(answered(junk), None, "{junk}");
        }
        assert_eq!(answered(&format!("error={}", "a".repeat(65))), None);
        assert!(answered(&format!("code={code}&error=access_denied")).unwrap()[0].0 == "error");
    }
}
