//! The worker process itself: reads an order, does the job, answers, until its input ends.

use super::{
    frame::{self, FrameError},
    job::{JobAnswer, JobOrder},
    limits,
};
use crate::say::complain;
use std::{
    io,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

/// The status of a worker that left because a job had spoilt it.
const SPOILT: u8 = 70;
/// The status of a worker that could not begin.
const UNFIT: u8 = 71;

/// Runs this process as a worker with so much memory; returns when the server closes the pipe.
///
/// Must be called before any other thread is started.
#[must_use]
pub fn run(memory_bytes: u64) -> ExitCode {
    panic::set_hook(Box::new(tell_where));
    if let Err(error) = limits::confine(memory_bytes) {
        complain(format_args!("a worker could not confine itself: {error}"));
        return ExitCode::from(UNFIT);
    }
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    loop {
        let order = match frame::read(&mut input) {
            Ok(Some(body)) => body,
            Ok(None) => return ExitCode::SUCCESS,
            Err(_) => return ExitCode::from(UNFIT),
        };
        let mut answer = obey(&order);
        let mut written = frame::write(&mut output, &answer);
        if let Err(FrameError::TooLarge | FrameError::Encode) = written {
            answer = failed("unwritable_answer");
            written = frame::write(&mut output, &answer);
        }
        match (written, answer) {
            (Err(_), _) => return ExitCode::from(UNFIT),
            (Ok(()), JobAnswer::Failed { .. }) => return ExitCode::from(SPOILT),
            (Ok(()), _) => {}
        }
    }
}

fn obey(body: &[u8]) -> JobAnswer {
    let Ok(order) = frame::decode::<JobOrder>(body) else {
        return failed("unreadable_job");
    };
    if limits::grant_cpu(order.cpu_seconds).is_err() {
        return failed("no_processor_time");
    }
    // After a panic no document is trustworthy; the process ends right after the answer, so nothing
    // of it is used again.
    panic::catch_unwind(AssertUnwindSafe(|| order.job.run())).unwrap_or_else(|_| failed("panicked"))
}

fn failed(code: &str) -> JobAnswer {
    JobAnswer::Failed { code: code.into() }
}

/// Tells the place of a panic but not its message, which may hold the words of a case.
fn tell_where(info: &panic::PanicHookInfo<'_>) {
    match info.location() {
        Some(at) => complain(format_args!(
            "a job panicked at {}:{}",
            at.file(),
            at.line()
        )),
        None => complain(format_args!("a job panicked")),
    }
}
