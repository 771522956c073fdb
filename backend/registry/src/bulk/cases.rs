//! Many cases at once: documents, facts, names, members, rows of the fold, incidents and what
//! channels were told.

use super::log::{NewChange, add_batches, add_changes, add_objects};
use crate::{
    case::{StoredCase, work_facts},
    error::RegistryError,
    feed::{self, CaseDigests, GrantedCase},
    file::{self, ArrivedFile},
    fold,
    incident::Incident,
    log::{
        add::{heads_after, hex_words, of_work},
        batch::SignedBatch,
        longest,
    },
    rows::{bigint, column, sha256},
    statement::SqlCommand,
    time::Ts,
    word::to_words,
};
use hejie_case::{
    fold::Projection,
    ids::{CaseId, ChangeHash},
    part::Extent,
    rights::ObjectEntry,
    role::Author,
};
use hejie_wire::digest::{Digest, case_digest};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use std::collections::HashMap;
use uuid::Uuid;

/// A case with everything that the registry keeps of it.
#[derive(Debug)]
pub struct BulkCase {
    /// Document, facts and view as they were settled last.
    pub stored: StoredCase,
    /// When that was.
    pub settled_at: Timestamp,
    /// The rows of the fold.
    pub projection: Projection,
    /// The log.
    pub log: Vec<NewChange>,
    /// What phones signed of it.
    pub batches: Vec<SignedBatch>,
    /// The index of objects.
    pub objects: Vec<ObjectEntry>,
    /// The originals of its evidence that have arrived.
    pub files: Vec<ArrivedFile>,
    /// Who may, or might, write into it.
    pub members: Vec<Membership>,
    /// The incident that it was reported by, if a channel did.
    pub incident: Option<Incident>,
    /// What channels were told: they have taken it.
    pub told: Vec<ChannelNotice>,
}

impl BulkCase {
    /// The heads of the work.
    fn work_heads(&self) -> Vec<ChangeHash> {
        let good = self.log.iter().filter(|one| one.aside.is_none());
        heads_after(&[], of_work(good.map(|one| &one.change)))
    }
}

/// What a channel was told.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelNotice {
    /// The kind of message, as the outbox has it.
    pub kind: &'static str,
    /// To whom.
    pub channel: String,
    /// The channel's own number, if it is about one.
    pub external_no: String,
    /// The message.
    pub payload: Value,
    /// When.
    pub at: Timestamp,
}

/// Who may write into a case, from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The person, in role and organisation.
    pub author: Author,
    /// Since when.
    pub from: Timestamp,
    /// Until when; none while it lasts.
    pub until: Option<Timestamp>,
}

/// Adds cases.
///
/// # Errors
/// Postgres failed, or one of them is there already.
pub async fn add_cases(conn: &mut PgConnection, cases: &[BulkCase]) -> Result<(), RegistryError> {
    add_documents(conn, cases).await?;
    add_changes(
        conn,
        cases.iter().map(|c| (c.stored.case, c.log.as_slice())),
    )
    .await?;
    let batches = cases.iter().flat_map(|c| {
        let at = c.settled_at;
        c.batches.iter().map(move |signed| (signed, at))
    });
    add_batches(conn, batches).await?;
    add_objects(
        conn,
        cases.iter().map(|c| (c.stored.case, c.objects.as_slice())),
    )
    .await?;
    fold::add_all(conn, cases.iter().map(|c| &c.projection)).await?;
    add_names(conn, cases).await?;
    add_incidents(conn, cases).await?;
    add_told(conn, cases).await?;
    let files: Vec<ArrivedFile> = cases.iter().flat_map(|c| c.files.iter().copied()).collect();
    file::arrive(conn, &files).await?;
    add_members(conn, cases).await
}

/// Whether a case is there.
///
/// # Errors
/// Postgres failed.
pub async fn is_present(conn: &mut PgConnection, case: CaseId) -> Result<bool, RegistryError> {
    let there = sqlx::query_scalar("select exists (select 1 from case_doc where case_id = $1)")
        .bind(case.0)
        .fetch_one(conn)
        .await?;
    Ok(there)
}

/// Keeps the numbers of a year up to this one for the cases that are loaded.
///
/// # Errors
/// Postgres failed.
pub async fn reserve_numbers(
    conn: &mut PgConnection,
    county: &str,
    year: i16,
    last: u32,
) -> Result<(), RegistryError> {
    sqlx::query(
        "insert into case_counter (county, year, last) values ($1, $2, $3)
         on conflict (county, year) do update set last = greatest(case_counter.last, excluded.last)",
    )
    .bind(county)
    .bind(i32::from(year))
    .bind(i32::try_from(last).unwrap_or(i32::MAX))
    .run(conn)
    .await
}

