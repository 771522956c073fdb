//! The words of `hejie-case` as the foreign languages see them. Nothing is defined here: the
//! compiler holds each declaration to the type that it names.

mod apart;

pub use apart::{CitedBy, Observed, WhoSigns};

use hejie_case::{catalogue, facts, guide, identity, ids, record, role, search, signed_text, view};
use hejie_device::engine;
use std::time::SystemTime;

macro_rules! as_text {
    ($($name:ident = $path:ty;)*) => {$(
        pub(crate) type $name = $path;
        uniffi::custom_type!($name, String, {
            remote,
            lower: |value| value.to_string(),
            try_lift: |text| Ok(text.parse()?),
        });
    )*};
}

as_text! {
    CaseId = ids::CaseId;
    ClaimId = ids::ClaimId;
    EntryId = ids::EntryId;
    UserId = ids::UserId;
    DeviceId = ids::DeviceId;
    OrgId = ids::OrgId;
    ConflictId = ids::ConflictId;
    Actor = ids::Actor;
    CaseNo = ids::CaseNo;
    PublicCode = ids::PublicCode;
    RegionCode = ids::RegionCode;
    SituationCode = ids::SituationCode;
    Date = jiff::civil::Date;
}

pub(crate) type Timestamp = jiff::Timestamp;
uniffi::custom_type!(Timestamp, SystemTime, {
    remote,
    lower: |time| time.into(),
    try_lift: |time| Ok(time.try_into()?),
});

/// Money in cents of a yuan (分).
pub(crate) type Cents = record::Cents;
uniffi::custom_type!(Cents, u64, {
    remote,
    lower: |cents| cents.0,
    try_lift: |cents| Ok(record::Cents(cents)),
});

macro_rules! word {
    ($($name:ident = $path:ty { $($variant:ident),* $(,)? })*) => {$(
        pub(crate) type $name = $path;
        #[uniffi::remote(Enum)]
        pub enum $name { $($variant),* }
    )*};
}

word! {
    Side = record::Side { A, B, Third }
    PartyKind = record::PartyKind { Person, Organisation }
    PartyRole = record::PartyRole { Principal, Guardian, Agent }
    ConsentSubject = record::ConsentSubject {
        Mediation, PrivacyNotice, SensitiveData, ShareDepartment, OpenHearing, Extension, Esign, OralForm,
    }
    ConsentDecision = record::ConsentDecision { Agree, Refuse, Withdraw }
    ContactMeans = record::ContactMeans { InPerson, Telephone, Video, Message, LeaderTalk }
    NoteKind = record::NoteKind { Scene, Inquiry, DailyProgress, Other }
    EvidenceKind = record::EvidenceKind { Photo, Video, Audio, Paper }
    SessionForm = record::SessionForm { Scene, Room, Online, Bench, Circuit }
    AgreementForm = record::AgreementForm { Written, Oral }
    PromiseKind = record::PromiseKind { Pay, Do, Refrain, Apologise }
    SignatureMedium = record::SignatureMedium { PaperScan, Screen, ESignature, Fingerprint, Spoken }
    VisitMethod = record::VisitMethod { Door, Telephone, Video }
    Performance = record::Performance { Performed, Partly, NotPerformed, NothingDue }
    Residual = record::Residual { Low, Mid, High }
    Emotion = record::Emotion { Calm, Agitated, OutOfControl }
    Injury = record::Injury { None, Light, Lasting, Death }
    Role = role::Role {
        Informant, GridWorker, GridLeader, Mediator, PoliceOfficer, PoliceDesk, HotlineDesk, Dispatcher, Department,
        JudicialOffice, Invited, Court, Supervisor, Leader, Analyst, SystemAdmin, SecurityAdmin, Auditor, Exchange, System,
    }
    Difficulty = facts::Difficulty { Simple, Ordinary, Complex }
    Level = facts::Level { Blue, Yellow, Red }
    Duty = facts::Duty { First, Lead, Co, Visit }
    SuspensionGround = record::SuspensionGround { Appraisal, Absence, PendingRuling }
    Remedy = record::Remedy { Mediate, Litigate }
    Receiver = record::Receiver { Police, Department, LabourArbitration }
    TerminationGround = record::TerminationGround { NoAgreement, Absent, LimitOver, NotMediable, SeisedElsewhere }
    SeisedBody = facts::SeisedBody {
        Court, Arbitration, LabourArbitration, Health, Police, Administration, Reserved,
    }
    RecusalGround = facts::RecusalGround { Relative, Interest, Partial }
    CatalogueList = catalogue::List { Police, NonPolice }
    GuideSection = guide::Section { Danger, Ask, Evidence, Act, Law }
    Occasion = guide::Occasion {
        Opening, Notice, Consent, Listening, Calming, Refusing, Routes, Danger, Minor, Medical, Labour, Agreement, Closing,
        Visit, Handover, Remote, Record,
    }
    FoundKind = search::SearchKind { Situation, Guide, Phrase, Wording, Law, Answer, Mechanism }
    MovedPart = signed_text::MovedPart { Clauses, Rest }
    Severity = view::Severity { Note, Review, Block }
    NumberKind = identity::NumberKind { IdNumber, Telephone }
    Vulnerability = identity::Vulnerability { LeftBehind, AloneOrDisabled, UnderCorrection }
    Standing = engine::Standing { OnThisPhoneOnly, Waiting, OnServer, Damaged, Left, Reported }
    Readiness = engine::Readiness { NotEnrolled, EnrolAgain, NeverExchanged, Waiting, Healing, UpToDate }
}

