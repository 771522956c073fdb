//! A thread that lives as long as the process.
//!
//! Linux sends the parent-death signal of a child when the *thread* that started it ends, not the
//! process. Threads of a runtime come and go, so whatever has to die with the server and only then
//! is started from here.

use std::{io, sync::OnceLock, sync::mpsc, thread};
use tokio::sync::oneshot;

type LastingTask = Box<dyn FnOnce() + Send>;

static THREAD: OnceLock<mpsc::Sender<LastingTask>> = OnceLock::new();

/// Runs `work` on the lasting thread and waits for its result.
///
/// # Errors
/// When the thread could not be started, or the work panicked.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    hand_over(work)?.await.map_err(|_| gone())
}

/// Like [`run`], for a thread that may wait.
///
/// # Errors
/// As [`run`].
pub fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    hand_over(work)?.blocking_recv().map_err(|_| gone())
}

fn hand_over<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<oneshot::Receiver<T>> {
    let (answer, result) = oneshot::channel();
    let task: LastingTask = Box::new(move || {
        // Whoever asked may have gone away in the meantime.
        answer.send(work()).ok();
    });
    sender()?.send(task).map_err(|_| gone())?;
    Ok(result)
}

fn sender() -> io::Result<mpsc::Sender<LastingTask>> {
    if let Some(sender) = THREAD.get() {
        return Ok(sender.clone());
    }
    let (sender, tasks) = mpsc::channel::<LastingTask>();
    thread::Builder::new()
        .name("lasting".into())
        .spawn(move || tasks.into_iter().for_each(|task| task()))?;
    // A second thread of a lost race ends by itself, because its sender is dropped here.
    Ok(THREAD.get_or_init(|| sender).clone())
}

fn gone() -> io::Error {
    io::Error::other("the thread that starts processes is gone")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everything_runs_on_one_thread() {
        let first = run(|| thread::current().id()).await.unwrap();
        let second = run(|| thread::current().id()).await.unwrap();
        assert_eq!(first, second);
    }
}
