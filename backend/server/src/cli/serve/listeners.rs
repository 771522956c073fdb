//! The addresses on which the server listens, and what it bears there.

use super::Failure;
use crate::{
    api::{self, exposition},
    config::{Config, ServerSection},
    connections::{ConnectionLimits, Connections, descriptors},
    state::AppState,
};
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// Connections to the address of the metrics: some readers, and no more.
const METRICS: usize = 16;

/// The addresses, being listened on.
pub(super) struct Listeners {
    server: TcpListener,
    metrics: Option<TcpListener>,
    limits: ConnectionLimits,
}

impl Listeners {
    /// Listens. Nobody is answered yet.
    pub(super) async fn open(config: &Config) -> Result<Self, Failure> {
        let limits = limits(config)?;
        let metrics = match config.server.metrics_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        Ok(Self {
            server: listen(config.server.listen).await?,
            metrics,
            limits,
        })
    }

    /// The address of the server, as far as the system tells it.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.server.local_addr().ok()
    }

    /// Answers whoever comes, until the server is told to stop and the last answer has been given.
    /// Dropped before, it cuts off what is left.
    pub(super) async fn serve(self, app: &AppState, mut stopping: watch::Receiver<bool>) {
        let few = ConnectionLimits {
            total: METRICS,
            per_address: None,
            ..self.limits
        };
        let (told, metrics_told) = (stopping.clone(), stopping.clone());
        // Where the runtime's own threads take them, nobody is woken to wake somebody else for each
        // connection that comes.
        let mut serving = JoinSet::new();
        let (server, router) = (Connections::new(self.limits), api::app(app.clone()));
        serving.spawn(async move { server.serve(self.server, router, told).await });
        if let Some(listener) = self.metrics {
            let (readers, router) = (Connections::new(few), exposition::router());
            serving.spawn(async move { readers.serve(listener, router, metrics_told).await });
        }
        let quiet = async {
            // A sender that is gone means that the process ends anyway.
            stopping.wait_for(|told| *told).await.ok();
            app.events.close();
        };
        tokio::join!(serving.join_all(), quiet);
    }
}

/// Reckons how many connections there may be, so that files, workers and Postgres have theirs.
fn limits(config: &Config) -> Result<ConnectionLimits, Failure> {
    let files = descriptors::raise().map_err(Failure::Runtime)?;
    let section = &config.server;
    let total =
        descriptors::connections(files, config.needs(), section.asked()).ok_or_else(|| {
            Failure::asked(
                format!(
                    "进程只能打开 {files} 个文件，不够服务使用 / the process may open {files} files, which is too few for a server"
                ),
                "请提高上限：systemd 单元中的 LimitNOFILE=，或 ulimit -n / raise the limit: LimitNOFILE= in the unit of systemd, or ulimit -n",
            )
        })?;
    if section.asked().is_some_and(|asked| total < asked as usize) {
        tracing::warn!(
            asked = section.connections,
            "fewer connections than asked for, since the process may open too few files"
        );
    }
    let limits = of(section, total);
    tracing::info!(open_files = files, ?limits, "connections are limited");
    Ok(limits)
}

fn of(section: &ServerSection, total: usize) -> ConnectionLimits {
    let per_address = usize::try_from(section.connections_per_address).unwrap_or(usize::MAX);
    let seconds = |seconds| Duration::from_secs(u64::from(seconds));
    ConnectionLimits {
        total,
        per_address: (!section.behind_proxy).then_some(per_address),
        header: seconds(section.header_seconds),
        idle: seconds(section.idle_seconds),
        stall: seconds(section.stall_seconds),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|source| Failure::Listen { address, source })
}
