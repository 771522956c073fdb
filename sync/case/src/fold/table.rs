//! The tables that the fold writes.

use super::rows::*;
use crate::kinds::kinds;
use serde_json::Value;

/// Calls `$made!` with the tables, for whoever needs the same list.
#[macro_export]
macro_rules! for_each_table {
    ($made:ident $($head:tt)*) => { $made! { $($head)*
        /// The tables that the fold writes, in the order in which they are written.
        pub enum RegistryTable: CanonicalRow {
            CaseReg "case_reg" "案件登记" "Case" "one row a case" => row::<CaseRegRow>("case_id");
            CaseParty "case_party" "当事人" "Party" "parties" => row::<CasePartyRow>("id");
            ConsentEvent "consent_event" "同意记录" "Consent" "consents, refusals and withdrawals"
                => row::<ConsentEventRow>("id");
            Evidence "evidence" "证据" "Evidence" "pieces of evidence" => row::<EvidenceRow>("id");
            CaseRequest "case_request" "申请" "Request" "requests from the field with their rulings"
                => row::<CaseRequestRow>("id");
            CaseEvent "case_event" "轨迹" "Event" "the trail" => row::<CaseEventRow>("id");
            Assignment "assignment" "派单" "Assignment" "who answers for what, past and present"
                => row::<AssignmentRow>("id");
            Deadline "deadline" "时限" "Deadline" "clocks" => row::<DeadlineRow>("id");
            RiskFactor "risk_factor" "风险因素" "Risk factor" "parts of the colour"
                => row::<RiskFactorRow>("id");
            Agreement "agreement" "协议" "Agreement" "the agreement" => row::<AgreementRow>("id");
            Obligation "obligation" "履行义务" "Obligation" "what the agreement promises"
                => row::<ObligationRow>("id");
            Signature "signature" "签名" "Signature" "signatures" => row::<SignatureRow>("id");
            Visit "visit" "回访" "Visit" "visits" => row::<VisitRow>("id");
            MergeConflict "merge_conflict" "分歧" "Conflict" "disagreements and their rulings"
                => row::<MergeConflictRow>("id");
            Contact "contact" "联系记录" "Contact" "contacts with parties" => row::<ContactRow>("id");
            Statement "statement" "陈述笔录" "Statement" "statements" => row::<StatementRow>("id");
            MediationSession "mediation_session" "调解记录" "Session" "sessions of mediation"
                => row::<MediationSessionRow>("id");
            PlanStep "plan_step" "方案步骤" "Plan step" "steps of plans" => row::<PlanStepRow>("id");
            PerformanceEntry "performance_entry" "履行记录" "Performance" "the performance log"
                => row::<PerformanceEntryRow>("id");
            FollowupDue "followup_due" "应回访" "Due visit" "visits that are due"
                => row::<FollowupDueRow>("id");
            Supervision "supervision" "督办" "Supervision" "measures of supervision"
                => row::<SupervisionRow>("id");
            PushRecord "push_record" "三推送" "Push" "the three pushes" => row::<PushRecordRow>("id");
            JudicialConfirmation "judicial_confirmation" "司法确认" "Judicial confirmation"
                "judicial confirmation of the agreement"
                => row::<JudicialConfirmationRow>("id");
            Dossier "dossier" "卷宗" "Dossier" "the file" => row::<DossierRow>("id");
            RiskScore "risk_score" "三色评分" "Risk score" "the colour, and who overrides it"
                => row::<RiskScoreRow>("id");
            Referral "referral" "待审批" "Referral" "requests that wait for a desk"
                => row::<ReferralRow>("id");
            Invitation "invitation" "邀请联调" "Invitation" "who of another body was invited"
                => row::<InvitationRow>("id");
            Consultation "consultation" "联席会商记录" "Consultation"
                "what the table of a joint case decided" => row::<ConsultationRow>("id");
            Engagement "engagement" "委托、联合、邀请函" "Engagement"
                "letters by which bodies engage each other" => row::<EngagementRow>("id");
            CaseKin "case_kin" "关联案件" "Related case" "merged, split and repeated"
                => row::<CaseKinRow>("id");
            CaseRound "case_round" "历次办理" "Round" "earlier rounds" => row::<CaseRoundRow>("id");
        }
    } };
}
for_each_table!(kinds);

/// Reads a row of a table and writes it as the fold does, under its key.
type CanonicalRow = fn(Value) -> Result<(String, Value), serde_json::Error>;

/// The row of a table; the column `key` names it within its case.
const fn row<R: FoldRow>(_key: &'static str) -> CanonicalRow {
    through::<R>
}

fn through<R: FoldRow>(row: Value) -> Result<(String, Value), serde_json::Error> {
    let row: R = serde_json::from_value(row)?;
    Ok((row.key(), serde_json::to_value(&row)?))
}

/// Reads a row as the registry gives it and writes it as the fold does, so that the two can be
/// compared.
///
/// # Errors
/// When a column is not what the fold would have written.
pub fn canonical(table: RegistryTable, row: Value) -> Result<(String, Value), serde_json::Error> {
    table.fixed()(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! tables_of_rows {
        ($(#[$about:meta])* pub enum $name:ident: $fixed:ty {
            $($table:ident $code:literal $zh:literal $en:literal $meaning:literal => row::<$row:ty>($key:literal);)*
        }) => {
            [$((RegistryTable::$table, <$row as FoldRow>::TABLE)),*]
        };
    }

    #[test]
    fn the_row_of_a_table_says_that_it_is_of_that_table() {
        for (table, of_row) in for_each_table!(tables_of_rows) {
            assert_eq!(table, of_row);
        }
    }
}
