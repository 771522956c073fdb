//! R119 联席会商记录: what the table of a joint case decided at one sitting, with who does what until
//! when; R119b 会商任务办结: one of these was done.

use super::{candidate::NO_ENTRY, prelude::*, write_plan::can_be_done};
use crate::{
    deadline::day_of,
    facts::{Consultation, ConsultationTask, TaskDone},
    ids::EntryId,
    limit::form,
    record::PlanStep,
};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// No sitting gives out more tasks, nor seats more bodies.
const MOST_TASKS: usize = 20;
/// No round has more sittings on record.
const MOST: usize = 20;

/// A sitting of the table goes on record; it is never written again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecordConsultation {
    /// Its id, made by the writer.
    pub consultation: EntryId,
    /// On which day it sat.
    pub held_on: Date,
    /// What was on the agenda 议题.
    pub agenda: String,
    /// Which bodies sat there, by name.
    pub members: Vec<String>,
    /// What was decided.
    pub decision: String,
    /// Who does what until when, by ids that the writer made.
    #[serde(default)]
    pub tasks: BTreeMap<EntryId, PlanStep>,
}

/// A task was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FinishTask {
    /// Of which sitting.
    pub consultation: EntryId,
    /// Which task.
    pub task: EntryId,
    /// What came of it.
    pub result: String,
}

const fn row(event: Event) -> ActRow {
    ActRow {
        event,
        from: Open,
        to: Same,
        who: &[By(Dispatcher), By(Supervisor), Lead, Member],
        asks: &[],
        clocks: &[Meet(DeadlineKind::JointMove)],
        offline: Offline::Online,
    }
}

impl Transition for RecordConsultation {
    const ROW: &'static ActRow = &row(Event::RecordConsultation);
    const GUARDS: Guards<Self> = &[
        Guard::new("本轮已纳入联席会商", |_, attempt| {
            need(
                attempt.facts.round.joint,
                "not_joint_yet",
                "本案尚未纳入联席会商，请先由分流员或督导员发起。",
            )
        }),
        Guard::new("写明议题、参加单位和决定", |act, _| {
            is_whole(act)
        }),
        Guard::new(
            "会商日期在本轮之内，不晚于今日",
            |act, attempt| {
                let since = day_of(attempt.facts.round_began_at());
                let today = day_of(attempt.context.now);
                need(
                    (since..=today).contains(&act.held_on),
                    "held_out_of_round",
                    "会商日期应在本轮办理之内，且不晚于今日，请核对。",
                )
            },
        ),
        Guard::new(
            "每项任务写明事项、责任单位和期限，最多二十项",
            |act, attempt| {
                need(
                    act.tasks.len() <= MOST_TASKS,
                    "too_many_tasks",
                    "一次会商最多交办二十项任务，请合并后再提交。",
                )?;
                let mut tasks = act.tasks.values();
                tasks.try_for_each(|task| {
                    need(
                        !form::is_blank(&task.what) && !form::is_blank(&task.owner_org),
                        "task_unowned",
                        "请为每项任务写明事项和责任单位。",
                    )?;
                    can_be_done(task, act.held_on, attempt)
                })
            },
        ),
        Guard::new("尚未记录", |act, attempt| {
            let known = &attempt.facts.round.consultations;
            need(
                !known.contains_key(&act.consultation),
                "consultation_known",
                "这次会商已有记录，不能改写；有新的决定的，请另记一次会商。",
            )?;
            need(
                known.len() < MOST,
                "too_many_consultations",
                "本轮会商记录过多，请联系督导员核对。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let task = |(id, step): (&EntryId, &PlanStep)| {
            let step = step.clone();
            (*id, ConsultationTask { step, done: None })
        };
        let record = Consultation {
            held_on: self.held_on,
            agenda: self.agenda.clone(),
            members: self.members.clone(),
            decision: self.decision.clone(),
            tasks: self.tasks.iter().map(task).collect(),
            by: attempt.motion.by,
            at: attempt.context.now,
        };
        facts.round.consultations.insert(self.consultation, record);
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        vec![Self {
            consultation: NO_ENTRY,
            held_on: day_of(facts.round_began_at()),
            agenda: FILLED.into(),
            members: vec![FILLED.into(), FILLED.into()],
            decision: FILLED.into(),
            tasks: BTreeMap::new(),
        }]
    }
}

fn is_whole(act: &RecordConsultation) -> Holds {
    let is_said = |words: &str| !form::is_blank(words);
    need(
        is_said(&act.agenda) && is_said(&act.decision),
        "consultation_empty",
        "请写明会商的议题和决定。",
    )?;
    let bodies = act.members.iter().filter(|name| is_said(name)).count();
    need(
        bodies == act.members.len() && (2..=MOST_TASKS).contains(&bodies),
        "members_missing",
        "请写明参加会商的单位，至少两家，最多二十家。",
    )
}

impl Transition for FinishTask {
    const ROW: &'static ActRow = &row(Event::FinishTask);
    const GUARDS: Guards<Self> = &[
        Guard::new("写明办理结果", |act, _| {
            need(
                !form::is_blank(&act.result),
                "result_empty",
                "请写明这项任务的办理结果。",
            )
        }),
        Guard::new("任务在会商记录中，尚未办结", |act, attempt| {
            let record = attempt.facts.round.consultations.get(&act.consultation);
            let task = record.and_then(|record| record.tasks.get(&act.task));
            need(
                task.is_some_and(|task| task.done.is_none()),
                "task_not_open",
                "会商记录中没有这项待办的任务，可能已经办结；请刷新后查看。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let record = facts.round.consultations.get_mut(&self.consultation);
        if let Some(task) = record.and_then(|record| record.tasks.get_mut(&self.task)) {
            task.done = Some(TaskDone {
                result: self.result.clone(),
                by: attempt.motion.by,
                at: attempt.context.now,
            });
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let records = facts.round.consultations.iter();
        let tasks = records.flat_map(|(consultation, record)| {
            let open = record.tasks.iter().filter(|(_, task)| task.done.is_none());
            open.map(|(task, _)| (*consultation, *task))
        });
        let finish = tasks.map(|(consultation, task)| Self {
            consultation,
            task,
            result: FILLED.into(),
        });
        finish.collect()
    }
}
