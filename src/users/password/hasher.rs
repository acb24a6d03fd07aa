//! The way to the threads that hash passwords. A bounded queue stands before them, and when it is full the caller is
//! told at once: a storm of sign-ins costs no more than these threads.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use argon2::Params;
use tokio::sync::oneshot;

use super::slots::{OUTPUT_BYTES, Reply, Shared, Task};
use super::{PasswordHash, is_affordable};
use crate::random::Random;
use crate::secret::Secret;

/// How long a thread without work keeps its memory.
const IDLE: Duration = Duration::from_secs(30);

/// How much work the hasher may do at once, and how hard each hash is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HasherOptions {
    /// Threads; more than the machine's cores gain nothing.
    pub slots: usize,
    /// Passwords that may wait for a free thread.
    pub queue: usize,
    /// Memory of one hash in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub iterations: u32,
}

impl Default for HasherOptions {
    fn default() -> Self {
        let slots = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { slots, queue: slots * 16, memory_kib: 19 * 1024, iterations: 2 }
    }
}

/// Why the hasher could not start.
#[derive(Debug, thiserror::Error)]
pub enum HasherStartError {
    /// The options make no sense.
    #[error(
        "password hashing needs at least one slot, 8 to 262144 KiB of memory and 1 to 20 iterations; \
         19456 KiB and 2 iterations are a good choice"
    )]
    Options,
    /// The operating system gave no thread.
    #[error("a password thread could not be started")]
    Thread(#[source] std::io::Error),
}

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HasherError {
    /// As many passwords wait as may: try again later.
    #[error("too many passwords are waiting to be checked")]
    Busy,
    /// There was no memory for the work: try again later.
    #[error("there is not enough memory to check a password")]
    Memory,
    /// Argon2 refused its input.
    #[error("the password could not be hashed")]
    Argon2(#[source] argon2::Error),
    /// The hasher stopped or the work panicked.
    #[error("the password check was lost")]
    Lost,
}

impl HasherError {
    /// Whether waiting may help: the door answers 503 with Retry-After.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::Memory | Self::Lost)
    }
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The password is right.
    Right {
        /// Whether the stored hash was made with other parameters than today's and should be replaced.
        needs_rehash: bool,
    },
    /// The password is wrong, or there is none to compare with.
    Wrong,
}

/// What the hasher is doing, for `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HasherLoad {
    /// Threads at work.
    pub busy: usize,
    /// Passwords that wait.
    pub waiting: usize,
    /// Argon2 computations since the start.
    pub runs: u64,
    /// Memory that the threads hold, in KiB.
    pub memory_kib: usize,
}

/// A handle to the hashing threads; they end when the last handle is dropped.
#[derive(Clone)]
pub struct PasswordHasher(Arc<Owner>);

struct Owner(Arc<Shared>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PasswordHasher").field(&self.load()).finish()
    }
}

impl PasswordHasher {
    /// Starts the threads `password-0`, `password-1` ...; they take no memory before there is work.
    pub fn start(options: HasherOptions) -> Result<Self, HasherStartError> {
        let params = Params::new(options.memory_kib, options.iterations, 1, Some(OUTPUT_BYTES))
            .ok()
            .filter(|params| is_affordable(params) && options.slots > 0)
            .ok_or(HasherStartError::Options)?;
        let room = options.slots.saturating_add(options.queue);
        let owner = Owner(Arc::new(Shared::new(params, room, IDLE).ok_or(HasherStartError::Options)?));
        for slot in 0..options.slots {
            let shared = Arc::clone(&owner.0);
            std::thread::Builder::new()
                .name(format!("password-{slot}"))
                .spawn(move || shared.serve())
                .map_err(HasherStartError::Thread)?;
        }
        Ok(Self(Arc::new(owner)))
    }

    /// Hashes a new password with today's parameters and a fresh salt.
    pub async fn hash(&self, random: &Random, password: Secret) -> Result<PasswordHash, HasherError> {
        let (reply, answer) = oneshot::channel();
        let task = Task::Hash { salt: random.bytes(), reply: Reply::Async(reply) };
        self.0.0.submit(password, task)?;
        answer.await.map_err(|_| HasherError::Lost)?
    }

    /// Compares a password with a stored hash. Without a hash (nobody of that name, or a person without a password)
    /// the same work is done in vain, so that time does not tell.
    pub async fn verify(&self, password: Secret, hash: Option<PasswordHash>) -> Result<Verdict, HasherError> {
        let (reply, answer) = oneshot::channel();
        self.0.0.submit(password, Task::Verify { hash, reply: Reply::Async(reply) })?;
        answer.await.map_err(|_| HasherError::Lost)?
    }

