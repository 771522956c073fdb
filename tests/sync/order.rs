//! No skipped change (PP5): a cursor never passes a change that commits later.

use crate::database::{self, Reader, author, seed_case, write};
use hejie_case::ids::{CaseId, ChangeHash, UserId};
use hejie_registry::pool::{self, PgConnection, PgPool, Transaction};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

/// Three transactions are open at once, each wants to write for one common reader; they come in
/// every order, and none or one of them rolls back. The reader reads after every step.
/// Shows PP5.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_never_passes_a_change_that_commits_later() {
    let pool = database::open(16).await;
    for (round, order) in ORDERS.iter().enumerate() {
        for failing in [None, Some(0), Some(1), Some(2)] {
            Overlap::new(&pool, round, failing)
                .await
                .play(order, failing)
                .await;
        }
    }
}

/// The same schedule with a plain sequence, as a peer published it: the check above must be able to
/// fail.
#[tokio::test]
async fn the_check_notices_a_feed_that_is_numbered_by_a_plain_sequence() {
    let pool = database::open(4).await;
    let (mut slow, mut fast) = (
        pool::begin(&pool).await.unwrap(),
        pool::begin(&pool).await.unwrap(),
    );
    let mut conn = pool::acquire(&pool).await.unwrap();
    let reader_of = author(500_000).user;
    sqlx::query("create sequence if not exists careless")
        .execute(&mut *conn)
        .await
        .unwrap();
    let mut reader = Reader::at_the_end(&mut conn, reader_of).await;
    careless_row(&mut slow, reader_of, 1).await;
    careless_row(&mut fast, reader_of, 2).await;
    pool::commit(fast).await.unwrap();
    reader.read(&mut conn).await;
    pool::commit(slow).await.unwrap();
    reader.read(&mut conn).await;
    assert_eq!(
        reader.seen,
        [ChangeHash([2; 32])],
        "the slower transaction's change was skipped"
    );
}

/// 64 writers and 64 readers at once, with cases that share members at random.
/// Shows PP5.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_readers_see_every_change_of_sixty_four_writers() {
    let seed = std::env::var("HEJIE_TEST_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_261_122);
    println!("HEJIE_TEST_SEED={seed}");
    let pool = database::open(96).await;
    let crowd = Crowd::new(&pool, StdRng::seed_from_u64(seed)).await;
    let open = Arc::new(AtomicUsize::new(WRITERS));
    let readers: Vec<_> = crowd
        .members
        .keys()
        .map(|user| spawn_reader(&pool, *user, &open))
        .collect();
    let writers: Vec<_> = crowd
        .schedules
        .iter()
        .map(|turns| spawn_writer(&pool, turns.clone(), &open))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for (reader, (user, cases)) in readers.into_iter().zip(&crowd.members) {
        let seen = reader.await.unwrap();
        let distinct: BTreeSet<ChangeHash> = seen.iter().copied().collect();
        assert_eq!(
            distinct.len(),
            seen.len(),
            "{user:?} read a change twice, seed {seed}"
        );
        assert_eq!(
            distinct,
            committed(&pool, cases).await,
            "{user:?} missed a change, seed {seed}"
        );
    }
}

/// Three cases with one common member.
struct Overlap {
    pool: PgPool,
    cases: [CaseId; 3],
    reader: Reader,
    conn: sqlx::pool::PoolConnection<sqlx::Postgres>,
}

impl Overlap {
    async fn new(pool: &PgPool, round: usize, failing: Option<usize>) -> Self {
        let place = (round * 4 + failing.map_or(0, |n| n + 1)) as u128 * 4;
        let cases = [0, 1, 2].map(|n| CaseId(Uuid::from_u128(1_000 + place + n)));
        let common = author(10_000 + place);
        for (n, case) in cases.into_iter().enumerate() {
            seed_case(pool, case, &[common, author(20_000 + place + n as u128)]).await;
        }
        let mut conn = pool::acquire(pool).await.unwrap();
        let reader = Reader::at_the_end(&mut conn, common.user).await;
        Self {
            pool: pool.clone(),
            cases,
            reader,
            conn,
        }
    }

    async fn play(mut self, order: &[usize; 3], failing: Option<usize>) {
        let mut writers = JoinSet::new();
        for (place, writer) in order.iter().enumerate() {
            self.start(&mut writers, *writer, place).await;
            self.reader.read(&mut self.conn).await;
            assert_eq!(self.reader.seen, [], "nothing is committed yet");
        }
        let mut committed = Vec::new();
        // Postgres does not promise the waiting writers their turn in order: whoever gets through
        // is next.
        while let Some(through) = writers.join_next().await {
            let written = through.unwrap();
            self.reader.read(&mut self.conn).await;
            assert_eq!(
                self.reader.seen, committed,
                "a row was seen before its commit"
            );
            if failing == Some(written.writer) {
                written.tx.rollback().await.unwrap();
            } else {
                pool::commit(written.tx).await.unwrap();
                committed.push(written.hash);
            }
            self.reader.read(&mut self.conn).await;
            assert_eq!(
                self.reader.seen, committed,
                "order {order:?}, failing {failing:?}"
            );
        }
        assert_eq!(committed.len(), 3 - usize::from(failing.is_some()));
    }

