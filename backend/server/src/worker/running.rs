//! One live worker process, seen from the server.

use super::{
    Death, JobAnswer, WorkerError,
    frame::{self, FrameError},
};
use crate::lasting;
use std::{
    io,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, ChildStdin, ChildStdout, Command},
    runtime::Handle,
    time::timeout,
};

/// How long a worker that has closed its output may take to be gone.
const LEAVING: Duration = Duration::from_secs(2);

/// A worker process with its pipes. Dropping it kills the process.
pub(super) struct Running {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    jobs: u32,
}

impl Running {
    /// Starts a worker.
    pub(super) async fn start(program: &Path, memory_mib: u64) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(["worker", "--memory-mib", &memory_mib.to_string()]);
        command
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        // Its own group: Ctrl-C in a terminal is for the server, which lets its workers finish.
        command.process_group(0).kill_on_drop(true);
        let runtime = Handle::current();
        let spawn = move || {
            let _entered = runtime.enter();
            command.spawn()
        };
        let mut child = lasting::run(spawn).await??;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.ok_or_else(|| io::Error::other("the worker has no pipes"))?;
        Ok(Self {
            child,
            input,
            output,
            jobs: 0,
        })
    }

    /// How many jobs this worker has done.
    pub(super) fn jobs(&self) -> u32 {
        self.jobs
    }

    /// The id of the process, while it runs.
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Hands over one frame and waits for the answer. After an error the worker must be dropped.
    pub(super) async fn ask(
        &mut self,
        order: &[u8],
        patience: Duration,
    ) -> Result<JobAnswer, WorkerError> {
        self.jobs += 1;
        let answer = match timeout(patience, self.exchange(order)).await {
            Ok(answer) => answer,
            Err(_) => return Err(WorkerError::TimedOut { after: patience }),
        };
        match answer {
            Ok(JobAnswer::Failed { code }) => Err(WorkerError::Failed { code }),
            Ok(answer) => Ok(answer),
            Err(FrameError::Closed | FrameError::Io(_)) => {
                Err(WorkerError::Died(self.death().await))
            }
            Err(FrameError::TooLarge | FrameError::Decode | FrameError::Encode) => {
                Err(WorkerError::Answer)
            }
        }
    }

    async fn exchange(&mut self, order: &[u8]) -> Result<JobAnswer, FrameError> {
        self.input.write_all(order).await?;
        self.input.flush().await?;
        let body = frame::read_async(&mut self.output).await?;
        frame::decode(&body)
    }

    async fn death(&mut self) -> Death {
        match timeout(LEAVING, self.child.wait()).await {
            Ok(Ok(status)) => death(status),
            Ok(Err(_)) | Err(_) => Death::Unknown,
        }
    }
}

fn death(status: ExitStatus) -> Death {
    match (status.signal(), status.code()) {
        (Some(signal), _) => Death::Signal(signal),
        (None, Some(code)) => Death::Exit(code),
        (None, None) => Death::Unknown,
    }
}
