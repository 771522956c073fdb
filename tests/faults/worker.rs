//! Worker processes: hostile changes, killed, stopped and starved workers, and what the next job
//! notices of it.

use crate::processes::{kill_9, play, until};
use harness::unruly::{UnrulyWorker, Whom};
use hejie_case::{ids::Actor, rights::ChangeWriter, role::Role};
use hejie_server::worker::{ChangeCheck, Death, JobBudget, Pool, PoolSettings, WorkerError};
use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};
use std::{fs, path::Path, time::Duration};

const ACTOR: Actor = Actor([7; 16]);
const SECOND: Duration = Duration::from_secs(1);

fn pool(workers: usize, queue: usize, wall: Duration) -> Pool {
    let budget = JobBudget {
        wall,
        cpu_seconds: 2,
    };
    Pool::new(PoolSettings {
        program: env!("CARGO_BIN_EXE_hejie-worker").into(),
        workers,
        memory_mib: 256,
        queue,
        jobs_per_worker: 100,
        check: budget,
        reconcile: budget,
    })
}

fn patient() -> Duration {
    60 * SECOND
}

/// Long enough for a worker to be started on a busy machine.
fn hasty() -> Duration {
    5 * SECOND
}

fn check(changes: Vec<Vec<u8>>) -> ChangeCheck {
    let writer = ChangeWriter {
        actor: ACTOR,
        role: Role::Mediator,
    };
    ChangeCheck {
        changes: changes.into_iter().map(ByteBuf::from).collect(),
        index: Vec::new(),
        writer,
    }
}

async fn answers(pool: &Pool) {
    let verdict = pool
        .check(check(vec![b"not a change".to_vec()]))
        .await
        .unwrap();
    assert_eq!(verdict.unwrap_err().code, "not_canonical");
}

fn send(pid: u32, signal: libc::c_int) {
    // SAFETY: plain numbers; the process is a worker of this test.
    assert_eq!(
        unsafe { libc::kill(i32::try_from(pid).unwrap(), signal) },
        0
    );
}

#[tokio::test]
async fn a_small_change_that_unfolds_into_gigabytes_costs_one_worker() {
    let pool = pool(1, 10, patient());
    let bomb = operations_in_one_run(40_000_000);
    assert!(bomb.len() < 150);
    let error = pool.check(check(vec![bomb])).await.unwrap_err();
    assert!(
        matches!(error, WorkerError::Died(Death::Signal(_))),
        "{error}"
    );
    assert!(error.blames_job());
    assert_eq!(error.code(), "worker_died");
    answers(&pool).await;
}

#[tokio::test]
async fn a_change_of_honest_size_is_looked_at_by_the_same_worker_again() {
    let pool = pool(1, 10, patient());
    answers(&pool).await;
    let first = pool.idle_pids();
    let refused = pool
        .check(check(vec![operations_in_one_run(3)]))
        .await
        .unwrap()
        .unwrap_err();
    assert_ne!(
        refused.code, "not_canonical",
        "the bomb above would not be one"
    );
    assert_eq!(pool.idle_pids(), first);
}

#[tokio::test]
async fn a_job_whose_worker_hangs_is_given_to_another_one() {
    let pool = pool(1, 10, hasty());
    answers(&pool).await;
    let [hanging] = pool.idle_pids()[..] else {
        panic!("one worker is idle")
    };
    send(hanging, libc::SIGSTOP);
    answers(&pool).await;
    assert!(!pool.idle_pids().contains(&hanging));
}

/// Its processor time would have ended it long before.
#[tokio::test]
async fn a_job_that_finds_stopped_workers_twice_is_not_to_blame_and_the_next_one_is_answered() {
    let unruly = UnrulyWorker::new();
    let pool = unruly.pool(1, hasty());
    unruly.stop(Whom::All);
    let error = pool.check(check(Vec::new())).await.unwrap_err();
    assert!(matches!(error, WorkerError::TimedOut { .. }), "{error}");
    assert!(!error.blames_job());
    unruly.let_be();
    answers(&pool).await;
}

#[tokio::test]
async fn a_worker_that_somebody_kills_is_replaced_unnoticed() {
    let pool = pool(1, 10, patient());
    answers(&pool).await;
    let [killed] = pool.idle_pids()[..] else {
        panic!("one worker is idle")
    };
    send(killed, libc::SIGKILL);
    answers(&pool).await;
    assert!(!pool.idle_pids().contains(&killed));
}

