//! Work that is written again merges, whatever was the reason: a refusal in front of it, a retry, a
//! new enrolment, a restored server.

use crate::{
    office::{Office, refused_as},
    phone::{Phone, enrolment, noon, one_case_on_two_phones},
};
use hejie_case::{
    conflict::{DetectInput, conflicts},
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    ids::{CaseId, EntryId},
    reason::Explain,
    record::*,
    role::Role,
    view::ConflictKind,
};
use hejie_device::engine::{EngineError, Enrolment, Intent};

/// A case with a note of A and a party, which both phones hold; what is written next waits on phone
/// A.
struct Scene {
    office: Office,
    a: Phone,
    b: Phone,
    case: CaseId,
    note: EntryId,
    party: EntryId,
}

impl Scene {
    fn set() -> Self {
        let (mut office, mut a, mut b, case) = one_case_on_two_phones();
        let note = a.note(case, "起初。");
        let party = a.engine.add(case, person(), noon()).unwrap();
        a.exchange(&mut office);
        b.exchange(&mut office);
        Self {
            office,
            a,
            b,
            case,
            note,
            party,
        }
    }

    fn a_writes(&mut self, edit: Edit) {
        self.a.engine.edit(self.case, edit, noon()).unwrap();
    }

    fn b_writes(&mut self, edit: Edit) {
        self.b.engine.edit(self.case, edit, noon()).unwrap();
        self.b.exchange(&mut self.office);
    }

    fn text(&self, content: &str) -> Edit {
        Edit::Text {
            target: TextTarget::Note { id: self.note },
            content: content.into(),
        }
    }

    /// A exchanges, and the office refuses the n-th of the changes that come.
    fn a_sends_but_is_refused(&mut self, n: usize) {
        let mut count = 0;
        self.office.judge = Box::new(move |_, _| {
            count += 1;
            (count == n + 1).then(|| refused_as("not_allowed", None))
        });
        self.a.exchange(&mut self.office);
        self.office.judge = Box::new(|_, _| None);
    }

    fn all_meet(&mut self) {
        for _ in 0..3 {
            self.a.exchange(&mut self.office);
            self.b.exchange(&mut self.office);
        }
        let held = self.office.rooms[&self.case].doc.view().unwrap();
        assert_eq!(
            (&self.a.view(self.case), &self.b.view(self.case)),
            (&held, &held)
        );
    }

    fn words(&self) -> String {
        let doc = &self.office.rooms[&self.case].doc;
        doc.text(TextTarget::Note { id: self.note }).unwrap()
    }

    fn found(&self) -> Vec<ConflictKind> {
        let conflicts = conflicts(&self.office.rooms[&self.case].doc, &DetectInput::default());
        conflicts
            .into_iter()
            .map(|conflict| conflict.kind)
            .collect()
    }

    fn assert_both_wrote(&mut self) {
        self.all_meet();
        assert!(self.words().starts_with("起初。"), "{}", self.words());
        for said in ["网格员写的。", "调解员写的。"] {
            assert!(self.words().contains(said), "{}", self.words());
        }
        assert_eq!(self.found(), [ConflictKind::SharedText]);
    }
}

fn person() -> NewEntry {
    NewEntry::Party(Party::person(Side::A, "张*明"))
}

fn party_side(party: EntryId, side: Side) -> Edit {
    Edit::Party {
        party,
        field: PartyField::Side(side),
    }
}

#[test]
fn a_text_behind_a_refused_change_merges_with_what_a_colleague_wrote_meanwhile() {
    for colleague_first in [true, false] {
        let mut scene = Scene::set();
        let (mine, theirs) = (
            scene.text("起初。网格员写的。"),
            scene.text("起初。调解员写的。"),
        );
        scene.a.note(scene.case, "被拒的记录");
        scene.a_writes(mine);
        if colleague_first {
            scene.b_writes(theirs.clone());
        }
        scene.a_sends_but_is_refused(0);
        if !colleague_first {
            scene.b_writes(theirs);
        }
        scene.assert_both_wrote();
        assert_eq!(scene.words(), in_time(&scene));
    }
}

/// What becomes of the note when nothing is refused.
fn in_time(refused: &Scene) -> String {
    let mut scene = Scene::set();
    let mine = scene.text("起初。网格员写的。");
    let theirs = scene.text("起初。调解员写的。");
    scene.a_writes(mine);
    scene.b_writes(theirs);
    scene.assert_both_wrote();
    assert_eq!(scene.found(), refused.found());
    scene.words()
}

