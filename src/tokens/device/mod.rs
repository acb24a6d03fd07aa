//! A device that asks for its tokens (RFC 8628 3.4), as one transaction.
//!
//! The row is kept from others while it is looked at, so that of many questions at once exactly one is given tokens, and
//! the pace is the same on every node. Whoever asks again after that has a replay, as with a code.

mod store;

use std::sync::Arc;
use std::time::Duration;

use super::beginning::{Agreed, Beginning};
use super::{Facts, Grant, Presenter};
use crate::audit::{self, Origin};
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::device_authorizations::{
    self as devices, Approval, DeviceAuthorization, DeviceCode, Standing, pace,
};
use crate::random::Random;
use crate::secret::{MasterKey, SealError};
use crate::tenants::TenantId;

/// A question of a device, from a client that has proved itself.
#[derive(Clone)]
pub struct DeviceRedemption {
    code: DeviceCode,
    client: Arc<KnownClient>,
    issuer_tenant_id: Option<TenantId>,
    audiences: Vec<String>,
    presenter: Presenter,
    beginning: Beginning,
}

/// Why a device gets no tokens, for now or for good. The log says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceRefused {
    /// Nobody has decided yet.
    #[error("nobody has decided yet")]
    Pending,
    /// The same, and it asked too soon.
    #[error("the device asked too soon and has to wait {0} seconds from now on")]
    TooSoon(i64),
    /// Somebody said no.
    #[error("the person did not allow it")]
    Denied,
    /// Too late.
    #[error("the device code has expired")]
    Expired,
    /// No such code.
    #[error("unknown device code")]
    Unknown,
    /// Used before; everything that it became is revoked.
    #[error("the device code was used before; its tokens are revoked")]
    Replayed,
    /// Issued to another client or by another issuer.
    #[error("the device code was issued to another client")]
    OtherClient,
    /// What it hangs on was ended, or the person may not sign in any more.
    #[error("the person may not sign in any more, or what was allowed was ended")]
    Inactive,
    /// Asks for an API that was not granted, or that is disabled (RFC 8707 2.2).
    #[error("the token was asked for an API that was not granted or is disabled")]
    Target,
}

impl DeviceRedemption {
    /// Prepares it; everything random is drawn here, so that the transaction can run twice.
    pub fn new(
        (code, audiences): (DeviceCode, Vec<String>),
        (client, issuer_tenant_id): (Arc<KnownClient>, Option<TenantId>),
        origin: Origin,
        lifetimes: (Duration, Duration),
        (random, master, now): (&Random, &MasterKey, Timestamp),
    ) -> Result<Self, SealError> {
        Ok(Self {
            code,
            client,
            issuer_tenant_id,
            audiences,
            presenter: Presenter { event: random.id(now), origin },
            beginning: Beginning::draw(lifetimes, (random, master, now))?,
        })
    }
}

/// Answers the device. An `Ok(Err(..))` commits what it did.
pub fn redeem_device(
    conn: &mut Conn<'_>,
    request: &DeviceRedemption,
) -> Result<Result<Grant, DeviceRefused>, DbError> {
    let Some(device) = devices::store::lock_by_device_code(conn, &request.code.digest())? else {
        return Ok(Err(DeviceRefused::Unknown));
    };
    let own =
        device.client_pk == request.client.client.id && device.issuer_tenant_id == request.issuer_tenant_id;
    if !own {
        return Ok(Err(DeviceRefused::OtherClient));
    }
    match device.standing(request.beginning.now) {
        Standing::Pending => waiting(conn, &device, request.beginning.now).map(Err),
        Standing::Approved(approval) => let_in(conn, request, device, approval),
        Standing::Redeemed => replayed(conn, &device, request).map(Err),
        Standing::Denied => Ok(Err(DeviceRefused::Denied)),
        Standing::Expired => Ok(Err(DeviceRefused::Expired)),
        Standing::Ended => Ok(Err(DeviceRefused::Inactive)),
    }
}

fn waiting(
    conn: &mut Conn<'_>,
    device: &DeviceAuthorization,
    now: Timestamp,
) -> Result<DeviceRefused, DbError> {
    let pace = pace(device.polled_at, device.poll_interval, now);
    if !devices::store::note_poll(conn, device.tenant_id, device.id, (pace, now))? {
        return Err(DbError::Retry);
    }
    Ok(if pace.too_soon { DeviceRefused::TooSoon(pace.interval) } else { DeviceRefused::Pending })
}

fn let_in(
    conn: &mut Conn<'_>,
    request: &DeviceRedemption,
    device: DeviceAuthorization,
    approval: Approval,
) -> Result<Result<Grant, DeviceRefused>, DbError> {
    let concerned = (approval.tenant_id, approval.user_id, Some(approval.session_id));
    let Some(parties) = request.beginning.parties(conn, &request.client, concerned)? else {
        return Ok(Err(DeviceRefused::Inactive));
    };
    let session = parties.session.as_ref();
    let facts = Facts {
        scopes: device.scopes,
        audiences: device.audiences,
        auth_time: session.map(|session| session.authenticated_at.seconds()).unwrap_or_default(),
        amr: session.map(|session| session.amr.clone()).unwrap_or_default(),
        ..Facts::default()
    };
    if !facts.grants(&request.audiences) || !facts.may_target(&request.client, &request.audiences) {
        return Ok(Err(DeviceRefused::Target));
    }
    let Beginning { family, .. } = request.beginning;
    if !store::take_device(conn, device.tenant_id, device.id, family)? {
        return Err(DbError::Retry);
    }
    let agreed = Agreed {
        tenant_id: approval.tenant_id,
        client_pk: device.client_pk,
        user_id: approval.user_id,
        session_id: Some(approval.session_id),
        issuer_tenant_id: device.issuer_tenant_id,
        facts,
    };
    request.beginning.write(conn, &request.client, (agreed, parties), &request.audiences).map(Ok)
}

fn replayed(
    conn: &mut Conn<'_>,
    device: &DeviceAuthorization,
    request: &DeviceRedemption,
) -> Result<DeviceRefused, DbError> {
    let now = request.beginning.now;
    if let Some(by) = device.approval
        && let Some(family) = store::family_of_device(conn, device.tenant_id, device.id)?
        && super::store::revoke_family(conn, by.tenant_id, family, now)?
    {
        let died = (by.tenant_id, family, by.user_id);
        let event = request.presenter.replay(&request.client.client, died, now, "device_code_replayed");
        audit::store::insert(conn, by.tenant_id, &event)?;
    }
    Ok(DeviceRefused::Replayed)
}