    /// [`PasswordHasher::hash`] for callers without an async runtime: the command line.
    pub fn hash_blocking(&self, random: &Random, password: Secret) -> Result<PasswordHash, HasherError> {
        let (reply, answer) = sync_channel(1);
        let task = Task::Hash { salt: random.bytes(), reply: Reply::Blocking(reply) };
        self.0.0.submit(password, task)?;
        answer.recv().map_err(|_| HasherError::Lost)?
    }

    /// [`PasswordHasher::verify`] for callers without an async runtime.
    pub fn verify_blocking(
        &self,
        password: Secret,
        hash: Option<PasswordHash>,
    ) -> Result<Verdict, HasherError> {
        let (reply, answer) = sync_channel(1);
        self.0.0.submit(password, Task::Verify { hash, reply: Reply::Blocking(reply) })?;
        answer.recv().map_err(|_| HasherError::Lost)?
    }

    /// How busy the threads are.
    pub fn load(&self) -> HasherLoad {
        self.0.0.load()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::users::InvalidPasswordHash;

    /// Small enough for a debug build, and unlike the imported hash below.
    const SMALL: HasherOptions = HasherOptions { slots: 2, queue: 8, memory_kib: 64, iterations: 1 };
    const NARROW: HasherOptions = HasherOptions { slots: 1, queue: 2, ..SMALL };
    /// "password" under the salt "somesalt": a test vector of the reference implementation.
    const IMPORTED: &str =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    fn small() -> PasswordHasher {
        PasswordHasher::start(SMALL).unwrap()
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    async fn until(mut what: impl FnMut() -> bool) {
        let started = Instant::now();
        while !what() {
            assert!(started.elapsed() < Duration::from_secs(30), "waited in vain");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn a_password_is_hashed_and_recognised() {
        let (hasher, random) = (small(), Random::default());
        let hash = hasher.hash(&random, secret("correct horse")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", hash.as_str());
        assert_eq!(PasswordHash::parse(hash.as_str()), Ok(hash.clone()));
        let right = hasher.verify(secret("correct horse"), Some(hash.clone())).await.unwrap();
        assert_eq!(right, Verdict::Right { needs_rehash: false });
        for wrong in ["correct horse ", "Correct horse", "", "correct hors"] {
            assert_eq!(hasher.verify(secret(wrong), Some(hash.clone())).await.unwrap(), Verdict::Wrong);
        }
        assert_ne!(hasher.hash(&random, secret("correct horse")).await.unwrap(), hash, "salts differ");
    }

    #[test]
    fn the_command_line_hashes_without_a_runtime() {
        let hasher = small();
        let hash = hasher.hash_blocking(&Random::default(), secret("correct horse")).unwrap();
        assert_eq!(
            hasher.verify_blocking(secret("correct horse"), Some(hash)).unwrap(),
            Verdict::Right { needs_rehash: false }
        );
    }

    #[tokio::test]
    async fn the_form_of_unicode_does_not_matter_but_every_character_does() {
        let hasher = small();
        let hash = hasher.hash(&Random::default(), secret("café ½ noir")).await.unwrap();
        let same = hasher.verify(secret("cafe\u{301} 1\u{2044}2 noir"), Some(hash.clone())).await.unwrap();
        assert_eq!(same, Verdict::Right { needs_rehash: false });
        assert_eq!(hasher.verify(secret("cafe ½ noir"), Some(hash)).await.unwrap(), Verdict::Wrong);
        let long = "x".repeat(1024);
        let hash = hasher.hash(&Random::default(), secret(&long)).await.unwrap();
        assert_eq!(hasher.verify(secret(&long[..1023]), Some(hash)).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn an_imported_hash_is_checked_by_its_own_parameters_and_flagged() {
        let hasher = small();
        let imported = PasswordHash::parse(IMPORTED).unwrap();
        let right = hasher.verify(secret("password"), Some(imported.clone())).await.unwrap();
        assert_eq!(right, Verdict::Right { needs_rehash: true });
        assert_eq!(hasher.verify(secret("Password"), Some(imported)).await.unwrap(), Verdict::Wrong);
        let other = PasswordHasher::start(HasherOptions { iterations: 2, ..SMALL }).unwrap();
        let hash = other.hash(&Random::default(), secret("correct horse")).await.unwrap();
        let right = hasher.verify(secret("correct horse"), Some(hash)).await.unwrap();
        assert_eq!(right, Verdict::Right { needs_rehash: true });
    }

    #[tokio::test]
    async fn nobody_and_a_damaged_hash_cost_what_a_wrong_password_costs() {
        let hasher = small();
        let hash = hasher.hash(&Random::default(), secret("correct horse")).await.unwrap();
        let costly = PasswordHash(IMPORTED.replace("m=65536", "m=1000000"));
        assert_eq!(PasswordHash::parse(costly.as_str()), Err(InvalidPasswordHash::Parameters));
        for stored in [Some(hash), None, Some(costly), Some(PasswordHash("junk".into()))] {
            let before = hasher.load().runs;
            assert_eq!(hasher.verify(secret("wrong horse"), stored).await.unwrap(), Verdict::Wrong);
            assert_eq!(hasher.load().runs - before, 1);
        }
    }

    /// Fills the slot with a check that needs [`Shared::hold`] to end, and the queue with two more.
    async fn fill(hasher: &PasswordHasher) -> Vec<tokio::task::JoinHandle<Result<Verdict, HasherError>>> {
        let imported = PasswordHash::parse(IMPORTED).unwrap();
        let mut checks = Vec::new();
        for (hash, waiting) in [(Some(imported), 0), (None, 1), (None, 2)] {
            let check = hasher.clone();
            checks.push(tokio::spawn(async move { check.verify(secret("x"), hash).await }));
            until(|| hasher.load().busy == 1 && hasher.load().waiting == waiting).await;
        }
        checks
    }

    #[tokio::test]
    #[expect(clippy::await_holding_lock, reason = "it stops a password thread, and no task waits for it")]
    async fn a_full_queue_says_so_at_once() {
        let hasher = PasswordHasher::start(NARROW).unwrap();
        let shared = std::sync::Arc::clone(&hasher.0.0);
        let hold = shared.hold();
        let checks = fill(&hasher).await;
        let refused = hasher.verify(secret("x"), None).await.unwrap_err();
        assert!(matches!(refused, HasherError::Busy) && refused.is_temporary());
        drop(hold);
        for check in checks {
            assert_eq!(check.await.unwrap().unwrap(), Verdict::Wrong);
        }
        assert_eq!(hasher.verify(secret("x"), None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    #[expect(clippy::await_holding_lock, reason = "it stops a password thread, and no task waits for it")]
    async fn a_caller_who_leaves_takes_no_slot_and_no_place_with_him() {
        let hasher = PasswordHasher::start(NARROW).unwrap();
        let shared = std::sync::Arc::clone(&hasher.0.0);
        let hold = shared.hold();
        for check in fill(&hasher).await {
            check.abort();
            assert!(check.await.unwrap_err().is_cancelled());
        }
        // The places in the queue are free although the slot is still at the first, unwanted check.
        let mut checks: Vec<_> = (0..2).map(|_| Box::pin(hasher.verify(secret("x"), None))).collect();
        for check in &mut checks {
            assert!(futures::poll!(check).is_pending());
        }
        assert!(matches!(hasher.verify(secret("x"), None).await, Err(HasherError::Busy)));
        drop(hold);
        for check in checks {
            assert_eq!(check.await.unwrap(), Verdict::Wrong);
        }
        assert_eq!(hasher.verify(secret("x"), None).await.unwrap(), Verdict::Wrong);
        assert_eq!(hasher.load().runs, 4, "abandoned checks that had not begun are not done");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_at_once_are_all_answered_rightly() {
        let hasher = PasswordHasher::start(HasherOptions { slots: 4, queue: 100, ..SMALL }).unwrap();
        let hash = hasher.hash(&Random::default(), secret("horse 7")).await.unwrap();
        let checks: Vec<_> = (0..100)
            .map(|n| {
                let (hasher, hash) = (hasher.clone(), hash.clone());
                tokio::spawn(async move { hasher.verify(secret(&format!("horse {n}")), Some(hash)).await })
            })
            .collect();
        for (n, check) in checks.into_iter().enumerate() {
            let right = matches!(check.await.unwrap().unwrap(), Verdict::Right { .. });
            assert_eq!(right, n == 7, "horse {n}");
        }
    }

    #[test]
    fn senseless_options_are_refused() {
        for options in [
            HasherOptions { slots: 0, ..SMALL },
            HasherOptions { memory_kib: 7, ..SMALL },
            HasherOptions { memory_kib: 300 * 1024, ..SMALL },
            HasherOptions { iterations: 0, ..SMALL },
            HasherOptions { iterations: 21, ..SMALL },
        ] {
            assert!(matches!(PasswordHasher::start(options), Err(HasherStartError::Options)));
        }
    }

    #[test]
    fn threads_end_with_the_last_handle() {
        let hasher = small();
        let threads = std::sync::Arc::downgrade(&hasher.0.0);
        drop(hasher.clone());
        assert!(hasher.verify_blocking(secret("x"), None).is_ok());
        drop(hasher);
        let started = Instant::now();
        while threads.strong_count() > 0 {
            assert!(started.elapsed() < Duration::from_secs(10), "a thread lives on");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
