//! The feed of each person: what moved in the cases that the person may see, numbered in the order
//! of commits.
//!
//! The counter of a feed is a row that every writer locks until its commit, in the order of user
//! ids. A reader who has seen row n has therefore seen, or can see, every row before it (PP5),
//! whatever else is in flight.

mod append;
mod plan;

pub use append::lock_feeds;
pub(crate) use append::{GrantedCase, append, grant_all};
pub(crate) use plan::{Members, plan};

use crate::{error::RegistryError, rows, statement::Selection};
use hejie_case::{
    ids::{Actor, CaseId, ChangeHash, UserId},
    part::Extent,
    reason::Reason,
    role::Author,
};
use hejie_wire::digest::Digest;
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

/// One thing that moved in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Changes were acknowledged.
    Changes(Vec<ChangeHash>),
    /// The version of the facts rose.
    Facts,
    /// A person may see and write the case from now on, in this role.
    Grant {
        /// The person with role and organisation.
        to: Author,
    },
    /// A person may not see the case any more.
    Forget {
        /// The person.
        user: UserId,
        /// What the person is told.
        why: Reason,
    },
    /// A change that had been acknowledged was refused after all; its author is told.
    Refused {
        /// The author.
        user: UserId,
        /// The change.
        change: ChangeHash,
        /// What the author is told.
        why: Reason,
    },
}

/// Where the feed of a person ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedHead {
    /// The number of the last row.
    pub last: u64,
    /// XOR of the digests of all cases of the person, at that row.
    pub digest: Digest,
}

/// One row of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// Its number.
    pub seq: u64,
    /// The case that moved.
    pub case: CaseId,
    /// What moved.
    pub event: FeedEvent,
    /// Who wrote the change that it names, unless that was quarantined since.
    pub actor: Option<Actor>,
    /// About how many bytes it stands for: the change, the facts or the whole case.
    pub bytes: u64,
}

impl FeedRow {
    /// Whether it names a change that this phone wrote, in whichever part.
    #[must_use]
    pub fn is_by(&self, phone: Actor) -> bool {
        self.actor.is_some_and(|actor| actor.phone() == phone)
    }
}

/// What a case adds to the sums of its members, by how much of it they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseDigests {
    /// Of whoever holds both parts.
    pub whole: Digest,
    /// Of whoever holds the work alone.
    pub work: Digest,
}

impl CaseDigests {
    /// That of a member.
    #[must_use]
    pub fn of(&self, extent: Extent) -> Digest {
        match extent {
            Extent::Whole => self.whole,
            Extent::Work => self.work,
        }
    }
}

/// What one row tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedEvent {
    /// A change arrived.
    Change(ChangeHash),
    /// The facts moved.
    Facts,
    /// The case came to the person.
    Grant,
    /// The case left the person.
    Forget(Reason),
    /// A change of the person was refused.
    Refused(ChangeHash, Reason),
}

/// Looks up where the feed of a person ends; a person without a feed is at its beginning.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn head(conn: &mut PgConnection, user: UserId) -> Result<FeedHead, RegistryError> {
    let row: Option<(i64, Vec<u8>)> =
        sqlx::query_as("select last_seq, digest from feed_head where user_id = $1")
            .bind(user.0)
            .fetch_optional(conn)
            .await?;
    let Some((last, digest)) = row else {
        return Ok(FeedHead::default());
    };
    Ok(FeedHead {
        last: rows::natural(last, "feed_head", "last_seq")?,
        digest: rows::digest(&digest, "feed_head", "digest")?,
    })
}

/// Lists at most `limit` rows after number `after`.
///
/// # Errors
/// Postgres failed, or a column cannot be read.
pub async fn list_after(
    conn: &mut PgConnection,
    user: UserId,
    after: u64,
    limit: u32,
) -> Result<Vec<FeedRow>, RegistryError> {
    sqlx::query_as::<_, StoredFeedRow>(
        "select f.seq, f.case_id, f.kind, f.hash, f.code, f.zh, c.actor,
                coalesce(case f.kind when 'change' then octet_length(c.bytes)
                                     when 'facts' then 2 * pg_column_size(d.facts)
                                     when 'grant' then octet_length(d.snapshot) + 2 * pg_column_size(d.facts)
                         end, 0) as bytes
         from feed f
         left join case_change c
             on f.kind = 'change' and c.case_id = f.case_id and c.hash = f.hash and c.state <> 'quarantined'
         left join case_doc d on f.kind in ('facts', 'grant') and d.case_id = f.case_id
         where f.user_id = $1 and f.seq > $2 order by f.seq limit $3",
    )
    .bind(user.0)
    .bind(rows::bigint(after))
    .bind(i64::from(limit))
    .list(conn)
    .await
}

#[derive(FromRow)]
struct StoredFeedRow {
    seq: i64,
    case_id: Uuid,
    kind: String,
    hash: Option<Vec<u8>>,
    code: Option<String>,
    zh: Option<String>,
    actor: Option<Vec<u8>>,
    bytes: i32,
}

impl TryFrom<StoredFeedRow> for FeedRow {
    type Error = RegistryError;
    fn try_from(row: StoredFeedRow) -> Result<Self, RegistryError> {
        let hash = row
            .hash
            .as_deref()
            .map(|bytes| rows::hash(bytes, "feed", "hash"))
            .transpose()?;
        let why = row.code.zip(row.zh).map(|(code, zh)| Reason { code, zh });
        let event = match (row.kind.as_str(), hash, why) {
            ("change", Some(hash), None) => FeedEvent::Change(hash),
            ("facts", None, None) => FeedEvent::Facts,
            ("grant", None, None) => FeedEvent::Grant,
            ("forget", None, Some(why)) => FeedEvent::Forget(why),
            ("refused", Some(hash), Some(why)) => FeedEvent::Refused(hash, why),
            _ => {
                return Err(RegistryError::in_column("feed", "kind")(
                    "a row that does not fit its kind",
                ));
            }
        };
        Ok(Self {
            seq: rows::natural(row.seq, "feed", "seq")?,
            case: CaseId(row.case_id),
            event,
            actor: row
                .actor
                .as_deref()
                .map(|actor| rows::actor(actor, "case_change", "actor"))
                .transpose()?,
            bytes: rows::natural(row.bytes.into(), "case_change", "bytes")?,
        })
    }
}
