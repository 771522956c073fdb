//! `hejie serve`: the server, from the database up to the address, and back down in order.

mod listeners;

use super::{
    Failure,
    database::{self, Database},
    marks, paths, ring,
};
use crate::say::say;
use crate::{
    api::exposition,
    background::Background,
    channel::{Unconnected, sender::OutboxSender},
    clock::Clock,
    config::{Config, LogChoice, WorkersSection},
    doctor,
    entropy::RandomSource,
    files,
    identity::SigningKeys,
    mark::{FolderFit, MarkError, Marks, SetBack},
    private_postgres::PrivatePostgres,
    reconcile::Reconciler,
    secrets::KeyRing,
    state::{App, AppParts, AppState, MetricsAccess, Settings},
    telemetry::{self, LogFormat, whole},
    worker::{JobBudget, Pool, PoolSettings},
};
use clap::Args;
use hejie_registry::pool::{self, PgPool};
use jiff::SignedDuration;
use listeners::Listeners;
use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Examples for `hejie serve`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie serve
  hejie serve --listen 0.0.0.0:8080 --data /var/lib/hejie
  hejie serve --config /etc/hejie.toml
  DATABASE_URL=postgres://hejie@db/hejie hejie serve";

/// How long requests that have begun may take once the server is told to end.
const DRAIN: Duration = Duration::from_secs(10);
/// The wall time of a job is this much longer than its processor time, for a machine that is busy
/// with other things.
const PATIENCE: u64 = 3;
/// How often cases are looked for that wait without anybody having said so.
const SWEEP: SignedDuration = SignedDuration::from_mins(1);
/// How often uploads are looked for that nobody goes on with.
const EXPIRY: SignedDuration = SignedDuration::from_hours(1);

/// What `hejie serve` understands.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The address and port [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<SocketAddr>,
}

/// Runs the server until it is told to end.
pub(super) async fn serve(config: Config) -> Result<ExitCode, Failure> {
    start_log(&config)?;
    let stopping = stopping().map_err(Failure::Runtime)?;
    let listeners = Listeners::open(&config).await?;
    look_for_room();
    let database = database::own(&config).await?;
    let ring = ring::open(&config, &database.pool).await?;
    let marks = marks::open(&config, &database.pool).await?;
    let app = app(&config, database.pool.clone(), ring, marks)?;
    look_for_set_back(&app).await.map_err(Failure::Mark)?;
    check_receivers(&config, &app.pool).await?;
    let background = background(&app)?;
    announce(&listeners, &config, &database);
    let served = run(listeners, &app, database.private.as_ref(), stopping).await;
    tracing::info!("stopping");
    drop(background);
    app.workers.close().await;
    database.close().await?;
    served.map(|()| ExitCode::SUCCESS)
}

/// Puts the parts of a server together.
pub(super) fn app(
    config: &Config,
    pool: PgPool,
    ring: KeyRing,
    marks: Marks,
) -> Result<AppState, Failure> {
    let keys = token_keys(&ring)?;
    let settings = Settings {
        behind_proxy: config.server.behind_proxy,
        refresh_token_lifetime: SignedDuration::from_hours(
            24 * i64::from(config.session.refresh_days),
        ),
        request_timeout: SignedDuration::from_secs(i64::from(config.server.request_seconds)),
        body_limit_bytes: config.server.body_kib << 10,
        file_limit_bytes: u64::from(config.files.limit_mib) << 20,
        body_idle: Duration::from_secs(u64::from(config.server.stall_seconds)),
        streams_per_user: config.server.streams_per_user,
        channel_answer: Duration::from_secs(u64::from(config.channels.answer_seconds)),
        outbox_look: SignedDuration::from_secs(i64::from(config.channels.look_seconds)),
        metrics: match config.server.metrics_listen {
            Some(_) => MetricsAccess::Elsewhere,
            None => MetricsAccess::From(config.server.metrics_networks.clone()),
        },
        ..Settings::default()
    };
    let (clock, entropy) = (Clock::system(), RandomSource::system());
    let files = paths::files(config)?;
    let parts = AppParts {
        pool,
        clock,
        entropy,
        keys,
        ring,
        marks,
        files,
        settings,
        workers: Pool::new(workers(&config.workers).map_err(Failure::Runtime)?),
        policy: config.deadlines.clone(),
        receivers: config.channels.clone(),
    };
    Ok(Arc::new(App::new(parts).map_err(Failure::Passwords)?))
}

