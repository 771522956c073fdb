//! What others wrote, what this phone held merged, and what the server has lost: where nothing
//! proves it, the phone hands it in as it is. It vouches for none of it; the server keeps it aside
//! until its authors confirm it.
//!
//! Each change is relayed once an epoch. What the server does not take, because its person has
//! handed in too much of the case already, stays on the phone and is shown with the next exchange
//! again; so it is when the case is taken away. What it took stays until a backup holds it, as
//! everything else that no backup holds ([`super::kept`]): where the registry is set back once
//! more, it is relayed again. Of a case that was taken away it leaves at once.

use super::{
    Engine, EngineError, Reason,
    alarm::reports_danger,
    history, read,
    row::{self, AttestedRow, CaseRow, Relay, RelayHead, RelayReceipt},
};
use crate::{
    encryption::{RowChange, RowName},
    store::{Store, Table},
};
use hejie_case::ids::CaseId;
use hejie_wire::{
    chunk::Admitted,
    limits,
    message::{CaseUp, Down, Up},
};
use jiff::Timestamp;
use serde_bytes::ByteBuf;

impl CaseRow {
    /// What stands on a case of which the server does not take what is relayed; until then both
    /// sides are not equal.
    pub(super) fn relay_waits(&self) -> Option<Reason> {
        let zh = format!(
            "服务器恢复后缺少同事在本案写入的{}条内容，本机仍保存着，服务器尚未接收：请勿卸载应用或更换手机，并请矛调中心处理本案的隔离区后再同步。",
            self.relays
        );
        (self.relays > 0).then(|| Reason::new("relay_waits", &zh))
    }
}

impl<S: Store> Engine<S> {
    /// Rows for changes of others that the server was found not to have, as far as they were not
    /// relayed before.
    pub(super) fn to_relay(
        &self,
        held: &mut CaseRow,
        lost: &[Admitted],
    ) -> Result<Vec<RowChange>, EngineError> {
        if lost.is_empty() {
            return Ok(Vec::new());
        }
        let known = row::read_relays(&self.store, held.case)?;
        let mut next = known.last().map_or(0, |relay| relay.number + 1);
        let mut rows = Vec::new();
        for change in lost {
            let number = match known.iter().find(|relay| relay.head.hash == change.hash) {
                Some(relay) if relay.bytes.is_some() || relay.was_taken_in(self.epoch) => continue,
                Some(relay) => relay.number,
                None => {
                    next += 1;
                    next - 1
                }
            };
            let hash = change.hash;
            let relay = Relay {
                number,
                head: RelayHead { hash, taken: None },
                bytes: Some(change.bytes.clone()),
            };
            rows.push(row::put_relay(held.case, &relay)?);
        }
        let added = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        held.relays = held.relays.saturating_add(added);
        Ok(rows)
    }

    /// What the next request relays: reports of dangers first, and each time other cases, so that
    /// what the server does not take of one holds up no other.
    pub(super) fn relayed(&mut self) -> Result<Vec<CaseUp>, EngineError> {
        let (mut relayed, mut bytes) = (Vec::new(), 0);
        for case in self.to_relay_next() {
            let mut changes = Vec::new();
            let mut relays = row::read_relays(&self.store, case)?;
            relays.sort_by_key(|relay| !relay.waiting().is_some_and(reports_danger));
            for relay in relays {
                let Some(change) = relay.waiting() else {
                    continue;
                };
                bytes += change.len();
                let is_first = relayed.is_empty() && changes.is_empty();
                let is_full = bytes > self.relaying.bytes() && !is_first;
                if is_full || changes.len() == limits::CHANGES_PER_CASE {
                    break;
                }
                changes.push(ByteBuf::from(change.to_vec()));
            }
            if changes.is_empty() {
                continue;
            }
            relayed.push(CaseUp::new(case, changes));
        }
        self.relayed_last = relayed.last().map(|up| up.case).or(self.relayed_last);
        Ok(relayed)
    }

    /// Cases of which something is to be relayed, from behind the one that was the last to be.
    fn to_relay_next(&self) -> Vec<CaseId> {
        let wanting = self.held.values().filter(|held| held.relays > 0);
        let mut wanting: Vec<CaseId> = wanting.map(|held| held.case).collect();
        let behind = |case: &CaseId| self.relayed_last.is_none_or(|last| *case <= last);
        let at = wanting.partition_point(behind) % wanting.len().max(1);
        wanting.rotate_left(at);
        wanting.truncate(limits::RELAYED_PER_UP);
        wanting
    }

