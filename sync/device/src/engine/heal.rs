//! Going on with a store that is not as it was left. What the server has of a case is fetched again
//! with the next exchange, because a damaged case leaves the digest; what of it waits and reads is
//! kept, and written on what comes.

mod here;
mod regained;

use super::{
    Engine, EngineError, Reason,
    card::Card,
    read,
    row::{self, CaseRow},
    trouble::StoreTrouble,
};
use crate::{
    encryption::{EncryptedStore, Integrity, RowChange, RowName, RowOwner},
    store::{Store, Table},
};
use hejie_case::ids::{CaseId, EntryId};
use hejie_wire::chunk::admit;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

impl<S: Store> Engine<S> {
    /// After opening: marks what cannot be relied on, in one commit with the removal of what does
    /// not open.
    pub(super) fn recover(&mut self) -> Result<(), EngineError> {
        self.recover_from(self.integrity())
    }

    fn recover_from(&mut self, integrity: Integrity) -> Result<(), EngineError> {
        let Some(trouble) = StoreTrouble::of(integrity) else {
            return Ok(());
        };
        let is_doubtful = matches!(integrity, Integrity::Doubtful { .. });
        let mut cases: Vec<CaseRow> = self.held.values().cloned().collect();
        cases.extend(self.regained()?);
        let mut changes = Vec::new();
        let (mut moved, mut lost, mut kept) = (Vec::new(), 0, 0);
        for held in cases {
            if let Some(checked) = self.checked(held, is_doubtful)? {
                changes.extend(checked.rows);
                lost += u64::from(checked.lost);
                kept += u64::from(checked.kept);
                moved.push(checked.held);
            }
        }
        let trouble = trouble.losing(lost, kept);
        let is_told = trouble.is_harmless() && is_told_by(integrity, &moved);
        let trouble = (!is_told).then(|| trouble.with(self.trouble.as_ref()));
        if let Some(trouble) = &trouble {
            changes.push(row::put(row::TROUBLE, trouble)?);
        }
        if let Some(enrolled) = &self.enrolled {
            changes.push(row::put(row::ENROLMENT, enrolled)?);
            changes.push(row::put(row::ENROLMENT_COPY, enrolled)?);
        }
        self.commit(changes)?;
        self.trouble = trouble.or(self.trouble.take());
        moved.into_iter().for_each(|held| self.keep(held));
        Ok(())
    }

    /// How the store was found. The row of a case that opens and does not read is as bad as one
    /// that does not open: nobody would miss a case that only this phone has. So is an unsent
    /// change that was taken out for the same reason.
    fn integrity(&self) -> Integrity {
        let unread = self
            .store
            .count(Table::Case)
            .saturating_sub(self.held.len());
        let waiting: u64 = self.held.values().map(|held| u64::from(held.waiting)).sum();
        let missing = waiting.saturating_sub(self.store.count(Table::Outgoing) as u64);
        match self.store.integrity() {
            Integrity::Sound if unread > 0 || missing > 0 => Integrity::Rows {
                rows: unread as u64 + missing,
                unsent: missing,
                beside: 0,
            },
            found => found,
        }
    }

    /// Takes out the rows that open and do not read, and says how the store is found then. What
    /// they hold can never be sent, and what stands behind them would never be.
    fn take_out_unread(&mut self) -> Result<Option<Integrity>, EngineError> {
        let mut unread = Vec::new();
        for (case, table) in self
            .held
            .keys()
            .flat_map(|case| row::READ.map(|table| (*case, table)))
        {
            let rows = self.store.scan(table, Some(RowOwner::Case(case)))?;
            let bad = rows
                .iter()
                .filter(|(number, value)| !row::reads(table, *number, value));
            unread.extend(bad.map(|(number, _)| row::of_case(table, case, *number)));
        }
        if unread.is_empty() {
            return Ok(None);
        }
        let found = Integrity::without(unread.iter().map(|name| name.table));
        self.commit(unread.into_iter().map(RowChange::Delete).collect())?;
        self.doubts.borrow_mut().remove(&None);
        Ok(Some(found))
    }