async fn add_documents(conn: &mut PgConnection, cases: &[BulkCase]) -> Result<(), RegistryError> {
    let stored = || cases.iter().map(|case| &case.stored);
    sqlx::query(
        "insert into case_doc
             (case_id, snapshot, heads, known_heads, facts, facts_version, view, digest, settled_at, next_moment_at,
              longest_text, work_heads, work_facts)
         select u.case_id, u.snapshot, h.heads, h.heads, u.facts, u.version, u.view, $7, u.settled_at,
             u.next_moment_at, u.longest, h.work, u.work_facts
         from unnest($1::uuid[], $2::bytea[], $3::text[], $4::jsonb[], $5::bigint[], $6::jsonb[], $8::timestamptz[], $9::timestamptz[], $10::int[],
                     $11::text[], $12::jsonb[])
                  u (case_id, snapshot, heads, facts, version, view, settled_at, next_moment_at, longest, work, work_facts),
              lateral (select array(select decode(w, 'hex') from unnest(string_to_array(u.heads, ' ')) w) as heads,
                              array(select decode(w, 'hex') from unnest(string_to_array(u.work, ' ')) w) as work) h",
    )
    .bind(column(stored(), |c| c.case.0))
    .bind(column(stored(), |c| c.snapshot.as_slice()))
    .bind(column(stored(), |c| hex_words(&c.heads)))
    .bind(column(stored(), |c| Json(&c.facts)))
    .bind(column(stored(), |c| bigint(c.facts.version)))
    .bind(column(stored(), |c| Json(&c.view)))
    .bind(&Digest::EMPTY.0[..])
    .bind(column(cases, |c| Ts(c.settled_at)))
    .bind(column(stored(), |c| c.next_moment.map(Ts)))
    .bind(column(stored(), |c| longest(&c.view)))
    .bind(column(cases, |c| hex_words(&c.work_heads())))
    .bind(column(stored(), |c| work_facts(&c.facts)))
    .run(conn)
    .await
}

async fn add_names(conn: &mut PgConnection, cases: &[BulkCase]) -> Result<(), RegistryError> {
    let facts = || cases.iter().map(|case| &case.stored.facts);
    sqlx::query(
        "insert into case_name (name, kind, case_id)
         select u.case_no, 'case_no', u.case_id from unnest($1::uuid[], $2::text[]) u (case_id, case_no)
         union all
         select u.public_code, 'public_code', u.case_id from unnest($1::uuid[], $3::text[]) u (case_id, public_code)",
    )
    .bind(column(facts(), |f| f.case_id.0))
    .bind(column(facts(), |f| f.case_no.as_str()))
    .bind(column(facts(), |f| f.public_code.as_str()))
    .run(conn)
    .await
}

async fn add_incidents(conn: &mut PgConnection, cases: &[BulkCase]) -> Result<(), RegistryError> {
    let of_case = |case: &'_ BulkCase| Some((case.stored.case.0, case.incident.clone()?));
    let rows: Vec<_> = cases.iter().filter_map(of_case).collect();
    let incidents = || rows.iter().map(|(_, incident)| incident);
    sqlx::query(
        "insert into incident (id, channel, external_no, received_at, reported_at, region_code, is_dispute, list,
             situation_code, raw, content_hash, case_id)
         select u.id, u.channel, u.external_no, u.received_at, u.reported_at, u.region_code, true, u.list,
             u.situation_code, u.raw, u.content_hash, u.case_id
         from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[],
                     $8::text[], $9::jsonb[], $10::bytea[], $11::uuid[])
                  u (id, channel, external_no, received_at, reported_at, region_code, list, situation_code, raw,
                     content_hash, case_id)",
    )
    .bind(column(incidents(), |i| i.id.0))
    .bind(column(incidents(), |i| i.channel.as_str()))
    .bind(column(incidents(), |i| i.external_no.as_str()))
    .bind(column(incidents(), |i| Ts(i.received_at)))
    .bind(column(incidents(), |i| Ts(i.reported_at)))
    .bind(column(incidents(), |i| i.region.as_str()))
    .bind(to_words(incidents(), |i| i.list)?)
    .bind(column(incidents(), |i| i.situation.as_str()))
    .bind(column(incidents(), |i| Json(&i.raw)))
    .bind(column(incidents(), |i| i.content_hash.to_vec()))
    .bind(column(&rows, |(case, _)| *case))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into case_incident (case_id, incident_id, relation, at)
         select u.case_id, u.id, 'origin', u.at from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) u (case_id, id, at)",
    )
    .bind(column(&rows, |(case, _)| *case))
    .bind(column(incidents(), |i| i.id.0))
    .bind(column(incidents(), |i| Ts(i.received_at)))
    .run(conn)
    .await
}

