//! E23d 强制报告: violence at home is reported to the police, as whoever finds that somebody who
//! cannot help himself suffers it has to (LW20, Law against domestic violence art. 14).

use super::prelude::*;
use crate::limit::form;

/// A report of violence at home. Who makes it is told to nobody but the police.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportViolence {
    /// What was seen or said, without names.
    pub what: String,
}

impl ReportViolence {
    /// What the police are told, also where nothing was written.
    #[must_use]
    pub fn told(&self) -> String {
        let what = match form::is_blank(&self.what) {
            true => "筛查发现家庭暴力，受害人为未成年人或者不能自行求助的人",
            false => self.what.trim(),
        };
        format!("家庭暴力强制报告：{what}（报告人信息依法保密）")
    }
}

impl Transition for ReportViolence {
    const ROW: &'static ActRow = &ActRow {
        event: Event::ReportViolence,
        from: Any,
        to: Same,
        who: &[Anyone],
        asks: &[],
        clocks: &[
            Meet(DeadlineKind::ViolenceReport),
            BeginEach(DeadlineKind::PoliceAccept),
        ],
        offline: Offline::Observation,
    };
    /// Nobody is asked for words, or whether the law asks it of them: everybody may report.
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let at = attempt.motion.received_at;
        facts.violence.found = true;
        facts.violence.reported_at.get_or_insert(at);
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let what = FILLED.into();
        vec![Self { what }]
    }
}
