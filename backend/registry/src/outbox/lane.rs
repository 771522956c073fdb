//! Sending from the outbox: a lane for each channel, one message at a time, police orders first.
//!
//! Whoever sends to a channel holds its lane by a lease that each message renews, so that several
//! servers never send to one channel at once, and a server that dies keeps a lane for no longer
//! than one message may take.
//!
//! Every time that is waited for was set by a clock, which may have been put right since. One that
//! lies further ahead than it can be set ([`LaneReach`]) was set by a clock that was ahead, and is
//! over: nothing waits for a day because a clock was a day ahead.

use super::{Message, MessageKind, MessageRow};
use crate::{
    error::RegistryError,
    rows::natural,
    statement::{Selection, SqlCommand},
    time::{SKEW, Ts},
    word::from_word,
};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

/// How far ahead the times of a lane are set at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneReach {
    /// For how long a lane is leased.
    pub lease: SignedDuration,
    /// For how long a channel is left alone.
    pub pause: SignedDuration,
    /// After what time an order to the police is tried again.
    pub urgent: SignedDuration,
    /// After what time any other message is tried again.
    pub wait: SignedDuration,
}

/// How much of a kind a channel is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depth {
    /// The channel; none stands for all that nobody set up, whoever named them.
    pub channel: Option<String>,
    /// It is in service and has an address: what waits goes out by itself.
    pub is_connected: bool,
    /// The kind of messages.
    pub kind: MessageKind,
    /// How many wait.
    pub waiting: u64,
    /// When the oldest of them was caused.
    pub oldest: Timestamp,
}

/// A lane that nobody has and nothing holds up: `$1` is now, `$2` and `$3` are the furthest of
/// lease and pause.
macro_rules! is_free {
    () => {
        "not (l.leased_until > $1 and l.leased_until <= $2)
         and not (l.paused_until > $1 and l.paused_until <= $3)"
    };
}

/// A message whose time has come: `$1` is now, `$4` and `$5` are the furthest of an order to the
/// police and of others. What was never tried was due when it was written.
macro_rules! is_due {
    () => {
        "(o.attempts = 0
          or not (o.next_at > $1 and o.next_at <= case o.kind when 'police_order' then $4 else $5 end))"
    };
}

/// Lists the channels to which something is due and whose lane is free.
///
/// # Errors
/// Postgres failed.
pub async fn list_lanes(
    conn: &mut PgConnection,
    now: Timestamp,
    reach: LaneReach,
) -> Result<Vec<String>, RegistryError> {
    let channels = sqlx::query_scalar(concat!(
        "select distinct o.channel from outbox o left join outbox_lane l using (channel)
         where o.delivered_at is null and ",
        is_due!(),
        " and (l.channel is null or (",
        is_free!(),
        ")) order by o.channel"
    ))
    .bind(Ts(now))
    .bind(Ts(furthest(now, reach.lease)))
    .bind(Ts(furthest(now, reach.pause)))
    .bind(Ts(furthest(now, reach.urgent)))
    .bind(Ts(furthest(now, reach.wait)))
    .fetch_all(conn)
    .await?;
    Ok(channels)
}

/// Takes the lane of a channel for as long as a lease lasts; tells whether it was free.
///
/// # Errors
/// Postgres failed.
pub async fn take_lane(
    conn: &mut PgConnection,
    channel: &str,
    now: Timestamp,
    reach: LaneReach,
) -> Result<bool, RegistryError> {
    sqlx::query(concat!(
        "insert into outbox_lane as l (channel, leased_until, paused_until) values ($4, $5, '-infinity')
         on conflict (channel) do update set leased_until = $5 where ",
        is_free!()
    ))
    .bind(Ts(now))
    .bind(Ts(furthest(now, reach.lease)))
    .bind(Ts(furthest(now, reach.pause)))
    .bind(channel)
    .bind(Ts(ahead(now, reach.lease)))
    .touches(conn)
    .await
}

