//! Runs jobs again and again: with jitter, one at a time, surviving their panics, and logging a failure once for each
//! streak of failures.

use std::fmt::Display;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinSet;

use crate::random::Random;
use crate::telemetry::JOB_RUNS;

/// The jobs of one server.
pub struct Jobs {
    tasks: JoinSet<()>,
    random: Random,
}

impl Jobs {
    /// None yet.
    pub fn new(random: Random) -> Self {
        Self { tasks: JoinSet::new(), random }
    }

    /// Runs `job` about every `interval`, first after a part of it.
    pub fn every<F, Fut, E>(&mut self, interval: Duration, name: &'static str, job: F)
    where
        F: Fn() -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display + Send + 'static,
    {
        let random = self.random.clone();
        self.tasks.spawn(async move {
            let mut streak = Streak { name, failing: false };
            tokio::time::sleep(interval.mul_f64(fraction(&random))).await;
            loop {
                // A panic ends this run and not the job.
                let outcome = AssertUnwindSafe(job()).catch_unwind().await;
                streak.note(match outcome {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(why)) => Err(why.to_string()),
                    Err(_) => Err("the job panicked".to_owned()),
                });
                tokio::time::sleep(interval.mul_f64(0.75 + fraction(&random) / 2.0)).await;
            }
        });
    }

    /// Ends every job, where it is: a transaction that is under way commits or rolls back by itself.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// From 0 to 1.
pub(super) fn fraction(random: &Random) -> f64 {
    f64::from(u32::from_ne_bytes(random.bytes())) / f64::from(u32::MAX)
}

/// Whether a job has been failing.
struct Streak {
    name: &'static str,
    failing: bool,
}

impl Streak {
    fn note(&mut self, outcome: Result<(), String>) {
        let label = if outcome.is_ok() { "ok" } else { "failed" };
        metrics::counter!(JOB_RUNS, "job" => self.name, "outcome" => label).increment(1);
        let job = self.name;
        match outcome {
            Ok(()) if self.failing => tracing::info!(job, "the job works again"),
            Ok(()) => {}
            Err(error) if self.failing => tracing::debug!(job, error, "the job still fails"),
            Err(error) => tracing::error!(job, error, "a background job failed and will be tried again"),
        }
        self.failing = label != "ok";
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_job_runs_on_after_failures_and_panics_and_ends_when_told() {
        let runs = Arc::new(AtomicUsize::new(0));
        let mut jobs = Jobs::new(Random::default());
        let counted = Arc::clone(&runs);
        jobs.every(Duration::from_millis(20), "test", move || {
            let run = counted.fetch_add(1, Ordering::SeqCst);
            async move {
                assert_ne!(run, 1, "the second run panics");
                if run == 0 { Err("the first run fails") } else { Ok(()) }
            }
        });
        while runs.load(Ordering::SeqCst) < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        jobs.stop().await;
        let so_far = runs.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(runs.load(Ordering::SeqCst), so_far);
    }
}
