//! E31 归档: when the papers are there and no visit is owed; the document is read-only from then on
//! (LW08, R047).

use super::prelude::*;
use crate::{
    facts::{Dossier, Retention},
    ids::EntryId,
    record::{CloseKind, ConsentSubject},
    rule::guard::standing,
};

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
            let missing = missing_papers(attempt);
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

/// The papers that the outcome asks for (docs/domain/law.md#papers) and that are not there.
fn missing_papers(attempt: &Attempt<'_>) -> Vec<&'static str> {
    let (view, facts) = (attempt.context.view, attempt.facts);
    let mediated = facts.round.accepted_at.is_some();
    let agreed_on = matches!(
        facts.stage,
        Stage::Closed {
            outcome: CloseKind::AgreementPerformed | CloseKind::OralAgreementPerformed,
            ..
        }
    );
    let notice = |party: EntryId| {
        let mut consents = view.consents.values().map(|c| &c.value);
        let tells = |what| {
            matches!(
                what,
                ConsentSubject::Mediation | ConsentSubject::PrivacyNotice
            )
        };
        consents.any(|c| facts.person(c.party) == facts.person(party) && tells(c.what))
    };
    let agreement = facts.round.agreement.as_ref();
    let unheard = view.statements.is_empty() && view.notes.is_empty();
    let unnoticed = !standing::all_say(attempt, notice);
    let wanted = [
        (mediated && view.parties.is_empty(), "当事人登记"),
        (mediated && unnoticed, "权利义务告知记录"),
        (mediated && agreed_on && unheard, "调查或陈述记录"),
        (agreed_on && agreement.is_none(), "调解协议书或口头协议登记"),
        (agreed_on && view.performance.is_empty(), "履行凭证"),
    ];
    let missing = wanted.iter().filter(|(missing, _)| *missing);
    missing.map(|(_, paper)| *paper).collect()
}
