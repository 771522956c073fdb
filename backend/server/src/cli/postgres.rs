//! `hejie postgres`: the private Postgres without the server, so that a backup can be restored into
//! it while nobody works with it.

use super::{Failure, database, serve};
use crate::{
    config::Config,
    private_postgres::{self, PrivatePostgres},
    say::say,
};
use std::process::ExitCode;

/// Examples for `hejie postgres`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie postgres                                              prints the folder of the socket; the server must be stopped
  psql -h SOCKET -U hejie -d postgres -v ON_ERROR_STOP=1 --single-transaction -f DUMP";

/// Runs it until it is told to end. A server that is running has the lock, and is named.
pub(super) async fn postgres(config: &Config) -> Result<ExitCode, Failure> {
    if config.database.url.is_some() {
        return Err(Failure::asked(
            "配置了自己的数据库，没有自带的可运行 / the settings name a database of your own: there is no private one to run",
            "请直接在该数据库上恢复，恢复前停止所有 hejie serve / restore into it, with every hejie serve stopped",
        ));
    }
    let mut stopping = serve::stopping().map_err(Failure::Runtime)?;
    let postgres = private_postgres::start(database::place(config)?)
        .await
        .map_err(Failure::Postgres)?;
    announce(&postgres);
    tokio::select! {
        _ = stopping.wait_for(|told| *told) => {}
        status = postgres.died() => return Err(Failure::PostgresEnded(status)),
    }
    postgres.stop().await.map_err(Failure::Runtime)?;
    Ok(ExitCode::SUCCESS)
}

fn announce(postgres: &PrivatePostgres) {
    say(format_args!(
        "自带的数据库已就绪，服务未运行 / the private Postgres is ready, the server is not running"
    ));
    say(format_args!(
        "  套接字目录 / folder of the socket {}",
        postgres.socket_directory().display()
    ));
    say(format_args!("  Ctrl-C 停止 / stops"));
}
