//! Dangers of which this phone does not know yet that the server heard them: until it does, nobody has told 110 but the person who saw them.

use super::{
    Engine, Enrolment, Intent, Reason,
    row::{self, Held},
};
use crate::store::Store;
use hejie_case::{
    edit::{Edit, NewEntry},
    facts::Facts,
    record::Ask,
    view::CaseView,
};

/// What whoever reported a danger reads until the server has ruled on it, which is when 110 is told.
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

/// Whether the owner of the phone reported a danger on which the server has not ruled.
pub(super) fn is_raised(view: &CaseView, facts: Option<&Facts>, owner: Option<&Enrolment>) -> bool {
    let ruled = |id| facts.is_some_and(|facts| facts.rulings.contains_key(id));
    let own = |actor| owner.is_none_or(|owner| owner.actor == actor);
    let mut requests = view.requests.iter();
    requests.any(|(id, entry)| is_danger(&entry.value.ask) && own(entry.author) && !ruled(id))
}

impl Held {
    /// What stands on the case while a danger of it may not have reached anybody. Of a case that left, nothing more is heard once its work
    /// is sent.
    pub(super) fn alarm(&self) -> Option<Reason> {
        let is_open = self.gone.is_none() || self.waiting > 0;
        (self.card.danger && is_open).then(danger_not_told)
    }
}

impl<S: Store> Engine<S> {
    /// What the person must read before everything else; none while no danger of this phone waits.
    pub(super) fn alarm(&self) -> Option<Reason> {
        let waits = self.held.values().find_map(Held::alarm);
        waits.or_else(|| self.has_refused_danger().then(danger_refused))
    }

    fn has_refused_danger(&self) -> bool {
        let mut refused = self.held.values().filter(|held| held.refused > 0);
        refused.any(|held| {
            let rows = row::read_refusals(&self.store, Some(held.case));
            rows.is_ok_and(|rows| rows.iter().any(|row| reports_danger(&row.intent)))
        })
    }
}

fn reports_danger(intent: &Intent) -> bool {
    let Intent::Edit { edit, .. } = intent else {
        return false;
    };
    match &**edit {
        Edit::Add {
            entry: NewEntry::Request(request),
            ..
        } => is_danger(&request.ask),
        _ => false,
    }
}

fn is_danger(ask: &Ask) -> bool {
    matches!(ask, Ask::Danger { .. })
}