#[test]
fn a_text_that_is_tried_again_by_hand_merges_with_what_was_written_since() {
    let mut scene = Scene::set();
    let (mine, theirs) = (
        scene.text("起初。网格员写的。"),
        scene.text("起初。调解员写的。"),
    );
    scene.a_writes(mine);
    scene.a_sends_but_is_refused(0);
    scene.b_writes(theirs);
    scene.a.exchange(&mut scene.office);
    // The author reads and writes on before trying again.
    scene.a.note(scene.case, "另一条");
    let refusal = scene.a.engine.refusals().unwrap().remove(0);
    scene
        .a
        .engine
        .retry(scene.case, refusal.number, noon())
        .unwrap();
    scene.assert_both_wrote();
}

#[test]
fn a_text_that_is_written_again_under_a_new_actor_merges() {
    let mut scene = Scene::set();
    let (mine, theirs) = (
        scene.text("起初。网格员写的。"),
        scene.text("起初。调解员写的。"),
    );
    scene.a_writes(mine);
    scene.b_writes(theirs);
    scene.office.judge = Box::new(|_, _| Some(refused_as("number_used", None)));
    scene.a.exchange(&mut scene.office);
    scene.office.judge = Box::new(|_, _| None);
    scene.a.engine.enrol(enrolment(1, 0x51), noon()).unwrap();
    scene.assert_both_wrote();
}

#[test]
fn a_text_that_was_refused_and_tried_again_merges_after_the_server_was_restored() {
    let mut scene = Scene::set();
    let backup = scene.office.log_len();
    let (mine, theirs) = (
        scene.text("起初。网格员写的。"),
        scene.text("起初。调解员写的。"),
    );
    scene.a_writes(mine);
    scene.a_sends_but_is_refused(0);
    scene.b_writes(theirs);
    scene.a.exchange(&mut scene.office);
    scene.office.restore(backup);
    scene.a.exchange(&mut scene.office);
    let refusal = scene.a.engine.refusals().unwrap().remove(0);
    scene
        .a
        .engine
        .retry(scene.case, refusal.number, noon())
        .unwrap();
    scene.assert_both_wrote();
}

#[test]
fn a_value_behind_a_refused_change_stands_beside_that_of_a_colleague() {
    let mut scene = Scene::set();
    let party = scene.party;
    scene.a.note(scene.case, "被拒的记录");
    scene.a_writes(party_side(party, Side::B));
    scene.b_writes(party_side(party, Side::Third));
    scene.a_sends_but_is_refused(0);
    scene.all_meet();
    assert_eq!(scene.found(), [ConflictKind::RivalValues]);
}

#[test]
fn a_correction_that_is_tried_again_meets_a_withdrawal_that_its_author_had_not_seen() {
    let mut scene = Scene::set();
    let party = scene.party;
    scene.a_writes(party_side(party, Side::B));
    scene.a_sends_but_is_refused(0);
    scene.b_writes(Edit::Withdraw {
        target: Withdrawable::Party(party),
        why: "重复".into(),
        at: noon(),
    });
    scene.a.exchange(&mut scene.office);
    let refusal = scene.a.engine.refusals().unwrap().remove(0);
    scene
        .a
        .engine
        .retry(scene.case, refusal.number, noon())
        .unwrap();
    scene.all_meet();
    assert_eq!(scene.found(), [ConflictKind::WithdrawnEdited]);
}

#[test]
fn what_was_typed_inside_of_refused_words_is_kept_whole_and_can_be_tried_again() {
    let mut scene = Scene::set();
    let (bad, on_it) = (
        scene.text("起初。被拒的话"),
        scene.text("先说：起初。被拒的坏话"),
    );
    scene.a_writes(bad);
    scene.a_writes(on_it);
    scene.a_sends_but_is_refused(0);
    scene.all_meet();
    assert_eq!(scene.words(), "先说：起初。");
    let refusals = scene.a.engine.refusals().unwrap();
    let codes: Vec<_> = refusals
        .iter()
        .map(|refusal| refusal.reason.code.as_str())
        .collect();
    assert_eq!(codes, ["not_allowed", "inside_refused"]);
    let whole = |intent: &Intent| serde_json::to_string(intent).unwrap();
    assert!(whole(&refusals[1].intent).contains("先说：起初。被拒的坏话"));
    for refusal in refusals {
        scene
            .a
            .engine
            .retry(scene.case, refusal.number, noon())
            .unwrap();
    }
    scene.all_meet();
    assert_eq!(scene.words(), "先说：起初。被拒的坏话");
}

