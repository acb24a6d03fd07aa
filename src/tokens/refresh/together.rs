//! Refreshes that come at the same time and look at the database together, and move their lines by one statement: on
//! PostgreSQL, where each statement is a round trip and each commit a wait for the disk. It is what SQLite's writer does for
//! all that is written there.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{Known, Outcome, Refresh, Step, held, step, store};
use crate::db::{Conn, Db, DbError};
use crate::tokens::{FamilyId, Rotation};

/// So many share a statement at most.
const MOST: usize = 32;
/// So many groups are at the database at the same time: while one waits for the disk, the next looks.
const GROUPS: usize = 3;
/// So many may wait, as for SQLite's writer.
const QUEUE: usize = 4_096;

/// Refreshes that wait for each other's company. One for the whole process.
#[derive(Clone, Default)]
pub struct Together {
    queue: Arc<Mutex<Queue<Waiting>>>,
}

/// Who waits, one of each line at most, and how many groups are under way.
struct Queue<W> {
    waiting: VecDeque<(FamilyId, W)>,
    lines: HashSet<FamilyId>,
    groups: usize,
}

impl<W> Default for Queue<W> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), lines: HashSet::new(), groups: 0 }
    }
}

/// Tells what came of it; `None` when it has to be tried alone.
type Tell = oneshot::Sender<Result<Option<Outcome>, DbError>>;

struct Waiting {
    request: Arc<Refresh>,
    tell: Tell,
}

impl std::fmt::Debug for Together {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Together(..)")
    }
}

/// What becomes of somebody who comes.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// Of this line somebody waits already.
    Alone,
    Waits,
    /// There is a group less than there may be: this one starts it.
    Starts,
}

impl<W> Queue<W> {
    fn admit(&mut self, line: FamilyId, waiting: W) -> Result<Place, DbError> {
        if self.waiting.len() >= QUEUE {
            return Err(DbError::Busy);
        }
        if !self.lines.insert(line) {
            return Ok(Place::Alone);
        }
        self.waiting.push_back((line, waiting));
        if self.groups == GROUPS {
            return Ok(Place::Waits);
        }
        self.groups += 1;
        Ok(Place::Starts)
    }

    /// Those that have waited longest. `None` when nobody waits, and then this was one group less.
    fn next(&mut self) -> Option<Vec<W>> {
        let group: Vec<_> = self.waiting.drain(..self.waiting.len().min(MOST)).collect();
        if group.is_empty() {
            self.groups -= 1;
            return None;
        }
        let leave = |(line, waiting)| {
            self.lines.remove(&line);
            waiting
        };
        Some(group.into_iter().map(leave).collect())
    }

    /// Has somebody not wait any more. `false` when their group is under way.
    fn give_up(&mut self, is_them: impl Fn(&W) -> bool) -> bool {
        let place = self.waiting.iter().position(|(_, waiting)| is_them(waiting));
        let left = place.and_then(|place| self.waiting.remove(place));
        left.is_some_and(|(line, _)| self.lines.remove(&line))
    }
}

/// A group's leave to be at the database. It is given back even when the thread that the group's work was on comes to its
/// end before the work does.
struct Leave {
    together: Together,
    given_back: bool,
}

impl Drop for Leave {
    fn drop(&mut self) {
        if !self.given_back {
            self.together.queue().groups -= 1;
        }
    }
}

impl Together {
    /// What comes of a request in a group; `None` when it has to be tried alone. It waits for its turn as long as others
    /// wait for a connection.
    pub(super) async fn advance(&self, db: &Db, request: &Arc<Refresh>) -> Result<Option<Outcome>, DbError> {
        if !db.is_postgres() {
            return Ok(None);
        }
        let (tell, mut told) = oneshot::channel();
        let waiting = Waiting { request: Arc::clone(request), tell };
        let place = self.queue().admit(request.token.family, waiting)?;
        match place {
            Place::Alone => return Ok(None),
            Place::Waits => {}
            Place::Starts => {
                let leave = Leave { together: self.clone(), given_back: false };
                // Of its own, because the others must not wait in vain when whoever came first goes away.
                tokio::spawn(work(leave, db.clone()));
            }
        }
        let is_this = |waiting: &Waiting| Arc::ptr_eq(&waiting.request, request);
        let answer = match tokio::time::timeout(db.wait(), &mut told).await {
            Ok(answer) => answer,
            Err(_) if self.queue().give_up(is_this) => return Err(DbError::Busy),
            Err(_) => told.await,
        };
        // Nobody tells when the thread that the work was on ended, and it may have moved the line.
        answer.unwrap_or(Err(DbError::CommitUnknown))
    }

