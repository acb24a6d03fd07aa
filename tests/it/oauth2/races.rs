//! Many at once: what may happen once happens once, however many ask.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::join_all;
use gridkey::tokens as records;

use crate::on_both;
use crate::support::{Browser, Reply, TestApp, VERIFIER, tokens};

const AT_ONCE: usize = 16;

/// Several callers that are connected already, so that their requests arrive together.
struct Crowd {
    http: reqwest::Client,
    authorization: String,
    endpoint: String,
}

impl Crowd {
    async fn gather(app: &TestApp) -> Self {
        let http = app.http();
        join_all((0..AT_ONCE).map(|_| http.get(app.url("/health/live")).send())).await;
        Self { http, authorization: app.web(), endpoint: app.url("/oauth2/token") }
    }

    async fn ask(&self, form: &[(&str, &str)]) -> Reply {
        let request = self.http.post(&self.endpoint).header("authorization", &self.authorization).form(form);
        Reply::of(request.send().await.unwrap()).await
    }

    async fn redeem(&self, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", "https://portal.example.com/cb"),
            ("code_verifier", VERIFIER),
        ];
        self.ask(&form).await
    }

    async fn refresh(&self, token: &str) -> Reply {
        self.ask(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }
}

on_both!(
    /// Checklist 22. The losers hold a used code, so the winner's tokens end: nobody can tell who of them the thief is.
    of_sixteen_redemptions_of_one_code_exactly_one_succeeds,
    |app| {
        let (crowd, mut browser) = (Crowd::gather(&app).await, app.browser());
        for round in 1..=5 {
            let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
            let replies = join_all((0..AT_ONCE).map(|_| crowd.redeem(&code))).await;
            let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
            assert_eq!(won.len(), 1, "round {round}");
            for reply in lost {
                reply.expect_error(400, "invalid_grant");
            }
            assert_eq!(tokens::count(&app, "SELECT count(*) AS n FROM token_families").await, round);
            let won = won[0].json();
            app.refresh(&tokens::text(&won, "refresh_token")).await.expect_error(400, "invalid_grant");
            assert!(!tokens::is_active(&app, &tokens::text(&won, "access_token")).await);
        }
    }
);

on_both!(
    /// Checklist 31: one successor for all of them, round after round, and at the end exactly one line.
    sixteen_refreshes_of_one_token_make_one_successor,
    |app| {
        let crowd = Crowd::gather(&app).await;
        let first = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
        let mut line = vec![tokens::text(&first, "refresh_token")];
        for round in 0..5 {
            let living = line.last().unwrap().clone();
            let replies = join_all((0..AT_ONCE).map(|_| crowd.refresh(&living))).await;
            let successors: BTreeSet<String> =
                replies.into_iter().map(|reply| reply.expect(200).text("refresh_token")).collect();
            assert_eq!(successors.len(), 1, "round {round}: the line forked");
            line.extend(successors);
        }
        let mut living = 0;
        for token in &line {
            living += usize::from(tokens::is_active(&app, token).await);
        }
        assert_eq!(living, 1, "one token of the line is the living one");
        let family = records::RefreshToken::parse(&line[0]).unwrap().family;
        let row = app.app.db.read(move |conn| records::store::find_family(conn, family)).await.unwrap().unwrap();
        assert_eq!(row.generation, 6, "each round moved the line by one");
        app.refresh(line.last().unwrap()).await.expect(200);
    }
);

