//! E22 联席会商: 110, 12345 and the centre take a hard case up together (R117, R119).

use super::{candidate::somebody, joining::join, prelude::*, resume::end_pause, send_back};
use crate::{
    facts::{Difficulty, Duty, Level, Status},
    role::{Author, Role},
};

/// Three parties take the case up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenJoint {
    /// Who joins.
    pub members: Vec<Author>,
}

impl Transition for OpenJoint {
    const ROW: &'static ActRow = &ActRow {
        event: Event::OpenJoint,
        from: Open,
        to: OneOf(&[JointHandling]),
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[
            Begin(DeadlineKind::JointPlan),
            Meet(DeadlineKind::JointStart),
            Meet(DeadlineKind::SameDay),
        ],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        guard::somebody_answers(),
        Guard::new("属复杂、红色预警或两次退回", is_warranted),
        Guard::new("110、12345、矛调中心三方到齐", three_are_present),
        guard::target_is_there(),
        guard::sharing::consented(),
        guard::target_not_recused(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        for target in &self.members {
            let mut present = facts.assignments.iter().filter(|a| a.to.is_none());
            if !present.any(|a| a.user == target.user) {
                join(attempt, facts, target, Duty::Co);
            }
        }
        if let Some(stood) = interrupted(attempt, facts) {
            facts.round.joint_from = Some(stood);
        }
        (facts.round.joint, facts.stage) = (true, Stage::JointHandling);
    }

    fn targets(&self) -> &[Author] {
        &self.members
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let members = [PoliceDesk, HotlineDesk, Dispatcher].map(somebody).into();
        vec![Self { members }]
    }
}

/// Where the case stood, to which it goes back: a rest ends, and a closing that was asked for is to
/// be asked for again. None where the table sat already.
fn interrupted(attempt: &Attempt<'_>, facts: &mut Facts) -> Option<Status> {
    let stood = match facts.stage {
        Stage::Suspended { .. } => {
            end_pause(attempt, facts);
            Mediating
        }
        Stage::PendingClose { back, .. } | Stage::CloseDisputed { back, .. } => {
            send_back::end_ruling(facts);
            back
        }
        ref stage => stage.status(),
    };
    (stood != JointHandling).then_some(stood)
}

fn is_warranted(_: &OpenJoint, attempt: &Attempt<'_>) -> Holds {
    let facts = attempt.facts;
    need(
        facts.difficulty == Difficulty::Complex
            || facts.colour.level == Level::Red
            || facts.round.returns >= 2,
        "joint_not_warranted",
        "联席会商适用于复杂、红色预警或两次退回的纠纷。",
    )
}

fn three_are_present(act: &OpenJoint, attempt: &Attempt<'_>) -> Holds {
    let at_the_table = |wanted: &[Role]| {
        let mut roles = act.members.iter().map(|m| m.role);
        wanted.contains(&attempt.motion.by.role) || roles.any(|role| wanted.contains(&role))
    };
    let police = at_the_table(&[PoliceDesk, PoliceOfficer]);
    let hotline = at_the_table(&[HotlineDesk]);
    let centre = at_the_table(&[Dispatcher, Supervisor]);
    need(
        police && hotline && centre,
        "three_parties_missing",
        "联席会商须有110、12345和矛调中心三方参加，请补齐参会人员。",
    )
}
