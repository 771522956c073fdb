//! Appending to feeds: counters locked in the order of user ids, then one statement for the
//! counters and one for the rows.

use crate::{
    error::RegistryError,
    feed::{FeedEvent, plan::FeedAppend},
    rows::{self, column},
    statement::SqlCommand,
    time::Ts,
};
use hejie_case::ids::{CaseId, UserId};
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Carries a plan out.
pub(crate) async fn append(
    conn: &mut PgConnection,
    case: CaseId,
    steps: &BTreeMap<UserId, FeedAppend>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    if steps.is_empty() {
        return Ok(());
    }
    let users: Vec<Uuid> = steps.keys().map(|user| user.0).collect();
    let heads = lock_heads(conn, &users).await?;
    let mut moved = MoveColumns::default();
    for ((user, step), (last, digest)) in steps.iter().zip(heads) {
        moved.push(
            *user,
            step,
            last,
            rows::digest(&digest, "feed_head", "digest")? ^ step.xor,
        );
    }
    set_heads(conn, &moved).await?;
    insert(conn, case, &moved, now).await
}

/// A case that came to a person.
pub(crate) struct GrantedCase {
    pub(crate) user: UserId,
    pub(crate) case: CaseId,
    pub(crate) digest: hejie_wire::digest::Digest,
    pub(crate) at: Timestamp,
}

/// Appends many cases that came to their members, in this order for each.
pub(crate) async fn grant_all(
    conn: &mut PgConnection,
    granted: &[GrantedCase],
) -> Result<(), RegistryError> {
    let mut of_user: BTreeMap<UserId, Vec<&GrantedCase>> = BTreeMap::new();
    for grant in granted {
        of_user.entry(grant.user).or_default().push(grant);
    }
    let users: Vec<Uuid> = of_user.keys().map(|user| user.0).collect();
    let heads = lock_heads(conn, &users).await?;
    let mut moved = MoveColumns::default();
    let (mut cases, mut times) = (Vec::new(), Vec::new());
    for ((user, grants), (last, digest)) in of_user.iter().zip(heads) {
        let came: hejie_wire::digest::Digest = grants.iter().map(|grant| grant.digest).collect();
        let digest = rows::digest(&digest, "feed_head", "digest")? ^ came;
        moved.push_grants(*user, grants.len(), last, digest);
        cases.extend(grants.iter().map(|grant| grant.case.0));
        times.extend(grants.iter().map(|grant| Ts(grant.at)));
    }
    set_heads(conn, &moved).await?;
    sqlx::query(
        "insert into feed (user_id, seq, case_id, kind, at)
         select u.user_id, u.seq, u.case_id, 'grant', u.at
         from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[]) u (user_id, seq, case_id, at)",
    )
    .bind(&moved.row_users)
    .bind(&moved.seqs)
    .bind(cases)
    .bind(times)
    .run(conn)
    .await
}

/// Locks the feeds of some people until the end of the transaction: for one that moves two cases,
/// before it moves the first, so that it takes them in the same order as everybody else.
///
/// # Errors
/// Postgres failed.
pub async fn lock_feeds(
    conn: &mut PgConnection,
    people: &BTreeSet<UserId>,
) -> Result<(), RegistryError> {
    let users = column(people, |user| user.0);
    lock_heads(conn, &users).await?;
    Ok(())
}

/// Locks the counters, making those that are missing; in the order of `users`, which is ascending.
async fn lock_heads(
    conn: &mut PgConnection,
    users: &[Uuid],
) -> Result<Vec<(i64, Vec<u8>)>, RegistryError> {
    sqlx::query(
        "insert into feed_head (user_id, last_seq, digest)
         select user_id, 0, decode(repeat('00', 16), 'hex') from unnest($1) user_id order by user_id
         on conflict do nothing",
    )
    .bind(users)
    .execute(&mut *conn)
    .await?;
    let heads = sqlx::query_as(
        "select last_seq, digest from feed_head where user_id = any($1) order by user_id for update",
    )
    .bind(users)
    .fetch_all(conn)
    .await?;
    Ok(heads)
}

/// The columns of what is written.
#[derive(Default)]
struct MoveColumns<'a> {
    users: Vec<Uuid>,
    last: Vec<i64>,
    digests: Vec<Vec<u8>>,
    row_users: Vec<Uuid>,
    seqs: Vec<i64>,
    kinds: Vec<&'static str>,
    hashes: Vec<Option<Vec<u8>>>,
    codes: Vec<Option<&'a str>>,
    zhs: Vec<Option<&'a str>>,
}

impl<'a> MoveColumns<'a> {
    fn push(
        &mut self,
        user: UserId,
        step: &'a FeedAppend,
        mut last: i64,
        digest: hejie_wire::digest::Digest,
    ) {
        for event in &step.events {
            last += 1;
            self.row_users.push(user.0);
            self.seqs.push(last);
            self.push_event(event);
        }
        self.users.push(user.0);
        self.last.push(last);
        self.digests.push(digest.0.to_vec());
    }

    fn push_grants(
        &mut self,
        user: UserId,
        count: usize,
        last: i64,
        digest: hejie_wire::digest::Digest,
    ) {
        self.row_users.extend(std::iter::repeat_n(user.0, count));
        self.seqs.extend((last + 1..).take(count));
        self.users.push(user.0);
        self.last.push(last + i64::try_from(count).unwrap_or(0));
        self.digests.push(digest.0.to_vec());
    }

    fn push_event(&mut self, event: &'a FeedEvent) {
        let (kind, hash, why) = match event {
            FeedEvent::Change(hash) => ("change", Some(hash), None),
            FeedEvent::Facts => ("facts", None, None),
            FeedEvent::Grant => ("grant", None, None),
            FeedEvent::Forget(why) => ("forget", None, Some(why)),
            FeedEvent::Refused(hash, why) => ("refused", Some(hash), Some(why)),
        };
        self.kinds.push(kind);
        self.hashes.push(hash.map(|hash| hash.0.to_vec()));
        self.codes.push(why.map(|why| why.code.as_str()));
        self.zhs.push(why.map(|why| why.zh.as_str()));
    }
}

async fn set_heads(conn: &mut PgConnection, moved: &MoveColumns<'_>) -> Result<(), RegistryError> {
    sqlx::query(
        "update feed_head set last_seq = u.last_seq, digest = u.digest
         from unnest($1::uuid[], $2::bigint[], $3::bytea[]) u (user_id, last_seq, digest)
         where feed_head.user_id = u.user_id",
    )
    .bind(&moved.users)
    .bind(&moved.last)
    .bind(&moved.digests)
    .run(conn)
    .await
}

async fn insert(
    conn: &mut PgConnection,
    case: CaseId,
    moved: &MoveColumns<'_>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into feed (user_id, seq, case_id, kind, hash, code, zh, at)
         select u.user_id, u.seq, $7, u.kind, u.hash, u.code, u.zh, $8
         from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[], $5::text[], $6::text[])
                  u (user_id, seq, kind, hash, code, zh)",
    )
    .bind(&moved.row_users)
    .bind(&moved.seqs)
    .bind(&moved.kinds)
    .bind(&moved.hashes)
    .bind(&moved.codes)
    .bind(&moved.zhs)
    .bind(case.0)
    .bind(Ts(now))
    .run(conn)
    .await
}