/// Nothing more comes over the line before the phone is enrolled anew.
#[test]
fn what_was_refused_names_what_it_was_written_on_as_that_stands_under_a_new_actor() {
    let mut scene = Scene::set();
    let (bad, on_it) = (
        scene.text("起初。被拒的话"),
        scene.text("先说：起初。被拒的坏话"),
    );
    scene.a_writes(bad);
    scene.a.note(scene.case, "未上传的记录");
    scene.a_writes(on_it);
    let mut is_first = true;
    scene.office.judge = Box::new(move |_, _| {
        std::mem::take(&mut is_first).then(|| refused_as("not_allowed", None))
    });
    scene.a.exchange_once(&mut scene.office);
    scene.a.engine.exchange_failed();
    scene.a.engine.enrol(enrolment(1, 0x51), noon()).unwrap();
    scene.all_meet();
    let doc = &scene.office.rooms[&scene.case].doc;
    let refusals = scene.a.engine.refusals().unwrap();
    assert_eq!(refusals.len(), 2);
    for refusal in refusals {
        let Intent::Edit { basis, .. } = &refusal.intent else {
            panic!("{refusal:?}");
        };
        let mut heads = basis.seen.heads.iter();
        assert!(heads.all(|head| doc.contains(head)), "{refusal:?}");
    }
}

#[test]
fn what_was_tried_again_by_hand_stays_when_the_words_around_it_are_refused_once_more() {
    let mut scene = Scene::set();
    for words in ["起初。被拒的话", "起初。被拒的坏话"] {
        let edit = scene.text(words);
        scene.a_writes(edit);
    }
    scene.a_sends_but_is_refused(0);
    for refusal in scene.a.engine.refusals().unwrap() {
        let number = refusal.number;
        scene.a.engine.retry(scene.case, number, noon()).unwrap();
    }
    scene.a.die();
    scene.a_sends_but_is_refused(0);
    scene.all_meet();
    assert_eq!(scene.words(), "起初。坏");
    let refusals = scene.a.engine.refusals().unwrap();
    let codes: Vec<_> = refusals.iter().map(|one| &one.reason.code).collect();
    assert_eq!(codes, ["not_allowed"]);
}

#[test]
fn work_on_a_refused_freeze_and_its_signature_go_together() {
    let mut scene = Scene::set();
    let (a, case) = (&mut scene.a, scene.case);
    a.note(case, "被拒的记录");
    let head = DraftHead {
        form: AgreementForm::Written,
        based_on: None,
    };
    let draft = a.engine.add(case, NewEntry::Draft(head), noon()).unwrap();
    a.engine
        .add_clause(case, draft, "互不再扰。".into(), None, noon())
        .unwrap();
    a.engine.freeze_draft(case, draft, noon()).unwrap();
    let signing = hejie_device::engine::Signing {
        signer: Signer::Party(scene.party),
        medium: SignatureMedium::PaperScan,
        scan: None,
    };
    a.engine.sign_draft(case, draft, signing, noon()).unwrap();
    let note = scene.text("起初。调解员写的。");
    scene.b_writes(note);
    scene.a_sends_but_is_refused(0);
    scene.all_meet();
    let view = scene.office.rooms[&case].doc.view().unwrap();
    let signature = &view.signatures.values().next().unwrap().value;
    let draft = &view.drafts[&draft].value;
    assert!(draft.was_frozen_as(&signature.hash, &signature.heads));
}

#[test]
fn a_phone_does_not_write_what_the_server_refuses_of_the_role() {
    let (_, mut a, _, case) = one_case_on_two_phones();
    let grid_worker = Enrolment {
        role: Role::GridWorker,
        ..enrolment(1, 1)
    };
    a.engine.enrol(grid_worker, noon()).unwrap();
    let refused = a.engine.add(case, person(), noon()).unwrap_err();
    assert!(matches!(&refused, EngineError::MayNot(why) if why.code() == "role_may_not"));
    assert_eq!(a.engine.unsent(case).unwrap(), []);
    let seen = RiskObservation {
        factor: RiskFactor::Gathering(3),
        at: noon(),
        why: "走访所见".into(),
    };
    a.engine.add(case, NewEntry::Risk(seen), noon()).unwrap();
}

#[test]
fn what_the_role_may_not_write_any_more_is_not_tried_again_and_stays_where_it_was() {
    let mut scene = Scene::set();
    let case = scene.case;
    scene.a.engine.add(case, person(), noon()).unwrap();
    scene.a_sends_but_is_refused(0);
    let grid_worker = Enrolment {
        role: Role::GridWorker,
        ..enrolment(1, 1)
    };
    scene.a.engine.enrol(grid_worker, noon()).unwrap();
    let before = scene.a.engine.refusals().unwrap();
    let tried = scene.a.engine.retry(case, before[0].number, noon());
    assert!(
        matches!(&tried, Err(EngineError::MayNot(why)) if why.code() == "role_may_not"),
        "{tried:?}"
    );
    assert_eq!(scene.a.engine.refusals().unwrap(), before);
    assert_eq!(scene.a.engine.unsent(case).unwrap(), []);
}
