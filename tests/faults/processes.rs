//! Looking at and ending the processes that these tests start.

use rand::{SeedableRng, rngs::StdRng};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// A generator whose seed is printed; set `HEJIE_SEED` to replay a run.
pub(crate) fn seeded() -> StdRng {
    let given = std::env::var("HEJIE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| u64::from(std::process::id()));
    println!("HEJIE_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

/// Starts this test binary again to run one ignored test, which plays a part in another process.
pub(crate) fn play(part: &str, variables: &[(&str, &Path)], as_user: Option<u32>) -> Child {
    let this = std::env::current_exe().unwrap();
    let mut command = match as_user {
        Some(user) => {
            let mut command = Command::new("setpriv");
            command
                .args([
                    "--reuid",
                    &user.to_string(),
                    "--regid",
                    &user.to_string(),
                    "--clear-groups",
                ])
                .arg(this);
            command
        }
        None => Command::new(this),
    };
    command
        .args(["--exact", part, "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command.envs(variables.iter().copied()).spawn().unwrap()
}

/// Kills a process without warning and takes its status away.
pub(crate) fn kill_9(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The ids of all processes that live in a directory.
pub(crate) fn living_in(directory: &Path) -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id: &u32| {
        fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|cwd| cwd == directory)
    })
    .collect()
}

/// Waits until something is so, for twenty seconds.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..4_000 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("never came about: {what}");
}

/// Tells whether this process may become others.
pub(crate) fn is_root() -> bool {
    // SAFETY: takes nothing and cannot fail.
    unsafe { libc::geteuid() == 0 }
}
