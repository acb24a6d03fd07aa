//! Password hashing as the argon2 crate does it when its memory is used again: nothing before it and nothing after it.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// What Gridkey's defaults are: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const OUTPUT: usize = 32;

/// Hashes in a second of processor time.
pub fn rate(time: Duration) -> Result<f64> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(OUTPUT))?;
    let mut memory = vec![Block::new(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; OUTPUT];
    let mut hash = |count: u64| {
        let salt = u128::from(count).to_be_bytes();
        argon2.hash_password_into_with_memory(b"correct horse battery", &salt, &mut output, &mut memory)
    };
    // The first touches every page.
    hash(0)?;
    let (begun, before) = (Instant::now(), processor_time()?);
    let mut count = 0;
    while begun.elapsed() < time {
        count += 1;
        hash(count)?;
    }
    Ok(count as f64 / (processor_time()? - before).as_secs_f64())
}

/// What this thread has had of the processor.
fn processor_time() -> Result<Duration> {
    let text =
        fs::read_to_string("/proc/thread-self/schedstat").context("reading this thread's processor time")?;
    let nanoseconds = text.split(' ').next().unwrap_or_default().parse()?;
    Ok(Duration::from_nanos(nanoseconds))
}
