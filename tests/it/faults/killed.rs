//! A server that is killed in the middle of its work, again and again. What a client was told holds; what it was not
//! told it can ask for again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use gridkey::db::{Db, Options, Synchronous};
use gridkey::tokens::{self as records, RefreshToken};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::support::process::Process;
use crate::support::{Browser, Engine, VERIFIER, basic, http_client, runtime, tokens};

const CYCLES: usize = 20;
/// Clients that refresh without a pause, each its own line.
const LINES: usize = 6;
/// Codes that are under way when the server dies.
const CODES: usize = 3;

/// What came of a request: an answer, or nothing because the server died.
async fn ask(http: &reqwest::Client, base: &str, form: &[(&str, &str)]) -> Option<(u16, Value)> {
    let request = http
        .post(format!("{base}/oauth2/token"))
        .header("authorization", basic("web", "web-secret-web-secret-web-secret-0001"))
        .form(form);
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.json().await.ok()?))
}

async fn redeem(http: &reqwest::Client, base: &str, code: &str) -> Option<(u16, Value)> {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://portal.example.com/cb"),
        ("code_verifier", VERIFIER),
    ];
    ask(http, base, &form).await
}

/// A client with the last token that it was given.
struct Line {
    token: String,
    /// How many successors it was given.
    acknowledged: i64,
}

impl Line {
    /// Refreshes once; `false` when there was no answer. A client that is told to wait waits and keeps its token.
    async fn refresh(&mut self, http: &reqwest::Client, base: &str) -> bool {
        let form = [("grant_type", "refresh_token"), ("refresh_token", self.token.as_str())];
        match ask(http, base, &form).await {
            None => false,
            Some((503, _)) => true,
            Some((200, answer)) => {
                self.token = tokens::text(&answer, "refresh_token");
                self.acknowledged += 1;
                true
            }
            Some((status, answer)) => panic!("an acknowledged token was lost: {status} {answer}"),
        }
    }

    /// Refreshes until the server dies, and tells of each success.
    async fn run(mut self, base: String, told: UnboundedSender<()>) -> Self {
        let http = http_client();
        while self.refresh(&http, &base).await {
            // Once the kill is decided nobody listens any more.
            told.send(()).ok();
        }
        self
    }
}

/// Waits for this many successes.
async fn hear(told: &mut UnboundedReceiver<()>, successes: usize) {
    for _ in 0..successes {
        told.recv().await.expect("the clients go on until the server dies");
    }
}

struct Torture {
    server: Process,
    browser: Browser,
    lines: Vec<Line>,
    /// Families that are known to belong to nobody: each must be dead at the end.
    survivors: BTreeSet<String>,
    unanswered: Arc<AtomicUsize>,
}

impl Torture {
    async fn begin(mut server: Process) -> Self {
        server.start().await;
        let (http, mut browser) = (http_client(), Browser::new(&server.base));
        let mut lines = Vec::new();
        for _ in 0..LINES {
            let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
            let (status, answer) = redeem(&http, &server.base, &code).await.unwrap();
            assert_eq!(status, 200, "{answer}");
            lines.push(Line { token: tokens::text(&answer, "refresh_token"), acknowledged: 0 });
        }
        let survivors = lines.iter().map(|line| family(&line.token)).collect();
        Self { server, browser, lines, survivors, unanswered: Arc::default() }
    }

    /// Load, a kill at some moment within it, a restart, and every client's next step.
    async fn cycle(&mut self, cycle: usize) {
        let base = self.server.base.clone();
        let mut codes = Vec::new();
        for _ in 0..CODES {
            codes.push(tokens::code(&mut self.browser, "openid offline_access", &[]).await);
        }
        let (told, mut hears) = unbounded_channel();
        let running: Vec<_> =
            self.lines.drain(..).map(|line| tokio::spawn(line.run(base.clone(), told.clone()))).collect();
        drop(told);
        hear(&mut hears, LINES + cycle % 7).await;
        let under_way: Vec<_> = codes
            .iter()
            .cloned()
            .map(|code| {
                let base = base.clone();
                tokio::spawn(async move { redeem(&http_client(), &base, &code).await })
            })
            .collect();
        hear(&mut hears, cycle % 4).await;
        self.server.kill();
        let answers: Vec<_> = join_all(under_way).await.into_iter().map(Result::unwrap).collect();
        self.lines = join_all(running).await.into_iter().map(Result::unwrap).collect();

        self.server.start().await;
        let http = http_client();
        for line in &mut self.lines {
            let before = line.acknowledged;
            while line.acknowledged == before {
                assert!(line.refresh(&http, &base).await, "the server died by itself: {}", self.server.log());
            }
        }
        for (code, answer) in codes.iter().zip(answers) {
            self.code_is_used_once(&http, code, answer).await;
        }
    }

