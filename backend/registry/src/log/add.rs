//! Adding to the log, and the heads that a case has afterwards.

use crate::{
    error::RegistryError,
    log::{CaseHead, actor, change::ChangeSender, quarantine},
    rows::{self, column},
    statement::SqlCommand,
    time::Ts,
    word::to_word,
};
use hejie_case::{
    ids::{CaseId, ChangeHash},
    part::CasePart,
    reason::Reason,
};
use hejie_wire::chunk::Admitted;
use jiff::Timestamp;
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// Adds acknowledged changes, in causal order, to a case locked by [`crate::log::lock_case`], and
/// moves its known heads.
///
/// # Errors
/// Postgres failed; a constraint refuses a change that is in the log already or a number that its
/// actor has used.
pub async fn add_changes(
    conn: &mut PgConnection,
    case: &CaseHead,
    sender: ChangeSender,
    arrivals: &[Admitted],
    now: Timestamp,
) -> Result<(), RegistryError> {
    quarantine::give_way(conn, case.case, arrivals, now).await?;
    insert(
        conn,
        case.case,
        sender,
        arrivals,
        &ChangeState::Acknowledged,
        now,
    )
    .await?;
    actor::note(conn, case.case, sender, arrivals).await?;
    let heads = heads_after(&case.known_heads, arrivals);
    let work = heads_after(&case.work_heads, of_work(arrivals));
    sqlx::query("update case_doc set known_heads = $2, work_heads = $3 where case_id = $1")
        .bind(case.case.0)
        .bind(rows::bytes_of(&heads))
        .bind(rows::bytes_of(&work))
        .run(conn)
        .await
}

/// How a change enters the log.
pub(crate) enum ChangeState<'a> {
    Acknowledged,
    Quarantined(&'a Reason),
}

pub(crate) async fn insert(
    conn: &mut PgConnection,
    case: CaseId,
    sender: ChangeSender,
    arrivals: &[Admitted],
    fate: &ChangeState<'_>,
    now: Timestamp,
) -> Result<(), RegistryError> {
    let (state, code, zh) = match fate {
        ChangeState::Acknowledged => ("acknowledged", None, None),
        ChangeState::Quarantined(Reason { code, zh }) => ("quarantined", Some(code), Some(zh)),
    };
    let (device, author) = match sender {
        ChangeSender::Phone { device, author } => (Some(device.0), Some(author)),
        ChangeSender::Server => (None, None),
    };
    sqlx::query(
        "insert into case_change (case_id, hash, position, actor, actor_seq, start_op, max_op, deps, device_id,
                                  user_id, role, org_id, bytes, received_at, state, reason_code, reason_zh)
         select $1, u.hash, last.position + u.n, u.actor, u.seq, u.start_op, u.max_op,
                array(select decode(d, 'hex') from unnest(string_to_array(u.deps, ' ')) d), $8,
                $9, $10, $11, u.bytes, $12, $13, $14, $15
         from unnest($2::bytea[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $16::bytea[])
                  with ordinality u (hash, actor, seq, start_op, max_op, deps, bytes, n),
              (select coalesce(max(position), 0) as position from case_change where case_id = $1) last",
    )
    .bind(case.0)
    .bind(column(arrivals, |a| a.hash.0.to_vec()))
    .bind(column(arrivals, |a| a.header.actor.0.to_vec()))
    .bind(column(arrivals, |a| rows::bigint(a.header.seq)))
    .bind(column(arrivals, |a| rows::bigint(a.header.start_op)))
    .bind(column(arrivals, |a| rows::bigint(a.header.max_op)))
    .bind(column(arrivals, |a| hex_words(&a.header.deps)))
    .bind(device)
    .bind(author.map(|a| a.user.0))
    .bind(author.map(|a| to_word(&a.role)).transpose()?)
    .bind(author.map(|a| a.org.0))
    .bind(Ts(now))
    .bind(state)
    .bind(code)
    .bind(zh)
    .bind(column(arrivals, |a| a.bytes.clone()))
    .run(conn)
    .await
}

/// Dependencies as text, because Postgres has no arrays of arrays of different lengths.
pub(crate) fn hex_words(hashes: &[ChangeHash]) -> String {
    hashes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Those of the changes that were written in the work.
pub(crate) fn of_work<'a>(
    arrivals: impl IntoIterator<Item = &'a Admitted>,
) -> impl Iterator<Item = &'a Admitted> {
    let is_work = |arrival: &&Admitted| arrival.header.actor.part() == CasePart::Work;
    arrivals.into_iter().filter(is_work)
}

/// The heads of a case after changes that depend on known ones: the old heads and the new changes
/// that nothing depends on.
pub(crate) fn heads_after<'a>(
    heads: &[ChangeHash],
    arrivals: impl IntoIterator<Item = &'a Admitted>,
) -> Vec<ChangeHash> {
    let mut all: BTreeSet<ChangeHash> = heads.iter().copied().collect();
    let mut followed: BTreeSet<ChangeHash> = BTreeSet::new();
    for arrival in arrivals {
        all.insert(arrival.hash);
        followed.extend(&arrival.header.deps);
    }
    all.retain(|hash| !followed.contains(hash));
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::ids::Actor;
    use hejie_wire::lint::Header;

    fn arrival(hash: u8, deps: &[u8]) -> Admitted {
        Admitted {
            hash: ChangeHash([hash; 32]),
            bytes: vec![],
            header: Header {
                actor: Actor([1; 16]),
                seq: 1,
                start_op: 1,
                max_op: 1,
                ops: 1,
                deps: deps.iter().map(|d| ChangeHash([*d; 32])).collect(),
                said: None,
                others: vec![],
                time: 0,
            },
        }
    }

    fn heads(of: &[u8]) -> Vec<ChangeHash> {
        of.iter().map(|h| ChangeHash([*h; 32])).collect()
    }

    #[test]
    fn a_chain_leaves_its_last_change_as_the_only_head() {
        assert_eq!(
            heads_after(&heads(&[1]), &[arrival(2, &[1]), arrival(3, &[2])]),
            heads(&[3])
        );
    }

    #[test]
    fn a_change_written_on_an_older_state_stands_beside_the_head() {
        assert_eq!(
            heads_after(&heads(&[5]), &[arrival(2, &[1])]),
            heads(&[2, 5])
        );
        assert_eq!(
            heads_after(&heads(&[2, 5]), &[arrival(9, &[2, 5])]),
            heads(&[9])
        );
    }

    #[test]
    fn the_first_change_of_a_case_becomes_its_head() {
        assert_eq!(heads_after(&[], &[arrival(2, &[0])]), heads(&[2]));
    }
}
