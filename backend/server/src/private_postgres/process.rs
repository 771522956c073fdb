//! Starting and signalling processes, and waiting for them.

use super::account::ProcessUser;
use crate::lasting;
use std::{
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Prepares a command of Postgres for an account: no inherited environment, no terminal, its own
/// process group, and `farewell` as the signal that it gets when we die.
pub(super) fn command(program: &Path, account: ProcessUser, farewell: libc::c_int) -> Command {
    let mut command = match account {
        ProcessUser::Masked => {
            let mut command = Command::new("unshare");
            command
                .args(["--user", "--map-user=65534", "--"])
                .arg(program);
            command
        }
        ProcessUser::Own | ProcessUser::Other { .. } => Command::new(program),
    };
    if let ProcessUser::Other { user, group } = account {
        // The standard library gives up the supplementary groups as well.
        command.uid(user).gid(group);
    }
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC");
    command
        .stdin(Stdio::null())
        .current_dir("/")
        .process_group(0);
    die_with_us(&mut command, farewell);
    command
}

/// Starts the child from the thread that never ends: its end is what the kernel reports to the
/// child.
pub(super) fn spawn(mut command: Command) -> io::Result<Child> {
    lasting::run_blocking(move || command.spawn())?
}

/// Sends a signal to a process that may be gone already.
pub(super) fn signal(pid: i32, signal: libc::c_int) {
    // SAFETY: plain numbers; a process that is gone gives an error that changes nothing.
    unsafe { libc::kill(pid, signal) };
}

/// Sends a signal to a child that has not been waited for, whose number therefore cannot belong to
/// another.
pub(super) fn signal_child(child: &Child, number: libc::c_int) {
    if let Ok(pid) = i32::try_from(child.id()) {
        signal(pid, number);
    }
}

/// Waits a moment between two looks.
pub(super) fn pause() {
    thread::sleep(Duration::from_millis(5));
}

/// A moment after which something takes too long.
pub(super) struct WaitLimit {
    begun: Instant,
    patience: Duration,
}

impl WaitLimit {
    /// Begins to wait.
    #[allow(
        clippy::disallowed_methods,
        reason = "waiting for a process of the machine is measured by the machine's own clock"
    )]
    pub(super) fn after(patience: Duration) -> Self {
        Self {
            begun: Instant::now(),
            patience,
        }
    }

    /// How long has been waited.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Whether the patience is at its end.
    pub(super) fn has_passed(&self) -> bool {
        self.elapsed() >= self.patience
    }
}

fn die_with_us(command: &mut Command, farewell: libc::c_int) {
    let us = std::process::id();
    let ask_the_kernel = move || {
        // SAFETY: numbers only; both calls are async-signal-safe, as the moment between fork and
        // exec demands.
        let parent = unsafe {
            libc::prctl(libc::PR_SET_PDEATHSIG, farewell);
            libc::getppid()
        };
        // We may have died before the kernel was asked. An error made from a kind allocates
        // nothing.
        if u32::try_from(parent) == Ok(us) {
            Ok(())
        } else {
            Err(io::ErrorKind::Interrupted.into())
        }
    };
    // SAFETY: the closure makes system calls only; it allocates nothing and takes no lock. It runs
    // after the change of user, which would clear the request.
    unsafe { command.pre_exec(ask_the_kernel) };
}