on_both!(
    /// Checklist 31: without a grace there is one success, and the others are replays: they end what it brought.
    with_strict_rotation_at_most_one_of_sixteen_refreshes_succeeds,
    |app| {
        let strict = TestApp::start_with(
            app.engine,
            &[("tokens.refresh_reuse_grace", "0s"), ("tokens.refresh_retry_limit", "0s")],
        )
        .await;
        let crowd = Crowd::gather(&strict).await;
        let first = tokens::line(&strict, &mut strict.browser(), "openid offline_access").await;
        let first = tokens::text(&first, "refresh_token");
        // With a clock that stands still even no grace at all is not over yet: one successor for all.
        let replies = join_all((0..AT_ONCE).map(|_| crowd.refresh(&first))).await;
        let successors: BTreeSet<String> =
            replies.into_iter().map(|reply| reply.expect(200).text("refresh_token")).collect();
        assert_eq!(successors.len(), 1);
        strict.pass(std::time::Duration::from_micros(1));
        let living = successors.first().unwrap();
        let (mine, theirs) = tokio::join!(crowd.refresh(living), crowd.refresh(&first));
        theirs.expect_error(400, "invalid_grant");
        if mine.status == 200 {
            strict.refresh(&mine.text("refresh_token")).await.expect_error(400, "invalid_grant");
        }
        strict.refresh(living).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// On PostgreSQL refreshes that come at the same time share their statements: what is wrong with one of them must not
    /// be told to another.
    refreshes_that_come_together_are_each_answered_for_themselves,
    |app| {
        let (crowd, mut browser) = (Crowd::gather(&app).await, app.browser());
        let mut living = Vec::new();
        for _ in 0..AT_ONCE {
            living.push(crowd.redeem(&code_of(&mut browser).await).await.expect(200).text("refresh_token"));
        }
        for round in 0..3 {
            // One that was used long ago, one of no line, a forged one of a living line, and a living one twice.
            let stolen = crowd.redeem(&code_of(&mut browser).await).await.expect(200).text("refresh_token");
            let once = crowd.refresh(&stolen).await.expect(200).text("refresh_token");
            crowd.refresh(&once).await.expect(200);
            let bad = [altered(&stolen, 3), altered(&living[1], 40), stolen];
            let asked: Vec<&String> = living.iter().chain(&bad).chain(&living[..1]).collect();
            let replies = join_all(asked.iter().map(|token| crowd.refresh(token))).await;
            let mut next = Vec::new();
            for (at, reply) in replies.into_iter().enumerate() {
                if bad.contains(asked[at]) {
                    reply.expect_error(400, "invalid_grant");
                } else {
                    next.push(reply.expect(200).text("refresh_token"));
                }
            }
            assert_eq!(next.pop().as_ref(), next.first(), "round {round}: one line, one successor");
            let people: BTreeSet<_> = living
                .iter()
                .zip(&next)
                .map(|(old, new)| {
                    let line = |token: &str| records::RefreshToken::parse(token).unwrap();
                    assert_eq!(line(new).family, line(old).family, "round {round}: another line's token");
                    assert_eq!(line(new).generation, line(old).generation + 1, "round {round}");
                    line(new).family
                })
                .collect();
            assert_eq!(people.len(), AT_ONCE);
            living = next;
        }
        let ended = "SELECT count(*) AS n FROM token_families WHERE revoked_at IS NOT NULL";
        assert_eq!(tokens::count(&app, ended).await, 3, "the lines of the stolen tokens and no other");
    }
);

/// The same token with another byte.
fn altered(token: &str, at: usize) -> String {
    let (prefix, rest) = token.split_at(token.find('_').unwrap() + 1);
    let mut bytes = URL_SAFE_NO_PAD.decode(rest).unwrap();
    bytes[at] ^= 1;
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// What the refreshes of one round brought.
struct Minted {
    access: Vec<String>,
    refresh: Vec<String>,
}

/// Refreshes again and again, with what came last, until it is refused.
async fn refresh_until_refused(crowd: &Crowd, first: &str) -> Minted {
    let mut minted = Minted { access: Vec::new(), refresh: vec![first.to_owned()] };
    loop {
        let reply = crowd.refresh(minted.refresh.last().unwrap()).await;
        if reply.status != 200 {
            reply.expect_error(400, "invalid_grant");
            return minted;
        }
        minted.access.push(reply.text("access_token"));
        minted.refresh.push(reply.text("refresh_token"));
    }
}

async fn code_of(browser: &mut Browser) -> String {
    tokens::code(browser, "openid offline_access", &[]).await
}

on_both!(
    /// Checklist 33: a hundred rounds. What a refresh was given while the revocation was under way is dead as well.
    after_a_revocation_was_answered_nothing_of_the_family_lives,
    |app| {
        let (crowd, mut browser) = (Crowd::gather(&app).await, app.browser());
        let mut raced = 0;
        for round in 0..100 {
            let first = crowd.redeem(&code_of(&mut browser).await).await.expect(200).text("refresh_token");
            let revocation = async {
                // Sometimes first, sometimes in the middle, sometimes after a few refreshes.
                for _ in 0..round % 5 {
                    crowd.refresh("gkrt_").await;
                }
                tokens::revoke(&app, &first).await.expect(200);
            };
            let (minted, ()) = tokio::join!(refresh_until_refused(&crowd, &first), revocation);
            raced += usize::from(!minted.access.is_empty());
            for token in minted.refresh.iter().rev().take(3) {
                assert!(!tokens::is_active(&app, token).await, "round {round}");
                crowd.refresh(token).await.expect_error(400, "invalid_grant");
            }
            for token in minted.access.iter().rev().take(3) {
                assert!(!tokens::is_active(&app, token).await, "round {round}");
            }
        }
        assert!(raced > 0, "no refresh was ever under way: this test tests nothing");
        assert_eq!(tokens::count(&app, "SELECT count(*) AS n FROM token_families WHERE revoked_at IS NULL").await, 0);
    }
);

on_both!(
    /// Checklist 33, from the other side: the person's end races the refreshes.
    after_a_persons_tokens_were_ended_no_refresh_brings_one_back,
    |app| {
        let (crowd, mut browser) = (Crowd::gather(&app).await, app.browser());
        for round in 0..20 {
            let first = crowd.redeem(&code_of(&mut browser).await).await.expect(200).text("refresh_token");
            let now = app.app.now();
            let end = tokens::alter(&app, move |conn| {
                let ada = tokens::person(conn, "acme", tokens::ADA)?;
                records::store::revoke_families_of_users(conn, ada.tenant_id, &[ada.id], None, now)
            });
            let (minted, _) = tokio::join!(refresh_until_refused(&crowd, &first), end);
            for token in minted.refresh.iter().chain(&minted.access) {
                assert!(!tokens::is_active(&app, token).await, "round {round}");
            }
        }
    }
);
