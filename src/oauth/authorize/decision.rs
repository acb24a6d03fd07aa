//! What happens next, as a pure function of the request, the browser's sessions and what the person did so far.

use super::checks::{Checked, Prompt};
use crate::clock::Timestamp;
use crate::interactions::{Consented, Progress};
use crate::oauth::ErrorCode;
use crate::sessions::Session;

/// Everything that the decision looks at.
#[derive(Debug)]
pub struct Situation<'a> {
    /// The request.
    pub request: &'a Checked,
    /// The browser's live sessions that issuer and client admit, last used first.
    pub sessions: &'a [Session],
    /// What the person did in this interaction.
    pub progress: &'a Progress,
    /// The very person that the answer must be about (`id_token_hint`, or `claims` with a value for `sub`).
    pub only_subject: Option<&'a str>,
    /// The present.
    pub now: Timestamp,
}

/// What the person has allowed, as far as the decision needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentState {
    /// The client belongs to the operator.
    NotNeeded,
    /// Everything was allowed before.
    Covered,
    /// Something was not, or the client's identity cannot be assured.
    Missing,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The person has to prove who they are.
    SignIn,
    /// The person has to say which account.
    ChooseAccount,
    /// The person of this session has to be asked for consent.
    AskConsent(Box<Session>),
    /// The code can be issued for this session.
    Issue(Box<Session>),
    /// The client hears no.
    Refuse(ErrorCode, &'static str),
}

/// Decides. `consent` is asked only once it is known for whom.
pub fn decide(situation: &Situation<'_>, consent: impl FnOnce(&Session) -> ConsentState) -> Decision {
    let silent = situation.request.prompt.contains(&Prompt::None);
    let session = match find_session(situation) {
        Ok(session) => session,
        Err(decision) if !silent => return decision,
        Err(Decision::ChooseAccount) => {
            return Decision::Refuse(ErrorCode::AccountSelectionRequired, "several accounts are signed in");
        }
        Err(_) => {
            return Decision::Refuse(ErrorCode::LoginRequired, "nobody is signed in who fits the request");
        }
    };
    match consent_to_ask(situation, session, consent(session)) {
        Err(refused) => refused,
        Ok(false) => Decision::Issue(Box::new(session.clone())),
        Ok(true) if silent => {
            Decision::Refuse(ErrorCode::ConsentRequired, "the person has not allowed this yet")
        }
        Ok(true) => Decision::AskConsent(Box::new(session.clone())),
    }
}

fn find_session<'a>(situation: &'a Situation<'_>) -> Result<&'a Session, Decision> {
    let Situation { request, sessions, progress, only_subject, now } = situation;
    let fits = |session: &&Session| only_subject.is_none_or(|sub| session.user_id.to_string() == sub);
    let chosen = progress.session_id.and_then(|id| sessions.iter().find(|session| session.id == id));
    let session = match chosen {
        Some(session) if fits(&session) => session,
        // The person signed in as somebody else than the client insists on: asking again would go round in circles.
        Some(_) if progress.signed_in => {
            return Err(Decision::Refuse(
                ErrorCode::LoginRequired,
                "another person signed in than was asked for",
            ));
        }
        _ => {
            if request.prompt.contains(&Prompt::SelectAccount) && !sessions.is_empty() {
                return Err(Decision::ChooseAccount);
            }
            let mut candidates = sessions.iter().filter(fits);
            match (candidates.next(), candidates.next()) {
                (Some(only), None) => only,
                (Some(_), Some(_)) => return Err(Decision::ChooseAccount),
                (None, _) => return Err(Decision::SignIn),
            }
        }
    };
    let proved_here = progress.signed_in && progress.session_id == Some(session.id);
    let too_old =
        request.max_age.is_some_and(|limit| now.since(session.authenticated_at) > limit || limit.is_zero());
    if !proved_here && (too_old || request.prompt.contains(&Prompt::Login)) {
        return Err(Decision::SignIn);
    }
    if request.prompt.contains(&Prompt::SelectAccount) && !progress.account_chosen {
        return Err(Decision::ChooseAccount);
    }
    Ok(session)
}

