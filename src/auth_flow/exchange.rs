//! Codes and refresh tokens into tokens: the same engine as the token endpoint, in this door's shape.
//!
//! The application sends no `client_id`: the code and the refresh token say which client they belong to, and only the
//! flow's own client is accepted. Something that was issued to another client is refused before anything is changed,
//! so nobody can use up another client's code here.

use std::sync::Arc;

use serde::Serialize;

use super::authorize::callback;
use super::flow::Flow;
use super::requests::TokenRequest;
use super::{Code, Error};
use crate::app::{App, Place};
use crate::audit::Origin;
use crate::clients::{self, ClientPk, GrantType, KnownClient, is_of_flow};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::secret::Secret;
use crate::tenants::TenantId;
use crate::tokens::{
    self, AuthorizationCode, CodeToken, Grant, IssuedTokens, Minting, Presenter, Redemption,
    RedemptionRefused, Refresh, RefreshRefused, RefreshToken, redeem,
};

/// Tokens, as the application gets them.
#[derive(Serialize)]
pub struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    token_type: &'static str,
    expires_in: u64,
    id_token: Option<String>,
    scope: String,
}

impl From<&IssuedTokens> for Tokens {
    fn from(issued: &IssuedTokens) -> Self {
        let text = |secret: &Secret| secret.expose().to_owned();
        Self {
            access_token: text(&issued.access_token),
            refresh_token: issued.refresh_token.as_ref().map(text),
            token_type: "Bearer",
            expires_in: issued.expires_in,
            id_token: issued.id_token.as_ref().map(text),
            scope: issued.scopes.join(" "),
        }
    }
}

/// Redeems a code.
pub async fn token(
    app: &App,
    request: TokenRequest,
    (place, now, origin): (Place, Timestamp, Origin),
) -> Result<Tokens, Error> {
    let code = CodeToken::parse(request.code.expose()).ok_or_else(|| Error::flow("not a code"))?;
    let digest = code.digest();
    let found = app
        .db
        .read_short(move |conn| {
            let Some(code) = tokens::store::find_code(conn, &digest)? else { return Ok(None) };
            let client_id = own_client_id(conn, code.tenant_id, code.client_pk)?;
            Ok::<_, DbError>(client_id.map(|client_id| (code, client_id)))
        })
        .await?;
    let found = found.filter(|(code, _)| place.is_of(code.tenant_id));
    let (stored, client_id) = found.ok_or_else(|| Error::flow("unknown code, or one of another client"))?;
    if let Some(flow_id) = &request.flow_id {
        let flow = Flow::open(flow_id, &app.master, now).map_err(Error::flow)?;
        check_flow(&flow, &stored)?;
    }
    let (client, minting) = minting(app, stored.tenant_id, &client_id, now)
        .await?
        .ok_or_else(|| Error::flow("the client or the organisation is not active"))?;
    let redirect_uri = callback(app);
    let redemption = Redemption::new(
        (code, Some(&redirect_uri), Some(request.code_verifier.expose())),
        client,
        Some(stored.tenant_id),
        minting.refresh_lifetimes(),
        (&app.random, &app.master, now),
    )
    .map_err(Error::internal)?
    .sent_from(origin);
    match app.db.write(move |conn| redeem(conn, &redemption)).await? {
        Ok(grant) => issue(app, minting, grant, GrantType::AuthorizationCode).await,
        Err(refused) => {
            if refused == RedemptionRefused::Replayed {
                app.forget();
            }
            Err(Error::flow(refused))
        }
    }
}

/// A `flow_id` beside a code must be that of the code's own flow.
fn check_flow(flow: &Flow, code: &AuthorizationCode) -> Result<(), Error> {
    let same = flow.tenant_id == code.tenant_id && code.code_challenge.as_ref() == Some(&flow.code_challenge);
    if same { Ok(()) } else { Err(Error::flow("the code came from another flow")) }
}

/// Rotates a refresh token.
pub async fn refresh(
    app: &App,
    presented: Secret,
    (place, now, origin): (Place, Timestamp, Origin),
) -> Result<Tokens, Error> {
    let token = RefreshToken::parse(presented.expose()).ok_or_else(|| Error::token("not a refresh token"))?;
    let id = token.family;
    let found = app
        .db
        .read_short(move |conn| {
            let Some(family) = tokens::store::find_family(conn, id)? else { return Ok(None) };
            let client_id = own_client_id(conn, family.tenant_id, family.client_pk)?;
            Ok::<_, DbError>(client_id.map(|client_id| (family.tenant_id, client_id)))
        })
        .await?;
    let found = found.filter(|(tenant, _)| place.is_of(*tenant));
    let (tenant, client_id) =
        found.ok_or_else(|| Error::token("unknown refresh token, or one of another client"))?;
    let (client, minting) = minting(app, tenant, &client_id, now)
        .await?
        .ok_or_else(|| ended("the client or the organisation is not active"))?;
    let request = Refresh {
        token,
        client,
        issuer_tenant_id: Some(tenant),
        scopes: None,
        audiences: Vec::new(),
        policy: app.rotation_policy(),
        idle: minting.refresh_lifetimes().0,
        presenter: Presenter { event: app.random.id(now), origin },
        master: app.master.clone(),
        now,
    };
    match app.refresh(request).await? {
        Ok(grant) => issue(app, minting, grant, GrantType::RefreshToken).await,
        Err(
            refused @ (RefreshRefused::Unknown
            | RefreshRefused::OtherClient
            | RefreshRefused::Target
            | RefreshRefused::Scope(_)),
        ) => Err(Error::token(refused)),
        Err(refused @ (RefreshRefused::Dead | RefreshRefused::Inactive)) => Err(ended(refused)),
        Err(refused @ RefreshRefused::Replayed) => {
            app.forget();
            Err(ended(refused))
        }
    }
}

fn ended(cause: impl std::fmt::Display) -> Error {
    Error::new(
        Code::SessionExpired,
        "The session is over: it expired, was ended, or its token was used twice. Sign in again.",
    )
    .cause(cause)
}

/// The `client_id` behind a code or a family, if that is the flow's own client.
fn own_client_id(conn: &mut Conn<'_>, tenant: TenantId, client: ClientPk) -> Result<Option<String>, DbError> {
    // A code of a client that serves several organisations has its person's, where that client is not found.
    let client = clients::store::find(conn, tenant, client)?;
    Ok(client.filter(|client| is_of_flow(client, tenant)).map(|client| client.client_id))
}

/// What signing takes, while the client and its organisation are active.
async fn minting(
    app: &App,
    tenant: TenantId,
    client_id: &str,
    now: Timestamp,
) -> Result<Option<(Arc<KnownClient>, Minting)>, DbError> {
    let Some(issuer) = app.issuer_of(Some(tenant)).await? else { return Ok(None) };
    let client = app
        .client(client_id)
        .await?
        .filter(|client| client.is_active() && is_of_flow(&client.client, tenant));
    Ok(client.map(|client| (Arc::clone(&client), app.minting(issuer, client, now))))
}

async fn issue(app: &App, minting: Minting, grant: Grant, by: GrantType) -> Result<Tokens, Error> {
    let issued = app.sign(minting, move |minting| minting.for_grant(grant)).await?;
    metrics::counter!("tokens_issued_total", "grant" => by.as_str()).increment(1);
    Ok(Tokens::from(&issued))
}
