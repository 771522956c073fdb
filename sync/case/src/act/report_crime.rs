//! E24b 民转刑: the police report the number of a criminal case that came of the dispute. The case
//! goes on where it stands: what was agreed in it stays agreed.

use super::prelude::*;
use crate::{facts::CriminalCase, limit::form};

/// Criminal cases that may come of one dispute.
const MOST: usize = 20;

/// A criminal case came of the dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportCrime {
    /// 刑事案件编号, as the police number it.
    pub criminal_no: String,
}

impl Transition for ReportCrime {
    const ROW: &'static ActRow = &ActRow {
        event: Event::ReportCrime,
        from: Any,
        to: Same,
        who: &[By(Exchange)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("写明刑事案件编号", |act, _| {
            need(
                !act.number().is_empty(),
                "criminal_no_missing",
                "请写明刑事案件编号。",
            )
        }),
        Guard::new("该刑事案件尚未登记在本案", |act, attempt| {
            need(
                act.waits(attempt.facts),
                "criminal_no_known",
                "该刑事案件编号已登记在本案。",
            )
        }),
        Guard::new("登记的刑事案件不超过二十件", |_, attempt| {
            need(
                attempt.facts.criminal_cases.len() < MOST,
                "criminal_cases_full",
                "本案登记的刑事案件过多，请联系分流员核对。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.criminal_cases.push(CriminalCase {
            criminal_no: self.number().to_owned(),
            reported_at: attempt.context.now,
        });
    }
}

impl ReportCrime {
    /// Whether the case does not say so yet.
    #[must_use]
    pub fn waits(&self, facts: &Facts) -> bool {
        !self.stands(facts)
    }

    /// Whether the case says so already.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        let same = form::docket(self.number());
        facts
            .criminal_nos()
            .any(|known| form::docket(known) == same)
    }

    fn number(&self) -> &str {
        self.criminal_no.trim()
    }
}