#[tokio::test]
async fn a_full_lane_says_so_at_once() {
    let pool = pool(1, 2, hasty());
    answers(&pool).await;
    let [hanging] = pool.idle_pids()[..] else {
        panic!("one worker is idle")
    };
    send(hanging, libc::SIGSTOP);
    let job = || pool.check(check(Vec::new()));
    let (a, b, c) = tokio::join!(job(), job(), job());
    let busy = [a, b, c]
        .iter()
        .filter(|answer| matches!(answer, Err(WorkerError::Busy)))
        .count();
    assert_eq!(busy, 1);
    answers(&pool).await;
}

#[tokio::test]
async fn a_worker_is_replaced_after_its_share_of_jobs() {
    let pool = pool(1, 10, patient());
    answers(&pool).await;
    let first = pool.idle_pids();
    for _ in 0..100 {
        answers(&pool).await;
    }
    assert_ne!(pool.idle_pids(), first);
}

#[tokio::test]
async fn a_closed_pool_takes_no_jobs_and_leaves_no_process() {
    let pool = pool(2, 10, patient());
    answers(&pool).await;
    let workers = pool.idle_pids();
    pool.close().await;
    let error = pool.check(check(Vec::new())).await.unwrap_err();
    assert!(matches!(error, WorkerError::Closed), "{error}");
    until("the workers are gone", || {
        workers.iter().all(|pid| is_gone(*pid))
    });
}

#[tokio::test]
async fn a_program_that_is_no_worker_blames_no_job() {
    let budget = JobBudget {
        wall: patient(),
        cpu_seconds: 2,
    };
    let (check_budget, reconcile) = (budget, budget);
    let settings = PoolSettings {
        program: "/bin/false".into(),
        workers: 1,
        memory_mib: 256,
        queue: 1,
        jobs_per_worker: 1,
        check: check_budget,
        reconcile,
    };
    let error = Pool::new(settings)
        .check(check(Vec::new()))
        .await
        .unwrap_err();
    assert!(!error.blames_job(), "{error}");
}

#[tokio::test]
async fn workers_die_with_a_server_that_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let note = directory.path().join("pid");
    let server = play(
        "worker::hold_a_stopped_worker",
        &[("HEJIE_NOTE", &note)],
        None,
    );
    until("the worker is noted", || {
        fs::read_to_string(&note).is_ok_and(|pid| pid.ends_with('\n'))
    });
    let worker = fs::read_to_string(&note).unwrap().trim().parse().unwrap();
    assert!(!is_gone(worker));
    kill_9(server);
    until("the worker is gone", || is_gone(worker));
}

/// Not a test: a server with a worker that cannot notice the end of its input.
#[tokio::test]
#[ignore = "played by another test in a process of its own"]
async fn hold_a_stopped_worker() {
    let Some(note) = std::env::var_os("HEJIE_NOTE") else {
        return;
    };
    let pool = pool(1, 10, patient());
    answers(&pool).await;
    let [worker] = pool.idle_pids()[..] else {
        panic!("one worker is idle")
    };
    send(worker, libc::SIGSTOP);
    fs::write(note, format!("{worker}\n")).unwrap();
    std::future::pending::<()>().await;
}

/// Gone, or dead and only waiting to be noticed.
fn is_gone(pid: u32) -> bool {
    fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"))
        .map_or(true, |stat| stat.contains(") Z "))
}

/// A whole change with so many operations `set k = null`, written as runs: its size does not depend
/// on their number.
fn operations_in_one_run(count: u32) -> Vec<u8> {
    let (run, none) = (leb(count), leb(count));
    let columns: [(u8, Vec<u8>); 5] = [
        (0x15, [&run[..], &[1, b'k']].concat()),
        (0x34, none),
        (0x42, [&run[..], &[1]].concat()),
        (0x56, [&run[..], &[0]].concat()),
        (0x70, [&run[..], &[0]].concat()),
    ];
    let mut body = vec![0, 16];
    body.extend(ACTOR.0);
    // seq 1, first operation 1, time 0, no message, no other actors, then the columns.
    body.extend([1, 1, 0, 0, 0, 5]);
    for (kind, data) in &columns {
        body.extend([*kind, u8::try_from(data.len()).unwrap()]);
    }
    body.extend(columns.iter().flat_map(|(_, data)| data));
    let mut hashed = vec![1, u8::try_from(body.len()).unwrap()];
    assert!(body.len() < 128);
    hashed.extend(body);
    let mut change = vec![0x85, 0x6f, 0x4a, 0x83];
    change.extend(&Sha256::digest(&hashed)[..4]);
    change.extend(hashed);
    change
}

/// LEB128; the highest bit of the last group stays clear, so that it reads the same with and
/// without a sign.
fn leb(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x40 {
        bytes.push(0x80 | u8::try_from(number & 0x7f).unwrap());
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}
