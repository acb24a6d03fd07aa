//! `grant_type=refresh_token` (RFC 6749 6, RFC 9700 4.14.2).

use super::endpoints::Call;
use crate::oauth::authorize::resources;
use crate::oauth::{Error, ErrorCode, scope};
use crate::tokens::{IssuedTokens, Presenter, Refresh, RefreshRefused, RefreshToken};

/// One sentence for every cause: which of them it was helps only an attacker, and is in our log.
const REFUSED: &str =
    "the refresh token is unknown, expired, revoked, used before, or belongs to another client";

/// Rotates a refresh token and signs the next tokens.
pub async fn exchange(call: &Call<'_>) -> Result<IssuedTokens, Error> {
    let presented =
        call.params.get("refresh_token").ok_or_else(|| Error::invalid_request("refresh_token is missing"))?;
    let token =
        RefreshToken::parse(presented).ok_or_else(|| Error::invalid_grant(REFUSED, "not a refresh token"))?;
    let scopes = match call.params.get("scope") {
        Some(text) => {
            Some(scope::parse(text).map_err(|why| Error::new(ErrorCode::InvalidScope, why.to_string()))?)
        }
        None => None,
    };
    let minting = call.app.minting(call.issuer.clone(), call.client.clone(), call.now);
    let request = Refresh {
        token,
        client: call.client.clone(),
        issuer_tenant_id: call.issuer.tenant_id(),
        scopes,
        audiences: resources(&call.params),
        policy: call.app.rotation_policy(),
        idle: minting.refresh_lifetimes().0,
        presenter: Presenter { event: call.app.random.id(call.now), origin: call.origin.clone() },
        master: call.app.master.clone(),
        now: call.now,
    };
    let grant = match call.app.refresh(request).await? {
        Ok(grant) => grant,
        Err(RefreshRefused::Scope(scope)) => {
            return Err(Error::new(ErrorCode::InvalidScope, format!("scope {scope} was not granted")));
        }
        Err(RefreshRefused::Target) => return Err(Error::foreign_target()),
        Err(refused) => {
            if refused == RefreshRefused::Replayed {
                call.app.forget();
            }
            return Err(Error::invalid_grant(REFUSED, refused));
        }
    };
    Ok(call.app.sign(minting, move |minting| minting.for_grant(grant)).await?)
}
