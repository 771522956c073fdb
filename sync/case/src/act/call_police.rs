//! E23c 电话报险: somebody called the police about a danger for which they have not signed in time
//! (LW06).

use super::prelude::*;
use crate::limit::form;
use jiff::Timestamp;

/// The police were called about every danger that the desk was shown to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallPolice {
    /// Who was called: the office and the person who answered.
    pub called: String,
    /// When.
    pub called_at: Timestamp,
}

impl Transition for CallPolice {
    const ROW: &'static ActRow = &ActRow {
        event: Event::CallPolice,
        from: Any,
        to: Same,
        who: &[
            By(PoliceDesk),
            By(Dispatcher),
            By(JudicialOffice),
            By(Supervisor),
        ],
        asks: &[],
        clocks: &[Meet(DeadlineKind::DangerCall)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("有公安尚未受理的险情", |_, attempt| {
            need(
                guard::clock_runs(attempt, DeadlineKind::DangerCall),
                "call_not_owed",
                "本案没有公安尚未受理、需要电话告知的险情。",
            )
        }),
        Guard::new("写明接听人", |act, _| act.names_somebody()),
        Guard::new(
            "通话时间在收到险情之后、现在之前",
            |act, attempt| act.is_timely(waiting(attempt.facts), attempt.context.now),
        ),
    ];

    /// The clock that its row meets and its line in the trail are all there is to it. That the
    /// police take the danger over they still say themselves.
    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {}

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let filled = |called_at| Self {
            called: FILLED.into(),
            called_at,
        };
        // Where every danger is said to be received later than now, none of these times has come,
        // and whatever has will do.
        let times = waiting(facts).chain([Timestamp::UNIX_EPOCH]);
        times.map(filled).collect()
    }
}

impl CallPolice {
    /// Whether it can stand as a call about a danger that no case holds.
    ///
    /// # Errors
    /// What its author has to correct.
    pub fn check(&self, received_at: Timestamp, now: Timestamp) -> Result<(), Reason> {
        self.names_somebody()?;
        self.is_timely(std::iter::once(received_at), now)
    }

    fn names_somebody(&self) -> Holds {
        need(
            !form::is_blank(&self.called),
            "called_missing",
            "请写明接听电话的单位和人员。",
        )
    }

    /// A call tells of what was known: it came after the last danger that it is said to be about.
    /// When one was received that is said to come later than now, nobody knows: a clock that was
    /// ahead said so and was put back, and no call is refused for it.
    fn is_timely(&self, received: impl Iterator<Item = Timestamp>, now: Timestamp) -> Holds {
        let last = received.filter(|at| *at <= now).max();
        need(
            last.is_none_or(|received_at| self.called_at >= received_at) && self.called_at <= now,
            "called_at_wrong",
            "通话时间应在收到险情之后、现在之前，请核对。",
        )
    }
}

/// Since when dangers wait for a call.
fn waiting(facts: &Facts) -> impl Iterator<Item = Timestamp> {
    let clocks = facts.deadlines.iter();
    let calls = clocks.filter(|d| d.kind == DeadlineKind::DangerCall && d.is_running());
    calls.map(|d| d.starts_at)
}