    fn queue(&self) -> MutexGuard<'_, Queue<Waiting>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One group after the other, until nobody waits.
async fn work(mut leave: Leave, db: Db) {
    loop {
        let Some(group) = leave.together.queue().next() else {
            leave.given_back = true;
            return;
        };
        // A line does not move for somebody who went away while they waited.
        let present = group.into_iter().filter(|waiting| !waiting.tell.is_closed());
        let (requests, tells): (Vec<_>, Vec<_>) =
            present.map(|waiting| (waiting.request, waiting.tell)).unzip();
        match db.write_alone(move |conn| advance_lines(conn, &requests)).await {
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

/// Looks at several lines, each once among them, and moves those on for which that is right. `None` for who lost a race, or
/// whose line is held by somebody else at the moment: what moved is committed, so nothing may fail after it.
fn advance_lines(conn: &mut Conn<'_>, requests: &[Arc<Refresh>]) -> Result<Vec<Option<Outcome>>, DbError> {
    let Some(now) = requests.iter().map(|request| request.now).max() else { return Ok(Vec::new()) };
    let ids: Vec<FamilyId> = requests.iter().map(|request| request.token.family).collect();
    let seen = held::store::find_all(conn, &ids, now)?;
    let mut seen: HashMap<FamilyId, _> = seen.into_iter().map(|held| (held.family.id, held)).collect();
    let (mut steps, mut known) = (Vec::new(), Known::default());
    for request in requests {
        steps.push(step(conn, request, (seen.remove(&request.token.family), &mut known))?);
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn line(number: u128) -> FamilyId {
        FamilyId::new(Uuid::from_u128(number))
    }

    #[test]
    fn of_one_line_one_waits_at_a_time() {
        let mut queue = Queue::default();
        assert_eq!(queue.admit(line(1), "a").unwrap(), Place::Starts);
        assert_eq!(queue.admit(line(1), "b").unwrap(), Place::Alone);
        assert_eq!(queue.next(), Some(vec!["a"]));
        assert_eq!(queue.admit(line(1), "c").unwrap(), Place::Starts, "the one before is under way");
        assert!(queue.give_up(|who| *who == "c") && !queue.give_up(|who| *who == "c"));
        assert_eq!(queue.admit(line(1), "d").unwrap(), Place::Starts);
        assert_eq!(queue.groups, GROUPS);
        assert_eq!(queue.admit(line(2), "e").unwrap(), Place::Waits);
        assert_eq!(queue.next(), Some(vec!["d", "e"]));
        assert_eq!((queue.next(), queue.next(), queue.next()), (None, None, None));
        assert_eq!(queue.groups, 0);
    }

    #[test]
    fn a_group_has_its_bound_and_the_queue_too() {
        let mut queue = Queue::default();
        for number in 0..QUEUE as u128 {
            assert_ne!(queue.admit(line(number), number).unwrap(), Place::Alone);
        }
        assert!(matches!(queue.admit(line(QUEUE as u128), 0), Err(DbError::Busy)));
        let first: Vec<u128> = (0..MOST as u128).collect();
        assert_eq!(queue.next(), Some(first), "who came first goes first");
        assert_eq!(queue.admit(line(0), 0).unwrap(), Place::Waits);
    }

    #[test]
    fn what_one_may_be_at_fault_for_is_tried_alone_but_nothing_that_may_be_committed() {
        assert!(matches!(of_all(&DbError::Damaged("x".into())), Ok(None)));
        assert!(matches!(of_all(&DbError::Panicked), Ok(None)));
        assert!(matches!(of_all(&DbError::CommitUnknown), Err(DbError::CommitUnknown)));
        assert!(matches!(of_all(&DbError::Busy), Err(DbError::Busy)));
    }
}
