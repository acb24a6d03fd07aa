//! `grant_type=authorization_code` (RFC 6749 4.1.3, RFC 7636 4.5).

use super::endpoints::Call;
use crate::oauth::Error;
use crate::oauth::authorize::resources;
use crate::tokens::{CodeToken, IssuedTokens, Redemption, RedemptionRefused, redeem};

/// One sentence for every cause: which of them it was helps only an attacker, and is in our log.
const REFUSED: &str =
    "the code is unknown, expired, used, or was issued for another client, redirect_uri or code_verifier";

/// Redeems a code and signs what it became.
pub async fn exchange(call: &Call<'_>) -> Result<IssuedTokens, Error> {
    let presented = call.params.get("code").ok_or_else(|| Error::invalid_request("code is missing"))?;
    let code = CodeToken::parse(presented).ok_or_else(|| Error::invalid_grant(REFUSED, "not a code"))?;
    let minting = call.app.minting(call.issuer.clone(), call.client.clone(), call.now);
    let redemption = Redemption::new(
        (code, call.params.get("redirect_uri"), call.params.get("code_verifier")),
        call.client.clone(),
        call.issuer.tenant_id(),
        minting.refresh_lifetimes(),
        (&call.app.random, &call.app.master, call.now),
    )
    .map_err(Error::internal)?
    .for_audiences(resources(&call.params))
    .sent_from(call.origin.clone());
    let grant = match call.app.db.write(move |conn| redeem(conn, &redemption)).await? {
        Ok(grant) => grant,
        Err(RedemptionRefused::Target) => return Err(Error::foreign_target()),
        Err(refused) => {
            if refused == RedemptionRefused::Replayed {
                call.app.forget();
            }
            return Err(Error::invalid_grant(REFUSED, refused));
        }
    };
    Ok(call.app.sign(minting, move |minting| minting.for_grant(grant)).await?)
}
