//! E22d 联席检查: somebody of the table looks at how far the plan has come, each week (R117, R119).

use super::prelude::*;
use crate::limit::form;

/// The look at a joint case, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CheckJoint {
    /// How far the steps have come.
    pub result: String,
}

impl Transition for CheckJoint {
    const ROW: &'static ActRow = &ActRow {
        event: Event::CheckJoint,
        from: In(&[JointHandling]),
        to: Same,
        who: &[By(Dispatcher), By(Supervisor), Lead, Member],
        asks: &[],
        clocks: &[
            Meet(DeadlineKind::JointCheck),
            Meet(DeadlineKind::JointMove),
        ],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[Guard::new("写明检查情况", |act, _| {
        need(
            !form::is_blank(&act.result),
            "check_empty",
            "请写明各步骤的进展和下一步安排。",
        )
    })];

    /// The trail and the request keep what was found.
    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {}

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let result = FILLED.into();
        vec![Self { result }]
    }
}
