//! What channels are owed and did not take yet, summed up for those who must act when it grows old.

use crate::{
    error::RegistryError,
    rows::{self, natural},
    time::Ts,
};
use hejie_case::ids::RegionCode;
use jiff::Timestamp;
use sqlx::PgConnection;

/// How much of a kind a channel is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// The channel.
    pub channel: String,
    /// The kind of messages, as the table has it.
    pub kind: String,
    /// How many wait.
    pub waiting: u64,
    /// When the oldest of them was caused.
    pub oldest_at: Timestamp,
    /// The channel was set up, is in service and has an address.
    pub is_connected: bool,
    /// What went wrong with the oldest that was tried.
    pub last_error: Option<String>,
}

type BacklogRow = (String, String, i64, Ts, bool, Option<String>);

/// Sums up what waits for the channels of a region, and what waits for any channel about its cases:
/// police orders first, then by age. What no channel and no case tells the region of is
/// everybody's.
///
/// # Errors
/// Postgres failed.
pub async fn list_backlog(
    conn: &mut PgConnection,
    region: &RegionCode,
) -> Result<Vec<Backlog>, RegistryError> {
    let rows = sqlx::query(
        "select m.channel, m.kind, count(*), min(m.created_at), bool_and(c.webhook_url is not null and c.active),
                (array_agg(m.last_error order by m.created_at) filter (where m.last_error is not null))[1]
         from outbox m left join channel c on c.name = m.channel left join org o on o.id = c.org_id
              left join case_reg r on r.case_id = m.case_id
         where m.delivered_at is null
           and (o.region_code like $1 || '%' or r.region_code like $1 || '%' or (o.id is null and r.case_id is null))
         group by m.channel, m.kind order by m.kind <> 'police_order', min(m.created_at), m.channel",
    )
    .bind(region.as_str())
    .fetch_all(conn)
    .await?;
    Ok(rows::legible(&rows, backlog))
}

fn backlog(row: BacklogRow) -> Result<Backlog, RegistryError> {
    let (channel, kind, waiting, oldest, is_connected, last_error) = row;
    Ok(Backlog {
        channel,
        kind,
        waiting: natural(waiting, "outbox", "id")?,
        oldest_at: oldest.0,
        is_connected,
        last_error,
    })
}
