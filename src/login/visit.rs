//! A visit: which browser, on behalf of which authorization request. Loaded once for every page.

use std::net::IpAddr;
use std::sync::Arc;

use super::organization::Reach;
use super::view::{Errors, Frame};
use crate::app::App;
use crate::app::accounts::{self, Account};
use crate::audit::Origin;
use crate::clients::{self, ClientStatus, KnownClient};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::interactions::{self, Interaction, InteractionToken, Progress};
use crate::secret::Secret;
use crate::tenants::Issuer;
use crate::users::Email;
use crate::web::{ContentSecurityPolicy, Params, Reader, RequestId, form_action_source, paths};

/// What a request says about who sends it.
#[derive(Debug)]
pub struct Caller {
    /// The browser's cookie.
    pub browser: Option<Secret>,
    /// From where.
    pub address: IpAddr,
    /// With what program; at most [`Caller::USER_AGENT`] characters.
    pub user_agent: String,
    /// Whether the browser says that one of our own pages sent it.
    pub same_origin: bool,
    /// The query.
    pub query: Params,
}

impl Caller {
    /// How much of `User-Agent` is kept.
    pub const USER_AGENT: usize = 200;

    /// From where, as the audit log writes it. To be called in the handler, where the request's name is known.
    pub fn origin(&self) -> Origin {
        Origin {
            request_id: RequestId::current().as_str().to_owned(),
            address: self.address.to_string(),
            user_agent: self.user_agent.clone(),
            ..Origin::default()
        }
    }
}

/// Why a form was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forged {
    /// It was sent from a page that is not ours, which is at this origin.
    Origin(String),
    /// It has no token, an old one, or that of another browser or page.
    Token,
}

impl Forged {
    /// What to tell the person, in their language.
    pub fn said(&self) -> String {
        match self {
            Self::Origin(ours) => Reader::words().t1("form-forged-origin", "origin", ours.as_str()),
            Self::Token => Reader::words().t("form-forged"),
        }
    }
}

/// Whether a form was sent by the page that `browser` was shown for `purpose`.
pub fn check_form(
    app: &App,
    caller: &Caller,
    (browser, purpose): (&Secret, &str),
    form: &Params,
) -> Result<(), Forged> {
    if !caller.same_origin {
        return Err(Forged::Origin(app.config.server.issuer().to_owned()));
    }
    let token = form.get("csrf").unwrap_or_default();
    if app.csrf.verify(browser, purpose, token) { Ok(()) } else { Err(Forged::Token) }
}

/// Why there is no visit.
#[derive(Debug, thiserror::Error)]
pub enum NoVisit {
    /// No interaction, or none of this browser, or one that is over.
    #[error("the interaction is missing, over, or of another browser")]
    Over,
    /// The application or the organisation was switched off meanwhile.
    #[error("the application or the organisation is not active")]
    Inactive,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// An authorization request that this browser may go on with.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The browser's cookie.
    pub browser: Secret,
    /// The interaction's name.
    pub token: InteractionToken,
    /// The request and how far the person is.
    pub interaction: Interaction,
    /// The application that asks.
    pub client: Arc<KnownClient>,
    /// The issuer that it asked.
    pub issuer: Issuer,
    /// The present.
    pub now: Timestamp,
    /// Where the browser may be sent in the end, as sources of a content security policy.
    destinations: Vec<String>,
}

impl Visit {
    /// Finds the interaction that the query names.
    pub async fn open(app: &App, caller: &Caller, now: Timestamp) -> Result<Self, NoVisit> {
        let token = caller.query.get("interaction").and_then(InteractionToken::parse).ok_or(NoVisit::Over)?;
        let browser = caller.browser.clone().ok_or(NoVisit::Over)?;
        let (id, holder) = (token.digest(), browser.digest());
        let found = app.db.read_short(move |conn| interactions::store::find(conn, &id, &holder, now)).await?;
        let interaction = found.ok_or(NoVisit::Over)?;
        let client = match interaction.parameter("client_id") {
            Some(client_id) => app.client(client_id).await?,
            None => None,
        };
        let client = client
            .filter(|known| known.client.id == interaction.client_pk && known.is_active())
            .ok_or(NoVisit::Inactive)?;
        let issuer = app.issuer_of(interaction.issuer_tenant_id).await?.ok_or(NoVisit::Inactive)?;
        let destinations = destinations(app, &interaction).await?;
        Ok(Self { browser, token, interaction, client, issuer, now, destinations })
    }

