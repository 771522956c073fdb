//! The server of one test: the real router on the binary's database, with a clock that the test
//! moves and seeded randomness.

use crate::{
    client::{Agent, Anonymous},
    county::County,
    database,
};
use axum::Router;
use hejie_case::policy::Policy;
use hejie_registry::pool;
use hejie_server::{
    api,
    channel::{Receivers, sender::OutboxSender},
    clock::{Clock, ClockHand},
    entropy::RandomSource,
    files::FileStore,
    identity::SigningKeys,
    mark::Marks,
    secrets::{
        KeyRing,
        ring::{KeyKind, Ring},
    },
    state::{App, AppParts, AppState, Settings},
    telemetry::{self, LogFormat},
    worker::{JobBudget, Pool, PoolSettings},
};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    env,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, LazyLock, Once},
    thread,
    time::Duration,
};

/// When every scene begins: a Monday, nine o'clock in Shanghai.
pub const MORNING: &str = "2026-03-02T01:00:00Z";

/// From what the ring of every server is drawn.
const RING: u64 = 1;

/// A server in this process.
pub struct TestServer {
    /// Its state, for what a test does behind the API's back.
    pub state: AppState,
    /// Moves its clock.
    pub hand: ClockHand,
    /// Its routes.
    pub router: Router,
}

impl TestServer {
    /// Starts a server. Servers of one binary share a database, as servers in production do.
    pub async fn start() -> Self {
        Self::with(Settings::default(), database::url()).await
    }

    /// Starts a server on a database of its own, for scenes in which what is due anywhere is due
    /// here.
    pub async fn alone() -> Self {
        Self::with(Settings::default(), &database::fresh().await).await
    }

    /// As [`Self::alone`], with the registry's mark kept in a directory too, as a real server keeps
    /// it.
    pub async fn marked(beside: &Path) -> Self {
        let database = database::fresh().await;
        Self::put_together(
            Settings::default(),
            &database,
            Some(beside),
            Receivers::default(),
            workers(),
        )
        .await
    }

    /// As [`Self::alone`], with other workers.
    pub async fn working_with(workers: Pool) -> Self {
        let (settings, receivers) = (Settings::default(), Receivers::default());
        Self::put_together(settings, &database::fresh().await, None, receivers, workers).await
    }

    /// Starts a server with settings of its own on a database.
    pub async fn with(settings: Settings, database: &str) -> Self {
        Self::put_together(settings, database, None, Receivers::default(), workers()).await
    }

    /// As [`Self::alone`], in a county whose three pushes go to channels: `plac`, `centre` and
    /// `territory`.
    pub async fn pushing() -> Self {
        Self::telling(Receivers {
            party_gov_plac: "plac".into(),
            one_stop_centre: "centre".into(),
            territory_dept: "territory".into(),
            ..Receivers::default()
        })
        .await
    }

    /// As [`Self::alone`], in a county that named its channels so.
    pub async fn telling(receivers: Receivers) -> Self {
        Self::put_together(
            Settings::default(),
            &database::fresh().await,
            None,
            receivers,
            workers(),
        )
        .await
    }

    async fn put_together(
        settings: Settings,
        database: &str,
        beside: Option<&Path>,
        receivers: Receivers,
        workers: Pool,
    ) -> Self {
        show_log();
        let pool = pool::connect(database, 8)
            .await
            .expect("the test database answers");
        let (clock, hand) = Clock::settable(MORNING.parse().unwrap());
        let entropy = RandomSource::seeded(seed());
        let keys = SigningKeys::from_seed(&entropy.bytes()).unwrap();
        // Servers of one database share a ring, as servers in production do.
        let mut ring = Ring::generate(&RandomSource::seeded(RING), clock.now());
        // But for this: the people of one scene are none of another's.
        ring.add(KeyKind::Hash, &entropy, clock.now());
        let ring = KeyRing::in_memory(ring);
        let files = FileStore::in_memory();
        let parts = AppParts {
            pool,
            clock,
            entropy,
            keys,
            ring,
            marks: Marks::new(beside.map(Path::to_owned), files.clone()),
            files,
            settings,
            workers,
            policy: Policy::default(),
            receivers,
        };
        let state = Arc::new(App::new(parts).unwrap());
        let router = api::app(state.clone());
        Self {
            state,
            hand,
            router,
        }
    }

    /// A county of this test's own.
    pub async fn county(&self) -> County {
        County::found(self).await
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous(Agent::new(self.router.clone()))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        self.hand.advance(by);
    }

    /// Reconciles every case that waits for it, as the server's own task does.
    pub async fn reconcile(&self) {
        self.state.reconciler.reconcile_waiting().await;
    }

    /// Sends every message to channels that is due, and returns how many were taken.
    pub async fn send_due(&self) -> usize {
        let sender = OutboxSender::new(self.state.sender_parts()).unwrap();
        sender.send_due().await.unwrap()
    }

    /// Opens a real socket on loopback, for clients that need one; it closes with the test's
    /// runtime.
    pub async fn listen(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let service = self
            .router
            .clone()
            .into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    }
}

/// With `HEJIE_TEST_LOG=debug` the servers of a run say what they do.
fn show_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        if let Ok(filter) = env::var("HEJIE_TEST_LOG") {
            telemetry::init(LogFormat::Pretty, &filter).expect("the log filter");
        }
    });
}

/// Workers are processes of `hejie-worker`, which cargo builds beside the test binaries. Budgets
/// bear a busy machine.
fn workers() -> Pool {
    let budget = JobBudget {
        wall: Duration::from_secs(60),
        cpu_seconds: 60,
    };
    Pool::new(PoolSettings {
        program: database::target().join("debug").join("hejie-worker"),
        workers: 1,
        memory_mib: 512,
        queue: 256,
        jobs_per_worker: 10_000,
        check: budget,
        reconcile: budget,
    })
}

/// A seed that follows from the test's name and from how many servers it has started, so that a run
/// can be repeated.
fn seed() -> u64 {
    static STARTED: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);
    let name = thread::current().name().unwrap_or("main").to_owned();
    let mut started = STARTED.lock();
    let count = started.entry(name.clone()).or_default();
    *count += 1;
    let hash: [u8; 32] = Sha256::new()
        .chain_update(name)
        .chain_update(count.to_be_bytes())
        .finalize()
        .into();
    u64::from_be_bytes(hash[..8].try_into().unwrap())
}
