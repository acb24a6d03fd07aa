//! Whether to sign out at once, to ask, or to go on.

use super::Hint;
use crate::clients::KnownClient;
use crate::sessions::Session;
use crate::tenants::{Issuer, TenantId};

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// Nobody is signed in: go on as if it were done.
    Nothing,
    /// End this session, without asking.
    End(&'a Session),
    /// Ask the person.
    Ask,
}

/// The rule. `sessions` are those of this browser that live and that the issuer may see; `hint` has been verified.
///
/// A link that anybody can set must not sign people out (RP-Initiated Logout 3 and 6), and the token of one account not
/// another account: so it takes a token for a session of this browser, or for the only person signed in here.
pub fn decide<'a>(sessions: &'a [Session], hint: Option<&Hint>) -> Decision<'a> {
    let Some(first) = sessions.first() else { return Decision::Nothing };
    let Some(hint) = hint else { return Decision::Ask };
    if let Some(named) = sessions.iter().find(|session| hint.names(session)) {
        return Decision::End(named);
    }
    if sessions.len() == 1 && hint.is_about(first) { Decision::End(first) } else { Decision::Ask }
}

/// The organisation whose looks the page has: that of the issuer, or the only one that signs in to the application.
pub fn looks_like(issuer: &Issuer, client: Option<&KnownClient>) -> Option<TenantId> {
    let only = client.map(|known| &known.client).filter(|client| !client.all_tenants);
    issuer.tenant_id().or(only.map(|client| client.tenant_id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::random::Random;
    use crate::secret::Digest;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn session() -> Session {
        let random = Random::default();
        Session {
            id: random.id(NOW),
            tenant_id: random.id(NOW),
            user_id: random.id(NOW),
            browser: Digest::of(b"browser"),
            authenticated_at: NOW,
            amr: vec!["pwd".into()],
            address: String::new(),
            user_agent: String::new(),
            created_at: NOW,
            last_seen_at: NOW,
            expires_at: NOW,
        }
    }

    fn hint(sub: &Session, sid: Option<&Session>) -> Hint {
        Hint {
            sub: sub.user_id.to_string(),
            client_id: "app".into(),
            sid: sid.map(|session| session.id.to_string()),
        }
    }

    #[test]
    fn with_nobody_signed_in_there_is_nothing_to_do() {
        let gone = session();
        assert_eq!(decide(&[], None), Decision::Nothing);
        assert_eq!(decide(&[], Some(&hint(&gone, Some(&gone)))), Decision::Nothing);
    }

    #[test]
    fn without_a_hint_the_person_is_asked() {
        assert_eq!(decide(&[session()], None), Decision::Ask);
    }

    #[test]
    fn a_session_of_this_browser_ends_at_once_and_alone() {
        let sessions = [session(), session()];
        assert_eq!(
            decide(&sessions, Some(&hint(&sessions[1], Some(&sessions[1])))),
            Decision::End(&sessions[1])
        );
    }

    #[test]
    fn the_only_person_here_is_meant_even_by_an_older_sessions_token() {
        let sessions = [session()];
        assert_eq!(decide(&sessions, Some(&hint(&sessions[0], None))), Decision::End(&sessions[0]));
        assert_eq!(
            decide(&sessions, Some(&hint(&sessions[0], Some(&session())))),
            Decision::End(&sessions[0])
        );
    }

    #[test]
    fn another_persons_token_and_an_ambiguous_one_make_us_ask() {
        let sessions = [session(), session()];
        let stranger = session();
        assert_eq!(decide(&sessions[..1], Some(&hint(&stranger, Some(&stranger)))), Decision::Ask);
        assert_eq!(decide(&sessions[..1], Some(&hint(&stranger, None))), Decision::Ask);
        assert_eq!(decide(&sessions, Some(&hint(&sessions[0], None))), Decision::Ask);
    }
}