    /// From where `caller` came and by way of which application, as the audit log writes it.
    pub fn origin(&self, caller: &Caller) -> Origin {
        caller.origin().through(&self.client.client.client_id)
    }

    /// How far the person is.
    pub fn progress(&self) -> &Progress {
        &self.interaction.progress
    }

    /// The address that was typed, if the person is past that step.
    pub fn email(&self) -> Option<Email> {
        Email::parse(self.progress().email.as_deref()?).ok()
    }

    /// Which organisations' people may sign in here.
    pub fn reach(&self) -> Reach {
        let client = &self.client.client;
        match self.issuer.tenant_id() {
            Some(only) if client.serves(only) => Reach::Only(only),
            Some(_) => Reach::Nobody,
            None if client.all_tenants => Reach::Everybody,
            None => Reach::Only(client.tenant_id),
        }
    }

    /// The accounts of this browser that may be used here.
    pub async fn accounts(&self, app: &App) -> Result<Vec<Account>, DbError> {
        let (browser, limits, now) = (self.browser.digest(), app.session_limits(), self.now);
        let mut found = app.db.read(move |conn| accounts::of_browser(conn, &browser, limits, now)).await?;
        found.retain(|account| {
            let tenant = account.tenant.id;
            self.issuer.admits(tenant) && self.client.client.serves(tenant)
        });
        Ok(found)
    }

    /// Another of our pages, on the same visit.
    pub fn path(&self, page: &str) -> String {
        format!("{page}?interaction={}", self.token.expose())
    }

    /// Where it goes on once the person is signed in: the authorization endpoint takes over again, or, where it is about
    /// a device, the question whether to let it in.
    pub fn onward(&self) -> String {
        match self.interaction.device {
            Some(_) => self.path(paths::DEVICE_CONFIRM),
            None => self.path(&self.issuer.endpoint(paths::AUTHORIZE_CONTINUE)),
        }
    }

    /// What a form of `page` is bound to, besides the browser: the page and the interaction.
    pub fn purpose(&self, page: &str) -> String {
        format!("{page} {}", self.token.expose())
    }

    /// The frame of `page`.
    pub fn frame(&self, app: &App, page: &str, heading: impl Into<String>, errors: Errors) -> Frame {
        let csrf = app.csrf.token(&self.browser, &self.purpose(page));
        Frame::of_application(&self.client.client.display_name, heading).with_form(csrf, errors)
    }

    /// The policy of every page of the visit. Browsers hold a form to its page's policy through redirects, and any of
    /// these forms may be the last before the browser is sent to the client.
    pub fn policy(&self) -> ContentSecurityPolicy {
        self.destinations
            .iter()
            .fold(ContentSecurityPolicy::page(), |policy, source| policy.form_action(source))
    }
}

/// The client's address, or, when that is our own callback of the first-party flow, those that the callback may send the
/// browser on to.
async fn destinations(app: &App, interaction: &Interaction) -> Result<Vec<String>, DbError> {
    let Some(redirect_uri) = interaction.parameter("redirect_uri") else { return Ok(Vec::new()) };
    if redirect_uri != format!("{}{}", app.config.server.issuer(), paths::AUTH_CALLBACK) {
        return Ok(form_action_source(redirect_uri).into_iter().collect());
    }
    let tenant = interaction.tenant_id;
    let clients = app.db.read(move |conn| clients::store::first_party_of(conn, tenant)).await?;
    let mut sources: Vec<String> = clients
        .iter()
        .filter(|client| client.status == ClientStatus::Active)
        .flat_map(|client| client.redirect_uris.iter().filter_map(|uri| form_action_source(uri)))
        .collect();
    sources.sort_unstable();
    sources.dedup();
    Ok(sources)
}
