//! The rows of the registry, column by column; the names are those of `migrations/registry`.

mod course;
mod together;
mod work;

pub use course::*;
pub use together::*;
pub use work::*;

use super::RegistryTable;
use crate::{
    event::Event,
    facts::{DeadlineKind, Difficulty, Duty, Level, OrgLevel, Status, Subject},
    ids::{
        CaseId, CaseNo, ConflictId, EntryId, OrgId, PublicCode, RegionCode, SituationCode, UserId,
    },
    obligation::ObligationState,
    record::{
        AgreementForm, CloseKind, ConsentDecision, ConsentSubject, EvidenceKind, PartyKind,
        PartyRole, Performance, PromiseKind, Side, Signature, SignatureMedium, Signer, VisitMethod,
    },
    role::Role,
    view::{ConflictKind, Severity, Variant},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A row of one of the fold's tables.
pub trait FoldRow: Serialize + DeserializeOwned {
    /// Its table.
    const TABLE: RegistryTable;

    /// Its key within the case.
    fn key(&self) -> String;
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident in $table:ident by $key:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[allow(missing_docs, reason = "every column is explained in the migration")]
        pub struct $name { $(pub $field: $type,)* }

        impl FoldRow for $name {
            const TABLE: RegistryTable = RegistryTable::$table;

            fn key(&self) -> String {
                self.$key.to_string()
            }
        }
    )*};
}
use rows;

rows! {
    /// `case_reg`.
    CaseRegRow in CaseReg by case_id {
        case_id: CaseId, case_no: CaseNo, public_code: PublicCode, status: Status, facts_version: u64,
        catalogue_version: u32, situation_code: SituationCode, difficulty: Difficulty, level: Level, score: u8,
        region_code: RegionCode, source_channel: String, source_no: Option<String>, registered_at: Timestamp,
        accepted_at: Option<Timestamp>, closed_at: Option<Timestamp>, close_kind: Option<CloseKind>,
        lead_user: Option<UserId>, lead_org: Option<OrgId>, persons: Option<u32>, amount_cents: Option<u64>,
        due_at: Option<Timestamp>, open_conflicts: usize, round: usize, level_ended: Option<OrgLevel>,
        merged_into: Option<CaseId>, joint: bool, hold_since: Option<Timestamp>, returns: u8, breached: bool,
        adjusted: Option<Difficulty>, repeat_calls: u32, place_key: Option<String>,
        place_outside: Option<RegionCode>,
    }
    /// `case_party`.
    CasePartyRow in CaseParty by id {
        case_id: CaseId, id: EntryId, kind: PartyKind, side: Side, name_masked: String, is_minor: bool,
        is_representative: bool, guardian_of: Option<EntryId>, secret_ref: Option<String>, withdrawn: bool,
        role: Option<PartyRole>, alias_of: Option<EntryId>,
    }
    /// `consent_event`.
    ConsentEventRow in ConsentEvent by id {
        case_id: CaseId, id: EntryId, party_id: EntryId, what: ConsentSubject, decision: ConsentDecision,
        text_version: String, claimed_at: Timestamp, evidence_id: Option<EntryId>, is_spent: bool,
    }
    /// `evidence`.
    EvidenceRow in Evidence by id {
        case_id: CaseId, id: EntryId, kind: EvidenceKind, sha256: String, size: u64, mime: String,
        taken_at: Timestamp, withdrawn: bool, is_missing: bool, waived_why: Option<String>,
    }
    /// `case_request`.
    CaseRequestRow in CaseRequest by id {
        case_id: CaseId, id: EntryId, kind: String, payload: Value, actor: String, by_user: Option<UserId>,
        base_version: u64, claimed_at: Timestamp, ruling: String, ruled_at: Option<Timestamp>,
        reason_code: Option<String>, reason_zh: Option<String>,
    }
    /// `case_event`.
    CaseEventRow in CaseEvent by id {
        case_id: CaseId, id: u32, event: String, by_user: Option<UserId>, by_role: Option<Role>,
        from_status: Status, to_status: Status, claimed_at: Option<Timestamp>, received_at: Timestamp, zh: String,
        words: Option<String>,
    }
    /// `assignment`.
    AssignmentRow in Assignment by id {
        case_id: CaseId, id: u32, user_id: UserId, org_id: OrgId, role: Role, duty: Duty, from_at: Timestamp,
        signed_at: Option<Timestamp>, to_at: Option<Timestamp>, expected: String, recused: bool,
    }
    /// `deadline`.
    DeadlineRow in Deadline by id {
        case_id: CaseId, id: String, kind: DeadlineKind, subject: Option<Subject>, starts_at: Timestamp, due_at: Timestamp,
        ends_at: Option<Timestamp>, extended_days: u32, met_at: Option<Timestamp>, waived_at: Option<Timestamp>,
        waived_by: Option<UserId>, ended_at: Option<Timestamp>, basis: String,
    }
    /// `risk_factor`.
    RiskFactorRow in RiskFactor by id {
        case_id: CaseId, id: u32, code: String, points: i16, zh: String,
    }
    /// `agreement`.
    AgreementRow in Agreement by id {
        case_id: CaseId, id: EntryId, form: AgreementForm, content_hash: String, number: Option<String>,
        effective_at: Option<Timestamp>, seal_no: Option<String>, void_at: Option<Timestamp>,
    }
    /// `obligation`.
    ObligationRow in Obligation by id {
        case_id: CaseId, id: EntryId, agreement_id: EntryId, obligor: EntryId, obligee: EntryId, kind: PromiseKind,
        amount_cents: u64, due_on: Option<Date>, state: ObligationState, done_at: Option<Timestamp>,
    }
    /// `signature`.
    SignatureRow in Signature by id {
        case_id: CaseId, id: EntryId, draft_id: EntryId, signer_kind: String, party_id: Option<EntryId>,
        content_hash: String, medium: SignatureMedium, claimed_at: Timestamp, is_spent: bool,
    }
    /// `visit`.
    VisitRow in Visit by id {
        case_id: CaseId, id: EntryId, actor: String, by_user: Option<UserId>, due_no: Option<u8>, method: VisitMethod,
        claimed_at: Timestamp, performance: Performance, satisfaction: Option<u8>, independent: bool,
        relapse_sign: bool, counted_at: Option<Timestamp>,
    }
    /// `merge_conflict`.
    MergeConflictRow in MergeConflict by id {
        case_id: CaseId, id: ConflictId, kind: ConflictKind, path: String, severity: Severity, variants: Vec<Variant>,
        found_at: Timestamp, settled_at: Option<Timestamp>, settled_by: Option<UserId>, choice: Option<u8>,
        why: Option<String>,
    }
}

impl SignatureRow {
    pub(super) fn new(
        case_id: CaseId,
        id: EntryId,
        signature: &Signature,
        claimed_at: Timestamp,
        is_spent: bool,
    ) -> Self {
        let (signer_kind, party_id) = match signature.signer {
            Signer::Party(party) => ("party", Some(party)),
            Signer::Mediator => ("mediator", None),
        };
        Self {
            case_id,
            id,
            draft_id: signature.draft,
            signer_kind: signer_kind.into(),
            party_id,
            content_hash: signature.hash.clone(),
            medium: signature.medium,
            claimed_at,
            is_spent,
        }
    }
}

impl CaseEventRow {
    /// The event of the row, if it is one of the table.
    #[must_use]
    pub fn event(&self) -> Option<Event> {
        Event::by_code(&self.event)
    }
}
