//! Workers that are stopped or killed as soon as they are started, as by a machine that lets nobody
//! run, or by a job that harms them.

use crate::database;
use hejie_server::worker::{JobBudget, Pool, PoolSettings};
use std::{fs, path::PathBuf, process::Command, time::Duration};
use tempfile::TempDir;

/// Which workers something happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The one that is started next.
    Next,
    /// All that are started, until it is undone.
    All,
}

/// A program that is a worker, unless it is told otherwise.
pub struct UnrulyWorker {
    directory: TempDir,
}

impl UnrulyWorker {
    /// Writes the program.
    #[must_use]
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let here = directory.path().display();
        let worker = database::target().join("debug").join("hejie-worker");
        let script = format!(
            "#!/bin/sh\nulimit -c 0\necho >> {here}/started\nfor signal in STOP ABRT; do\n\
             if [ -e {here}/all-$signal ] || /bin/mv {here}/next-$signal {here}/was-$signal 2>/dev/null\n\
             then kill -$signal $$; fi\ndone\nexec {} \"$@\"\n",
            worker.display()
        );
        let unruly = Self { directory };
        // Not by this process: a program that is open for writing, be it in a child of another
        // test, cannot be run.
        let mut write = Command::new("/bin/sh");
        write.args(["-c", "printf %s \"$SCRIPT\" > \"$AT\" && chmod 755 \"$AT\""]);
        write.env("SCRIPT", script).env("AT", unruly.program());
        assert!(write.status().unwrap().success());
        unruly
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.directory.path().join("worker")
    }

    /// A pool of such workers, a new one for each job.
    #[must_use]
    pub fn pool(&self, workers: usize, wall: Duration) -> Pool {
        let budget = JobBudget {
            wall,
            cpu_seconds: 60,
        };
        Pool::new(PoolSettings {
            program: self.program(),
            workers,
            memory_mib: 512,
            queue: 256,
            jobs_per_worker: 1,
            check: budget,
            reconcile: budget,
        })
    }

    /// How many workers were started by now.
    #[must_use]
    pub fn started(&self) -> usize {
        let noted = fs::read(self.directory.path().join("started"));
        noted.map_or(0, |lines| lines.len())
    }

    /// Stops workers before they have begun.
    pub fn stop(&self, whom: Whom) {
        self.order(whom, "STOP");
    }

    /// Lets workers die as of a job that harms them.
    pub fn harm(&self, whom: Whom) {
        self.order(whom, "ABRT");
    }

    /// Lets workers be.
    pub fn let_be(&self) {
        for signal in ["STOP", "ABRT"] {
            // What was never ordered, or has happened, is not there.
            fs::remove_file(self.directory.path().join(format!("all-{signal}"))).ok();
        }
    }

    fn order(&self, whom: Whom, signal: &str) {
        let whom = match whom {
            Whom::Next => "next",
            Whom::All => "all",
        };
        fs::write(self.directory.path().join(format!("{whom}-{signal}")), "").unwrap();
    }
}

impl Default for UnrulyWorker {
    fn default() -> Self {
        Self::new()
    }
}
