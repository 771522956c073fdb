//! Dangers that wait on this phone, and those that were refused without the police hearing of them:
//! nobody has told 110 of them but the person who saw them. What the server acknowledged it has
//! told on (ADR 0016), whatever becomes of the case.

use super::{
    Engine, Enrolment, Intent, Reason,
    row::{self, CaseRow, Outgoing, RefusedRow},
};
use crate::store::Store;
use hejie_case::{
    edit::{Edit, NewEntry},
    facts::Facts,
    ids::CaseId,
    record::Ask,
    rights,
    view::CaseView,
};
use hejie_wire::message::CaseDown;

/// What whoever reported a danger reads until the server has it, which is when 110 is told.
#[must_use]
pub fn danger_not_told() -> Reason {
    Reason::new(
        "danger_not_told",
        "险情已记在本机，但本应用还没有告知110（服务器尚未确认）：没有网络信号或情况紧急时，请立即拨打110。",
    )
}

fn danger_refused() -> Reason {
    Reason::new(
        "danger_refused",
        "有险情上报未被服务器接受，本应用没有告知110：请立即拨打110，并在“未被接受”中查看原因。",
    )
}

/// Whether the owner of the phone reported a danger on which the server has not ruled: one of it
/// may wait.
pub(super) fn is_raised(view: &CaseView, facts: Option<&Facts>, owner: Option<&Enrolment>) -> bool {
    let ruled = |id| facts.is_some_and(|facts| facts.rulings.contains_key(id));
    let own = |actor| owner.is_none_or(|owner| owner.actor == actor);
    let mut requests = view.requests.iter();
    requests.any(|(id, entry)| is_danger(&entry.value.ask) && own(entry.author) && !ruled(id))
}

/// Whether the server says of a change that it refuses for this reason that the police were told of
/// the danger in it. What it says of a request holds for no change that was not in it.
pub(super) fn was_told(down: &CaseDown, refused: &Outgoing, reason: &Reason) -> bool {
    let mut told = down.refused.iter().filter(|no| no.told);
    told.any(|no| match no.change {
        Some(change) => change == refused.head.hash,
        None => *reason == no.reason,
    })
}

/// Whether a change reports a danger, whoever wrote it.
pub(super) fn reports_danger(bytes: &[u8]) -> bool {
    !rights::dangers(&[bytes.to_vec()]).is_empty()
}

impl<S: Store> Engine<S> {
    /// What the person must read before everything else; none while no danger of this phone waits.
    pub(super) fn alarm(&self) -> Option<Reason> {
        let waits = self.held.values().find_map(|held| self.alarm_of(held));
        waits.or_else(|| self.has_refused_danger().then(danger_refused))
    }

    /// What stands on the case while a danger of it waits. An outbox that cannot be read counts as
    /// holding one.
    pub(super) fn alarm_of(&self, held: &CaseRow) -> Option<Reason> {
        let may_wait = held.card.danger && held.waiting > 0;
        (may_wait && self.waits_with_danger(held.case)).then(danger_not_told)
    }

    pub(super) fn waits_with_danger(&self, case: CaseId) -> bool {
        let waits = |rows: Vec<Outgoing>| rows.iter().any(Outgoing::means_danger);
        row::read_outgoing(&self.store, case).map_or(true, waits)
    }

    /// Refused work that does not read counts as holding one.
    fn has_refused_danger(&self) -> bool {
        let mut refused = self.held.values().filter(|held| held.refused > 0);
        refused.any(|held| {
            let rows = row::read_refusals(&self.store, Some(held.case));
            rows.map_or(true, |rows| rows.iter().any(is_untold_danger))
        })
    }
}

impl Outgoing {
    pub(super) fn means_danger(&self) -> bool {
        means_danger(&self.head.intent, &self.bytes)
    }
}

fn is_untold_danger(refusal: &RefusedRow) -> bool {
    let bytes = match &refusal.intent {
        Intent::Bytes { bytes, .. } => bytes.as_slice(),
        _ => &[],
    };
    !refusal.told && means_danger(&refusal.intent, bytes)
}

/// Whether a change reports a danger: by what was meant, or where only its bytes are left by these.
fn means_danger(intent: &Intent, bytes: &[u8]) -> bool {
    match intent {
        Intent::Edit { edit, .. } => match &**edit {
            Edit::Add {
                entry: NewEntry::Request(request),
                ..
            } => is_danger(&request.ask),
            _ => false,
        },
        Intent::Begin { .. } => false,
        Intent::Again | Intent::Bytes { .. } => reports_danger(bytes),
    }
}

fn is_danger(ask: &Ask) -> bool {
    matches!(ask, Ask::Danger(_))
}
