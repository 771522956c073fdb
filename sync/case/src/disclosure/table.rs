//! The class of every field of a case: of the document by container and field, of the facts by
//! field. A field of the facts without a class does not compile; one of the document fails
//! `tests/tidy/rights.rs`.

use super::FieldClass::{self, *};
use crate::{
    facts::{Facts, Round},
    view::{About, DocumentPlace},
};

/// One row: container, field, class.
pub type DocumentRow = (&'static str, &'static str, FieldClass);

/// The fields of the document. Entries that are one JSON string, and maps below an entry, have one
/// class as a whole; the former stand under [`WHOLE`].
pub const DOCUMENT: &[DocumentRow] = &[
    ("meta", "schema", Core),
    ("meta", "case_id", Core),
    ("meta", "created_by_device", Core),
    ("meta", "created_at_device", Core),
    ("meta", "catalogue_version", Core),
    ("intake", "channel", Core),
    ("intake", "external_no", Core),
    ("intake", "situation_code", Core),
    ("intake", "occurred_at", Core),
    ("intake", "persons", Core),
    ("intake", "amount_cents", Core),
    ("intake", "injury", Risk),
    ("intake", "place", Names),
    ("intake", "dv_screen", Flags),
    ("intake", "summary", Core),
    ("parties", "kind", Names),
    ("parties", "secret_ref", Names),
    ("parties", "guardian_of", Flags),
    ("parties", "agent_of", Names),
    ("parties", "mandate", Names),
    ("parties", "side", Names),
    ("parties", "role", Names),
    ("parties", "name_masked", Names),
    ("parties", "is_minor", Flags),
    ("parties", "is_incapacitated", Flags),
    ("parties", "is_representative", Names),
    ("parties", "withdrawn", Names),
    ("consent_events", WHOLE, Names),
    ("statements", "party", Statements),
    ("statements", "taken_at", Statements),
    ("statements", "supplement_to", Statements),
    ("statements", "text", Statements),
    ("statements", "sealed", Statements),
    ("statements", "cites", Statements),
    ("statements", "locked", Statements),
    ("notes", "kind", Work),
    ("notes", "at", Work),
    ("notes", "text", Work),
    ("evidence", "head", Evidence),
    ("evidence", "caption", Evidence),
    ("evidence", "withdrawn", Evidence),
    ("checklist", WHOLE, Work),
    ("contacts", WHOLE, Work),
    ("sessions", "head", Work),
    ("sessions", "result", Work),
    ("sessions", "attendees", Work),
    ("sessions", "signed", Work),
    ("sessions", "record", Work),
    ("plans", "text", Core),
    ("plans", "steps", Core),
    ("drafts", "form", Drafts),
    ("drafts", "based_on", Drafts),
    ("drafts", "clauses", Drafts),
    ("drafts", "cites", Drafts),
    ("drafts", "frozen", Drafts),
    ("signatures", WHOLE, Agreement),
    ("performance", WHOLE, Agreement),
    ("visits", "head", Findings),
    ("visits", "finding", Findings),
    ("visits", "text", Visits),
    ("risk_obs", WHOLE, Risk),
    ("requests", WHOLE, Core),
];

/// The field under which an entry stands that is one JSON string.
pub const WHOLE: &str = "*";

/// The class of a field of the document, or of what lies below it as a path; of a container, or of
/// an entry as a whole, that of what is least open in it. What the table does not know is shown to
/// nobody who does not see statements.
#[must_use]
pub fn of_field(container: &str, field: Option<&str>) -> FieldClass {
    let rows = DOCUMENT.iter().filter(|(name, _, _)| *name == container);
    let top = field.map(|path| path.split_once('/').map_or(path, |(top, _)| top));
    let named = |row: &&DocumentRow| top.is_some_and(|field| row.1 == field);
    let named = rows.clone().find(named).map(|row| row.2);
    let closest = rows.map(|row| row.2).max_by_key(|class| class.data());
    named.or(closest).unwrap_or(Statements)
}

/// Makes a list of fields with their classes from the fields of a type, and lets nothing compile
/// that leaves one out.
macro_rules! classes {
    ($(#[$about:meta])* $list:ident of $of:ident { $($field:ident $class:ident,)* }) => {
        $(#[$about])*
        pub const $list: &[(&str, FieldClass)] = &[$((stringify!($field), $class)),*];

        const _: fn($of) = |$of { $($field: _,)* }| ();
    };
}

classes! {
    /// The fields of the facts; what stands below one has its class, but for what
    /// [`Disclosed`](super::Disclosed) takes out of it by name ([`WITHIN`]).
    FACTS of Facts {
        case_id Core,
        version Core,
        stage Core,
        round Core,
        case_no Core,
        public_code Core,
        source Core,
        region Core,
        region_assumed Core,
        registered_at Core,
        situation Core,
        classified Core,
        difficulty Core,
        colour Core,
        assignments Core,
        deadlines Core,
        rulings Core,
        conflicts Core,
        trail Core,
        holds Risk,
        endangered Risk,
        criminal_cases Risk,
        seised Core,
        recused Core,
        violence Flags,
        police_orders Risk,
        adjusted Core,
        colour_override Risk,
        waived_files Core,
        supervision Core,
        kin Core,
        past Core,
        spent Core,
        orgs Core,
        names Core,
        repeat_calls Core,
        missing_files Core,
    }
}

classes! {
    /// The fields of a round, the present one and earlier ones alike.
    ROUND of Round {
        accepted_at Core,
        returns Core,
        joint Core,
        joint_from Core,
        plans Core,
        referred Core,
        pushes Core,
        agreement Agreement,
        earlier_agreements Agreement,
        breached Core,
        breach_notices Agreement,
        confirmation Core,
        earlier_confirmations Core,
        visits_done Core,
        level_ended Core,
        residual Risk,
        dossier Core,
    }
}

/// What has another class than the field in which it stands. The variants of a disagreement have
/// the class of what it is about ([`about`]).
pub const WITHIN: &[(&str, FieldClass)] = &[
    ("colour.reasons", Risk),
    ("requests.E09", Risk),
    ("requests.E23", Risk),
    ("trail.E09.words", Risk),
    ("trail.E23.words", Risk),
    ("trail.E30g.words", Risk),
    ("requests.E23d", Flags),
    ("trail.E21c.words", Flags),
    ("trail.E23d.words", Flags),
    ("drafts.frozen_as_agreement", Agreement),
];

/// The class of what a disagreement is about, and so of what its variants say.
#[must_use]
pub fn about(about: &About) -> FieldClass {
    match about {
        About::Place(DocumentPlace {
            container,
            part: Some((map, _)),
            ..
        }) => of_field(container, Some(map)),
        About::Place(place) => of_field(&place.container, place.field.as_deref()),
        About::Pair { container, .. } => of_field(container, None),
        About::Promise(_) | About::Payments { .. } => Agreement,
        About::Visits => Findings,
        About::Closings | About::Clock(_) => Core,
    }
}
