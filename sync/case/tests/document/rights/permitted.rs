//! What our own editor writes passes, and the index that grows with it equals the one that is read
//! from the document.

use crate::scene::*;
use hejie_case::{
    document::{CaseDoc, RawChange},
    edit::{Edit, TextTarget},
    ids::Actor,
    part::Extent,
    rights::{ChangeWriter, ObjectEntry, check, index_of, may_write},
    role::Role,
};

/// A document, and the index as the server keeps it.
pub(crate) struct Kept {
    pub(crate) case: CaseDoc,
    pub(crate) index: Vec<ObjectEntry>,
}

impl Kept {
    pub(crate) fn begun() -> Self {
        let (case, first) = begun();
        let mut kept = Self {
            case,
            index: Vec::new(),
        };
        kept.take(&first, MEDIATOR, Role::Mediator);
        kept
    }

    /// A case in which everything was written once.
    pub(crate) fn furnished() -> Self {
        let mut kept = Self::begun();
        for edit in every_edit() {
            kept.write(MEDIATOR, Role::Mediator, edit);
        }
        kept
    }

    pub(crate) fn write(&mut self, actor: Actor, role: Role, edit: Edit) {
        let written = write(&mut self.case, actor, edit);
        self.take(&written, actor, role);
    }

    fn take(&mut self, written: &RawChange, actor: Actor, role: Role) {
        let writer = ChangeWriter { actor, role };
        let rows = check(std::slice::from_ref(&written.bytes), &self.index, &writer).unwrap();
        self.index.extend(rows);
    }
}

/// Shows R088.
#[test]
fn whatever_a_mediator_writes_passes_and_is_indexed() {
    let mut kept = Kept::furnished();
    let mut computed = index_of(&kept.case).unwrap();
    computed.sort();
    kept.index.sort();
    assert_eq!(computed, kept.index);
}

/// The phone asks before it writes, and is told what the server says afterwards.
#[test]
fn a_phone_lets_a_role_write_exactly_what_the_server_takes_of_it() {
    let roles = [
        Role::Mediator,
        Role::PoliceOfficer,
        Role::Department,
        Role::GridWorker,
        Role::GridLeader,
        Role::Dispatcher,
        Role::JudicialOffice,
        Role::HotlineDesk,
        Role::Informant,
        Role::Invited,
        Role::Supervisor,
    ];
    let mut kept = Kept::begun();
    for edit in every_edit() {
        let whole = write(&mut kept.case.clone(), MEDIATOR, edit.clone());
        for role in roles {
            // Whoever holds the work alone writes on it; a foreign client may write on more.
            let mut held = kept.case.clone().within(Extent::of(role)).unwrap();
            let written = held
                .edit(MEDIATOR, at(1), &edit)
                .unwrap_or_else(|_| whole.clone());
            let writer = ChangeWriter {
                actor: MEDIATOR,
                role,
            };
            let taken = check(std::slice::from_ref(&written.bytes), &kept.index, &writer).map(drop);
            assert_eq!(may_write(role, &edit), taken, "{role:?} {edit:?}");
        }
        kept.write(MEDIATOR, Role::Mediator, edit);
    }
}

#[test]
fn a_batch_is_judged_by_what_it_made_itself() {
    let (mut case, first) = begun();
    let edits = every_edit()
        .into_iter()
        .map(|edit| write(&mut case, MEDIATOR, edit));
    let changes: Vec<_> = std::iter::once(first)
        .chain(edits)
        .map(|written| written.bytes)
        .collect();
    let writer = ChangeWriter {
        actor: MEDIATOR,
        role: Role::Mediator,
    };
    assert_eq!(check(&changes, &[], &writer), index_of(&case));
}

#[test]
fn a_note_may_be_continued_by_a_colleague_and_a_dispatcher() {
    let mut kept = Kept::begun();
    kept.write(MEDIATOR, Role::Mediator, add(id(1), note("双方同意调解。")));
    kept.write(
        COLLEAGUE,
        Role::Department,
        text(TextTarget::Note { id: id(1) }, "双方均同意调解。"),
    );
    kept.write(
        GRID_WORKER,
        Role::Dispatcher,
        text(TextTarget::Note { id: id(1) }, "双方均已同意调解。"),
    );
}
