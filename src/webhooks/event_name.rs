//! What events are called where they are told: what happened, in the past tense, for what the audit log calls by the deed.

use std::collections::BTreeSet;

use crate::tenants::WebhookForm;

/// Every deed that is told, by what it is called in the audit log, with the type of its event. What was refused is not told,
/// nor is what happened to the instance itself.
#[rustfmt::skip]
pub const EVENTS: &[(&str, &str)] = &[
    ("api_key.create", "api_key.created"),
    ("api_key.disable", "api_key.disabled"),
    ("api_key.enable", "api_key.enabled"),
    ("api_key.expose", "api_key.exposed"),
    ("api_key.import", "api_key.imported"),
    ("api_key.new_network", "api_key.new_network"),
    ("api_key.old_secret_used", "api_key.old_secret_used"),
    ("api_key.revoke", "api_key.revoked"),
    ("api_key.rotate", "api_key.rotated"),
    ("api_key.spike", "api_key.spiked"),
    ("api_key.update", "api_key.updated"),
    ("application.create", "application.created"),
    ("application.delete", "application.deleted"),
    ("application.purge", "application.purged"),
    ("application.restore", "application.restored"),
    ("application.update", "application.updated"),
    ("application_secret.create", "application_secret.created"),
    ("application_secret.delete", "application_secret.deleted"),
    ("consent.grant", "consent.granted"),
    ("consent.revoke", "consent.revoked"),
    ("credential.create", "credential.created"),
    ("credential.delete", "credential.deleted"),
    ("credential.add_secret", "credential.secret_added"),
    ("invitation.accept", "invitation.accepted"),
    ("invitation.create", "invitation.created"),
    ("invitation.delete", "invitation.deleted"),
    ("invitation.resend", "invitation.resent"),
    ("key_session.create", "key_session.created"),
    ("key_session.end", "key_session.ended"),
    ("password.change", "password.changed"),
    ("password.reset_request", "password.reset_requested"),
    ("resource_server.create", "resource_server.created"),
    ("resource_server.delete", "resource_server.deleted"),
    ("resource_server.update", "resource_server.updated"),
    ("role.create", "role.created"),
    ("role.delete", "role.deleted"),
    ("role.update", "role.updated"),
    ("room_token.create", "room_token.created"),
    ("service_account.create", "service_account.created"),
    ("service_account.delete", "service_account.deleted"),
    ("service_account.purge", "service_account.purged"),
    ("service_account.restore", "service_account.restored"),
    ("service_account.update_roles", "service_account.roles_updated"),
    ("service_account.update", "service_account.updated"),
    ("session.confirm", "session.confirmed"),
    ("session.create", "session.created"),
    ("session.delete", "session.deleted"),
    ("session.end", "session.ended"),
    ("setup.complete", "setup.completed"),
    ("signing_key.create", "signing_key.created"),
    ("signing_key.disable", "signing_key.disabled"),
    ("signing_key.enable", "signing_key.enabled"),
    ("signing_key.new_network", "signing_key.new_network"),
    ("signing_key.revoke", "signing_key.revoked"),
    ("signing_key.update", "signing_key.updated"),
    ("team.create", "team.created"),
    ("team.delete", "team.deleted"),
    ("team.update_members", "team.members_updated"),
    ("team.update_roles", "team.roles_updated"),
    ("team.update", "team.updated"),
    ("tenant.set_branding", "tenant.branding_updated"),
    ("tenant.create", "tenant.created"),
    ("tenant.delete", "tenant.deleted"),
    ("tenant.set_domains", "tenant.domains_updated"),
    ("tenant.export", "tenant.exported"),
    ("tenant.purge", "tenant.purged"),
    ("tenant.restore", "tenant.restored"),
    ("tenant.update", "tenant.updated"),
    ("token.revoke", "token.revoked"),
    ("user.create", "user.created"),
    ("user.delete", "user.deleted"),
    ("user.export", "user.exported"),
    ("user.reset_password", "user.password_reset"),
    ("user.purge", "user.purged"),
    ("user.restore", "user.restored"),
    ("user.assign_role", "user.role_assigned"),
    ("user.withdraw_role", "user.role_withdrawn"),
    ("user.set_roles", "user.roles_updated"),
    ("user.sign_out", "user.signed_out"),
    ("user.unlock", "user.unlocked"),
    ("user.update", "user.updated"),
    ("webhook.create", "webhook.created"),
    ("webhook.delete", "webhook.deleted"),
    ("webhook.pause", "webhook.paused"),
    ("webhook.resend", "webhook.resent"),
    ("webhook.rotate_secret", "webhook.secret_rotated"),
    ("webhook.test", "webhook.tested"),
    ("webhook.update", "webhook.updated"),
];