    /// Notes that a table holds rows that do not read.
    pub(super) fn doubt_unread(&self, table: Table, read: usize) {
        if self.store.count(table) > read {
            self.doubts.borrow_mut().insert(None);
        }
    }

    /// Before an exchange: looks at what did not read since the last one.
    pub(super) fn look_at_doubts(&mut self) -> Result<(), EngineError> {
        let doubts = std::mem::take(&mut *self.doubts.borrow_mut());
        if doubts.is_empty() {
            return Ok(());
        }
        self.store.inspect()?;
        self.reload()?;
        self.recover()?;
        if let Some(found) = self.take_out_unread()? {
            self.recover_from(found)?;
        }
        for case in doubts.into_iter().flatten() {
            let Some(held) = self.held.get(&case).cloned() else {
                continue;
            };
            if held.acknowledged && held.gone.is_none() {
                let held = CaseRow {
                    damaged: true,
                    ..held
                };
                self.commit(vec![row::put_case_row(&held)?])?;
                self.keep(held);
            }
        }
        Ok(())
    }

    /// A failure to read, told by its case; the case is looked at before the next exchange.
    pub(super) fn doubt(&self, case: CaseId, error: EngineError) -> EngineError {
        if !error.is_damage() {
            return error;
        }
        self.doubts.borrow_mut().insert(Some(case));
        damaged()
    }

    /// A failure that may be one of the store as a whole.
    pub(super) fn doubt_all(&self, error: &EngineError) {
        if error.is_damage() {
            self.doubts.borrow_mut().insert(None);
        }
    }

    pub(super) fn is_doubted(&self, case: CaseId) -> bool {
        self.doubts.borrow().contains(&Some(case))
    }

    /// A damaged case came again whole.
    pub(super) fn mend(&mut self, case: CaseId, now: Timestamp) -> Result<(), EngineError> {
        let (held, changes) = self.mended(self.held(case)?, now)?;
        self.commit(changes)?;
        self.keep(held);
        Ok(())
    }

    /// A damaged case, of which nothing more is awaited, and its rows: its unsent work is written
    /// anew if the phone was enrolled anew meanwhile.
    pub(super) fn mended(
        &self,
        held: &CaseRow,
        now: Timestamp,
    ) -> Result<(CaseRow, Vec<RowChange>), EngineError> {
        let actor = self.owner()?.actor;
        let held = CaseRow {
            damaged: false,
            ..held.clone()
        };
        let out = row::read_outgoing(&self.store, held.case)?;
        let is_foreign = out
            .iter()
            .any(|one| admit(&one.bytes).is_ok_and(|change| change.header.actor.phone() != actor));
        if is_foreign {
            return self.rewritten(&held, actor, now);
        }
        let put = row::put_case_row(&held)?;
        Ok((held, vec![put]))
    }

    /// A case that is new here, behind whatever of it is left.
    pub(super) fn begun_anew(&self, case: CaseId) -> CaseRow {
        CaseRow {
            next: self.next_of(case),
            ..CaseRow::new(case)
        }
    }

    /// The case as it is now, and its rows, if that is not what its row says.
    fn checked(
        &self,
        before: CaseRow,
        is_doubtful: bool,
    ) -> Result<Option<CheckedCase>, EngineError> {
        let case = before.case;
        let count = |table| self.store.numbers(table, RowOwner::Case(case)).len();
        let waiting = u32::try_from(count(Table::Outgoing)).unwrap_or(u32::MAX);
        let refused = u32::try_from(count(Table::Refusal)).unwrap_or(u32::MAX);
        let is_here = before.gone.is_none();
        let has_document = count(Table::Document) > 0;
        let lacks_facts = before.facts_version > 0 && count(Table::Facts) == 0;
        let lacks = is_here && (!has_document || lacks_facts || waiting != before.waiting);
        let is_same = self.held.get(&case) == Some(&before);
        let is_unsure = is_here && before.acknowledged && is_doubtful;
        let (relays, relayed) = self.count_relays(case)?;
        let counted = (waiting, refused, relays, relayed);
        let told = (
            before.waiting,
            before.refused,
            before.relays,
            before.relayed,
        );
        if is_same && !lacks && !is_unsure && counted == told {
            return Ok(None);
        }
        // What was refused is nowhere else.
        let refused_gone = before.refused.saturating_sub(refused);
        let missing = before.waiting.saturating_sub(waiting);
        let unsent_gone = self.gone_of_outbox(&before, missing, has_document);
        let held = CaseRow {
            waiting,
            refused,
            relays,
            relayed,
            next: before.next.max(self.next_of(case)),
            damaged: is_here && before.acknowledged && (lacks || is_unsure || !is_same),
            card: Card {
                // The row of the case may be gone, or of before.
                danger: before.card.danger || self.waits_with_danger(case),
                ..before.card
            },
            ..before
        };
        let (held, rows) = if is_here && !held.acknowledged && (lacks || !is_same) {
            self.built_here(held)?
        } else {
            let put = row::put_case_row(&held)?;
            (held, vec![put])
        };
        Ok(Some(CheckedCase {
            held,
            rows,
            lost: unsent_gone + refused_gone,
            kept: missing - unsent_gone,
        }))
    }