/// A kind whose line in `hejie-case` holds more than its name.
macro_rules! kind {
    ($name:ident = $path:ty;
        $(#[$about:meta])* pub enum $of:ident $(: $fixed:ty)? {
            $($variant:ident $code:literal $zh:literal $en:literal $meaning:literal $(=> $what:expr)?;)*
        }
    ) => {
        word! { $name = $path { $($variant),* } }
    };
}

hejie_case::for_each_close_kind!(kind CloseKind = record::CloseKind;);
hejie_case::for_each_status!(kind CaseStatus = facts::Status;);
hejie_case::for_each_deadline_kind!(kind DeadlineKind = facts::DeadlineKind;);
hejie_case::for_each_conflict_kind!(kind ConflictKind = view::ConflictKind;);

pub(crate) type Position = record::Position;
#[uniffi::remote(Record)]
pub struct Position {
    pub lat: f64,
    pub lon: f64,
    pub accuracy: f32,
}

pub(crate) type Place = record::Place;
#[uniffi::remote(Record)]
pub struct Place {
    pub region: RegionCode,
    pub address: String,
    pub position: Option<Position>,
}

pub(crate) type Party = record::Party;
#[uniffi::remote(Record)]
pub struct Party {
    pub kind: PartyKind,
    pub side: Side,
    pub name_masked: String,
    pub is_minor: bool,
    pub is_representative: bool,
    pub guardian_of: Option<EntryId>,
    pub secret_ref: Option<String>,
    #[uniffi(default = None)]
    pub role: Option<PartyRole>,
    #[uniffi(default = false)]
    pub is_incapacitated: bool,
    #[uniffi(default = None)]
    pub agent_of: Option<EntryId>,
    #[uniffi(default = None)]
    pub mandate: Option<EntryId>,
}

pub(crate) type DvScreen = record::DvScreen;
#[uniffi::remote(Record)]
pub struct DvScreen {
    pub asked: bool,
    pub violence: bool,
}

pub(crate) type Evidence = record::Evidence;
#[uniffi::remote(Record)]
pub struct Evidence {
    pub kind: EvidenceKind,
    pub sha256: String,
    pub size: u64,
    pub mime: String,
    pub taken_at: Timestamp,
    pub place: Option<Place>,
    pub origin: String,
}

pub(crate) type Instalment = record::Instalment;
#[uniffi::remote(Record)]
pub struct Instalment {
    pub due: Date,
    pub amount: Cents,
}

pub(crate) type Terms = record::Terms;
#[uniffi::remote(Record)]
pub struct Terms {
    pub obligor: EntryId,
    pub obligee: EntryId,
    pub kind: PromiseKind,
    pub amount: Cents,
    pub amount_words: String,
    pub schedule: Vec<Instalment>,
    pub method: String,
    pub on_breach: String,
}

pub(crate) type PlanStep = record::PlanStep;
#[uniffi::remote(Record)]
pub struct PlanStep {
    pub what: String,
    pub owner_org: String,
    pub due: Date,
}

pub(crate) type VisitFinding = record::VisitFinding;
#[uniffi::remote(Record)]
pub struct VisitFinding {
    pub performance: Performance,
    pub satisfaction: Option<u8>,
    pub relapse_sign: bool,
}

pub(crate) type RoleOffer = hejie_device::http::RoleOffer;
#[uniffi::remote(Record)]
pub struct RoleOffer {
    pub role: Role,
    pub role_zh: String,
    pub org: OrgId,
    pub org_name: String,
}

pub(crate) type Reason = hejie_case::reason::Reason;
#[uniffi::remote(Record)]
pub struct Reason {
    pub code: String,
    pub zh: String,
}

pub(crate) type MaskedIdentity = identity::MaskedIdentity;
#[uniffi::remote(Record)]
pub struct MaskedIdentity {
    pub name: String,
    pub id_number: Option<String>,
    pub telephone: Option<String>,
}

pub(crate) type CaseSummary = engine::CaseSummary;
#[uniffi::remote(Record)]
pub struct CaseSummary {
    pub case: CaseId,
    pub case_no: Option<CaseNo>,
    pub title: String,
    pub situation: Option<SituationCode>,
    pub status: Option<CaseStatus>,
    pub provisional: Option<CaseStatus>,
    pub level: Option<Level>,
    pub due_at: Option<Timestamp>,
    pub standing: Standing,
    pub waiting: u32,
    pub refused: u32,
    pub open_requests: u32,
    pub open_conflicts: u32,
    pub unreadable: u32,
    pub reason: Option<Reason>,
    pub report: Option<ReportTaken>,
    pub alarm: Option<Reason>,
}

pub(crate) type ReportTaken = engine::ReportTaken;
#[uniffi::remote(Record)]
pub struct ReportTaken {
    pub receipt: ReportReceipt,
    pub in_doubt: bool,
}

pub(crate) type ReportReceipt = hejie_wire::message::ReportReceipt;
#[uniffi::remote(Record)]
pub struct ReportReceipt {
    pub case: CaseId,
    pub case_no: CaseNo,
    pub public_code: PublicCode,
    pub received_at: Timestamp,
}

pub(crate) type Deposited = engine::Deposited;
#[uniffi::remote(Record)]
pub struct Deposited {
    pub changes: u64,
    pub identities: u64,
    pub originals: u64,
    pub left: u64,
    pub reason: Reason,
}

pub(crate) type PhoneStatus = engine::PhoneStatus;
#[uniffi::remote(Record)]
pub struct PhoneStatus {
    pub readiness: Readiness,
    pub waiting: u64,
    pub files: u64,
    pub refused: u64,
    pub cases: u64,
    pub complete_at: Option<Timestamp>,
    pub clock_ahead: i64,
    pub damaged: u64,
    pub trouble: Option<Reason>,
    pub lost: Option<u64>,
    pub deposited: Option<Deposited>,
    pub alarm: Option<Reason>,
}
