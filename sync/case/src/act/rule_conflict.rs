//! R151 分歧裁定: a disagreement is ruled on, at a desk or on the lead's phone.

use super::{prelude::*, reclassify};
use crate::{
    catalogue::Catalogue,
    facts::{Resolution, SettledBy},
    ids::ConflictId,
    view::{Resolver, VariantValue},
};

/// A ruling on a disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RuleConflict {
    /// Which.
    pub conflict: ConflictId,
    /// The variant that holds.
    pub choice: u8,
    /// Why.
    pub why: String,
}

impl Transition for RuleConflict {
    const ROW: &'static ActRow = &ActRow {
        event: Event::RuleConflict,
        from: Unfiled,
        to: Same,
        who: &[By(Supervisor), By(Dispatcher), By(JudicialOffice), Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("分歧待裁定", is_open),
        Guard::new("由该类分歧的裁定人裁定", is_the_resolver),
        Guard::new("选择并列版本之一", |act, attempt| {
            let conflict = attempt.facts.conflicts.get(&act.conflict);
            let variants = conflict.map_or(0, |c| c.conflict.variants.len());
            need(
                usize::from(act.choice) < variants,
                "unknown_choice",
                "请在并列的版本中选择其一。",
            )
        }),
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let Some(known) = facts.conflicts.get_mut(&self.conflict) else {
            return;
        };
        let Some(chosen) = known.conflict.variants.get(usize::from(self.choice)) else {
            return;
        };
        let value = chosen.value.clone();
        known.settled = Some(Resolution {
            at: attempt.context.now,
            by: SettledBy::Ruling {
                by: attempt.motion.by,
                variant: self.choice,
                value: value.clone(),
                why: self.why.clone(),
            },
        });
        // M10: what the case is about follows the ruling; clocks get the length that belongs to it
        // and are not restarted.
        if let VariantValue::Situation(code) = value
            && Catalogue::current().lookup(&code).is_some()
        {
            reclassify::take_over(&code, attempt, facts);
            reclassify::hear_document(attempt, facts);
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let conflicts = facts.open_conflicts().map(|conflict| Self {
            conflict: conflict.id,
            choice: 0,
            why: FILLED.into(),
        });
        conflicts.collect()
    }
}

fn is_open(act: &RuleConflict, attempt: &Attempt<'_>) -> Holds {
    match attempt.facts.conflicts.get(&act.conflict) {
        None => Err(Reason::new(
            "unknown_conflict",
            "没有这一分歧，请刷新后重试。",
        )),
        Some(known) => need(
            known.settled.is_none(),
            "conflict_settled",
            "该分歧已经裁定，请刷新查看结果。",
        ),
    }
}

/// Whoever rules is the one who answers this kind of disagreement; the supervisor of the county may
/// answer every one.
fn is_the_resolver(act: &RuleConflict, attempt: &Attempt<'_>) -> Holds {
    let Some(known) = attempt.facts.conflicts.get(&act.conflict) else {
        return Ok(());
    };
    let (resolver, by) = (known.conflict.kind.resolver(), attempt.motion.by);
    let answers = match resolver {
        Resolver::Lead => attempt.facts.answering().is_some_and(|a| a.user == by.user),
        Resolver::Dispatcher => by.role == Dispatcher,
        Resolver::JudicialOffice => by.role == JudicialOffice,
        Resolver::Supervisor => false,
    };
    if answers || guard::is_of_county(attempt) {
        return Ok(());
    }
    let zh = format!("这一分歧由{}裁定，请转其办理。", resolver.zh());
    Err(Reason::new("not_the_resolver", zh))
}
