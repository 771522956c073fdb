//! The table itself (docs/domain/rules.md#document), with who may write what
//! (docs/domain/rules.md#roles).

use super::{Container, Field, FieldKind, Roles, Scalar, Shape, WritableBy};
use crate::{part::CasePart, role::Role};

/// Who may begin a case (E01): any intake.
pub const CREATORS: Roles = Roles::of(&[
    Role::Informant,
    Role::GridWorker,
    Role::GridLeader,
    Role::Mediator,
    Role::PoliceOfficer,
    Role::PoliceDesk,
    Role::HotlineDesk,
    Role::Dispatcher,
    Role::Department,
    Role::JudicialOffice,
    Role::Exchange,
    Role::System,
]);

const CORE: Roles = SCENE.and(&[Role::Dispatcher]);
/// An officer writes until the handover, and names the parties of what is settled on the scene
/// (E08) by their masks.
const SCENE: Roles = Roles::of(&[Role::Mediator, Role::PoliceOfficer]);
const HANDLERS: Roles = SCENE.and(&[Role::Department]);
const FIELD_WORK: Roles = HANDLERS.and(&[Role::GridWorker]);
const DRAFTERS: Roles = Roles::of(&[Role::Mediator, Role::Department]);
/// The hotline asks for satisfaction by telephone.
const VISITORS: Roles = DRAFTERS.and(&[Role::GridWorker, Role::GridLeader, Role::HotlineDesk]);
const OBSERVERS: Roles = FIELD_WORK.and(&[Role::GridLeader]);
/// Whoever works on the case and reads its notes; the invited comment.
const NOTE_TAKERS: Roles = HANDLERS.and(&[Role::Dispatcher, Role::JudicialOffice, Role::Invited]);
/// Whoever may file a request, or enter what a desk decides where it is done.
const ASKERS: Roles = OBSERVERS.and(&[
    Role::PoliceDesk,
    Role::HotlineDesk,
    Role::Dispatcher,
    Role::JudicialOffice,
]);

/// Every container of a case document.
pub const CONTAINERS: &[Container] = &[
    Container {
        name: "meta",
        part: CasePart::Work,
        writers: Roles::of(&[]),
        shape: Shape::Record(META),
    },
    Container {
        name: "intake",
        part: CasePart::Work,
        writers: CORE,
        shape: Shape::Record(INTAKE),
    },
    Container {
        name: "parties",
        part: CasePart::Work,
        writers: SCENE,
        shape: Shape::Entries(PARTY),
    },
    Container {
        name: "consent_events",
        part: CasePart::Work,
        writers: SCENE,
        shape: Shape::Atoms,
    },
    Container {
        name: "statements",
        part: CasePart::Confidential,
        writers: HANDLERS,
        shape: Shape::Entries(STATEMENT),
    },
    Container {
        name: "notes",
        part: CasePart::Confidential,
        writers: NOTE_TAKERS,
        shape: Shape::Entries(NOTE),
    },
    Container {
        name: "evidence",
        part: CasePart::Work,
        writers: FIELD_WORK.and(&[Role::Informant]),
        shape: Shape::Entries(EVIDENCE),
    },
    Container {
        name: "checklist",
        part: CasePart::Work,
        writers: HANDLERS.and(&[Role::Dispatcher]),
        shape: Shape::Marks,
    },
    Container {
        name: "contacts",
        part: CasePart::Work,
        writers: FIELD_WORK,
        shape: Shape::Atoms,
    },
    Container {
        name: "sessions",
        part: CasePart::Confidential,
        writers: SCENE,
        shape: Shape::Entries(SESSION),
    },
    Container {
        name: "plans",
        part: CasePart::Work,
        writers: HANDLERS.and(&[Role::Dispatcher]),
        shape: Shape::Entries(PLAN),
    },
    Container {
        name: "drafts",
        part: CasePart::Confidential,
        writers: DRAFTERS,
        shape: Shape::Entries(DRAFT),
    },
    Container {
        name: "signatures",
        part: CasePart::Work,
        writers: Roles::of(&[Role::Mediator]),
        shape: Shape::Atoms,
    },
    Container {
        name: "performance",
        part: CasePart::Work,
        writers: DRAFTERS.and(&[Role::GridWorker]),
        shape: Shape::Atoms,
    },
    Container {
        name: "visits",
        part: CasePart::Work,
        writers: VISITORS,
        shape: Shape::Entries(VISIT),
    },
    Container {
        name: "risk_obs",
        part: CasePart::Work,
        writers: OBSERVERS,
        shape: Shape::Atoms,
    },
    Container {
        name: "requests",
        part: CasePart::Work,
        writers: ASKERS,
        shape: Shape::Atoms,
    },
];

