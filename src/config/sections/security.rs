//! `[security]`

use crate::config::settings::section;
use crate::config::values::ByteSize;
use crate::secret::MasterKey;

section! {
    /// Keys, the cost of passwords, and what guards the whole server.
    pub struct Security in "security" {
        /// The key under which signing keys and refresh seeds lie sealed in the database: 32 random bytes in base64,
        /// made with `openssl rand -base64 32`. Every node needs the same one. Keep a copy apart from the database's
        /// backups: without it they cannot be used, and whoever has both can sign tokens.
        master_key: MasterKey = Required(""),
        /// How many passwords are hashed at once; 0 means one fewer than processor cores, at least one. Each takes
        /// `argon2_memory`.
        password_hash_slots: usize = Default("0") within("0", "1024"),
        /// How many sign-ins may wait for a slot. Further ones are answered with 503 and `Retry-After` at once, so that
        /// a storm of sign-ins does not slow down tokens and keys.
        password_hash_queue: usize = Default("32") within("0", "10000"),
        /// The memory that hashing one password takes (Argon2id, one lane). OWASP asks for 19MiB with 2 iterations;
        /// less is for tests. A change applies to passwords as they are next used.
        argon2_memory: ByteSize = Default("19MiB") within("8KiB", "4GiB"),
        /// The passes over that memory.
        argon2_iterations: u32 = Default("2") within("1", "100"),
        /// Whether answers over https tell browsers to use nothing else for this host (`Strict-Transport-Security`).
        hsts: bool = Default("true"),
        /// For developing on one's own machine, where mail may go to an inbox that anyone can read. Never set it on a
        /// host that others can reach. `gridkey dev` sets it.
        development: bool = Default("false"),
    }
}

impl Security {
    /// How many passwords are hashed at once, with 0 resolved.
    pub fn hash_slots(&self) -> usize {
        match self.password_hash_slots {
            0 => std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1),
            some => some,
        }
    }
}
