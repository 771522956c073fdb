//! Loading the cases: a batch is played on all cores while the one before is written; a batch is
//! one transaction.

use super::{DemoError, rows::rows};
use crate::files::FileStore;
use hejie_county::{County, sample::Sample};
use hejie_registry::{
    bulk::{self, BulkCase},
    pool::{self, PgConnection, PgPool},
};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Cases in one transaction; about twenty kilobytes each are held in memory, twice.
const BATCH: usize = 120;

/// The first case that is not in the registry yet. Batches are whole, so that it is the first of
/// one.
///
/// # Errors
/// Postgres failed.
pub async fn first_missing(conn: &mut PgConnection, county: &County) -> Result<usize, DemoError> {
    let batches = county.calls.len().div_ceil(BATCH);
    let (mut there, mut missing) = (0, batches);
    while there < missing {
        let middle = usize::midpoint(there, missing);
        if bulk::is_present(conn, county.case_id(middle * BATCH)).await? {
            there = middle + 1;
        } else {
            missing = middle;
        }
    }
    Ok((there * BATCH).min(county.calls.len()))
}

/// Keeps the originals behind the evidence of every case.
///
/// # Errors
/// When the file store fails.
pub async fn keep_samples(files: &FileStore) -> Result<(), DemoError> {
    for sample in Sample::all() {
        files.put(sample.bytes).await?;
    }
    Ok(())
}

/// Plays and writes the cases from one on, and says how many are there after each batch.
///
/// # Errors
/// See [`DemoError`]; what was written stays, and the load can be taken up again.
pub async fn load(
    pool: &PgPool,
    county: &Arc<County>,
    from: usize,
    progress: impl Fn(usize),
) -> Result<(), DemoError> {
    let total = county.calls.len();
    let range = |at: usize| at..(at + BATCH).min(total);
    let play = |range: Range<usize>| {
        let county = county.clone();
        tokio::task::spawn_blocking(move || play_all(&county, range))
    };
    let mut at = from;
    let mut playing = play(range(at));
    while at < total {
        let cases = playing.await.map_err(|_| DemoError::CutOff)??;
        at += cases.len();
        playing = play(range(at.min(total)));
        let mut tx = pool::begin(pool).await?;
        bulk::hurry(&mut tx).await?;
        bulk::add_cases(&mut tx, &cases).await?;
        pool::commit(tx).await?;
        progress(at);
    }
    Ok(())
}

/// Plays cases on all cores; they come back in their order.
fn play_all(county: &County, range: Range<usize>) -> Result<Vec<BulkCase>, DemoError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(range.start);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= range.end {
                return done;
            }
            let case = county
                .play(number)
                .map_err(|source| DemoError::Play { number, source })
                .and_then(|played| rows(number, played));
            let failed = case.is_err();
            done.push((number, case));
            if failed {
                next.store(range.end, Ordering::Relaxed);
            }
        }
    };
    let mut all = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let joined = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| DemoError::CutOff));
        joined.collect::<Result<Vec<_>, _>>()
    })?
    .into_iter()
    .flatten()
    .collect::<Vec<_>>();
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, case)| case).collect()
}
