//! The ways in which a case ends.

use crate::kinds::kinds;

/// Calls `$made!` with the ways of closing, for whoever needs the same list.
#[macro_export]
macro_rules! for_each_close_kind {
    ($made:ident $($head:tt)*) => { $made! { $($head)*
        /// How a case ends (docs/domain/events.md).
        pub enum CloseKind {
            OnSceneSettled "on_scene_settled" "现场处结" "Settled on the scene"
                "settled at the scene by the first handler (E08)";
            AgreementPerformed "agreement_performed" "协议履行" "Agreement performed"
                "a written agreement was performed";
            OralAgreementPerformed "oral_agreement_performed" "口头协议履行" "Oral agreement performed"
                "an oral agreement was performed";
            Reconciled "reconciled" "自行和解" "Reconciled" "the parties made peace by themselves";
            FailedTerminated "failed_terminated" "调解不成终止" "Mediation failed"
                "mediation failed (E25)";
            Withdrawn "withdrawn" "撤回" "Withdrawn" "those who asked withdrew (E12)";
            Refused "refused" "拒绝调解" "Refused" "a party did not want mediation (E12)";
            TransferredPolice "transferred_police" "移交公安" "Transferred to the police"
                "it belongs to the police (E24)";
            TransferredDept "transferred_dept" "移交部门" "Transferred to a department"
                "it belongs to a department, for a ruling or arbitration (E24)";
            Litigation "litigation" "转诉讼" "Litigation" "the parties go to court";
            Merged "merged" "并案" "Merged" "it goes on under another case (E30)";
            Invalid "invalid" "无效登记" "Invalid" "nothing that mediation could be about";
        }
    } };
}
for_each_close_kind!(kinds);
