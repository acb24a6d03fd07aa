//! `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 3.4 and 3.5).

use super::endpoints::Call;
use crate::device_authorizations::DeviceCode;
use crate::oauth::authorize::resources;
use crate::oauth::{Error, ErrorCode};
use crate::tokens::{DeviceRedemption, DeviceRefused, IssuedTokens, redeem_device};

/// One sentence for every cause: which of them it was helps only an attacker, and is in our log.
const REFUSED: &str =
    "the device code is unknown, used, was issued for another client, or what was allowed has ended";

/// Answers a device that asks whether somebody has let it in.
pub async fn exchange(call: &Call<'_>) -> Result<IssuedTokens, Error> {
    let presented =
        call.params.get("device_code").ok_or_else(|| Error::invalid_request("device_code is missing"))?;
    let code =
        DeviceCode::parse(presented).ok_or_else(|| Error::invalid_grant(REFUSED, "not a device code"))?;
    let minting = call.app.minting(call.issuer.clone(), call.client.clone(), call.now);
    let redemption = DeviceRedemption::new(
        (code, resources(&call.params)),
        (call.client.clone(), call.issuer.tenant_id()),
        call.origin.clone(),
        minting.refresh_lifetimes(),
        (&call.app.random, &call.app.master, call.now),
    )
    .map_err(Error::internal)?;
    match call.app.db.write(move |conn| redeem_device(conn, &redemption)).await? {
        Ok(grant) => Ok(call.app.sign(minting, move |minting| minting.for_grant(grant)).await?),
        Err(why) => {
            if why == DeviceRefused::Replayed {
                call.app.forget();
            }
            Err(refused(why))
        }
    }
}

fn refused(why: DeviceRefused) -> Error {
    match why {
        DeviceRefused::Pending => Error::new(
            ErrorCode::AuthorizationPending,
            "nobody has decided yet; ask again after the interval",
        ),
        DeviceRefused::TooSoon(seconds) => Error::new(
            ErrorCode::SlowDown,
            format!(
                "asked before the interval was over; from now on wait {seconds} seconds between two questions"
            ),
        ),
        DeviceRefused::Denied => Error::new(ErrorCode::AccessDenied, "the person did not allow it"),
        DeviceRefused::Expired => {
            Error::new(ErrorCode::ExpiredToken, "the device code has expired; start again with a new one")
        }
        DeviceRefused::Target => Error::foreign_target(),
        DeviceRefused::Unknown
        | DeviceRefused::Replayed
        | DeviceRefused::OtherClient
        | DeviceRefused::Inactive => Error::invalid_grant(REFUSED, why),
    }
}