    /// Lets a writer write and keep its transaction open; all but the first must be seen waiting
    /// for the common counter.
    async fn start(&mut self, writers: &mut JoinSet<Written>, writer: usize, place: usize) {
        let mut tx = pool::begin(&self.pool).await.unwrap();
        let pid: i32 = sqlx::query_scalar("select pg_backend_pid()")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        let case = self.cases[writer];
        let through = Arc::new(AtomicBool::new(false));
        let flag = through.clone();
        writers.spawn(async move {
            let hash = write(&mut tx, case, 1).await.unwrap();
            flag.store(true, Ordering::SeqCst);
            Written { writer, tx, hash }
        });
        while !through.load(Ordering::SeqCst) && (place == 0 || !self.is_waiting(pid).await) {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            through.load(Ordering::SeqCst),
            place == 0,
            "only the first writer gets through"
        );
    }

    async fn is_waiting(&mut self, pid: i32) -> bool {
        sqlx::query_scalar("select cardinality(pg_blocking_pids($1)) > 0")
            .bind(pid)
            .fetch_one(&mut *self.conn)
            .await
            .unwrap()
    }
}

/// A writer whose transaction is still open.
struct Written {
    writer: usize,
    tx: Transaction,
    hash: ChangeHash,
}

async fn careless_row(conn: &mut PgConnection, user: UserId, n: u8) {
    sqlx::query(
        "insert into feed (user_id, seq, case_id, kind, hash, at) values ($1, nextval('careless'), $2, 'change', $3, now())",
    )
    .bind(user.0)
    .bind(Uuid::from_u128(u128::from(n)))
    .bind(vec![n; 32])
    .execute(conn)
    .await
    .unwrap();
}

const WRITERS: usize = 64;
const READERS: u128 = 64;
const CASES: u128 = 48;
const TURNS: usize = 6;

/// Who sees which cases, and which case each writer writes at each turn.
struct Crowd {
    members: BTreeMap<UserId, BTreeSet<CaseId>>,
    schedules: Vec<Vec<Turn>>,
}

#[derive(Clone, Copy)]
struct Turn {
    case: CaseId,
    /// How often the writer lets others go first while its transaction is open.
    held: u8,
    rolls_back: bool,
}

impl Crowd {
    async fn new(pool: &PgPool, mut rng: StdRng) -> Self {
        let people: Vec<u128> = (1..=READERS).collect();
        let mut members: BTreeMap<UserId, BTreeSet<CaseId>> = BTreeMap::new();
        let cases: Vec<CaseId> = (1..=CASES).map(|n| CaseId(Uuid::from_u128(n))).collect();
        for case in &cases {
            let mut mixed = people.clone();
            mixed.shuffle(&mut rng);
            let some: Vec<_> = mixed[..rng.random_range(1..6)]
                .iter()
                .map(|n| author(*n))
                .collect();
            seed_case(pool, *case, &some).await;
            for one in some {
                members.entry(one.user).or_default().insert(*case);
            }
        }
        let mut turn = || Turn {
            case: cases[rng.random_range(0..cases.len())],
            held: rng.random_range(0..20),
            rolls_back: rng.random_bool(0.1),
        };
        let schedules = (0..WRITERS)
            .map(|_| (0..TURNS).map(|_| turn()).collect())
            .collect();
        Self { members, schedules }
    }
}

fn spawn_writer(pool: &PgPool, turns: Vec<Turn>, open: &Arc<AtomicUsize>) -> JoinHandle<()> {
    let (pool, open) = (pool.clone(), open.clone());
    tokio::spawn(async move {
        for turn in turns {
            let mut tx = pool::begin(&pool).await.unwrap();
            let n = next_number(&mut tx, turn.case).await;
            write(&mut tx, turn.case, n).await.unwrap();
            for _ in 0..turn.held {
                tokio::task::yield_now().await;
            }
            if turn.rolls_back {
                tx.rollback().await.unwrap();
            } else {
                pool::commit(tx).await.unwrap();
            }
        }
        open.fetch_sub(1, Ordering::SeqCst);
    })
}

/// The next number of the one actor in a case; locks the case.
async fn next_number(conn: &mut PgConnection, case: CaseId) -> u64 {
    hejie_registry::log::lock_case(conn, case).await.unwrap();
    let last: i64 = sqlx::query_scalar(
        "select coalesce(max(actor_seq), 0) from case_change where case_id = $1",
    )
    .bind(case.0)
    .fetch_one(conn)
    .await
    .unwrap();
    last as u64 + 1
}

/// Reads all the time until the last writer has gone, and once more.
fn spawn_reader(
    pool: &PgPool,
    user: UserId,
    open: &Arc<AtomicUsize>,
) -> JoinHandle<Vec<ChangeHash>> {
    let (pool, open) = (pool.clone(), open.clone());
    tokio::spawn(async move {
        let mut reader = Reader {
            user,
            cursor: 0,
            seen: Vec::new(),
        };
        loop {
            let was_last = open.load(Ordering::SeqCst) == 0;
            let mut conn = pool::acquire(&pool).await.unwrap();
            reader.read(&mut conn).await;
            drop(conn);
            if was_last {
                return reader.seen;
            }
            tokio::task::yield_now().await;
        }
    })
}

async fn committed(pool: &PgPool, cases: &BTreeSet<CaseId>) -> BTreeSet<ChangeHash> {
    let ids: Vec<Uuid> = cases.iter().map(|case| case.0).collect();
    let hashes: Vec<Vec<u8>> =
        sqlx::query_scalar("select hash from case_change where case_id = any($1)")
            .bind(ids)
            .fetch_all(&mut *pool::acquire(pool).await.unwrap())
            .await
            .unwrap();
    hashes
        .iter()
        .map(|hash| ChangeHash::try_from(&hash[..]).unwrap())
        .collect()
}
