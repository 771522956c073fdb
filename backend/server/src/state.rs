//! What every handler can reach. Nothing here is a truth of its own: another server could rebuild
//! all of it.

use crate::{
    channel::{
        Receivers,
        sender::{OutboxSignal, SenderParts},
    },
    claiming::Claiming,
    clock::Clock,
    entropy::RandomSource,
    events::Events,
    exchange::{Exchange, limits::ExchangeLimits},
    files::FileStore,
    identity::{Authentication, LoginGuard, PasswordSetup, Passwords, SigningKeys},
    mark::Marks,
    readiness::DatabaseProbe,
    reconcile::{self, Reconciler},
    satisfaction::Satisfactions,
    secrets::KeyRing,
    worker::Pool,
};
use crate::{
    config::Network,
    streams::{self, Streams},
};
use hejie_case::policy::Policy;
use hejie_registry::pool::PgPool;
use hejie_wire::limits;
use jiff::SignedDuration;
use std::{sync::Arc, time::Duration};

/// The state as handlers extract it.
pub type AppState = Arc<App>;

/// The parts of a running server.
pub struct App {
    /// Connections to Postgres.
    pub pool: PgPool,
    /// The one clock.
    pub clock: Clock,
    /// The one source of randomness.
    pub entropy: RandomSource,
    /// What the operator decided.
    pub settings: Settings,
    /// Signs people in and recognises them.
    pub identity: Authentication,
    /// Opens what phones sealed, and locks it for the table.
    pub ring: KeyRing,
    /// The originals of evidence.
    pub files: FileStore,
    /// What a registry that was set back is recognised by.
    pub marks: Marks,
    /// The exchange with phones.
    pub exchange: Exchange,
    /// Tells consoles that a case moved.
    pub events: Events,
    /// Who listens to that.
    pub streams: Streams,
    /// Looks whether Postgres is there, one at a time.
    pub database: DatabaseProbe,
    /// Rings when a channel is owed something.
    pub outbox: OutboxSignal,
    /// The processes that alone open documents.
    pub workers: Pool,
    /// Merges, rules and folds.
    pub reconciler: Reconciler,
    /// Answers claims.
    pub claiming: Claiming,
    /// Takes in what parties say of closed cases.
    pub satisfactions: Satisfactions,
}

/// What differs between the real server and one under test.
pub struct AppParts {
    /// Connections to Postgres.
    pub pool: PgPool,
    /// The clock.
    pub clock: Clock,
    /// The source of randomness.
    pub entropy: RandomSource,
    /// Signs access tokens.
    pub keys: SigningKeys,
    /// The keys of identities.
    pub ring: KeyRing,
    /// The originals of evidence.
    pub files: FileStore,
    /// What a registry that was set back is recognised by.
    pub marks: Marks,
    /// What the operator decided.
    pub settings: Settings,
    /// The processes that open documents.
    pub workers: Pool,
    /// Lengths of clocks and the like.
    pub policy: Policy,
    /// Which channels effects go to.
    pub receivers: Receivers,
}

/// What the operator decides about the HTTP side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// A proxy of our own stands in front: the client's address is the last of `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// How long a person stays signed in without showing up.
    pub refresh_token_lifetime: SignedDuration,
    /// How long a request may take until its answer begins.
    pub request_timeout: SignedDuration,
    /// The largest body that is read, but for the exchange of phones, which has a limit of its own.
    pub body_limit_bytes: usize,
    /// The largest original of a piece of evidence.
    pub file_limit_bytes: u64,
    /// How long a client that sends a body may send nothing of it.
    pub body_idle: Duration,
    /// Streams of live events that one person may have open.
    pub streams_per_user: usize,
    /// Who may read the metrics.
    pub metrics: MetricsAccess,
    /// How long a channel may take to answer a message.
    pub channel_answer: Duration,
    /// How often the outbox is looked at although nobody rang.
    pub outbox_look: SignedDuration,
    /// How often an open stream of events looks whether its session still holds, although nothing
    /// moved.
    pub stream_look: Duration,
}

/// Who may read the metrics at the address of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Clients of these networks.
    From(Vec<Network>),
    /// Nobody: they have an address of their own.
    Elsewhere,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            behind_proxy: false,
            refresh_token_lifetime: SignedDuration::from_hours(24 * 30),
            request_timeout: SignedDuration::from_secs(30),
            body_limit_bytes: 256 * 1024,
            file_limit_bytes: limits::FILE_BYTES,
            body_idle: Duration::from_secs(15),
            streams_per_user: 8,
            metrics: MetricsAccess::From(Network::loopback()),
            channel_answer: Duration::from_secs(15),
            outbox_look: SignedDuration::from_secs(5),
            stream_look: Duration::from_secs(15),
        }
    }
}

impl AppParts {
    fn reconciler(&self, events: &Events, outbox: &OutboxSignal) -> Reconciler {
        Reconciler::new(reconcile::ReconcilerParts {
            pool: self.pool.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            workers: self.workers.clone(),
            policy: self.policy.clone(),
            events: events.clone(),
            marks: self.marks.clone(),
            receivers: self.receivers.clone(),
            outbox: outbox.clone(),
        })
    }
}

impl App {
    /// Puts a server together from its parts.
    ///
    /// # Errors
    /// The password hash cannot be set up.
    pub fn new(parts: AppParts) -> Result<Self, PasswordSetup> {
        let (events, outbox) = (Events::default(), OutboxSignal::default());
        let streams = Streams::new(parts.settings.streams_per_user, streams::TOTAL);
        let reconciler = parts.reconciler(&events, &outbox);
        let claiming = Claiming {
            pool: parts.pool.clone(),
            clock: parts.clock.clone(),
            reconciler: reconciler.clone(),
        };
        let exchange = Exchange {
            pool: parts.pool.clone(),
            clock: parts.clock.clone(),
            ring: parts.ring.clone(),
            files: parts.files.clone(),
            file_limit_bytes: parts.settings.file_limit_bytes,
            workers: parts.workers.clone(),
            reconciler: reconciler.clone(),
            claiming: claiming.clone(),
            outbox: outbox.clone(),
            limits: ExchangeLimits::new(&parts.clock),
        };
        let identity = Authentication {
            pool: parts.pool.clone(),
            clock: parts.clock.clone(),
            entropy: parts.entropy.clone(),
            keys: parts.keys,
            passwords: Passwords::new(&parts.entropy)?,
            guard: LoginGuard::new(&parts.clock),
            marks: parts.marks.clone(),
            refresh_token_lifetime: parts.settings.refresh_token_lifetime,
        };
        Ok(Self {
            satisfactions: Satisfactions::new(
                parts.pool.clone(),
                &parts.clock,
                reconciler.policy(),
            ),
            pool: parts.pool,
            clock: parts.clock,
            entropy: parts.entropy,
            settings: parts.settings,
            identity,
            ring: parts.ring,
            files: parts.files,
            marks: parts.marks,
            exchange,
            events,
            streams,
            database: DatabaseProbe::default(),
            outbox,
            workers: parts.workers,
            reconciler,
            claiming,
        })
    }

    /// What the sender of messages to channels needs.
    #[must_use]
    pub fn sender_parts(&self) -> SenderParts {
        SenderParts {
            pool: self.pool.clone(),
            clock: self.clock.clone(),
            bell: self.outbox.clone(),
            answer: self.settings.channel_answer,
            look: self.settings.outbox_look,
        }
    }
}