    /// Notes which relayed changes the server has now.
    pub(super) fn take_relayed(&mut self, down: &Down, request: &Up) -> Result<(), EngineError> {
        let is_taken = |up: &&CaseUp| down.relayed.contains(&up.case);
        for up in request.relayed.iter().filter(is_taken) {
            let Some(mut held) = self.held.get(&up.case).cloned() else {
                continue;
            };
            let mut rows = Vec::new();
            for relay in row::read_relays(&self.store, up.case)? {
                let bytes = relay.waiting();
                if bytes.is_none_or(|bytes| up.changes.iter().all(|sent| **sent != *bytes)) {
                    continue;
                }
                held.relays = held.relays.saturating_sub(1);
                if held.gone.is_some() || !held.holds(&relay) {
                    rows.push(RowChange::Delete(name_of(up.case, &relay)));
                    continue;
                }
                let taken = Some(RelayReceipt {
                    epoch: down.epoch,
                    at: down.server_time,
                });
                rows.push(row::put_relay(up.case, &relay.with(taken))?);
                held.relayed = held.relayed.saturating_add(1);
            }
            rows.push(row::put_case_row(&held)?);
            self.commit(rows)?;
            self.keep(held);
        }
        Ok(())
    }

    /// Relays again what a registry that was set back may have lost, and lets go of what was taken
    /// before `safe`; the names stay.
    pub(super) fn keep_relayed(&mut self, safe: Timestamp) -> Result<(), EngineError> {
        let epoch = self.epoch;
        let kept = self.held.values().filter(|held| held.relayed > 0).cloned();
        for mut held in kept.collect::<Vec<_>>() {
            let mut rows = Vec::new();
            for relay in row::read_relays(&self.store, held.case)? {
                let Some(taken) = relay.head.taken.filter(|_| relay.bytes.is_some()) else {
                    continue;
                };
                let next = if taken.epoch != epoch {
                    held.relays = held.relays.saturating_add(1);
                    relay.with(None)
                } else if taken.at < safe {
                    Relay {
                        bytes: None,
                        ..relay
                    }
                } else {
                    continue;
                };
                held.relayed = held.relayed.saturating_sub(1);
                rows.push(row::put_relay(held.case, &next)?);
            }
            if !rows.is_empty() {
                rows.push(row::put_case_row(&held)?);
                self.commit(rows)?;
                self.keep(held);
            }
        }
        Ok(())
    }

    /// How many changes of others are to be relayed of a case, and how many the server took that no
    /// backup holds.
    pub(super) fn count_relays(&self, case: CaseId) -> Result<(u32, u32), EngineError> {
        let rows = row::read_relays(&self.store, case)?;
        let waiting = rows.iter().filter(|relay| relay.waiting().is_some());
        let kept = rows.iter().filter(|relay| relay.bytes.is_some());
        let (waiting, kept) = (waiting.count(), kept.count());
        let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Ok((count(waiting), count(kept - waiting)))
    }

    /// Whether anything waits to be relayed.
    pub(super) fn has_to_relay(&self) -> bool {
        self.held.values().any(|held| held.relays > 0)
    }

    /// A case that leaves takes along what of it the server took. What still waits is handed in all
    /// the same: nobody else may have it.
    pub(super) fn relays_of_forgotten(
        &self,
        held: &mut CaseRow,
    ) -> Result<Vec<RowChange>, EngineError> {
        held.relayed = 0;
        let relays = row::read_relays(&self.store, held.case)?.into_iter();
        let taken = relays.filter(|relay| relay.waiting().is_none());
        Ok(taken
            .map(|relay| RowChange::Delete(name_of(held.case, &relay)))
            .collect())
    }

    /// Rows for what others wrote in a case that leaves and nothing proves, where the registry was
    /// set back since it signed for the case: nobody has told the phone what of it is lost.
    pub(super) fn unproved_of_forgotten(
        &self,
        held: &mut CaseRow,
    ) -> Result<Vec<RowChange>, EngineError> {
        let was_signed_before = |kept: &AttestedRow| {
            let claim = kept.head.attestation.read();
            claim.is_ok_and(|claim| claim.statement.epoch < self.epoch)
        };
        let kept = row::read_attested(&self.store, held.case)?;
        let Some(kept) = kept.filter(was_signed_before) else {
            return Ok(Vec::new());
        };
        let doc = match read::document(&self.store, held.case) {
            Err(error) if error.is_damage() => None,
            doc => doc?,
        };
        let Some(Ok(mut all)) = doc.as_ref().map(history::all) else {
            return Ok(Vec::new());
        };
        let beyond = history::beyond(&all, &kept.head.heads);
        let unsent = self.readable_outgoing(held.case)?;
        let own = self.owner()?.actor;
        all.retain(|change| {
            let is_unsent = unsent.iter().any(|one| one.head.hash == change.hash);
            beyond.contains(&change.hash) && change.header.actor.phone() != own && !is_unsent
        });
        self.to_relay(held, &all)
    }
}

fn name_of(case: CaseId, relay: &Relay) -> RowName {
    row::of_case(Table::Relay, case, relay.number)
}