/// Servers that share a ring take each other's access tokens.
fn token_keys(ring: &KeyRing) -> Result<SigningKeys, Failure> {
    let ring = ring.ring().map_err(Failure::KeyRing)?;
    let seed = ring
        .access_token_seed()
        .map_err(|fault| Failure::KeyRing(fault.into()))?;
    SigningKeys::from_seed(seed.bytes()).map_err(Failure::Keys)
}

/// Large requests wait in files while they come; everything else goes on without.
fn look_for_room() {
    if let Some(fault) = doctor::temporary_fault() {
        tracing::warn!(
            fault,
            "the temporary directory takes no large requests: choose another with TMPDIR"
        );
        say(format_args!(
            "  临时目录不可用，大件请求将被推迟，请用 TMPDIR 另选 / large requests cannot be kept, choose another folder with TMPDIR: {fault}"
        ));
    }
}

/// A danger that goes to a channel which nobody set up reaches nobody: said at the start, and
/// refused where somebody chose the name.
async fn check_receivers(config: &Config, pool: &PgPool) -> Result<(), Failure> {
    if config.channels.forgets_police() {
        return Err(Failure::asked(
            "配置未指定公安渠道，险情将无人接收 / the settings name no channel of the police: dangers would reach nobody",
            "请在 [channels] 中指定 / name it in the section [channels], as police = \"110\"",
        ));
    }
    let mut conn = pool::acquire(pool).await?;
    let Unconnected { unknown, police } = config.channels.check(&mut conn).await?;
    if !unknown.is_empty() {
        return Err(Failure::asked(
            format!(
                "配置中的渠道不存在 / the settings name channels that do not exist: {}",
                unknown.join(", ")
            ),
            "请用 hejie channel add 登记，或更正 [channels] / set them up with `hejie channel add`, or correct the section [channels]",
        ));
    }
    if police {
        let name = &config.channels.police;
        tracing::error!(
            channel = name,
            "dangers reach no police: the channel does not exist, is out of service or has no address"
        );
        say(format_args!(
            "  险情无法送达公安：渠道 {name} 未登记、已停用或没有地址 / dangers reach no police: set up the channel {name} with `hejie channel`"
        ));
    }
    Ok(())
}

/// Whether the database came back from a backup is known before anything is served.
async fn look_for_set_back(app: &App) -> Result<(), MarkError> {
    if let Some(SetBack { epoch, rows }) = app.reconciler.look_at_marks().await? {
        tracing::warn!(
            epoch,
            rows,
            "the database is an earlier state than was seen before: a new epoch begins, and phones bring back what they hold"
        );
        say(format_args!(
            "  数据库是较早的备份，已进入第 {epoch} 期，手机会补回其内容 / a backup was restored, epoch {epoch} begins"
        ));
    }
    Ok(())
}

fn start_log(config: &Config) -> Result<(), Failure> {
    let format = match config.log.format {
        LogChoice::Pretty => LogFormat::Pretty,
        LogChoice::Json => LogFormat::Json,
        LogChoice::Auto if io::stderr().is_terminal() => LogFormat::Pretty,
        LogChoice::Auto => LogFormat::Json,
    };
    telemetry::init(format, &config.log.filter).map_err(Failure::Telemetry)
}

fn workers(section: &WorkersSection) -> io::Result<PoolSettings> {
    let budget = |seconds: u64| JobBudget {
        wall: Duration::from_secs(seconds * PATIENCE),
        cpu_seconds: seconds,
    };
    let program = match &section.program {
        Some(program) => program.clone(),
        None => std::env::current_exe()?,
    };
    Ok(PoolSettings {
        program,
        workers: section.at_once(),
        memory_mib: section.memory_mib,
        queue: section.queue,
        jobs_per_worker: section.jobs_per_worker,
        check: budget(section.check_seconds),
        reconcile: budget(section.reconcile_seconds),
    })
}

