//! A registry of its own for these scenes, and cases written into it by hand.

use hejie_case::{
    ids::{Actor, CaseId, ChangeHash, DeviceId, OrgId, UserId},
    role::{Author, Role},
};
use hejie_registry::{
    feed::{self, Move},
    log::{self, add::add_changes, change::ChangeSender},
    pool::{self, PgConnection, PgPool},
};
use hejie_wire::{chunk::Admitted, lint::Header};
use jiff::Timestamp;
use uuid::Uuid;

/// Connections to the registry of this binary.
pub async fn open(size: u32) -> PgPool {
    pool::connect(harness::database::url(), size).await.unwrap()
}

/// The time in all scenes of this file.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap()
}

/// The person number `n`.
pub fn author(n: u128) -> Author {
    Author {
        user: UserId(Uuid::from_u128(n)),
        role: Role::Mediator,
        org: OrgId(Uuid::from_u128(1)),
    }
}

/// A case with these members, and a document in which nothing stands.
pub async fn seed_case(pool: &PgPool, case: CaseId, members: &[Author]) {
    let mut tx = pool::begin(pool).await.unwrap();
    sqlx::query(
        "insert into case_doc (case_id, snapshot, heads, known_heads, facts, facts_version, view, digest, settled_at)
         values ($1, decode('856f4a83b81a9544000400000000', 'hex'), '{}', '{}', '{}', 1, '{}', decode(repeat('00', 16), 'hex'), now())",
    )
    .bind(case.0)
    .execute(&mut *tx)
    .await
    .unwrap();
    let grants: Vec<Move> = members.iter().map(|to| Move::Grant { to: *to }).collect();
    log::touch_case(&mut tx, case, &grants, now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
}

/// Adds the `n`-th change of `case` within a transaction, as the exchange does.
pub async fn write(
    conn: &mut PgConnection,
    case: CaseId,
    n: u64,
) -> Result<ChangeHash, hejie_registry::error::RegistryError> {
    let head = log::lock_case(conn, case).await?.unwrap();
    let arrival = arrival(case, n, &head.known_heads);
    let hash = arrival.hash;
    let sender = ChangeSender::Phone {
        device: DeviceId(Uuid::from_u128(5)),
        author: author(1),
    };
    add_changes(conn, &head, sender, &[arrival], now()).await?;
    log::touch_case(conn, case, &[Move::Changes(vec![hash])], now()).await?;
    Ok(hash)
}

/// Reads the feed of a person from a cursor on, as an answer does.
pub struct Reader {
    /// Whose feed.
    pub user: UserId,
    /// The last row seen.
    pub cursor: u64,
    /// What was seen, in order.
    pub seen: Vec<ChangeHash>,
}

impl Reader {
    /// A reader at the present end of a feed.
    pub async fn at_the_end(conn: &mut PgConnection, user: UserId) -> Self {
        let cursor = feed::head(conn, user).await.unwrap().last;
        Self {
            user,
            cursor,
            seen: Vec::new(),
        }
    }

    /// Reads what is there and moves the cursor.
    pub async fn read(&mut self, conn: &mut PgConnection) {
        for row in feed::list_after(conn, self.user, self.cursor, 1_000)
            .await
            .unwrap()
        {
            self.cursor = row.seq;
            if let feed::FeedEvent::Change(hash) = row.event {
                self.seen.push(hash);
            }
        }
    }
}

fn arrival(case: CaseId, n: u64, deps: &[ChangeHash]) -> Admitted {
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(case.0.as_bytes());
    hash[24..].copy_from_slice(&n.to_be_bytes());
    Admitted {
        hash: ChangeHash(hash),
        bytes: vec![0; 40],
        header: Header {
            actor: Actor([3; 16]),
            seq: n,
            start_op: n,
            max_op: n,
            ops: 1,
            deps: deps.to_vec(),
            said: None,
            others: Vec::new(),
            time: 0,
        },
    }
}
