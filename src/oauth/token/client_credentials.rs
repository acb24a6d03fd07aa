//! `grant_type=client_credentials` (RFC 6749 4.4): a program speaks for itself. No write, one signature.

use super::endpoints::Call;
use crate::oauth::authorize::resources;
use crate::oauth::{Error, ErrorCode, scope};
use crate::tokens::IssuedTokens;

/// Scopes that are about a person, which a program is not.
const ABOUT_PEOPLE: &[&str] = scope::STANDARD;

/// Signs a token for the client itself.
pub async fn exchange(call: &Call<'_>) -> Result<IssuedTokens, Error> {
    let client = &call.client.client;
    if client.is_public() {
        return Err(Error::new(ErrorCode::UnauthorizedClient, "a public client cannot speak for itself"));
    }
    let scopes = match call.params.get("scope") {
        Some(text) => {
            let asked =
                scope::parse(text).map_err(|why| Error::new(ErrorCode::InvalidScope, why.to_string()))?;
            let foreign = asked
                .iter()
                .find(|scope| !client.scopes.contains(scope) || ABOUT_PEOPLE.contains(&scope.as_str()));
            if let Some(foreign) = foreign {
                let text = format!("scope {foreign} is not registered for this client, or is about a person");
                return Err(Error::new(ErrorCode::InvalidScope, text));
            }
            asked
        }
        None => {
            client.scopes.iter().filter(|scope| !ABOUT_PEOPLE.contains(&scope.as_str())).cloned().collect()
        }
    };
    let audiences = call
        .client
        .audiences(resources(&call.params))
        .map_err(|why| Error::new(ErrorCode::InvalidTarget, why.to_string()))?;
    let minting = call.app.minting(call.issuer.clone(), call.client.clone(), call.now);
    Ok(call.app.sign(minting, move |minting| minting.for_client(scopes, &audiences)).await?)
}
