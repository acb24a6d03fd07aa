//! The threads that hash passwords, each with its own working memory that it uses again and lets go when there is
//! nothing to do, and the queue that feeds them (RFC 9106).

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::hasher::{HasherError, HasherLoad, Verdict};
use super::{PasswordHash, Recipe, normalise};
use crate::secret::{Secret, equal_in_constant_time};

pub(super) const SALT_BYTES: usize = 16;
pub(super) const OUTPUT_BYTES: usize = 32;
/// Room asked for at least, in blocks of 1 KiB. Past 32 MiB the usual allocators map memory of its own for it and give
/// it back when it is freed; what is not written to is never real.
const OWN_MAPPING: usize = 33 * 1024;

/// The recipe that a check without a stored hash follows: its result is one that no password is known to give.
fn nobody(params: &Params) -> Option<Recipe> {
    let salt = phc::Salt::new(&[0; SALT_BYTES]).ok()?;
    let output = phc::Output::new(&[0; OUTPUT_BYTES]).ok()?;
    Some(Recipe { version: Version::V0x13, params: params.clone(), salt, output })
}

struct Job {
    password: Secret,
    task: Task,
}

pub(super) enum Task {
    Hash { salt: [u8; SALT_BYTES], reply: Reply<PasswordHash> },
    Verify { hash: Option<PasswordHash>, reply: Reply<Verdict> },
}

impl Task {
    /// Whether the one who asked has gone away, as a dropped request does.
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Hash { reply: Reply::Async(reply), .. } => reply.is_closed(),
            Self::Verify { reply: Reply::Async(reply), .. } => reply.is_closed(),
            _ => false,
        }
    }
}

pub(super) enum Reply<T> {
    Async(oneshot::Sender<Result<T, HasherError>>),
    Blocking(SyncSender<Result<T, HasherError>>),
}

impl<T> Reply<T> {
    /// Answers; nobody may be listening any more, which is no concern of ours.
    fn send(self, result: Result<T, HasherError>) {
        match self {
            Self::Async(reply) => drop(reply.send(result)),
            Self::Blocking(reply) => drop(reply.send(result)),
        }
    }
}

pub(super) struct Shared {
    queue: Mutex<Queue>,
    ready: Condvar,
    /// Passwords in work and waiting together.
    room: usize,
    params: Params,
    nobody: Recipe,
    /// Held while a hash needs more memory than ours do: one at a time, so that imported hashes cannot pile it up.
    oversized: Mutex<()>,
    runs: AtomicU64,
    /// Blocks (KiB) of memory that the threads hold, at work or not.
    held: AtomicUsize,
    /// How long a thread without work keeps its memory.
    idle: Duration,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    busy: usize,
    stopped: bool,
}

type Answer = Box<dyn FnOnce()>;

enum Next {
    Job(Job),
    Idle,
    Stop,
}

impl Shared {
    /// `room` is how many passwords may be in work and waiting together, `idle` how long a thread without work keeps
    /// its memory; `None` when the parameters are no good.
    pub(super) fn new(params: Params, room: usize, idle: Duration) -> Option<Self> {
        Some(Self {
            queue: Mutex::default(),
            ready: Condvar::new(),
            room,
            nobody: nobody(&params)?,
            params,
            oversized: Mutex::default(),
            runs: AtomicU64::new(0),
            held: AtomicUsize::new(0),
            idle,
        })
    }

    /// Queues a job, or says at once that there is no room for it.
    pub(super) fn submit(&self, password: Secret, task: Task) -> Result<(), HasherError> {
        let mut queue = self.queue();
        if queue.jobs.len() + queue.busy >= self.room {
            queue.jobs.retain(|job| !job.task.is_abandoned());
        }
        if queue.jobs.len() + queue.busy >= self.room {
            return Err(HasherError::Busy);
        }
        queue.jobs.push_back(Job { password, task });
        drop(queue);
        self.ready.notify_one();
        Ok(())
    }

