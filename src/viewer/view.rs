//! A look at a page: by whom, at which organisation, from where.

use std::net::IpAddr;

use super::frame::{Frame, NavGroup};
use super::query::Address;
use super::store::SignedIn;
use crate::app::App;
use crate::app::acting::ActingPerson;
use crate::audit::{ActorRef, Event, Origin, Target};
use crate::clock::Timestamp;
use crate::language::Words;
use crate::roles::rules_organisation;
use crate::secret::Secret;
use crate::web::{Params, Preferences, RequestId};

/// Somebody who looks at a page.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Who they are and what they may do.
    pub who: SignedIn,
    /// The browser's cookie.
    pub browser: Secret,
    /// From where.
    pub address: IpAddr,
    /// With what browser.
    pub user_agent: String,
    /// How they want pages to look.
    pub preferences: Preferences,
    /// The present.
    pub now: Timestamp,
    /// The page's path.
    pub path: String,
    /// Its query.
    pub query: Params,
}

impl Viewer {
    /// The words of the reader's language.
    pub const fn words(&self) -> Words {
        self.preferences.words()
    }

    /// Whether they may do this where they look.
    pub fn may(&self, permission: &str) -> bool {
        self.who.permissions.allows(permission)
    }

    /// Whether they may do all that there is to do in the organisation.
    pub fn rules_organisation(&self) -> bool {
        rules_organisation(&self.who.permissions)
    }

    /// Whether they look at another organisation than their own.
    pub fn is_abroad(&self) -> bool {
        self.who.tenant.id != self.who.home.id
    }

    /// An address of a page or of the API, for the organisation that is looked at.
    pub fn at(&self, path: impl Into<String>) -> Address {
        let tenant = self.is_abroad().then(|| self.who.tenant.slug.as_str());
        Address::new(path).maybe("tenant", tenant)
    }

    /// What every form of these pages is bound to, besides the browser.
    pub fn purpose(&self) -> String {
        format!("viewer {}", self.who.session.id)
    }

    /// The frame of a page.
    pub fn frame(&self, app: &App, heading: impl Into<String>, menu: Vec<NavGroup>) -> Frame {
        Frame::new(self, app.csrf.token(&self.browser, &self.purpose()), heading.into(), menu)
    }

    /// As whom the management API sees them.
    pub(super) fn acting(&self) -> ActingPerson {
        ActingPerson {
            tenant_id: self.who.home.id,
            user_id: self.who.user.id,
            email: self.who.user.email.to_string(),
            session_id: self.who.session.id,
            permissions: self.who.permissions.clone(),
            abroad: self.is_abroad().then(|| (self.who.tenant.slug.to_string(), self.who.tenant.id)),
            address: self.address,
            user_agent: self.user_agent.clone(),
        }
    }

    /// The event of something that they do to what is their own.
    pub fn event(&self, app: &App, action: &'static str, target: Target) -> Event {
        let SignedIn { user, home, session, .. } = &self.who;
        let origin = Origin {
            request_id: RequestId::current().as_str().to_owned(),
            address: self.address.to_string(),
            user_agent: self.user_agent.clone(),
            ..Origin::default()
        };
        Event::new(&app.random, (home.id, self.now), action)
            .by(ActorRef::person(home.id, user.id, user.email.as_str()))
            .on(target)
            .at(origin.in_session(session.id))
    }
}