/// The next message of a lane that is ours: police orders first, then what was tried least, then by
/// age. Of one case never a later result goes before an earlier one; police orders wait for
/// nothing, neither for one that the channel rejects nor for one at which it hangs. Counts the
/// attempt and renews the lease.
///
/// # Errors
/// Postgres failed, or a row cannot be read.
pub async fn next_message(
    conn: &mut PgConnection,
    channel: &str,
    now: Timestamp,
    reach: LaneReach,
) -> Result<Option<Message>, RegistryError> {
    sqlx::query_as::<_, MessageRow>(concat!(
        "with lane as (update outbox_lane set leased_until = $2 where channel = $3)
         update outbox set attempts = attempts + 1
         where id = (select o.id from outbox o
                     where o.channel = $3 and o.delivered_at is null and ",
        is_due!(),
        "              and (o.kind = 'police_order'
                            or not exists (select 1 from outbox e
                                           where e.channel = o.channel and e.case_id = o.case_id and e.kind = o.kind
                                             and e.delivered_at is null and e.created_at < o.created_at))
                     order by o.kind <> 'police_order', o.attempts, o.created_at, o.id limit 1)
         returning id, channel, kind, case_id, external_no, payload, created_at, attempts, next_at, delivered_at, last_error"
    ))
    .bind(Ts(now))
    .bind(Ts(ahead(now, reach.lease)))
    .bind(channel)
    .bind(Ts(furthest(now, reach.urgent)))
    .bind(Ts(furthest(now, reach.wait)))
    .find(conn)
    .await
}

/// Gives a lane back; with a pause when the channel did not answer, unless an order to the police
/// waits that was not tried at all.
///
/// # Errors
/// Postgres failed.
pub async fn leave_lane(
    conn: &mut PgConnection,
    channel: &str,
    paused_until: Option<Timestamp>,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update outbox_lane set leased_until = '-infinity',
                paused_until = case when exists (select 1 from outbox o where o.channel = $1 and o.kind = 'police_order'
                                                   and o.delivered_at is null and o.attempts = 0)
                                    then '-infinity' else coalesce($2, '-infinity') end
         where channel = $1",
    )
        .bind(channel)
        .bind(paused_until.map(Ts))
        .run(conn)
        .await
}

/// Lets a channel be tried at once, whatever it did before: something came up that cannot wait.
pub(super) async fn end_pause(conn: &mut PgConnection, channel: &str) -> Result<(), RegistryError> {
    sqlx::query("update outbox_lane set paused_until = '-infinity' where channel = $1")
        .bind(channel)
        .run(conn)
        .await
}

/// Lets everything that a channel is owed be tried at once: its address is another one now, or it
/// is in service again.
///
/// # Errors
/// Postgres failed.
pub async fn wake(
    conn: &mut PgConnection,
    channel: &str,
    now: Timestamp,
) -> Result<(), RegistryError> {
    end_pause(conn, channel).await?;
    sqlx::query(
        "update outbox set next_at = least(next_at, $2) where channel = $1 and delivered_at is null",
    )
    .bind(channel)
    .bind(Ts(now))
    .run(conn)
    .await
}

/// Marks a message as taken by its channel.
///
/// # Errors
/// Postgres failed.
pub async fn set_delivered(
    conn: &mut PgConnection,
    id: Uuid,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query("update outbox set delivered_at = $2, last_error = null where id = $1")
        .bind(id)
        .bind(Ts(now))
        .run(conn)
        .await
}

/// Says when a message that was not taken is tried again, and what went wrong.
///
/// # Errors
/// Postgres failed.
pub async fn set_failed(
    conn: &mut PgConnection,
    id: Uuid,
    next_at: Timestamp,
    error: &str,
) -> Result<(), RegistryError> {
    sqlx::query(
        "update outbox set next_at = $2, last_error = $3 where id = $1 and delivered_at is null",
    )
    .bind(id)
    .bind(Ts(next_at))
    .bind(error)
    .run(conn)
    .await
}

/// How much every channel is owed, by kind: as many lines as there are channels, however many names
/// messages bear.
///
/// # Errors
/// Postgres failed, or a row cannot be read.
pub async fn depths(conn: &mut PgConnection) -> Result<Vec<Depth>, RegistryError> {
    let rows: Vec<(Option<String>, bool, String, i64, Ts)> = sqlx::query_as(
        "select c.name, c.webhook_url is not null and c.active, m.kind, count(*), min(m.created_at)
         from outbox m left join channel c on c.name = m.channel where m.delivered_at is null
         group by 1, 2, 3 order by 1, 3",
    )
    .fetch_all(conn)
    .await?;
    let depth = |(channel, is_connected, kind, waiting, oldest): (_, _, String, i64, Ts)| {
        Ok(Depth {
            channel,
            is_connected,
            kind: from_word(&kind, "outbox", "kind")?,
            waiting: natural(waiting, "outbox", "id")?,
            oldest: oldest.0,
        })
    };
    rows.into_iter().map(depth).collect()
}

fn ahead(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Beyond this nothing is set that far ahead, by whichever server.
fn furthest(now: Timestamp, by: SignedDuration) -> Timestamp {
    ahead(ahead(now, by), SKEW)
}
