//! The log of changes and the index of objects of many cases.

use crate::{
    error::RegistryError,
    log::{self, add::hex_words, batch::SignedBatch, change::ChangeSender},
    rows::{bigint, column},
    statement::SqlCommand,
    time::Ts,
    word::to_word,
};
use hejie_case::{ids::CaseId, reason::Reason, rights::ObjectEntry, role::Author};
use hejie_wire::chunk::Admitted;
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// A change that is in the document, or was put aside.
#[derive(Debug, Clone)]
pub struct NewChange {
    /// The change.
    pub change: Admitted,
    /// Who brought it.
    pub sender: ChangeSender,
    /// When it was received.
    pub received_at: Timestamp,
    /// Why it was put aside; none if it is in the document.
    pub aside: Option<Reason>,
}

impl NewChange {
    fn author(&self) -> Option<Author> {
        match self.sender {
            ChangeSender::Phone { author, .. } => Some(author),
            ChangeSender::Server => None,
        }
    }

    fn device(&self) -> Option<Uuid> {
        match self.sender {
            ChangeSender::Phone { device, .. } => Some(device.0),
            ChangeSender::Server => None,
        }
    }
}

/// Adds the logs of cases, each in the order of receipt.
pub(super) async fn add_changes<'a>(
    conn: &mut PgConnection,
    logs: impl Iterator<Item = (CaseId, &'a [NewChange])>,
) -> Result<(), RegistryError> {
    let of_case = |(case, log): (CaseId, &'a [NewChange])| {
        (1_i64..)
            .zip(log)
            .map(move |(position, change)| (case.0, position, change))
    };
    let rows: Vec<(Uuid, i64, &NewChange)> = logs.flat_map(of_case).collect();
    let role = |change: &NewChange| change.author().map(|a| to_word(&a.role)).transpose();
    let roles = rows.iter().map(|(_, _, change)| role(change));
    let arrivals = || rows.iter().map(|(_, _, change)| &change.change);
    let why = |word: fn(&Reason) -> &str| {
        let asides = rows.iter().map(|(_, _, change)| change.aside.as_ref());
        asides.map(|why| why.map(word)).collect::<Vec<_>>()
    };
    let authors = || rows.iter().map(|(_, _, change)| change.author());
    sqlx::query(
        "insert into case_change (case_id, hash, position, actor, actor_seq, start_op, max_op, deps, device_id,
                                  user_id, role, org_id, bytes, received_at, state, reason_code, reason_zh)
         select u.case_id, u.hash, u.position, u.actor, u.seq, u.start_op, u.max_op,
                array(select decode(d, 'hex') from unnest(string_to_array(u.deps, ' ')) d), u.device_id,
                u.user_id, u.role, u.org_id, u.bytes, u.received_at,
                case when u.code is null then 'merged' else 'quarantined' end, u.code, u.zh
         from unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::bytea[], $5::bigint[], $6::bigint[], $7::bigint[],
                     $8::text[], $9::uuid[], $10::uuid[], $11::text[], $12::uuid[], $13::bytea[], $14::timestamptz[],
                     $15::text[], $16::text[])
                  u (case_id, hash, position, actor, seq, start_op, max_op, deps, device_id, user_id, role, org_id, bytes,
                     received_at, code, zh)",
    )
    .bind(column(&rows, |(case, _, _)| *case))
    .bind(column(arrivals(), |a| a.hash.0.to_vec()))
    .bind(column(&rows, |(_, position, _)| *position))
    .bind(column(arrivals(), |a| a.header.actor.0.to_vec()))
    .bind(column(arrivals(), |a| bigint(a.header.seq)))
    .bind(column(arrivals(), |a| bigint(a.header.start_op)))
    .bind(column(arrivals(), |a| bigint(a.header.max_op)))
    .bind(column(arrivals(), |a| hex_words(&a.header.deps)))
    .bind(column(&rows, |(_, _, change)| change.device()))
    .bind(column(authors(), |a| a.map(|a| a.user.0)))
    .bind(roles.collect::<Result<Vec<_>, _>>()?)
    .bind(column(authors(), |a| a.map(|a| a.org.0)))
    .bind(column(arrivals(), |a| a.bytes.as_slice()))
    .bind(column(&rows, |(_, _, change)| Ts(change.received_at)))
    .bind(why(|why| why.code.as_str()))
    .bind(why(|why| why.zh.as_str()))
    .execute(&mut *conn)
    .await?;
    let cases = column(rows, |(case, _, _)| case);
    log::note_all_actors(conn, &cases).await
}

/// Adds what phones signed, each with when it was received.
pub(super) async fn add_batches<'a>(
    conn: &mut PgConnection,
    batches: impl Iterator<Item = (&'a SignedBatch, Timestamp)>,
) -> Result<(), RegistryError> {
    let rows: Vec<(&SignedBatch, Timestamp)> = batches.collect();
    let batches = || rows.iter().map(|(signed, _)| &signed.batch);
    let signatures = rows.iter().map(|(signed, _)| signed.signature.0.to_vec());
    sqlx::query(
        "insert into case_batch (case_id, device_id, signature, hashes, received_at)
         select u.case_id, u.device_id, u.signature,
                array(select decode(h, 'hex') from unnest(string_to_array(u.hashes, ' ')) h), u.received_at
         from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::timestamptz[])
                  u (case_id, device_id, signature, hashes, received_at)",
    )
    .bind(column(batches(), |b| b.case.0))
    .bind(column(batches(), |b| b.device.0))
    .bind(signatures.collect::<Vec<_>>())
    .bind(column(batches(), |b| hex_words(&b.changes)))
    .bind(column(&rows, |(_, at)| Ts(*at)))
    .run(conn)
    .await
}

/// Adds the indexes of cases.
pub(super) async fn add_objects<'a>(
    conn: &mut PgConnection,
    indexes: impl Iterator<Item = (CaseId, &'a [ObjectEntry])>,
) -> Result<(), RegistryError> {
    let of_case = |(case, index): (CaseId, &'a [ObjectEntry])| {
        index.iter().map(move |object| (case.0, object))
    };
    let rows: Vec<(Uuid, &ObjectEntry)> = indexes.flat_map(of_case).collect();
    let objects = || rows.iter().map(|(_, object)| *object);
    sqlx::query(
        "insert into case_object (case_id, counter, actor, container, entry, field, creator)
         select u.case_id, u.counter, u.actor, u.container, u.entry, u.field, u.creator
         from unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bytea[])
                  u (case_id, counter, actor, container, entry, field, creator)",
    )
    .bind(column(&rows, |(case, _)| *case))
    .bind(column(objects(), |o| bigint(o.object.counter)))
    .bind(column(objects(), |o| o.object.actor.0.to_vec()))
    .bind(column(objects(), |o| o.container.as_str()))
    .bind(column(objects(), |o| o.entry.as_deref()))
    .bind(column(objects(), |o| o.field.as_deref()))
    .bind(column(objects(), |o| o.creator.0.to_vec()))
    .run(conn)
    .await
}
