//! Refreshes that come at the same time and look at the database together, and move their lines by one statement: on
//! PostgreSQL, where each statement is a round trip and each commit a wait for the disk. It is what SQLite's writer does for
//! all that is written there.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{Outcome, Refresh, Step, held, step, store};
use crate::db::{Conn, Db, DbError};
use crate::tokens::{FamilyId, Rotation};

/// So many share a statement at most.
const MOST: usize = 32;
/// So many groups are at the database at the same time: while one waits for the disk, the next looks.
const GROUPS: usize = 3;

/// Refreshes that wait for each other's company. One for the whole process.
#[derive(Clone, Debug, Default)]
pub struct Together {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    groups: usize,
}

/// Tells what came of it; `None` when it has to be tried alone.
type Tell = oneshot::Sender<Result<Option<Outcome>, DbError>>;

struct Waiting {
    request: Arc<Refresh>,
    tell: Tell,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting(..)")
    }
}

impl Together {
    /// What comes of a request in a group; `None` when it has to be tried alone. Nothing was moved then.
    pub(super) async fn advance(&self, db: &Db, request: &Arc<Refresh>) -> Result<Option<Outcome>, DbError> {
        if !db.is_postgres() {
            return Ok(None);
        }
        let (tell, told) = oneshot::channel();
        let first = {
            let mut state = self.state();
            state.waiting.push_back(Waiting { request: Arc::clone(request), tell });
            let free = state.groups < GROUPS;
            state.groups += usize::from(free);
            free
        };
        if first {
            // Of its own, because the others must not wait in vain when whoever came first goes away.
            tokio::spawn(self.clone().work(db.clone()));
        }
        // Only when the process ends is nothing told.
        told.await.unwrap_or(Err(DbError::Busy))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One group after the other, until nobody waits.
    async fn work(self, db: Db) {
        while let Some(group) = self.next() {
            let (requests, tells): (Vec<_>, Vec<_>) =
                group.into_iter().map(|waiting| (waiting.request, waiting.tell)).unzip();
            let answers = db.write_alone(move |conn| advance_lines(conn, &requests)).await;
            match answers {
                Ok(outcomes) => {
                    for (tell, outcome) in tells.into_iter().zip(outcomes) {
                        // Who is not there any more has a token that can be used once more, within its grace.
                        drop(tell.send(Ok(outcome)));
                    }
                }
                Err(why) => {
                    for tell in tells {
                        drop(tell.send(of_all(&why)));
                    }
                }
            }
        }
    }

    /// Those that have waited longest, one of each line: two of one line are judged one after the other. `None` when nobody
    /// waits, and then this was one group less.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut state = self.state();
        let mut lines = HashSet::new();
        let mut group = Vec::new();
        let mut others = VecDeque::new();
        for waiting in state.waiting.drain(..) {
            if group.len() < MOST && lines.insert(waiting.request.token.family) {
                group.push(waiting);
            } else {
                others.push_back(waiting);
            }
        }
        state.waiting = others;
        state.groups -= usize::from(group.is_empty());
        (!group.is_empty()).then_some(group)
    }
}

/// What a failure of the group means for each of it. What waiting does not help against may lie with one of them.
fn of_all(why: &DbError) -> Result<Option<Outcome>, DbError> {
    Err(match why {
        DbError::Busy => DbError::Busy,
        DbError::Unavailable(why) => DbError::Unavailable(why.clone()),
        DbError::CommitUnknown => DbError::CommitUnknown,
        DbError::Retry => DbError::Retry,
        _ => return Ok(None),
    })
}

/// Looks at several lines, each once among them, and moves those on for which that is right. `None` for who lost a race:
/// what moved is committed, so nothing may fail after it.
fn advance_lines(conn: &mut Conn<'_>, requests: &[Arc<Refresh>]) -> Result<Vec<Option<Outcome>>, DbError> {
    let Some(now) = requests.iter().map(|request| request.now).max() else { return Ok(Vec::new()) };
    let ids: Vec<FamilyId> = requests.iter().map(|request| request.token.family).collect();
    let seen = held::store::find_all(conn, &ids, now)?;
    let mut seen: HashMap<FamilyId, _> = seen.into_iter().map(|held| (held.family.id, held)).collect();
    let mut steps = Vec::new();
    for request in requests {
        steps.push(step(conn, request, seen.remove(&request.token.family))?);
    }
    let rotation = |step: &Step| match step {
        Step::Move(rotation, _) => Some(*rotation),
        Step::Done(_) => None,
    };
    let rotations: Vec<Rotation> = steps.iter().filter_map(rotation).collect();
    let moved = if rotations.is_empty() { Vec::new() } else { store::rotate_families(conn, &rotations)? };
    let moved: HashSet<FamilyId> = moved.into_iter().collect();
    let outcome = |step| match step {
        Step::Done(outcome) => Some(outcome),
        Step::Move(rotation, grant) => moved.contains(&rotation.family).then_some(Outcome::Granted(grant)),
    };
    Ok(steps.into_iter().map(outcome).collect())
}