const META: &[Field] = &[
    once("schema", Scalar::Number),
    once("case_id", Scalar::Word),
    once("created_by_device", Scalar::Word),
    once("created_at_device", Scalar::Word),
    once("catalogue_version", Scalar::Number),
];

const INTAKE: &[Field] = &[
    once("channel", Scalar::Word),
    once("external_no", Scalar::Word),
    lww("situation_code", Scalar::Word),
    lww("occurred_at", Scalar::Word),
    lww("persons", Scalar::Number),
    lww("amount_cents", Scalar::Number),
    lww("injury", Scalar::Word),
    shared("place", FieldKind::Atom),
    shared("dv_screen", FieldKind::Atom),
    shared("summary", FieldKind::Text),
];

const PARTY: &[Field] = &[
    once("kind", Scalar::Word),
    once("secret_ref", Scalar::Word),
    once("guardian_of", Scalar::Word),
    once("agent_of", Scalar::Word),
    once("mandate", Scalar::Word),
    lww("side", Scalar::Word),
    lww("role", Scalar::Word),
    lww("name_masked", Scalar::Word),
    lww("is_minor", Scalar::Flag),
    lww("is_incapacitated", Scalar::Flag),
    lww("is_representative", Scalar::Flag),
    shared("withdrawn", FieldKind::WriteOnce),
];

const STATEMENT: &[Field] = &[
    once("party", Scalar::Word),
    once("taken_at", Scalar::Word),
    once("supplement_to", Scalar::Word),
    own("text", FieldKind::Text),
    own("sealed", FieldKind::Atom),
    own("cites", FieldKind::Map(Shape::Atoms)),
    own("locked", FieldKind::WriteOnce),
];

const NOTE: &[Field] = &[
    once("kind", Scalar::Word),
    once("at", Scalar::Word),
    shared("text", FieldKind::Text),
];

const EVIDENCE: &[Field] = &[
    own("head", FieldKind::OnceAtom),
    shared("caption", FieldKind::Text),
    shared("withdrawn", FieldKind::WriteOnce),
];

const SESSION: &[Field] = &[
    own("head", FieldKind::OnceAtom),
    once("result", Scalar::Word),
    own("attendees", FieldKind::Map(Shape::Atoms)),
    own("signed", FieldKind::Map(Shape::Atoms)),
    own("record", FieldKind::Text),
];

const PLAN: &[Field] = &[
    shared("text", FieldKind::Text),
    shared("steps", FieldKind::Map(Shape::Atoms)),
];

const DRAFT: &[Field] = &[
    once("form", Scalar::Word),
    once("based_on", Scalar::Word),
    shared("clauses", FieldKind::Map(Shape::Entries(CLAUSE))),
    shared("cites", FieldKind::Map(Shape::Atoms)),
    shared("frozen", FieldKind::WriteOnce),
];

const CLAUSE: &[Field] = &[
    lww("order", Scalar::Word),
    shared("text", FieldKind::Text),
    shared("terms", FieldKind::Atom),
];

const VISIT: &[Field] = &[
    own("head", FieldKind::OnceAtom),
    own("finding", FieldKind::OnceAtom),
    own("text", FieldKind::Text),
];

const fn once(name: &'static str, scalar: Scalar) -> Field {
    Field {
        name,
        kind: FieldKind::Once(scalar),
        by: WritableBy::Writers,
    }
}

const fn lww(name: &'static str, scalar: Scalar) -> Field {
    Field {
        name,
        kind: FieldKind::Lww(scalar),
        by: WritableBy::Writers,
    }
}

const fn shared(name: &'static str, kind: FieldKind) -> Field {
    Field {
        name,
        kind,
        by: WritableBy::Writers,
    }
}

const fn own(name: &'static str, kind: FieldKind) -> Field {
    Field {
        name,
        kind,
        by: WritableBy::Creator,
    }
}
