//! What each role reads: the table of docs/domain/rights.md, which is printed from here.

use super::{
    ClassSet,
    FieldClass::{self, *},
    Relation, Sight, Tie,
};
use crate::role::Role;

/// What a role reads of a case, by how it stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleRights {
    /// Of a case for which the person answers.
    pub own: ClassSet,
    /// Of a case that is a matter of the office.
    pub matter: ClassSet,
    /// Of every case of the territory.
    pub area: ClassSet,
    /// What makes a case a matter of the office.
    pub matters: Matters,
}

/// What makes a case a matter of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matters {
    /// A channel of one of these names reported it: `110`, or `110-` and more.
    pub channels: &'static [&'static str],
    /// A danger was reported in it, or the police were asked for it.
    pub of_police: bool,
    /// It is complex, taken up jointly, or a measure in it is for a person to take.
    pub grave: bool,
    /// Its agreement lies before a court, or did; or a court entrusted it by a letter (R066).
    pub before_court: bool,
}

impl Matters {
    const NONE: Self = Self {
        channels: &[],
        of_police: false,
        grave: false,
        before_court: false,
    };

    /// Those of a role.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        RoleRights::of(role).matters
    }
}

/// What is told of a case before somebody takes it on.
const BRIEF: ClassSet = ClassSet::of(&[Core, Names, Risk]);
/// What is told of a case that waits to be claimed.
const POOL: ClassSet = ClassSet::of(&[Core]);

/// What guests see of it, whatever their role sees of its own cases: the matter, and nobody's
/// identity (R003).
const GUEST: ClassSet = ClassSet::of(&[Core, Names, Statements, Work, Evidence, Agreement]);

/// Everything in a case that no purpose is asked for.
const HANDLING: ClassSet = ClassSet::of(&[
    Core, Names, Flags, Risk, Statements, Work, Evidence, Drafts, Agreement, Findings, Visits,
]);
const WHO: ClassSet = ClassSet::of(&[Telephone, Identity, Special]);
/// What those may know who care for somebody, and nobody else (R098).
const CARE: ClassSet = ClassSet::of(&[Vulnerability]);
/// What those see who watch over cases and handle none.
const WATCH: ClassSet = ClassSet::of(&[Core, Names, Risk, Agreement, Findings, Visits]);

impl RoleRights {
    const NONE: Self = Self {
        own: ClassSet::NONE,
        matter: ClassSet::NONE,
        area: ClassSet::NONE,
        matters: Matters::NONE,
    };

    const fn own(classes: ClassSet) -> Self {
        Self {
            own: classes,
            ..Self::NONE
        }
    }

    /// The same in the whole territory, assigned or not.
    const fn area(classes: ClassSet) -> Self {
        Self {
            own: classes,
            area: classes,
            ..Self::NONE
        }
    }

    /// The same for a matter of the office as for a case of the person's own.
    const fn office(classes: ClassSet, matters: Matters) -> Self {
        Self {
            own: classes,
            matter: classes,
            matters,
            ..Self::NONE
        }
    }

    const GRID_WORKER: Self = Self {
        area: POOL,
        ..Self::own(ClassSet::of(&[
            Core,
            Names,
            Risk,
            Evidence,
            Agreement,
            Findings,
            Visits,
            Telephone,
            Vulnerability,
        ]))
    };

    const POLICE_OFFICER: Self = Self {
        matter: BRIEF,
        matters: Matters {
            of_police: true,
            ..Matters::NONE
        },
        ..Self::own(ClassSet::of(&[
            Core, Names, Flags, Risk, Statements, Work, Evidence, Findings, Visits,
        ]))
    };

    const POLICE_DESK: Self = Self::office(
        ClassSet::of(&[Core, Names, Risk, Findings, Visits]),
        Matters {
            channels: &["110"],
            of_police: true,
            ..Matters::NONE
        },
    );

    /// What it was asked to confirm, and what it entrusted.
    const COURT: Self = Self {
        matter: ClassSet::of(&[Core, Names, Agreement]),
        matters: Matters {
            before_court: true,
            ..Matters::NONE
        },
        ..Self::own(ClassSet::of(&[Core, Names, Statements, Evidence, Agreement]).and(WHO))
    };

    /// What a role reads.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        match role {
            Role::GridWorker => Self::GRID_WORKER,
            Role::GridLeader => Self::area(WATCH.and(ClassSet::of(&[Evidence]))),
            Role::Mediator => Self::own(HANDLING.and(WHO).and(CARE).and(ClassSet::of(&[Sealed]))),
            Role::Department => Self::own(HANDLING.and(WHO)),
            Role::PoliceOfficer => Self::POLICE_OFFICER,
            Role::PoliceDesk => Self::POLICE_DESK,
            Role::HotlineDesk => Self::office(
                ClassSet::of(&[Core, Names, Findings]),
                Matters {
                    channels: &["12345"],
                    ..Matters::NONE
                },
            ),
            Role::Dispatcher => Self::area(ClassSet::of(&[
                Core, Names, Flags, Risk, Statements, Work, Evidence, Agreement, Findings, Visits,
                Telephone, Identity,
            ])),
            Role::JudicialOffice => {
                Self::area(HANDLING.and(WHO).and(CARE).and(ClassSet::of(&[Sealed])))
            }
            Role::Supervisor => Self::area(WATCH.and(WHO)),
            Role::Leader => Self::office(
                WATCH,
                Matters {
                    grave: true,
                    ..Matters::NONE
                },
            ),
            Role::Invited => Self::own(GUEST),
            Role::Court => Self::COURT,
            Role::Informant
            | Role::Analyst
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::Auditor
            | Role::Exchange
            | Role::System => Self::NONE,
        }
    }
}

impl Sight {
    /// What somebody in a role sees of a case to which they stand like this.
    #[must_use]
    pub const fn of(role: Role, relation: Relation) -> Self {
        let rights = RoleRights::of(role);
        let tied = match relation.tie {
            Tie::Recused => return Self::BLIND,
            Tie::Own => rights.own,
            Tie::Guest => rights.own.within(GUEST),
            Tie::Offered => rights.own.within(BRIEF),
            Tie::Matter => rights.matter,
            Tie::Waiting => POOL,
            Tie::None => ClassSet::NONE,
        };
        let area = if relation.in_area {
            rights.area
        } else {
            ClassSet::NONE
        };
        Self {
            role,
            classes: tied.and(area),
        }
    }

    /// Whether a role sees a class in some case.
    #[must_use]
    pub const fn is_ever_given(role: Role, class: FieldClass) -> bool {
        let rights = RoleRights::of(role);
        rights
            .own
            .and(rights.matter)
            .and(rights.area)
            .contains(class)
    }
}
