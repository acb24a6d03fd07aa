//! The beginning of a family: what a redeemed code and a device that was let in have in common.

use std::sync::Arc;
use std::time::Duration;

use super::refresh_token::idle_end;
use super::{Facts, FamilyId, Grant, RefreshToken, TokenFamily, store};
use crate::clients::{self, ClientPk, GrantType, KnownClient};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::random::Random;
use crate::roles;
use crate::secret::{MasterKey, SealError};
use crate::sessions::{self, Session, SessionId};
use crate::tenants::{self, TenantId};
use crate::users::{self, User, UserId};

/// Everything random of a new family, drawn before the transaction, so that that can run twice.
#[derive(Clone)]
pub(super) struct Beginning {
    pub family: FamilyId,
    pub now: Timestamp,
    idle: Duration,
    absolute: Duration,
    seed: Vec<u8>,
    sealed_seed: Vec<u8>,
}

/// Whose family it becomes, and what was agreed on.
pub(super) struct Agreed {
    pub tenant_id: TenantId,
    pub client_pk: ClientPk,
    pub user_id: UserId,
    pub session_id: Option<SessionId>,
    pub issuer_tenant_id: Option<TenantId>,
    pub facts: Facts,
}

/// Who takes part, right now.
pub(super) struct Parties {
    pub user: User,
    pub session: Option<Session>,
}

impl Beginning {
    pub fn draw(
        (idle, absolute): (Duration, Duration),
        (random, master, now): (&Random, &MasterKey, Timestamp),
    ) -> Result<Self, SealError> {
        let family: FamilyId = random.id(now);
        let seed = random.bytes::<32>().to_vec();
        let sealed_seed = master.seal(random, &TokenFamily::seed_context(family), &seed)?;
        Ok(Self { family, now, idle, absolute, seed, sealed_seed })
    }

    /// The person and the session, if they, the client and the organisation may take part.
    pub fn parties(
        &self,
        conn: &mut Conn<'_>,
        client: &KnownClient,
        (tenant, user, session): (TenantId, UserId, Option<SessionId>),
    ) -> Result<Option<Parties>, DbError> {
        let Some(user) = users::store::find(conn, tenant, user)?.filter(User::is_active) else {
            return Ok(None);
        };
        let organisation = tenants::store::find(conn, tenant)?;
        let client_lives = clients::store::is_active(conn, client.client.tenant_id, client.client.id)?;
        let serves = client.client.serves(tenant);
        if !organisation.is_some_and(|tenant| tenant.is_active()) || !client_lives || !serves {
            return Ok(None);
        }
        let Some(id) = session else { return Ok(Some(Parties { user, session: None })) };
        let found = sessions::store::find(conn, tenant, id)?.filter(|found| self.now < found.expires_at);
        Ok(found.map(|session| Parties { user, session: Some(session) }))
    }

    /// Writes the family down, once what it comes from was taken.
    pub fn write(
        &self,
        conn: &mut Conn<'_>,
        client: &Arc<KnownClient>,
        (agreed, parties): (Agreed, Parties),
        audiences: &[String],
    ) -> Result<Grant, DbError> {
        let Parties { user, session } = parties;
        let session_id = agreed.session_id;
        let family = self.family(client, agreed, session.map(|session| session.expires_at));
        store::insert_family(conn, family.tenant_id, &family)?;
        let roles = roles::store::held_by(conn, family.tenant_id, user.id)?;
        let refresh_token = family
            .refreshable
            .then(|| RefreshToken::derive(family.id, family.generation, &self.seed).to_secret());
        Ok(Grant {
            user,
            roles,
            scopes: family.facts.scopes.clone(),
            facts: family.facts.narrowed_to(audiences),
            family: family.id,
            session_id,
            refresh_token,
            first: true,
        })
    }

    fn family(&self, client: &KnownClient, agreed: Agreed, session_end: Option<Timestamp>) -> TokenFamily {
        let offline = agreed.facts.is_offline();
        let absolute = self.now + self.absolute;
        // Tokens without offline access end with the session that they came from.
        let expires_at = session_end.filter(|_| !offline).map_or(absolute, |end| end.min(absolute));
        TokenFamily {
            id: self.family,
            tenant_id: agreed.tenant_id,
            client_pk: agreed.client_pk,
            user_id: agreed.user_id,
            session_id: agreed.session_id.filter(|_| !offline),
            issuer_tenant_id: agreed.issuer_tenant_id,
            facts: agreed.facts,
            refreshable: client.client.may_use(GrantType::RefreshToken),
            generation: 1,
            parent_generation: None,
            seed: self.sealed_seed.clone(),
            rotated_at: self.now,
            created_at: self.now,
            idle_expires_at: idle_end(self.now, self.idle, expires_at),
            expires_at,
            revoked_at: None,
        }
    }
}
