//! Creating calls that can be repeated: the answer is kept under the caller's `Idempotency-Key` for a day, and whoever
//! sends the same call again gets the same answer, whatever became of the first one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Call, Stop, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Conn;
use crate::random::Random;
use crate::secret::{Digest, MasterKey};
use crate::tenants::TenantId;
use crate::web::Problem;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What a creating call answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// Where the new thing is.
    pub location: String,
    /// Its version.
    pub etag: String,
    /// What it is.
    pub body: Value,
}

/// The caller's key for a call, and what the call was.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey {
    /// Of the key, in the name of this caller and at this address.
    pub digest: Digest,
    /// Of the body.
    pub request: Digest,
}

impl IdempotencyKey {
    /// The longest key.
    pub const LONGEST: usize = 200;

    /// The key of one caller at one address.
    pub fn new(call: &Call, address: &str, key: &str, body: &[u8]) -> Self {
        let whole = format!("{}\0{}\0{address}\0{key}", call.actor.reference(), call.tenant);
        Self { digest: Digest::of(whole.as_bytes()), request: Digest::of(body) }
    }

    fn context(&self) -> String {
        format!("idempotency:{:?}", self.digest.as_bytes())
    }
}

/// Runs `work` in a transaction, or gives the answer that it gave before.
pub async fn once<F>(
    app: &App,
    call: &Call,
    key: Option<IdempotencyKey>,
    work: F,
) -> Result<(Answer, bool), Problem>
where
    F: Fn(&mut Conn<'_>) -> Result<Answer, Stop> + Send + 'static,
{
    let (master, random, now, tenant) = (app.master.clone(), app.random.clone(), call.now, call.tenant);
    let kept = Kept { master, random, tenant, now };
    let done = app.db.write(move |conn| match key {
        None => Ok((work(conn)?, false)),
        Some(key) => match kept.find(conn, &key)? {
            Some(answer) => Ok((answer, true)),
            None => {
                // The key comes first, so that the same call under way elsewhere is waited for here, and not at the
                // first thing that both of them make.
                kept.claim(conn, &key)?;
                let answer = work(conn)?;
                kept.keep(conn, &key, &answer)?;
                Ok((answer, false))
            }
        },
    });
    let (answer, repeated) = done.await.map_err(|stop: Stop| Problem::from(stop))?;
    if !repeated {
        app.forget();
    }
    Ok((answer, repeated))
}

struct Kept {
    master: MasterKey,
    random: Random,
    tenant: TenantId,
    now: Timestamp,
}

impl Kept {
    fn find(&self, conn: &mut Conn<'_>, key: &IdempotencyKey) -> Result<Option<Answer>, Stop> {
        let Some((request, sealed)) = store::find_answer(conn, self.tenant, &key.digest, self.now)? else {
            return Ok(None);
        };
        if !request.matches(&key.request) {
            let detail = "This Idempotency-Key was used for another call.";
            return Err(Problem::invalid("idempotency_key_reused", detail)
                .fix("Take a new key for each new call, and the old one only to repeat it.")
                .into());
        }
        let plain = self.master.open(&key.context(), &sealed).map_err(Problem::internal)?;
        Ok(Some(serde_json::from_slice(&plain).map_err(Problem::internal)?))
    }

    fn claim(&self, conn: &mut Conn<'_>, key: &IdempotencyKey) -> Result<(), Stop> {
        let times = (self.now, self.now + KEPT);
        Ok(store::claim_key(conn, self.tenant, (&key.digest, &key.request), times)?)
    }

    fn keep(&self, conn: &mut Conn<'_>, key: &IdempotencyKey, answer: &Answer) -> Result<(), Stop> {
        let plain = serde_json::to_vec(answer).map_err(Problem::internal)?;
        let sealed = self.master.seal(&self.random, &key.context(), &plain).map_err(Problem::internal)?;
        Ok(store::keep_answer(conn, self.tenant, &key.digest, &sealed)?)
    }
}
