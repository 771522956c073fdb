//! What was signed on paper is shown by its picture: named by the signature, uploaded or waived
//! before the agreement takes effect (LW11, M17).

use crate::{
    stage::{MEDIATOR, Stage, deeds::payment},
    standing::{refusal, withdraw},
};
use hejie_case::{
    act::{self, DeskAct},
    edit::Withdrawable,
    facts::Status,
    ids::EntryId,
    record::*,
    role::Role,
};

/// Frozen, and signed on paper by all, with this picture.
fn signed_with(stage: &mut Stage, picture: EntryId) -> EntryId {
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze_as(AgreementForm::Written, Some(payment(parties)));
    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        let on_paper = (SignatureMedium::PaperScan, Some(picture));
        stage.sign_with(draft, &hash, signer, on_paper);
    }
    draft
}

/// Shows E17, LW11.
#[test]
fn a_signature_or_fingerprint_on_paper_without_a_picture_is_none() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    let a = Signer::Party(parties[0]);
    let unknown = stage.fresh();
    for (medium, scan) in [
        (SignatureMedium::PaperScan, None),
        (SignatureMedium::Fingerprint, Some(unknown)),
    ] {
        let signed = stage.sign_with(draft, &hash, a, (medium, scan));
        let why = refusal(&mut stage, signed);
        assert_eq!(why.as_deref(), Some("scan_missing"));
    }
    let on_screen = stage.sign_with(draft, &hash, a, (SignatureMedium::Screen, None));
    assert_eq!(refusal(&mut stage, on_screen), None);
}

/// Shows E18, E27c, M17.
#[test]
fn an_agreement_waits_for_the_pictures_of_its_signatures_or_for_who_waives_them() {
    for arrives in [true, false] {
        let mut stage = Stage::of("N03-02");
        stage.sync(MEDIATOR);
        let picture = stage.evidence_without_file(MEDIATOR);
        let draft = signed_with(&mut stage, picture);
        let asked = stage.take_effect(draft);
        let waits = refusal(&mut stage, asked);
        assert_eq!(waits.as_deref(), Some("referred"), "nobody asks twice");
        let sealed = (true, Some("章-1"), None);
        let early = stage.decide_with(Role::JudicialOffice, asked, sealed);
        assert_eq!(early.map(|why| why.code).as_deref(), Some("scan_not_here"));
        if arrives {
            stage.files_arrive();
            stage.sync(MEDIATOR);
        } else {
            let why = "手机损坏，已核对纸质原件。".into();
            let waived = DeskAct::WaiveFile(act::WaiveFile {
                evidence: picture,
                why,
            });
            assert_eq!(stage.desk(Role::JudicialOffice, waived), None);
        }
        let granted = stage.decide_with(Role::JudicialOffice, asked, sealed);
        assert_eq!(granted, None);
        assert_eq!(stage.status(), Status::AgreementEffective);
    }
}

/// Shows E18, LW11.
#[test]
fn a_signature_whose_picture_was_taken_back_does_not_count() {
    let mut stage = Stage::of("N03-02");
    let picture = stage.evidence(MEDIATOR);
    let draft = signed_with(&mut stage, picture);
    stage.sync(MEDIATOR);
    withdraw(&mut stage, Withdrawable::Evidence(picture));
    let asked = stage.take_effect(draft);
    let why = refusal(&mut stage, asked);
    assert_eq!(why.as_deref(), Some("mediator_signature_missing"));
}
