//! E21c 告诫书: a warning of the police to whoever was violent at home is recorded, and those who
//! live next door look in after it (LW20, Law against domestic violence arts. 16–17).

use super::prelude::*;
use crate::{
    deadline::{self, at_hour, day_of},
    facts::WarningLetter,
    limit::form,
};
use jiff::civil::{Date, Time, date};

/// The day since which the police warn under the Law against domestic violence (art. 38).
const LAW_SINCE: Date = date(2016, 3, 1);

/// The police warned somebody in writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RecordWarning {
    /// The number of the letter.
    pub warning_no: String,
    /// The day on which it was issued.
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub issued_on: Date,
}

impl Transition for RecordWarning {
    const ROW: &'static ActRow = &ActRow {
        event: Event::RecordWarning,
        from: Unfiled,
        to: Same,
        who: &[
            By(PoliceDesk),
            By(PoliceOfficer),
            By(Dispatcher),
            By(JudicialOffice),
            By(Supervisor),
        ],
        asks: &[],
        clocks: &[BeginEach(DeadlineKind::FollowUp)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("写明告诫书文号", |act, _| {
            need(
                !form::is_blank(&act.warning_no),
                "warning_no_missing",
                "请填写告诫书的文号。",
            )
        }),
        Guard::new("该告诫书尚未登记", |act, attempt| {
            let mut known = attempt.facts.violence.warnings.iter();
            need(
                !known.any(|letter| letter.number == act.warning_no.trim()),
                "warning_known",
                "这份告诫书已登记，其回访已列入时限。",
            )
        }),
        Guard::new(
            "出具日期不晚于今天，不早于反家庭暴力法施行之日",
            |act, attempt| {
                let days = LAW_SINCE..=day_of(attempt.context.now);
                need(
                    days.contains(&act.issued_on),
                    "issued_on_wrong",
                    "告诫书的出具日期应在2016年3月1日（反家庭暴力法施行之日）至今天之间，请核对。",
                )
            },
        ),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.violence.found = true;
        facts.violence.warnings.push(WarningLetter {
            number: self.warning_no.trim().into(),
            issued_on: self.issued_on,
        });
        let since = at_hour(self.issued_on, Time::midnight());
        deadline::start_warning_visits(facts, attempt.context.policy, since);
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        vec![Self {
            warning_no: FILLED.into(),
            issued_on: day_of(facts.registered_at),
        }]
    }
}
