//! Cases of which the phone holds another state than the registry: they are sent whole.

use super::{AnswerInputs, CASES, LARGEST, is_damaged};
use crate::exchange::page::Room;
use hejie_case::ids::{CaseId, UserId};
use hejie_registry::{
    case::recovery,
    error::RegistryError,
    pool::PgConnection,
    sync::{self, VisibleCases},
};
use hejie_wire::{digest::ShortDigest, message::Holdings};
use std::{
    collections::{BTreeMap, BTreeSet},
    iter::from_fn,
};

/// Loads the cases that the phone holds in another state, as far as there is room: the digest
/// brings the phone back for the rest.
pub(super) async fn repair(
    conn: &mut PgConnection,
    user: UserId,
    holdings: &Holdings,
    room: &mut Room,
    gathered: &mut AnswerInputs,
) -> Result<(), RegistryError> {
    let listed = sync::list_digests(conn, user, holdings.after, holdings.through).await?;
    let held: BTreeMap<CaseId, ShortDigest> = holdings.held.iter().copied().collect();
    let ours: BTreeSet<CaseId> = listed.iter().map(|(case, ..)| *case).collect();
    let foreign: Vec<CaseId> = held
        .keys()
        .filter(|case| !ours.contains(case))
        .take(CASES as usize)
        .copied()
        .collect();
    // What is not registered is not said to be somebody else's: the registry may have been set
    // back.
    gathered.unknown = recovery::list_unknown(conn, &foreign).await?;
    let unknown: BTreeSet<CaseId> = gathered.unknown.iter().copied().collect();
    gathered.foreign = foreign;
    gathered.foreign.retain(|case| !unknown.contains(case));
    let differing = listed
        .iter()
        .filter(|(case, _, digest)| held.get(case) != Some(&digest.short()))
        .map(|(case, ..)| *case);
    let present: BTreeSet<CaseId> = gathered.whole.iter().map(|whole| whole.case).collect();
    let wanted: Vec<CaseId> = differing
        .filter(|case| !present.contains(case))
        .take(CASES as usize)
        .collect();
    let sizes = sync::list_sizes_of(conn, &wanted).await?;
    let extents = listed.into_iter().map(|(case, extent, _)| (case, extent));
    send_fitting(conn, sizes, &extents.collect(), room, gathered).await
}

/// Sends whole cases, the smallest first and as far as there is room: one that does not get on,
/// since no answer can hold it, its stored document is damaged or the phone cannot read it, keeps
/// none behind it from being sent.
async fn send_fitting(
    conn: &mut PgConnection,
    mut sizes: Vec<(CaseId, u64)>,
    extents: &VisibleCases,
    room: &mut Room,
    gathered: &mut AnswerInputs,
) -> Result<(), RegistryError> {
    let oversized = sizes.extract_if(.., |(_, bytes)| *bytes > LARGEST as u64);
    gathered.oversized.extend(oversized.map(|(case, _)| case));
    sizes.sort_by_key(|(case, bytes)| (*bytes, *case));
    let mut sizes = sizes.into_iter().peekable();
    loop {
        let (before, mut fitting) = (*room, BTreeMap::new());
        fitting.extend(from_fn(|| sizes.next_if(|(_, bytes)| room.take(*bytes))));
        let held = |case: &CaseId| Some((*case, *extents.get(case)?));
        let cases: VisibleCases = fitting.keys().filter_map(held).collect();
        let mut whole = sync::list_whole(conn, &cases).await?;
        let damaged = whole.extract_if(.., |whole| is_damaged(whole));
        let damaged: Vec<CaseId> = damaged.map(|whole| whole.case).collect();
        gathered
            .repaired
            .extend(whole.iter().map(|whole| whole.case));
        gathered.whole.append(&mut whole);
        if damaged.is_empty() {
            return Ok(());
        }
        // What stays away takes no room.
        *room = before;
        fitting.retain(|case, _| !damaged.contains(case));
        for bytes in fitting.values() {
            room.take(*bytes);
        }
        gathered.damaged.extend(damaged);
    }
}

/// What was proved is sent as it stands now, so that the phone follows it again.
pub(super) async fn send_proved(
    conn: &mut PgConnection,
    user: UserId,
    proved: &[CaseId],
    gathered: &mut AnswerInputs,
) -> Result<(), RegistryError> {
    let present: BTreeSet<CaseId> = gathered.whole.iter().map(|whole| whole.case).collect();
    let mut visible = sync::list_visible(conn, user, proved).await?;
    visible.retain(|case, _| !present.contains(case));
    gathered
        .whole
        .extend(sync::list_whole(conn, &visible).await?);
    gathered.repaired.extend(visible.into_keys());
    Ok(())
}
