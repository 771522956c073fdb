//! What a server does without being asked, for as long as it runs. A task that ends all the same,
//! or panics, is said so loudly and started again: nobody else would notice that it is gone.

use crate::clock::Clock;
use futures_util::FutureExt;
use jiff::SignedDuration;
use std::{panic::AssertUnwindSafe, sync::Arc};
use tokio::task::JoinSet;

/// How long after its end a task is started again: one that panics at once must not use the machine
/// up.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// Tasks that are kept going. Dropping it ends them.
pub struct Background {
    clock: Clock,
    tasks: JoinSet<()>,
}

impl Background {
    /// Nothing to do yet.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let tasks = JoinSet::new();
        Self { clock, tasks }
    }

    /// Keeps a task going that has no end of its own.
    pub fn keep<T: Future<Output = ()> + Send + 'static>(
        &mut self,
        name: &'static str,
        task: impl Fn() -> T + Send + Sync + 'static,
    ) {
        let clock = self.clock.clone();
        self.tasks.spawn(async move {
            let restarts = metrics::counter!("hejie_background_restarts_total", "task" => name);
            restarts.absolute(0);
            loop {
                let ended = AssertUnwindSafe(begin(&task)).catch_unwind();
                let panicked = ended.await.is_err();
                tracing::error!(
                    task = name,
                    panicked,
                    "a task of the server ended and is started again"
                );
                restarts.increment(1);
                clock.sleep(PAUSE).await;
            }
        });
    }

    /// Does something at once and then again after each pause.
    pub fn repeat<T: Future<Output = ()> + Send + 'static>(
        &mut self,
        name: &'static str,
        pause: SignedDuration,
        work: impl Fn() -> T + Send + Sync + 'static,
    ) {
        let (clock, work) = (self.clock.clone(), Arc::new(work));
        self.keep(name, move || {
            let (clock, work) = (clock.clone(), work.clone());
            async move {
                loop {
                    work().await;
                    clock.sleep(pause).await;
                }
            }
        });
    }
}

/// Already the call of a task may panic, not only what it gives.
async fn begin<T: Future<Output = ()>>(task: &impl Fn() -> T) {
    task().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::mpsc;

    /// What a task does that is started for this time.
    async fn play(time: usize) {
        match time {
            0 => panic!("on purpose"),
            1 => {}
            _ => std::future::pending().await,
        }
    }

    #[tokio::test]
    async fn a_task_that_panics_or_ends_is_started_again() {
        let (clock, hand) = Clock::settable("2026-03-02T01:00:00Z".parse().unwrap());
        let (tell, mut started) = mpsc::unbounded_channel();
        let mut background = Background::new(clock);
        let times = AtomicUsize::new(0);
        background.keep("scene", move || {
            let time = times.fetch_add(1, Ordering::SeqCst);
            tell.send(time).unwrap();
            play(time)
        });
        for time in 0..3 {
            assert_eq!(started.recv().await, Some(time));
            for _ in 0..8 {
                tokio::task::yield_now().await;
            }
            assert!(started.is_empty(), "not at once");
            hand.advance(PAUSE);
        }
        assert!(started.is_empty(), "what goes on is left alone");
        drop(background);
        assert_eq!(started.recv().await, None, "and ends with the server");
    }

    #[tokio::test]
    async fn work_that_is_repeated_goes_on_after_one_that_panicked() {
        let (clock, hand) = Clock::settable("2026-03-02T01:00:00Z".parse().unwrap());
        let (tell, mut begun) = mpsc::unbounded_channel();
        let mut background = Background::new(clock);
        let pause = SignedDuration::from_mins(1);
        let times = AtomicUsize::new(0);
        background.repeat("scene", pause, move || {
            let time = times.fetch_add(1, Ordering::SeqCst);
            tell.send(time).unwrap();
            async move { assert_ne!(time, 1, "on purpose") }
        });
        for time in 0..4 {
            assert_eq!(begun.recv().await, Some(time));
            hand.advance(pause);
        }
    }
}