    pub(super) fn stop(&self) {
        self.queue().stopped = true;
        self.ready.notify_all();
    }

    /// Stops every thread that comes to an oversized hash, until the guard is dropped.
    #[cfg(test)]
    pub(super) fn hold(&self) -> MutexGuard<'_, ()> {
        self.oversized.lock().unwrap()
    }

    pub(super) fn load(&self) -> HasherLoad {
        let queue = self.queue();
        HasherLoad {
            busy: queue.busy,
            waiting: queue.jobs.len(),
            runs: self.runs.load(Ordering::Relaxed),
            memory_kib: self.held.load(Ordering::Relaxed),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing panics while it holds the lock, and a queue is whole after every single step.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn serve(&self) {
        let mut memory = Vec::new();
        loop {
            let held = memory.len();
            let answer = match self.next(held > 0) {
                Next::Job(job) => {
                    // A panic loses one answer, not the thread: the caller sees its channel closed.
                    let answer = catch_unwind(AssertUnwindSafe(|| self.work(job, &mut memory)));
                    self.queue().busy -= 1;
                    answer.unwrap_or(None)
                }
                Next::Idle => {
                    memory = Vec::new();
                    None
                }
                Next::Stop => return,
            };
            self.held.fetch_add(memory.len(), Ordering::Relaxed);
            self.held.fetch_sub(held, Ordering::Relaxed);
            // Last, so that whoever has his answer finds the slot free.
            if let Some(answer) = answer {
                answer();
            }
        }
    }

    /// Waits for a job, but no longer than is set while memory is held.
    fn next(&self, holds_memory: bool) -> Next {
        let waits = |queue: &mut Queue| queue.jobs.is_empty() && !queue.stopped;
        let queue = self.queue();
        let mut queue = if holds_memory {
            self.ready.wait_timeout_while(queue, self.idle, waits).unwrap_or_else(PoisonError::into_inner).0
        } else {
            self.ready.wait_while(queue, waits).unwrap_or_else(PoisonError::into_inner)
        };
        if queue.stopped {
            return Next::Stop;
        }
        match queue.jobs.pop_front() {
            Some(job) => {
                queue.busy += 1;
                Next::Job(job)
            }
            None => Next::Idle,
        }
    }

    /// Does the work and returns how to tell of it, unless nobody listens any more.
    fn work(&self, job: Job, memory: &mut Vec<Block>) -> Option<Answer> {
        if job.task.is_abandoned() {
            return None;
        }
        Some(match job.task {
            Task::Hash { salt, reply } => {
                let result = self.hash(&job.password, &salt, memory);
                Box::new(move || reply.send(result))
            }
            Task::Verify { hash, reply } => {
                let result = self.verify(&job.password, hash.as_ref(), memory);
                Box::new(move || reply.send(result))
            }
        })
    }

    fn hash(
        &self,
        password: &Secret,
        salt: &[u8],
        memory: &mut Vec<Block>,
    ) -> Result<PasswordHash, HasherError> {
        let refused = HasherError::Argon2;
        let salt = phc::Salt::new(salt).map_err(|_| refused(argon2::Error::SaltTooShort))?;
        let mut recipe = Recipe { salt, ..self.nobody.clone() };
        let output = self.run(&recipe, password, memory)?;
        recipe.output = phc::Output::new(&output).map_err(|_| refused(argon2::Error::OutputTooShort))?;
        Ok(recipe.write())
    }

    fn verify(
        &self,
        password: &Secret,
        hash: Option<&PasswordHash>,
        memory: &mut Vec<Block>,
    ) -> Result<Verdict, HasherError> {
        let known = hash.and_then(|hash| match Recipe::read(hash.as_str()) {
            Ok(recipe) => Some(recipe),
            Err(why) => {
                tracing::error!(error = %why, "a stored password hash cannot be used: its owner must set a new password");
                None
            }
        });
        let recipe = known.as_ref().unwrap_or(&self.nobody);
        let output = self.run(recipe, password, memory)?;
        let equal = equal_in_constant_time(&output, recipe.output.as_bytes());
        if equal && known.is_some() {
            Ok(Verdict::Right { needs_rehash: !self.is_current(recipe) })
        } else {
            Ok(Verdict::Wrong)
        }
    }

    fn is_current(&self, recipe: &Recipe) -> bool {
        recipe.params == self.params && recipe.version == Version::V0x13 && recipe.salt.len() >= SALT_BYTES
    }

    fn run(
        &self,
        recipe: &Recipe,
        password: &Secret,
        memory: &mut Vec<Block>,
    ) -> Result<Zeroizing<Vec<u8>>, HasherError> {
        let blocks = recipe.params.block_count();
        let mut large = Vec::new();
        let is_oversized = blocks > self.params.block_count();
        let _turn = is_oversized.then(|| self.oversized.lock().unwrap_or_else(PoisonError::into_inner));
        let memory = if is_oversized { &mut large } else { memory };
        grow(memory, blocks)?;
        self.runs.fetch_add(1, Ordering::Relaxed);
        let password = normalise(password);
        let mut output = Zeroizing::new(vec![0; recipe.output.len()]);
        Argon2::new(Algorithm::Argon2id, recipe.version, recipe.params.clone())
            .hash_password_into_with_memory(password.expose().as_bytes(), &recipe.salt, &mut output, memory)
            .map_err(HasherError::Argon2)?;
        Ok(output)
    }
}

/// Makes sure that `memory` has at least this many blocks. Argon2 writes each before it reads it, so what an earlier
/// password left there does not matter.
fn grow(memory: &mut Vec<Block>, blocks: usize) -> Result<(), HasherError> {
    if memory.len() < blocks {
        *memory = Vec::new();
        memory.try_reserve_exact(blocks.max(OWN_MAPPING)).map_err(|_| HasherError::Memory)?;
        memory.resize(blocks, Block::new());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::sync_channel;
    use std::time::Instant;

    use super::*;

    fn start(idle: Duration) -> Arc<Shared> {
        let params = Params::new(64, 1, 1, Some(OUTPUT_BYTES)).unwrap();
        let shared = Arc::new(Shared::new(params, 1, idle).unwrap());
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || serving.serve());
        shared
    }

    fn verify(shared: &Shared, hash: Option<&str>) -> Verdict {
        let (reply, answer) = sync_channel(1);
        let hash = hash.map(|phc| PasswordHash::parse(phc).unwrap());
        shared.submit(Secret::new("x"), Task::Verify { hash, reply: Reply::Blocking(reply) }).unwrap();
        answer.recv().unwrap().unwrap()
    }

    #[test]
    fn memory_is_taken_for_work_and_let_go_when_idle() {
        let shared = start(Duration::from_millis(20));
        assert_eq!(shared.load().memory_kib, 0);
        for _ in 0..2 {
            assert_eq!(verify(&shared, None), Verdict::Wrong);
            let started = Instant::now();
            while shared.load().memory_kib > 0 {
                assert!(started.elapsed() < Duration::from_secs(10), "memory is kept");
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        shared.stop();
    }

    #[test]
    fn a_costly_imported_hash_leaves_no_more_memory_behind() {
        let shared = start(Duration::from_secs(30));
        // With room for one, each answer must come after its place is free again.
        for _ in 0..20 {
            assert_eq!(verify(&shared, None), Verdict::Wrong);
        }
        let imported = "$argon2id$v=19$m=1024,t=1,p=2$c29tZXNhbHRzYWx0$Q29tZXNhbHRzb21lc2FsdHNvbWVzYWx0";
        assert_eq!(verify(&shared, Some(imported)), Verdict::Wrong);
        assert_eq!(shared.load().memory_kib, 64);
        shared.stop();
    }
}