async fn add_told(conn: &mut PgConnection, cases: &[BulkCase]) -> Result<(), RegistryError> {
    let of_case = |case: &'_ BulkCase| {
        let id = case.stored.case.0;
        case.told.clone().into_iter().map(move |told| (id, told))
    };
    let rows: Vec<_> = cases.iter().flat_map(of_case).collect();
    let told = || rows.iter().map(|(_, told)| told);
    sqlx::query(
        "insert into outbox (channel, kind, case_id, external_no, payload, created_at, attempts, next_at, delivered_at)
         select u.channel, u.kind, u.case_id, u.external_no, u.payload, u.at, 1, u.at, u.at
         from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::jsonb[], $6::text[])
                  u (case_id, channel, external_no, at, payload, kind)",
    )
    .bind(column(&rows, |(case, _)| *case))
    .bind(column(told(), |t| t.channel.as_str()))
    .bind(column(told(), |t| t.external_no.as_str()))
    .bind(column(told(), |t| Ts(t.at)))
    .bind(column(told(), |t| Json(&t.payload)))
    .bind(column(told(), |t| t.kind))
    .run(conn)
    .await
}

/// Members, and for those who are it still the case in their feeds.
async fn add_members(conn: &mut PgConnection, cases: &[BulkCase]) -> Result<(), RegistryError> {
    let of_case = |case: &'_ BulkCase| {
        let id = case.stored.case;
        case.members
            .clone()
            .into_iter()
            .map(move |member| (id, member))
    };
    let rows: Vec<(CaseId, Membership)> = cases.iter().flat_map(of_case).collect();
    sqlx::query(
        "insert into case_member (case_id, user_id, role, org_id, from_at, until_at)
         select u.case_id, u.user_id, u.role, u.org_id, u.from_at, u.until_at
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
                  u (case_id, user_id, role, org_id, from_at, until_at)",
    )
    .bind(column(&rows, |(case, _)| case.0))
    .bind(column(&rows, |(_, m)| m.author.user.0))
    .bind(to_words(&rows, |(_, m)| m.author.role)?)
    .bind(column(&rows, |(_, m)| m.author.org.0))
    .bind(column(&rows, |(_, m)| Ts(m.from)))
    .bind(column(&rows, |(_, m)| m.until.map(Ts)))
    .execute(&mut *conn)
    .await?;
    let digests = set_digests(conn, cases).await?;
    let mut granted = Vec::new();
    for (case, digests) in cases.iter().zip(digests) {
        for member in case.members.iter().filter(|m| m.until.is_none()) {
            granted.push(GrantedCase {
                user: member.author.user,
                case: case.stored.case,
                digest: digests.of(Extent::of(member.author.role)),
                at: case.settled_at,
            });
        }
    }
    feed::grant_all(conn, &granted).await
}

/// Gives cases their digests, from their facts as the database has them; in the order of the cases.
async fn set_digests(
    conn: &mut PgConnection,
    cases: &[BulkCase],
) -> Result<Vec<CaseDigests>, RegistryError> {
    let ids = column(cases, |case| case.stored.case.0);
    let rows: Vec<(Uuid, Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "select case_id, facts_hash, work_facts_hash from case_doc where case_id = any($1)",
    )
    .bind(&ids)
    .fetch_all(&mut *conn)
    .await?;
    let mut facts = HashMap::new();
    for (case, whole, work) in rows {
        let whole = sha256(&whole, "case_doc", "facts_hash")?;
        let work = sha256(&work, "case_doc", "work_facts_hash")?;
        facts.insert(CaseId(case), (whole, work));
    }
    let digests = cases.iter().map(|case| {
        let (id, hashes) = (case.stored.case, facts.get(&case.stored.case));
        CaseDigests {
            whole: case_digest(id, hashes.map(|(whole, _)| whole), &case.stored.heads),
            work: case_digest(id, hashes.map(|(_, work)| work), &case.work_heads()),
        }
    });
    let digests: Vec<CaseDigests> = digests.collect();
    sqlx::query(
        "update case_doc d set digest = u.digest, work_digest = u.work_digest
         from unnest($1::uuid[], $2::bytea[], $3::bytea[]) u (case_id, digest, work_digest)
         where u.case_id = d.case_id",
    )
    .bind(&ids)
    .bind(column(&digests, |digests| digests.whole.0.to_vec()))
    .bind(column(&digests, |digests| digests.work.0.to_vec()))
    .execute(conn)
    .await?;
    Ok(digests)
}
