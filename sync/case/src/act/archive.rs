//! E31 归档: when the papers are there and no visit is owed; the document is read-only from then on
//! (LW08, R047).

mod gap;

pub use gap::DossierGap;
pub(crate) use gap::gaps;

use super::prelude::*;
use crate::facts::{Dossier, Retention};

/// The case is filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Archive {
    /// How long it is kept.
    pub retention: Retention,
}

impl Transition for Archive {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Archive,
        from: In(&[Closed]),
        to: OneOf(&[Archived]),
        who: &[By(JudicialOffice)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::Archive)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        guard::violence::reported(),
        guard::not_held(),
        guard::not_merged(),
        Guard::instructive("卷宗齐全", |_, attempt| {
            let missing: Vec<&str> = gaps(attempt).into_iter().map(DossierGap::zh).collect();
            let zh = format!("卷宗缺少：{}。请补齐后再归档。", missing.join("、"));
            need(missing.is_empty(), "dossier_incomplete", &zh)
        }),
        Guard::instructive("回访已完成或已免访", |_, attempt| {
            need(
                !guard::clock_runs(attempt, DeadlineKind::FollowUp),
                "visits_open",
                "仍有回访未完成，请回访或由督导员免访后再归档。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let Stage::Closed { outcome, at, .. } = facts.stage else {
            return;
        };
        facts.stage = Stage::Archived { outcome, at };
        facts.round.dossier = Some(Dossier {
            number: format!("{}-卷{}", facts.case_no, facts.round_no()),
            retention: self.retention,
            filed_at: attempt.context.now,
        });
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            retention: Retention::Long,
        }]
    }
}
