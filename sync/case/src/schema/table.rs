//! The table itself (docs/domain/rules.md#document), with who may write what
//! (docs/domain/rules.md#roles), and the class by which it is read (docs/domain/rights.md).

use super::{Container, Field, FieldKind, Roles, Scalar, Shape, WritableBy};
use crate::{
    class::FieldClass::{self, *},
    part::CasePart,
    role::Role,
};

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
    record("meta", Roles::of(&[]), META),
    record("intake", CORE, INTAKE),
    entries("parties", SCENE, PARTY),
    atoms("consent_events", SCENE, Names),
    confidential(entries("statements", HANDLERS, STATEMENT)),
    confidential(entries("notes", NOTE_TAKERS, NOTE)),
    entries("evidence", FIELD_WORK.and(&[Role::Informant]), EVIDENCE),
    marks("checklist", HANDLERS.and(&[Role::Dispatcher]), Work),
    atoms("contacts", FIELD_WORK, Work),
    confidential(entries("sessions", SCENE, SESSION)),
    entries("plans", HANDLERS.and(&[Role::Dispatcher]), PLAN),
    confidential(entries("drafts", DRAFTERS, DRAFT)),
    atoms("signatures", Roles::of(&[Role::Mediator]), Agreement),
    atoms("performance", DRAFTERS.and(&[Role::GridWorker]), Agreement),
    entries("visits", VISITORS, VISIT),
    atoms("risk_obs", OBSERVERS, Risk),
    atoms("requests", ASKERS, Core),
];

const META: &[Field] = &[
    once("schema", Scalar::Number, Core),
    once("case_id", Scalar::Word, Core),
    once("created_by_device", Scalar::Word, Core),
    once("created_at_device", Scalar::Word, Core),
    once("catalogue_version", Scalar::Number, Core),
];

const INTAKE: &[Field] = &[
    once("channel", Scalar::Word, Core),
    once("external_no", Scalar::Word, Core),
    lww("situation_code", Scalar::Word, Core),
    lww("occurred_at", Scalar::Word, Core),
    lww("persons", Scalar::Number, Core),
    lww("amount_cents", Scalar::Number, Core),
    lww("injury", Scalar::Word, Risk),
    shared("place", FieldKind::Atom, Names),
    shared("dv_screen", FieldKind::Atom, Flags),
    shared("summary", FieldKind::Text, Core),
];

const PARTY: &[Field] = &[
    once("kind", Scalar::Word, Names),
    once("secret_ref", Scalar::Word, Names),
    once("guardian_of", Scalar::Word, Flags),
    once("agent_of", Scalar::Word, Names),
    once("mandate", Scalar::Word, Names),
    lww("side", Scalar::Word, Names),
    lww("role", Scalar::Word, Names),
    lww("name_masked", Scalar::Word, Names),
    lww("is_minor", Scalar::Flag, Flags),
    lww("is_incapacitated", Scalar::Flag, Flags),
    lww("is_representative", Scalar::Flag, Names),
    shared("withdrawn", FieldKind::WriteOnce, Names),
];

const STATEMENT: &[Field] = &[
    once("party", Scalar::Word, Statements),
    once("taken_at", Scalar::Word, Statements),
    once("supplement_to", Scalar::Word, Statements),
    own("text", FieldKind::Text, Statements),
    own("sealed", FieldKind::Atom, Statements),
    own("cites", FieldKind::Map(Shape::Atoms), Statements),
    own("locked", FieldKind::WriteOnce, Statements),
];

const NOTE: &[Field] = &[
    once("kind", Scalar::Word, Work),
    once("at", Scalar::Word, Work),
    shared("text", FieldKind::Text, Work),
];

const EVIDENCE: &[Field] = &[
    own("head", FieldKind::OnceAtom, Evidence),
    shared("caption", FieldKind::Text, Evidence),
    shared("withdrawn", FieldKind::WriteOnce, Evidence),
];

const SESSION: &[Field] = &[
    own("head", FieldKind::OnceAtom, Work),
    once("result", Scalar::Word, Work),
    own("attendees", FieldKind::Map(Shape::Atoms), Work),
    own("signed", FieldKind::Map(Shape::Atoms), Work),
    own("record", FieldKind::Text, Work),
];

const PLAN: &[Field] = &[
    shared("text", FieldKind::Text, Core),
    shared("steps", FieldKind::Map(Shape::Atoms), Core),
];

const DRAFT: &[Field] = &[
    once("form", Scalar::Word, Drafts),
    once("based_on", Scalar::Word, Drafts),
    shared("clauses", FieldKind::Map(Shape::Entries(CLAUSE)), Drafts),
    shared("cites", FieldKind::Map(Shape::Atoms), Drafts),
    shared("frozen", FieldKind::WriteOnce, Drafts),
];

const CLAUSE: &[Field] = &[
    lww("order", Scalar::Word, Drafts),
    shared("text", FieldKind::Text, Drafts),
    shared("terms", FieldKind::Atom, Drafts),
];

const VISIT: &[Field] = &[
    own("head", FieldKind::OnceAtom, Findings),
    own("finding", FieldKind::OnceAtom, Findings),
    own("text", FieldKind::Text, Visits),
];

const fn record(name: &'static str, writers: Roles, fields: &'static [Field]) -> Container {
    Container {
        name,
        part: CasePart::Work,
        writers,
        shape: Shape::Record(fields),
        class: least_open(fields),
    }
}

const fn entries(name: &'static str, writers: Roles, fields: &'static [Field]) -> Container {
    Container {
        shape: Shape::Entries(fields),
        ..record(name, writers, fields)
    }
}

const fn atoms(name: &'static str, writers: Roles, class: FieldClass) -> Container {
    Container {
        name,
        part: CasePart::Work,
        writers,
        shape: Shape::Atoms,
        class,
    }
}

const fn marks(name: &'static str, writers: Roles, class: FieldClass) -> Container {
    Container {
        shape: Shape::Marks,
        ..atoms(name, writers, class)
    }
}

/// What not everybody holds who works on the case (docs/adr/0026-parts-of-a-case.md).
const fn confidential(container: Container) -> Container {
    Container {
        part: CasePart::Confidential,
        ..container
    }
}

/// The class of what is least open among fields.
const fn least_open(fields: &[Field]) -> FieldClass {
    let mut class = fields[0].class;
    let mut at = 1;
    while at < fields.len() {
        if fields[at].class.data() as u8 >= class.data() as u8 {
            class = fields[at].class;
        }
        at += 1;
    }
    class
}

const fn once(name: &'static str, scalar: Scalar, class: FieldClass) -> Field {
    shared(name, FieldKind::Once(scalar), class)
}

const fn lww(name: &'static str, scalar: Scalar, class: FieldClass) -> Field {
    shared(name, FieldKind::Lww(scalar), class)
}

const fn shared(name: &'static str, kind: FieldKind, class: FieldClass) -> Field {
    Field {
        name,
        kind,
        by: WritableBy::Writers,
        class,
    }
}

const fn own(name: &'static str, kind: FieldKind, class: FieldClass) -> Field {
    Field {
        by: WritableBy::Creator,
        ..shared(name, kind, class)
    }
}
