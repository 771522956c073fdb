//! E23b 险情解除: police desk or supervisor end the hold.

use super::prelude::*;

/// The hold after a danger ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Release {
    /// Why.
    pub why: String,
}

impl Transition for Release {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Release,
        from: Any,
        to: Same,
        who: &[By(PoliceDesk), By(Supervisor)],
        asks: &[],
        clocks: &[
            Meet(DeadlineKind::PoliceAccept),
            Meet(DeadlineKind::DangerCall),
        ],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("有待解除的险情", |_, attempt| {
            let zh = match attempt.facts.kin.merged {
                Some(_) => "本案已并入他案，险情请在并入的案件中解除。",
                None => "本案没有待解除的险情。",
            };
            need(attempt.facts.is_held(), "not_held", zh)
        }),
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
    ];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.holds.clear();
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let why = FILLED.into();
        vec![Self { why }]
    }
}