/// The type of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventName {
    /// In our words.
    pub own: String,
    /// In those of the organisation's profile.
    pub told: String,
}

impl EventName {
    /// What a deed of the audit log is called. One that the list does not have keeps its name.
    pub fn of_action(action: &str, form: &WebhookForm) -> Self {
        let found = EVENTS.iter().find(|(known, _)| *known == action).map_or(action, |(_, name)| *name);
        Self { own: found.to_owned(), told: told(found, form) }
    }
}

fn told(own: &str, form: &WebhookForm) -> String {
    match own.split_once('.') {
        Some((noun, verb)) => format!("{}.{verb}", form.noun(noun)),
        None => own.to_owned(),
    }
}

/// Every type of event with its deed, in the words of a profile.
pub fn names(form: &WebhookForm) -> Vec<(&'static str, String)> {
    EVENTS.iter().map(|(action, own)| (*action, told(own, form))).collect()
}

/// Which events a webhook is told: `*`, everything about a noun (`user.*`), or one type (`user.created`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern<'a>(&'a str);

impl<'a> Pattern<'a> {
    /// Reads a pattern. `None` when no event fits it, in our words or the profile's.
    pub fn parse(text: &'a str, form: &WebhookForm) -> Option<Self> {
        let known: BTreeSet<String> =
            EVENTS.iter().flat_map(|(_, own)| [(*own).to_owned(), told(own, form)]).collect();
        let fits = match text.strip_suffix(".*") {
            Some(noun) => known.iter().any(|name| name.split('.').next() == Some(noun)),
            None => text == "*" || known.contains(text),
        };
        fits.then_some(Self(text))
    }

    /// A pattern that was read before.
    pub const fn stored(text: &'a str) -> Self {
        Self(text)
    }

    /// Whether an event fits.
    pub fn fits(&self, event: &EventName) -> bool {
        self.0 == "*" || self.fits_name(&event.own) || self.fits_name(&event.told)
    }

    fn fits_name(&self, name: &str) -> bool {
        match self.0.strip_suffix(".*") {
            Some(noun) => name.strip_prefix(noun).is_some_and(|rest| rest.starts_with('.')),
            None => self.0 == name,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::tenants::WebhookScheme;

    fn form(nouns: &[(&str, &str)]) -> WebhookForm {
        let nouns = nouns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<BTreeMap<_, _>>();
        WebhookForm { scheme: WebhookScheme::Standard, header_prefix: "webhook-".into(), nouns }
    }

    #[test]
    fn deeds_and_types_are_each_there_once_and_in_order() {
        let types: Vec<&str> = EVENTS.iter().map(|(_, name)| *name).collect();
        assert!(types.is_sorted() && types.windows(2).all(|two| two[0] != two[1]));
        let deeds: BTreeSet<&str> = EVENTS.iter().map(|(action, _)| *action).collect();
        assert_eq!(deeds.len(), EVENTS.len());
        assert_eq!(EventName::of_action("user.create", &form(&[])).told, "user.created");
        assert_eq!(EventName::of_action("moon.land", &form(&[])).told, "moon.land");
    }

    #[test]
    fn patterns_fit_what_they_say_and_nothing_beside() {
        let form = form(&[("team", "group")]);
        let event = |action| EventName::of_action(action, &form);
        let fits = |pattern: &str, action| Pattern::parse(pattern, &form).unwrap().fits(&event(action));
        assert!(
            fits("*", "session.create")
                && fits("user.*", "user.update")
                && fits("user.created", "user.create")
        );
        assert!(!fits("user.*", "session.create") && !fits("user.created", "user.update"));
        assert!(!fits("api_key.*", "key_session.create"));
        assert!(
            fits("group.*", "team.create")
                && fits("team.*", "team.create")
                && fits("group.created", "team.create")
        );
        for bad in ["", "**", "user", "user.", "user.fly", "moon.*", "*.created", "user.*.*", ".*", "USER.*"]
        {
            assert_eq!(Pattern::parse(bad, &form), None, "{bad}");
        }
    }
}