    /// How many are gone of so many changes that the outbox lacks: one that was written before the
    /// document was saved stands in that still, if it reads.
    fn gone_of_outbox(&self, before: &CaseRow, missing: u32, has_document: bool) -> u32 {
        if has_document {
            missing.min(self.missing_behind_document(before))
        } else {
            missing
        }
    }

    /// How many changes are gone that were written since the document was saved: each has a number
    /// of its own.
    fn missing_behind_document(&self, before: &CaseRow) -> u32 {
        let from = before.tail_from.unwrap_or(before.next);
        let numbers = self
            .store
            .numbers(Table::Outgoing, RowOwner::Case(before.case));
        let here = numbers.into_iter().filter(|number| *number >= from).count();
        let written = before.next.saturating_sub(from);
        u32::try_from(written.saturating_sub(here as u64)).unwrap_or(u32::MAX)
    }

    fn next_of(&self, case: CaseId) -> u64 {
        let numbers = |table| self.store.numbers(table, RowOwner::Case(case)).into_iter();
        let all = numbers(Table::Outgoing).chain(numbers(Table::Refusal));
        all.max().map_or(0, |last| last + 1)
    }
}

/// A case that is not what its row said.
struct CheckedCase {
    held: CaseRow,
    rows: Vec<RowChange>,
    /// Edits that nobody else has and that are gone: unsent and refused ones.
    lost: u32,
    /// Those that are gone from the outbox and stand in the document.
    kept: u32,
}

/// Whether the damaged cases say all that there is to say.
fn is_told_by(integrity: Integrity, moved: &[CaseRow]) -> bool {
    let damaged = moved.iter().filter(|held| held.damaged).count() as u64;
    matches!(integrity, Integrity::Rows { rows, .. } if rows <= damaged)
}

/// What the author of a damaged case reads.
pub(super) fn damaged() -> EngineError {
    EngineError::Damaged(reason())
}

pub(super) fn reason() -> Reason {
    Reason::new(
        "case_damaged",
        "本案在本机的存储已损坏，联网同步后会自动恢复；险情请直接拨打110。",
    )
}

impl<S: Store> Engine<S> {
    /// Whether an entry stands in the document, or may stand in what is damaged of it.
    pub(super) fn may_be_written(&self, case: CaseId, entry: EntryId) -> Result<bool, EngineError> {
        if self.held.get(&case).is_some_and(|held| held.damaged) {
            return Ok(true);
        }
        let doc = match read::document(&self.store, case) {
            Err(error) if error.is_damage() => {
                self.doubt(case, error);
                return Ok(true);
            }
            doc => doc?,
        };
        let Some(doc) = doc else {
            return Ok(false);
        };
        let view = doc.view()?;
        Ok(view.parties.contains_key(&entry) || view.evidence.contains_key(&entry))
    }
}

/// A row of the phone's own; one that does not read is as good as none: it is made anew.
pub(super) fn read_own<S: Store, T: DeserializeOwned>(
    store: &EncryptedStore<S>,
    name: RowName,
) -> Result<Option<T>, EngineError> {
    match row::read(store, name) {
        Err(error) if error.is_damage() => Ok(None),
        read => read,
    }
}
