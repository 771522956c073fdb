//! What a worker process may not do: grow without end, compute without end, open files, write
//! files, leave a core, outlive its server.

use std::io;

/// The account that a worker becomes when the server runs as root.
const NOBODY: libc::uid_t = 65534;

/// Puts the lasting limits on this process.
pub(super) fn confine(memory_bytes: u64) -> io::Result<()> {
    set(libc::RLIMIT_AS, memory_bytes, memory_bytes)?;
    set(libc::RLIMIT_CORE, 0, 0)?;
    set(libc::RLIMIT_FSIZE, 0, 0)?;
    // Where standard error is a file, a worker that complains may not write there; that is no
    // reason to die. SAFETY: ignoring a signal installs no handler.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    // Standard input, output and error are open already; nothing else will be.
    set(libc::RLIMIT_NOFILE, 3, 3)?;
    leave_root()?;
    follow_the_server()
}

/// Gives this process so many more seconds of processor time, whatever it has used up to now.
pub(super) fn grant_cpu(seconds: u64) -> io::Result<()> {
    let soft = cpu_used()?.saturating_add(1).saturating_add(seconds);
    set(libc::RLIMIT_CPU, soft, libc::RLIM_INFINITY)
}

fn set(resource: libc::__rlimit_resource_t, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: soft,
        rlim_max: hard,
    };
    // SAFETY: `limit` is a whole, initialised struct that outlives the call.
    check(unsafe { libc::setrlimit(resource, &raw const limit) })
}

fn cpu_used() -> io::Result<u64> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the kernel writes at most one `rusage` to the pointer.
    check(unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) })?;
    // SAFETY: all zeroes is a valid `rusage`, and the call above succeeded.
    let usage = unsafe { usage.assume_init() };
    Ok(u64::try_from(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec).unwrap_or(0))
}

/// A worker of a server that runs as root is nobody: what a hostile document might reach must not
/// be root's.
fn leave_root() -> io::Result<()> {
    // SAFETY: takes nothing and cannot fail.
    if unsafe { libc::geteuid() } == 0 {
        // SAFETY: an empty list of groups needs no memory behind its pointer.
        check(unsafe { libc::setgroups(0, std::ptr::null()) })?;
        // SAFETY: plain numbers; the process has one thread at this point.
        check(unsafe { libc::setresgid(NOBODY, NOBODY, NOBODY) })?;
        // SAFETY: as above.
        check(unsafe { libc::setresuid(NOBODY, NOBODY, NOBODY) })?;
    }
    // SAFETY: the arguments are numbers, as this option wants them.
    check(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })
}

/// Dies with the server. Set after the change of user, which clears it; an input that has ended
/// covers the moment before.
fn follow_the_server() -> io::Result<()> {
    // SAFETY: the argument is a number, as this option wants it.
    check(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) })
}

fn check(result: libc::c_int) -> io::Result<()> {
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
