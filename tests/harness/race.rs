//! Who wants what a transaction holds waits for its end: how scenes put two in an order.

use crate::{Answer, TestServer};
use hejie_registry::pool::{self, Transaction};

/// What is answered to a call that waits for a transaction, which is committed as soon as it is
/// waited for.
pub async fn before_commit(
    server: &TestServer,
    tx: Transaction,
    asked: impl Future<Output = Answer>,
) -> Answer {
    let mut asked = std::pin::pin!(asked);
    tokio::select! {
        answer = &mut asked => panic!("it waits for nobody: {}", answer.json),
        () = until_waiting(server, 1) => {}
    }
    pool::commit(tx).await.unwrap();
    asked.await
}

/// Returns when so many transactions wait for others. The server has a database of its own.
pub async fn until_waiting(server: &TestServer, many: i64) {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0";
    loop {
        let waiting = sqlx::query_scalar(query).fetch_one(&server.state.pool);
        let waiting: i64 = waiting.await.unwrap();
        if waiting >= many {
            return;
        }
        tokio::task::yield_now().await;
    }
}
