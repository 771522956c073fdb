//! What the document of a case says.

mod reading;

pub(super) use reading::steps;

use crate::words::{
    Actor, AgreementForm, CaseId, Cents, ConsentDecision, ConsentSubject, ContactMeans, DvScreen,
    EntryId, Evidence, Injury, MovedPart, NoteKind, Observed, Party, Performance, Place, PlanStep,
    SessionForm, SignatureMedium, SituationCode, Terms, Timestamp, VisitFinding, VisitMethod,
    WhoSigns,
};

macro_rules! record {
    ($(#[$doc:meta] $name:ident { $(#[$field_doc:meta] $field:ident: $type:ty,)* })*) => {$(
        #[$doc]
        #[derive(Debug, Clone, uniffi::Record)]
        pub struct $name { $(#[$field_doc] pub $field: $type,)* }
    )*};
}

record! {
    /// What the document of a case says.
    CaseDocument {
        /// The case.
        case: CaseId,
        /// The heads at which it was read, in hexadecimal: equal on two phones that hold the same.
        heads: Vec<String>,
        /// What the case is about.
        intake: Intake,
        /// 当事人.
        parties: Vec<PartyEntry>,
        /// Consent and refusal.
        consents: Vec<ConsentEntry>,
        /// 证据.
        evidence: Vec<EvidenceEntry>,
        /// Contacts with parties.
        contacts: Vec<ContactEntry>,
        /// Plans 一案一策 that were written on phones; those of desks are among the facts.
        plans: Vec<PlanEntry>,
        /// Signatures.
        signatures: Vec<SignatureEntry>,
        /// The performance log.
        performance: Vec<PerformanceEntry>,
        /// 回访.
        visits: Vec<VisitEntry>,
        /// Observations of risk.
        risks: Vec<RiskEntry>,
        /// Requests, ruled on or not.
        requests: Vec<RequestEntry>,
        /// What not every role reads; none where it is not within the owner's rights (不在您的权限内).
        confidential: Option<ConfidentialPart>,
        /// How many entries cannot be read.
        unreadable: u32,
        /// Texts that have become longer than anybody reads, by their places, such as `notes/<id>`.
        long_texts: Vec<String>,
    }
    /// What not every role reads of a case.
    ConfidentialPart {
        /// 陈述.
        statements: Vec<StatementEntry>,
        /// Notes.
        notes: Vec<NoteEntry>,
        /// 调解记录.
        sessions: Vec<SessionEntry>,
        /// Drafts of the agreement.
        drafts: Vec<DraftEntry>,
    }
    /// What the case is about; of rival values the one that stands.
    Intake {
        /// The channel.
        channel: Option<String>,
        /// The channel's own number.
        external_no: Option<String>,
        /// 情形.
        situation: Option<SituationCode>,
        /// When it broke out.
        occurred_at: Option<Timestamp>,
        /// How many people take part.
        persons: Option<u32>,
        /// Money in dispute.
        amount: Option<Cents>,
        /// Injury.
        injury: Option<Injury>,
        /// Place.
        place: Option<Place>,
        /// What came of the screening for domestic violence.
        dv_screen: Option<DvScreen>,
        /// The summary.
        summary: String,
        /// Fields with rival values.
        disputed: Vec<String>,
    }
    /// A party.
    PartyEntry {
        /// Its id.
        id: EntryId,
        /// Who entered it.
        author: Actor,
        /// As corrected.
        party: Party,
        /// Fields with rival values.
        disputed: Vec<String>,
        /// Why it was withdrawn, if it was.
        withdrawn: Option<String>,
    }
    /// A consent or refusal.
    ConsentEntry {
        /// Its id.
        id: EntryId,
        /// Who recorded it.
        author: Actor,
        /// The party.
        party: EntryId,
        /// About what.
        what: ConsentSubject,
        /// And said what.
        decision: ConsentDecision,
        /// When.
        at: Timestamp,
    }
    /// A statement.
    StatementEntry {
        /// Its id.
        id: EntryId,
        /// Who took it.
        author: Actor,
        /// Who stated.
        party: EntryId,
        /// When it was taken.
        taken_at: Timestamp,
        /// The text; empty when the words are sealed.
        text: String,
        /// The words are sealed to the server.
        is_sealed: bool,
        /// When it was locked, if it was.
        locked_at: Option<Timestamp>,
        /// Pieces of evidence on which it relies.
        cites: Vec<EntryId>,
    }
    /// A note.
    NoteEntry {
        /// Its id.
        id: EntryId,
        /// Who began it.
        author: Actor,
        /// The kind.
        kind: NoteKind,
        /// When it was begun.
        at: Timestamp,
        /// The merged text.
        text: String,
    }
    /// A piece of evidence.
    EvidenceEntry {
        /// Its id.
        id: EntryId,
        /// Who captured it.
        author: Actor,
        /// What was captured.
        evidence: Evidence,
        /// Its caption.
        caption: String,
        /// Why it was withdrawn, if it was.
        withdrawn: Option<String>,
    }
    /// A contact with a party.
    ContactEntry {
        /// Its id.
        id: EntryId,
        /// Who made it.
        author: Actor,
        /// With whom.
        party: EntryId,
        /// By which means.
        means: ContactMeans,
        /// When.
        at: Timestamp,
        /// Whether the party was reached.
        reached: bool,
    }
    /// A session of mediation.
    SessionEntry {
        /// Its id.
        id: EntryId,
        /// Who wrote it down.
        author: Actor,
        /// In which form.
        form: SessionForm,
        /// When it began.
        start: Timestamp,
        /// Where.
        place: Option<Place>,
        /// The parties who attended.
        attendees: Vec<EntryId>,
        /// What came of it.
        result: String,
        /// The record.
        record: String,
        /// Who signed the record.
        signed: Vec<RecordSignature>,
    }
    /// A signature on the record of a session.
    RecordSignature {
        /// The party.
        party: EntryId,
        /// How.
        medium: SignatureMedium,
        /// When.
        at: Timestamp,
    }
    /// A plan 一案一策.
    PlanEntry {
        /// Its id.
        id: EntryId,
        /// Who began it.
        author: Actor,
        /// The merged text.
        text: String,
        /// Its steps.
        steps: Vec<PlanStepEntry>,
    }
    /// A step of a plan.
    PlanStepEntry {
        /// Its id.
        id: EntryId,
        /// Who does what until when.
        step: PlanStep,
    }
    /// A draft of the agreement.
    DraftEntry {
        /// Its id.
        id: EntryId,
        /// Who began it.
        author: Actor,
        /// Written or oral.
        form: AgreementForm,
        /// Its clauses in their order.
        clauses: Vec<Clause>,
        /// Pieces of evidence on which it relies.
        cites: Vec<EntryId>,
        /// When it was frozen, if it was.
        frozen_at: Option<Timestamp>,
        /// What a signature would stand over now.
        content_hash: String,
        /// Which part is another one than that which was frozen, if one is.
        moved: Option<MovedPart>,
    }
    /// A clause.
    Clause {
        /// Its id.
        id: EntryId,
        /// Its words.
        text: String,
        /// Its promise.
        terms: Option<Terms>,
        /// Whether rival promises stand beside it.
        is_disputed: bool,
    }
    /// A signature.
    SignatureEntry {
        /// Its id.
        id: EntryId,
        /// Who recorded it.
        author: Actor,
        /// The draft.
        draft: EntryId,
        /// Who signed.
        signer: WhoSigns,
        /// How.
        medium: SignatureMedium,
        /// The evidence entry with the picture of it.
        scan: Option<EntryId>,
        /// When.
        at: Timestamp,
    }
    /// An entry of the performance log.
    PerformanceEntry {
        /// Its id.
        id: EntryId,
        /// Who recorded it.
        author: Actor,
        /// The clause.
        obligation: EntryId,
        /// What was found.
        state: Performance,
        /// How much was paid.
        amount: Cents,
        /// When.
        at: Timestamp,
    }
    /// A visit.
    VisitEntry {
        /// Its id.
        id: EntryId,
        /// Who made it.
        author: Actor,
        /// The due visit that it answers, by its number in the series.
        due: Option<u8>,
        /// How.
        method: VisitMethod,
        /// When.
        at: Timestamp,
        /// What was found.
        finding: VisitFinding,
        /// The report.
        text: String,
    }
    /// An observation of risk.
    RiskEntry {
        /// Its id.
        id: EntryId,
        /// Who observed.
        author: Actor,
        /// What.
        observed: Observed,
        /// When.
        at: Timestamp,
        /// Why.
        why: String,
    }
    /// A request.
    RequestEntry {
        /// Its id.
        id: EntryId,
        /// Who asks.
        author: Actor,
        /// What is asked: the event, such as `accept`.
        ask: String,
        /// The version of the facts on which it was made.
        base_version: u64,
        /// When.
        at: Timestamp,
    }
}