/// Starts what works without being asked.
fn background(app: &AppState) -> Result<Background, Failure> {
    let mut tasks = Background::new(app.clock.clone());
    let sender = OutboxSender::new(app.sender_parts()).map_err(Failure::Webhooks)?;
    tasks.keep("outbox", move || {
        let sender = sender.clone();
        async move { sender.run().await }
    });
    tasks.keep("exposition", exposition::keep_up);
    let reconciler = app.reconciler.clone();
    tasks.keep("reconcile", move || {
        let reconciler = reconciler.clone();
        async move { reconciler.run().await }
    });
    let marked = app.clone();
    tasks.repeat("mark", SWEEP, move || keep_marked(marked.clone()));
    let reconciler = app.reconciler.clone();
    tasks.repeat("sweep", SWEEP, move || sweep(reconciler.clone()));
    let app = app.clone();
    tasks.repeat("expiry", EXPIRY, move || expire(app.clone()));
    Ok(tasks)
}

async fn keep_marked(app: AppState) {
    look_at_shared(&app).await;
    if let Err(error) = look_for_set_back(&app).await {
        tracing::warn!(
            error.chain = %whole(&error),
            "the mark of the registry could not be kept"
        );
    }
}

/// What several servers share may be taken from under this one: another folder is mounted, another
/// ring or an older copy of it lies there.
async fn look_at_shared(app: &AppState) {
    if let Err(error) = app.ring.ring() {
        tracing::error!(
            error.chain = %whole(&error),
            "the key ring cannot be used: requests that need it fail until the right one is back"
        );
    }
    match folder_fit(app).await {
        Ok(FolderFit::Fits) => {}
        Ok(FolderFit::Other { noted, found }) => tracing::error!(
            %noted,
            found = found.map(tracing::field::display),
            "the folder of files is not the one of this registry any more: mount it, or end this server"
        ),
        Err(error) => tracing::warn!(
            error.chain = %whole(&error),
            "the folder of the marks could not be looked at"
        ),
    }
}

async fn folder_fit(app: &AppState) -> Result<FolderFit, MarkError> {
    let mut conn = pool::acquire(&app.pool).await?;
    app.marks.folder_fit(&mut conn).await
}

async fn sweep(reconciler: Reconciler) {
    if let Err(error) = reconciler.sweep().await {
        tracing::warn!(error.chain = %whole(&error), "waiting cases could not be looked for");
    }
}

async fn expire(app: AppState) {
    if let Err(error) = files::expire(&app.pool, &app.files, app.clock.now()).await {
        tracing::warn!(error.chain = %whole(&error), "uploads could not be given up");
    }
}

fn announce(listeners: &Listeners, config: &Config, database: &Database) {
    let address = listeners.address().unwrap_or(config.server.listen);
    say(format_args!(
        "和解 hejie {} 已就绪 / ready",
        env!("CARGO_PKG_VERSION")
    ));
    say(format_args!("  控制台 / console  http://{address}"));
    say(format_args!(
        "  接口 / API        http://{address}/api/openapi.json"
    ));
    match &database.private {
        Some(postgres) => {
            let socket = postgres.socket_directory().display();
            say(format_args!("  套接字 / socket   {socket}"));
            say(format_args!("  数据库 / database {}", postgres.url()));
        }
        None => say(format_args!("  数据库 / database DATABASE_URL")),
    }
    say(format_args!("  Ctrl-C 停止 / stops"));
}

async fn run(
    listeners: Listeners,
    app: &AppState,
    postgres: Option<&PrivatePostgres>,
    mut stopping: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let graceful = listeners.serve(app, stopping.clone());
    let overdue = async move {
        stopping.wait_for(|told| *told).await.ok();
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        () = graceful => Ok(()),
        () = overdue => {
            tracing::warn!("requests that did not end were cut off");
            Ok(())
        }
        status = died(postgres) => Err(Failure::PostgresEnded(status)),
    }
}

async fn died(postgres: Option<&PrivatePostgres>) -> std::process::ExitStatus {
    match postgres {
        Some(postgres) => postgres.died().await,
        None => std::future::pending().await,
    }
}

/// Turns true at the first SIGINT or SIGTERM. The second ends the process at once; Postgres notices
/// that by itself.
pub(super) fn stopping() -> io::Result<watch::Receiver<bool>> {
    let (tell, told) = watch::channel(false);
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    tokio::spawn(async move {
        for end_at_once in [false, true] {
            tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            if end_at_once {
                std::process::exit(130);
            }
            tell.send_replace(true);
        }
    });
    Ok(told)
}