/// Whether the consent question has to be asked, or what its answer was. An answer counts for the session that gave it:
/// when that one is over, whoever is left in the browser is asked anew.
fn consent_to_ask(
    situation: &Situation<'_>,
    session: &Session,
    state: ConsentState,
) -> Result<bool, Decision> {
    let Progress { consent, session_id, .. } = situation.progress;
    match consent.filter(|_| *session_id == Some(session.id)) {
        Some(Consented::Refused) => {
            Err(Decision::Refuse(ErrorCode::AccessDenied, "the person did not allow it"))
        }
        Some(Consented::Given) => Ok(false),
        None => Ok(state == ConsentState::Missing || situation.request.prompt.contains(&Prompt::Consent)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::random::Random;
    use crate::secret::Digest;

    const NOW: Timestamp = Timestamp::from_seconds(10_000);

    fn session(age: u64) -> Session {
        let random = Random::default();
        Session {
            id: random.id(NOW),
            tenant_id: random.id(NOW),
            user_id: random.id(NOW),
            browser: Digest::of(b"b"),
            authenticated_at: NOW - Duration::from_secs(age),
            amr: vec!["pwd".into()],
            address: String::new(),
            user_agent: String::new(),
            created_at: NOW,
            last_seen_at: NOW,
            expires_at: NOW + Duration::from_secs(1),
        }
    }

    fn request(prompt: &[Prompt]) -> Checked {
        Checked { prompt: prompt.iter().copied().collect(), ..Checked::default() }
    }

    fn decided(
        request: &Checked,
        sessions: &[Session],
        progress: &Progress,
        consent: ConsentState,
    ) -> Decision {
        decide(&Situation { request, sessions, progress, only_subject: None, now: NOW }, |_| consent)
    }

    fn ask(session: &Session) -> Decision {
        Decision::AskConsent(Box::new(session.clone()))
    }

    fn refused(decision: &Decision) -> Option<ErrorCode> {
        match decision {
            Decision::Refuse(code, _) => Some(*code),
            _ => None,
        }
    }

    #[test]
    fn nobody_one_or_several() {
        let none = Progress::default();
        let plain = request(&[]);
        let (a, b) = (session(0), session(0));
        assert_eq!(decided(&plain, &[], &none, ConsentState::Covered), Decision::SignIn);
        assert_eq!(
            decided(&plain, std::slice::from_ref(&a), &none, ConsentState::Covered),
            Decision::Issue(Box::new(a.clone()))
        );
        assert_eq!(decided(&plain, &[a, b], &none, ConsentState::Covered), Decision::ChooseAccount);
    }

    #[test]
    fn silent_requests_never_show_anything() {
        let silent = request(&[Prompt::None]);
        let none = Progress::default();
        let a = session(0);
        let code = |sessions: &[Session], consent| refused(&decided(&silent, sessions, &none, consent));
        assert_eq!(code(&[], ConsentState::Covered), Some(ErrorCode::LoginRequired));
        assert_eq!(
            code(&[a.clone(), session(0)], ConsentState::Covered),
            Some(ErrorCode::AccountSelectionRequired)
        );
        assert_eq!(code(std::slice::from_ref(&a), ConsentState::Missing), Some(ErrorCode::ConsentRequired));
        assert_eq!(code(std::slice::from_ref(&a), ConsentState::Covered), None);
    }

    #[test]
    fn a_new_sign_in_is_asked_for_once() {
        let a = session(100);
        let sessions = [a.clone()];
        let signed_in = Progress { session_id: Some(a.id), signed_in: true, ..Progress::default() };
        let young = Checked { max_age: Some(Duration::from_secs(50)), ..Checked::default() };
        let zero = Checked { max_age: Some(Duration::ZERO), ..Checked::default() };
        for asked in [request(&[Prompt::Login]), young, zero] {
            assert_eq!(
                decided(&asked, &sessions, &Progress::default(), ConsentState::Covered),
                Decision::SignIn
            );
            let after = decided(&asked, &sessions, &signed_in, ConsentState::Covered);
            assert_eq!(after, Decision::Issue(Box::new(a.clone())));
        }
        let old_enough = Checked { max_age: Some(Duration::from_secs(100)), ..Checked::default() };
        assert!(matches!(
            decided(&old_enough, &sessions, &Progress::default(), ConsentState::Covered),
            Decision::Issue(_)
        ));
    }

    #[test]
    fn the_list_of_accounts_is_shown_when_asked_for() {
        let a = session(0);
        let asked = request(&[Prompt::SelectAccount]);
        let before = decided(&asked, std::slice::from_ref(&a), &Progress::default(), ConsentState::Covered);
        assert_eq!(before, Decision::ChooseAccount);
        let chosen = Progress { session_id: Some(a.id), account_chosen: true, ..Progress::default() };
        let after = decided(&asked, std::slice::from_ref(&a), &chosen, ConsentState::Covered);
        assert_eq!(after, Decision::Issue(Box::new(a)));
        assert_eq!(decided(&asked, &[], &Progress::default(), ConsentState::Covered), Decision::SignIn);
    }

    #[test]
    fn consent_is_asked_refused_and_remembered() {
        let a = session(0);
        let sessions = [a.clone()];
        let plain = request(&[]);
        let with = |consent| Progress { consent, session_id: Some(a.id), ..Progress::default() };
        assert_eq!(decided(&plain, &sessions, &with(None), ConsentState::Missing), ask(&a));
        assert!(matches!(
            decided(&plain, &sessions, &with(Some(Consented::Given)), ConsentState::Missing),
            Decision::Issue(_)
        ));
        let no = decided(&plain, &sessions, &with(Some(Consented::Refused)), ConsentState::Covered);
        assert_eq!(refused(&no), Some(ErrorCode::AccessDenied));
        let forced = request(&[Prompt::Consent]);
        assert_eq!(decided(&forced, &sessions, &with(None), ConsentState::NotNeeded), ask(&a));
    }

    #[test]
    fn consent_of_a_session_that_is_over_does_not_count_for_another() {
        let left = session(0);
        let gone = session(0);
        let given =
            Progress { consent: Some(Consented::Given), session_id: Some(gone.id), ..Progress::default() };
        let sessions = [left.clone()];
        assert_eq!(decided(&request(&[]), &sessions, &given, ConsentState::Missing), ask(&left));
    }

    #[test]
    fn only_the_subject_that_was_asked_for_will_do() {
        let (a, b) = (session(0), session(0));
        let plain = request(&[]);
        let sub = b.user_id.to_string();
        let sessions = [a.clone(), b.clone()];
        let situation = |progress| Situation {
            request: &plain,
            sessions: &sessions,
            progress,
            only_subject: Some(&sub),
            now: NOW,
        };
        let none = Progress::default();
        assert_eq!(decide(&situation(&none), |_| ConsentState::Covered), Decision::Issue(Box::new(b)));
        let other = Progress { session_id: Some(a.id), signed_in: true, ..Progress::default() };
        let decision = decide(&situation(&other), |_| ConsentState::Covered);
        assert_eq!(refused(&decision), Some(ErrorCode::LoginRequired));
    }

    #[test]
    fn a_session_of_another_interaction_step_that_died_is_not_used() {
        let gone = Progress { session_id: Some(session(0).id), signed_in: true, ..Progress::default() };
        assert_eq!(decided(&request(&[]), &[], &gone, ConsentState::Covered), Decision::SignIn);
    }
}
