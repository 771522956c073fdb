//! E30f 续报移送: what was written into a case late, after it went on under another one, goes on there
//! as well; E30g 续报并入: the other side, on the case that goes on (E23, LW20, R045).
//!
//! Nobody decides about either: the server does both in one transaction as soon as it has ruled on
//! what came. A danger that was reported in a case of which nobody is in charge any more would hold
//! nothing otherwise.

use super::{Brings, bars, prelude::*};
use crate::{facts::Deadline, ids::CaseId};

/// What came into the case late stands in the one under which it goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandOn {
    /// Which.
    pub into: CaseId,
    /// What is handed on.
    pub brings: Brings,
}

/// What came late into a case that goes on under this one stands here; so does what this one itself
/// had heard before its registry was set back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TakeOn {
    /// Which.
    pub from: CaseId,
    /// What is handed on.
    pub brings: Brings,
}

impl Transition for HandOn {
    const ROW: &'static ActRow = &ActRow {
        event: Event::HandOn,
        from: Any,
        to: Same,
        who: &[Rule],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("已并入该案", |act, attempt| {
            let merged = attempt.facts.kin.merged.as_ref();
            need(
                merged.is_some_and(|merged| merged.into == act.into),
                "not_merged",
                "本案没有并入该案，续报的事项仍在本案办理。",
            )
        }),
        Guard::new("有并案后报来的事项", |_, attempt| {
            need(
                attempt.facts.is_to_hand_on(),
                "nothing_late",
                "本案没有并案后报来、需要移送的事项。",
            )
        }),
    ];

    /// It is kept with what the merge took along, so that undoing the merge brings it back.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let Some(merged) = &mut facts.kin.merged else {
            return;
        };
        facts.holds.retain(|hold| !self.brings.holds.contains(hold));
        merged.holds.extend(self.brings.holds.iter().cloned());
        merged.holds.sort_by_key(|hold| hold.since);
        merged.violence_found |= self.brings.violence_found;
        merged.bars.extend(&self.brings.bars);
        for clock in &self.brings.deadlines {
            let same = |known: &Deadline| known.key() == clock.key();
            merged.deadlines.retain(|known| !same(known));
            merged.deadlines.push(clock.clone());
            if let Some(ours) = facts.deadlines.iter_mut().find(|ours| same(ours)) {
                ours.ended_at = Some(attempt.context.now);
            }
        }
    }
}

impl Transition for TakeOn {
    const ROW: &'static ActRow = &ActRow {
        event: Event::TakeOn,
        from: Any,
        to: OneOf(&[PendingDispatch]),
        who: &[Rule],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    /// A danger, or that somebody must not handle the case, is asked for nothing first, wherever
    /// the case stands: closed and filed ones are held by it as by one of their own.
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        self.brings.endanger(self.from, attempt, facts);
        let from = (self.from != facts.case_id).then_some(self.from);
        bars::take_in(&self.brings.bars, from, attempt, facts);
    }
}

impl TakeOn {
    /// What the trail says of it: no document of this case has the words.
    pub(crate) fn told(&self, case: CaseId) -> Option<String> {
        let dangers = self.brings.holds.iter().map(|hold| hold.what.as_str());
        let clocks = self.brings.deadlines.iter().map(|clock| clock.kind.zh());
        let bars = &self.brings.bars;
        let whose = match self.from == case {
            true => "登记数据恢复前，本案已有人员回避",
            false => "并入的案件中有人员回避",
        };
        let recused = bars.recused.iter().map(|_| whose);
        let seised = bars.seised.iter().map(|matter| matter.body_name.as_str());
        let mut told: Vec<&str> = match self.brings.holds.is_empty() {
            true => clocks.collect(),
            false => dangers.collect(),
        };
        told.extend(recused.take(1).chain(seised));
        (!told.is_empty()).then(|| told.join("；"))
    }
}
