//! What a caller may do with a case now: asked of the rules themselves, with an act of each kind that lacks nothing a form could
//! give. So no console compares roles, and nothing is offered that the rules would refuse whatever is filled in.

use hejie_case::{
    deadline::Policy,
    facts::{ConfirmationResult, DeadlineKind, Duty, Facts, Level, Retention, Stage, Subject},
    ids::{CaseId, EntryId, OrgId, UserId},
    record::{Ask, CloseKind, Receiver},
    role::{Author, Role},
    rule::{self, Act, Docket, Motion, Target},
    view::CaseView,
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Refusals that are no reason to hide an act: somebody can do something about them, and the sentence says what.
const INSTRUCTIVE: [&str; 6] = [
    "open_block",
    "files_missing",
    "obligations_open",
    "dossier_incomplete",
    "visits_open",
    "plan_missing",
];

/// Somebody who looks at a case.
pub(super) struct Onlooker<'a> {
    pub(super) view: &'a CaseView,
    pub(super) facts: &'a Facts,
    pub(super) policy: &'a Policy,
    /// Who of those that answer for something is not there any more.
    pub(super) departed: &'a [Author],
    pub(super) now: Timestamp,
    pub(super) by: Author,
}

impl Onlooker<'_> {
    /// The numbers of the events that the caller may decide now.
    pub(super) fn acts(&self) -> Vec<String> {
        let open = candidates(self.view, self.facts)
            .into_iter()
            .filter_map(|act| {
                let event = act.event();
                self.is_open(act).then_some(event)
            });
        let open: BTreeSet<_> = open.collect();
        open.into_iter().map(|event| event.code().into()).collect()
    }

    /// Whether the caller may decide on a request that waits; denying it needs nothing but the rank.
    pub(super) fn decides(&self, request: EntryId) -> bool {
        self.is_open(Act::Decide {
            request,
            grant: false,
            why: FILLED.into(),
        })
    }

    fn is_open(&self, act: Act) -> bool {
        // Whose phone was heard is looked at when the act is done.
        let docket = Docket {
            view: self.view,
            devices: &[],
            departed: self.departed,
            policy: self.policy,
            now: self.now,
        };
        let motion = Motion {
            entry: None,
            act,
            by: self.by,
            claimed_at: None,
            received_at: self.now,
        };
        match rule::rule(&docket, self.facts, &motion) {
            Ok(_) => true,
            Err(refusal) => INSTRUCTIVE.contains(&refusal.code.as_str()),
        }
    }
}

/// What a form would hold in a field of free words.
const FILLED: &str = "—";

/// One act of each kind, with whatever the case has of what the act is about.
fn candidates(view: &CaseView, facts: &Facts) -> Vec<Act> {
    let why = || FILLED.to_owned();
    let mut acts = vec![
        Act::Ask(Ask::Triage {
            situation: facts.situation.clone(),
        }),
        Act::Dispatch {
            target: somebody(Role::Mediator),
            expected: why(),
        },
        Act::Assign(somebody(Role::Mediator), Duty::Co),
        Act::Handover(somebody(Role::Mediator)),
        Act::Return { reason: why() },
        Act::Transfer {
            to: Receiver::Police,
            receiver: why(),
            receipt: why(),
            notice_given: true,
        },
        Act::PoliceAccept,
        Act::OpenJoint {
            members: [Role::PoliceDesk, Role::HotlineDesk, Role::Dispatcher]
                .map(somebody)
                .into(),
        },
        Act::EndJoint {
            plan: view.plans.keys().next().copied().unwrap_or(NO_ENTRY),
        },
        Act::Release { why: why() },
        Act::SendBack { why: why() },
        Act::Reopen { why: why() },
        Act::Archive {
            retention: Retention::Long,
        },
        Act::Merge {
            into: NO_CASE,
            why: why(),
        },
        Act::Unmerge {
            held: Vec::new(),
            why: why(),
        },
        Act::Split {
            into: NO_CASE,
            why: why(),
        },
        Act::SendConfirmation,
        Act::DecideConfirmation {
            result: ConfirmationResult::Confirmed,
        },
        Act::OverrideColour {
            level: Level::Red,
            why: why(),
            until: None,
        },
        Act::Close {
            outcome: asked(facts).unwrap_or(CloseKind::Invalid),
        },
    ];
    acts.extend(about_parts(facts));
    acts
}

/// Acts about one part of a case: none, where there is no such part.
fn about_parts(facts: &Facts) -> impl Iterator<Item = Act> + '_ {
    let why = || FILLED.to_owned();
    let pushes = facts.pushes.iter().map(|push| Act::AckPush(push.target));
    let visits = facts
        .deadlines
        .iter()
        .filter_map(|clock| match (clock.kind, clock.subject) {
            (DeadlineKind::FollowUp, Some(Subject::Visit(n))) => Some(n),
            _ => None,
        });
    let visits = visits.map(move |n| Act::WaiveVisit { n, why: why() });
    let files = facts.missing_files.iter();
    let files = files.map(move |file| Act::WaiveFile {
        evidence: *file,
        why: why(),
    });
    let conflicts = facts.open_conflicts();
    let conflicts = conflicts.map(move |conflict| Act::RuleConflict {
        conflict: conflict.id,
        choice: 0,
        why: why(),
    });
    let items = facts.supervision.iter();
    let items = items.flat_map(move |item| {
        let (no, text, why, take) = (item.no, why(), why(), true);
        [
            Act::Ask(Ask::AnswerItem { no, text }),
            Act::DecideItem { no, take, why },
        ]
    });
    pushes
        .chain(visits)
        .chain(files)
        .chain(conflicts)
        .chain(items)
}

const NO_ENTRY: EntryId = EntryId(Uuid::nil());
const NO_CASE: CaseId = CaseId(Uuid::nil());

fn somebody(role: Role) -> Target {
    Target {
        to: Author {
            user: UserId(Uuid::nil()),
            role,
            org: OrgId(Uuid::nil()),
        },
    }
}

/// One of the outcomes that were asked for.
fn asked(facts: &Facts) -> Option<CloseKind> {
    match &facts.stage {
        Stage::PendingClose { outcome, .. } => Some(*outcome),
        Stage::CloseDisputed { outcomes, .. } => outcomes.values().next().copied(),
        _ => None,
    }
}
