//! The class of every field of a case: of the document as the schema has it beside each field, of
//! the facts by field. A field without a class does not compile.

use super::FieldClass::{self, *};
use crate::{
    facts::{Facts, Round},
    schema::{self, CONTAINERS},
    view::{About, DocumentPlace},
};

/// One row: container, field, class.
pub type DocumentRow = (&'static str, &'static str, FieldClass);

/// The field under which an entry stands that is one JSON string.
pub const WHOLE: &str = "*";

/// Every field of the document with its class. Entries that are one JSON string have one class as a
/// whole, and so have maps below an entry.
pub fn document() -> impl Iterator<Item = DocumentRow> {
    CONTAINERS.iter().flat_map(|container| {
        let whole = container
            .fields()
            .is_empty()
            .then_some((WHOLE, container.class));
        let fields = container
            .fields()
            .iter()
            .map(|field| (field.name, field.class));
        let rows = fields.chain(whole);
        rows.map(|(field, class)| (container.name, field, class))
    })
}

/// The class of a field of the document, or of what lies below it as a path; of a container, or of
/// an entry as a whole, that of what is least open in it. What the schema does not know is shown to
/// nobody who does not see statements.
#[must_use]
pub fn of_field(container: &str, field: Option<&str>) -> FieldClass {
    let Some(container) = schema::container(container) else {
        return Statements;
    };
    let top = field.map(|path| path.split_once('/').map_or(path, |(top, _)| top));
    let named = top.and_then(|name| schema::field(container.fields(), name));
    named.map_or(container.class, |field| field.class)
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
        identified Names,
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
        invitations Core,
        consultations Core,
        engagements Core,
        referred Core,
        pushes Core,
        agreement Agreement,
        earlier_agreements Agreement,
        oral_register Agreement,
        breached Core,
        breach_notices Agreement,
        transferred Core,
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