    /// However the server's death fell, of all redemptions of one code at most one succeeds, and what came of a code
    /// that was presented twice is dead.
    async fn code_is_used_once(&self, http: &reqwest::Client, code: &str, first: Option<(u16, Value)>) {
        self.unanswered.fetch_add(usize::from(first.is_none()), Ordering::Relaxed);
        let mut answers: Vec<(u16, Value)> = first.into_iter().collect();
        for _ in 0..2 {
            answers.push(redeem(http, &self.server.base, code).await.expect("the server is up"));
        }
        let granted: Vec<&Value> =
            answers.iter().filter(|(status, _)| *status == 200).map(|(_, answer)| answer).collect();
        assert!(granted.len() <= 1, "a code was used twice: {answers:?}");
        assert_eq!(answers.last().unwrap().1["error"], "invalid_grant");
        for answer in granted {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", answer["refresh_token"].as_str().unwrap()),
            ];
            let (status, answer) = ask(http, &self.server.base, &form).await.unwrap();
            assert_eq!((status, &answer["error"]), (400, &"invalid_grant".into()), "the code was replayed");
        }
    }

    /// Looks at the rows when nobody writes any more: each line is alive and as far as its client was told, and no
    /// other family is.
    async fn end(mut self) {
        self.server.kill();
        let db = Db::open(&Options {
            url: self.server.database_url().to_owned(),
            connections: 1,
            wait: std::time::Duration::from_secs(5),
            synchronous: Synchronous::Full,
            statement_timeout: std::time::Duration::from_secs(5),
            notify: true,
        })
        .unwrap();
        for line in &self.lines {
            let token = RefreshToken::parse(&line.token).unwrap();
            let row =
                db.read(move |conn| records::store::find_family(conn, token.family)).await.unwrap().unwrap();
            assert_eq!(row.revoked_at, None);
            assert_eq!(row.generation, token.generation, "the client holds the living token");
            assert!(
                row.generation > line.acknowledged,
                "{} of {} are gone",
                row.generation,
                line.acknowledged
            );
        }
        let living: BTreeSet<String> = db.read(living_families).await.unwrap().into_iter().collect();
        assert_eq!(living, self.survivors, "a token that nobody was given lives");
        assert!(self.lines.iter().all(|line| line.acknowledged >= CYCLES as i64));
        assert!(
            self.unanswered.load(Ordering::Relaxed) > 0,
            "no kill ever left a redemption without an answer"
        );
    }
}

fn family(refresh_token: &str) -> String {
    RefreshToken::parse(refresh_token).unwrap().family.to_string()
}

fn living_families(conn: &mut gridkey::db::Conn<'_>) -> Result<Vec<String>, gridkey::db::DbError> {
    use diesel::prelude::*;
    use gridkey::db::{Conn, schema::token_families::dsl};
    let living = dsl::token_families.filter(dsl::revoked_at.is_null()).select(dsl::id);
    let ids: Vec<records::FamilyId> = match conn {
        Conn::Pg(conn) => living.load(*conn)?,
        Conn::Lite(conn) => living.load(*conn)?,
    };
    Ok(ids.into_iter().map(|id| id.to_string()).collect())
}

fn torture(engine: Engine) {
    let server = Process::on_fresh(engine, &[("database.synchronous", "full"), ("logging.filter", "error")]);
    runtime().block_on(async {
        let mut torture = Torture::begin(server).await;
        for cycle in 0..CYCLES {
            torture.cycle(cycle).await;
        }
        torture.end().await;
    });
}

/// Checklist 22 and 30, faults 1 and 2.
#[test]
fn twenty_kills_lose_no_acknowledged_token_on_sqlite() {
    torture(Engine::Sqlite);
}

/// Checklist 22 and 30, faults 1 and 2.
#[test]
fn twenty_kills_lose_no_acknowledged_token_on_postgresql() {
    torture(Engine::Postgres);
}
