//! What the authorization endpoint writes down: a request that waits, or a code.

use std::time::Duration;

use super::checks::Checked;
use crate::app::App;
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::db::{DbError, Failure};
use crate::interactions::{self, Interaction};
use crate::secret::Digest;
use crate::sessions::{self, Session};
use crate::tenants::TenantId;
use crate::tokens::{self, AuthorizationCode, CodeToken, Facts};

/// Keeps a request until the person has done what is asked.
pub async fn begin_interaction(app: &App, interaction: Interaction) -> Result<(), DbError> {
    app.db.write(move |conn| interactions::store::insert(conn, interaction.tenant_id, &interaction)).await
}

/// What a code shall stand for.
#[derive(Clone)]
pub struct CodeIssue {
    pub session: Session,
    pub client_pk: ClientPk,
    pub issuer_tenant_id: Option<TenantId>,
    pub redirect_uri: String,
    pub checked: Checked,
    pub interaction: Option<Digest>,
    pub lifetime: Duration,
    pub now: Timestamp,
}

/// Rolls the transaction back: the interaction was finished, or the session ended, by another request.
#[derive(Debug)]
enum Stopped {
    Over,
    Database(DbError),
}

impl From<DbError> for Stopped {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl Failure for Stopped {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Over => None,
            Self::Database(error) => Some(error),
        }
    }
}

/// Draws a code and writes its digest, once per interaction. `None` when the interaction or the session is over.
pub async fn issue_code(app: &App, issue: CodeIssue) -> Result<Option<CodeToken>, DbError> {
    let token = CodeToken::generate(&app.random);
    let code = code_row(&token, &issue);
    let written = app
        .db
        .write(move |conn| {
            let (session, now) = (&issue.session, issue.now);
            if let Some(id) = &issue.interaction
                && !interactions::store::finish(conn, id, now)?
            {
                return Err(Stopped::Over);
            }
            if !sessions::store::is_open(conn, session.tenant_id, session.id, now)? {
                return Err(Stopped::Over);
            }
            if session.needs_touch(now) {
                sessions::store::touch(conn, session.tenant_id, session.id, now)?;
            }
            tokens::store::insert_code(conn, session.tenant_id, code.clone())?;
            Ok(())
        })
        .await;
    match written {
        Ok(()) => Ok(Some(token)),
        Err(Stopped::Over) => Ok(None),
        Err(Stopped::Database(error)) => Err(error),
    }
}

fn code_row(token: &CodeToken, issue: &CodeIssue) -> AuthorizationCode {
    let checked = &issue.checked;
    AuthorizationCode {
        digest: token.digest(),
        tenant_id: issue.session.tenant_id,
        client_pk: issue.client_pk,
        user_id: issue.session.user_id,
        session_id: Some(issue.session.id),
        issuer_tenant_id: issue.issuer_tenant_id,
        redirect_uri: issue.redirect_uri.clone(),
        code_challenge: checked.code_challenge.clone(),
        facts: Facts {
            scopes: checked.scopes.clone(),
            audiences: checked.audiences.clone(),
            nonce: checked.nonce.clone(),
            auth_time: issue.session.authenticated_at.seconds(),
            amr: issue.session.amr.clone(),
            claims: checked.claims.clone(),
        },
        family_id: None,
        created_at: issue.now,
        expires_at: issue.now + issue.lifetime,
        redeemed_at: None,
    }
}
