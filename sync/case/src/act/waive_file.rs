//! E27c 免传附件: a missing file is waived by name and reason (M17).

use super::prelude::*;
use crate::ids::EntryId;

/// The file of a piece of evidence need not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaiveFile {
    /// The evidence.
    pub evidence: EntryId,
    /// Why.
    pub why: String,
}

impl Transition for WaiveFile {
    const ROW: &'static ActRow = &ActRow {
        event: Event::WaiveFile,
        from: Unfiled,
        to: Same,
        who: &[By(Supervisor), By(JudicialOffice)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("文件缺失且未免传", |act, attempt| {
            let facts = attempt.facts;
            let waived = facts.waived_files.contains_key(&act.evidence);
            need(
                facts.missing_files.contains(&act.evidence) && !waived,
                "file_not_missing",
                "该证据文件已上传或已免传，无需办理。",
            )
        }),
    ];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.waived_files.insert(self.evidence, self.why.clone());
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let files = facts.missing_files.iter().copied();
        let why = || FILLED.into();
        let candidates = files.map(|evidence| Self {
            evidence,
            why: why(),
        });
        candidates.collect()
    }
}
