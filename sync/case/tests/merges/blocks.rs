//! What blocks cannot be overlooked: it keeps a case from being settled, frozen, signed, sealed and
//! closed.

use crate::scene::*;
use hejie_case::{
    act::{self, Act, DeskAct, ServerAct},
    edit::Edit,
    facts::{ConflictFact, Resolution, SettledBy},
    ids::{CaseId, ConflictId},
    policy::Policy,
    record::*,
    role::{Author, Role},
    rule::{Motion, RuleContext, rule},
    view::{About, Conflict, ConflictKind, Resolver, Severity},
};

const BLOCKS: [ConflictKind; 4] = [
    ConflictKind::Closings,
    ConflictKind::RivalTerms,
    ConflictKind::SharedText,
    ConflictKind::PerformanceDisputed,
];

fn disagreement(kind: ConflictKind, severity: Severity) -> ConflictFact {
    let conflict = Conflict {
        id: ConflictId(uuid::Uuid::from_u128(7)),
        kind,
        about: About::Closings,
        severity,
        variants: Vec::new(),
    };
    ConflictFact {
        conflict,
        found_at: "2026-03-02T09:00:00+08:00".parse().unwrap(),
        settled: None,
        began_as: None,
        grown: 0,
    }
}

/// What is said to a motion while this disagreement stands beside the case.
fn answer(stage: &Stage, by: Author, act: &Act, beside: Option<ConflictFact>) -> Option<String> {
    let policy = Policy::default();
    let context = RuleContext {
        view: stage.view(),
        devices: &[],
        departed: &[],
        unknown_orgs: &[],
        routes: &[],
        policy: &policy,
        now: stage.now,
    };
    let mut facts = stage.facts().clone();
    facts
        .conflicts
        .extend(beside.map(|fact| (fact.conflict.id, fact)));
    let motion = Motion {
        entry: None,
        act: act.clone(),
        by,
        claimed_at: None,
        received_at: stage.now,
    };
    rule(&context, &facts, &motion)
        .err()
        .map(|refusal| refusal.code)
}

/// Every kind of block stands in the way of the act, until it is ruled on; what is only reviewed
/// does not.
fn is_blocked_by(stage: &Stage, by: Author, act: impl Into<Act>, blocks: &[ConflictKind]) {
    let act = act.into();
    assert_eq!(answer(stage, by, &act, None), None);
    for kind in BLOCKS {
        let open = disagreement(kind, Severity::Block);
        let said = answer(stage, by, &act, Some(open.clone()));
        let expected = blocks.contains(&kind).then(|| "open_block".to_owned());
        assert_eq!(said, expected, "{kind:?} against {act:?}");
        let settled = Resolution {
            at: stage.now,
            by: SettledBy::Authors,
        };
        let ruled = ConflictFact {
            settled: Some(settled),
            ..open
        };
        assert_eq!(answer(stage, by, &act, Some(ruled)), None);
        let reviewed = disagreement(kind, Severity::Review);
        assert_eq!(answer(stage, by, &act, Some(reviewed)), None);
    }
}

/// Shows M04, M05, M27, E08.
#[test]
fn nothing_is_settled_on_the_scene_over_a_block() {
    let mut stage = case("N03-05");
    let offer = stage.facts().offered().unwrap().version;
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: offer }));
    let (place, reason) = (None, None);
    stage.ask(MEDIATOR, Ask::Arrive(act::Arrive { place, reason }));
    let mut assents = Vec::new();
    for (side, name) in [(Side::A, "张*明"), (Side::B, "李*")] {
        let party = stage.party(side, name);
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, vec![]);
        assents.push(party);
    }
    let (level, why) = (Residual::Low, "双方已当场和好。".into());
    stage.ask(
        MEDIATOR,
        Ask::ResidualRisk(act::ResidualRisk { level, why }),
    );
    stage.sync(MEDIATOR);
    let result = "当场退还。".into();
    let act = Act::Ask(Ask::SettleOnScene(act::SettleOnScene { result, assents }));
    is_blocked_by(&stage, author(1, Role::Mediator), act, &BLOCKS);
}

/// Shows M04, M05, E16, E17, E18.
#[test]
fn nothing_is_frozen_signed_or_sealed_over_a_block() {
    let (mut stage, parties) = mediating("N03-02");
    let lead = author(1, Role::Mediator);
    let Drafted { draft, .. } = draft(&mut stage, parties, None);
    let at = stage.now;
    stage.edit(MEDIATOR, Edit::Freeze { draft, at });
    stage.sync(MEDIATOR);
    is_blocked_by(
        &stage,
        lead,
        Act::Ask(Ask::Freeze(act::Freeze { draft })),
        &BLOCKS,
    );

    stage.ask(MEDIATOR, Ask::Freeze(act::Freeze { draft }));
    stage.sync(MEDIATOR);
    let hash = stage.view().drafts[&draft].value.content_hash.clone();
    let signature = Signature {
        draft,
        hash: hash.clone(),
        heads: stage.heads_of(draft),
        signer: Signer::Party(parties[0]),
        medium: SignatureMedium::Screen,
        scan: None,
        at: stage.now,
        anchor: None,
    };
    is_blocked_by(&stage, lead, Act::Sign(signature), &BLOCKS);

    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        stage.sign(draft, &hash, signer);
    }
    stage.sync(MEDIATOR);
    let seal_no = Some("章-2026-7".into());
    let act = Act::Ask(Ask::Effect(act::TakeEffect {
        draft,
        seal_no,
        effective_on: None,
    }));
    is_blocked_by(&stage, author(50, Role::JudicialOffice), act, &BLOCKS);
}

/// Shows M01, M27, E27.
#[test]
fn nothing_is_closed_over_a_block_but_the_one_that_closing_settles() {
    let mut stage = case("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let outcome = CloseKind::AgreementPerformed;
    let feedback = "已履行。".into();
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
    let supervisor = author(50, Role::Supervisor);
    is_blocked_by(
        &stage,
        supervisor,
        DeskAct::Close(act::Close { outcome }),
        &BLOCKS[1..],
    );
}

/// Rival terms in a draft, which block.
fn blocked() -> (Stage, ConflictId) {
    let (mut stage, parties) = mediating("N03-02");
    let Drafted { draft, clause } = draft(&mut stage, parties, None);
    everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
    for (phone, cents, words) in [
        (MEDIATOR, 500_000, "伍仟元整"),
        (COLLEAGUE, 300_000, "叁仟元整"),
    ] {
        let terms = Some(terms(parties, cents, words));
        let edit = Edit::Terms {
            draft,
            clause,
            terms,
        };
        stage.edit(phone, edit);
    }
    everybody_comes_back(&mut stage, [COLLEAGUE, MEDIATOR]);
    let (kind, severity) = (ConflictKind::RivalTerms, Severity::Block);
    let conflict = the_one(&stage, kind, severity, Resolver::Lead);
    (stage, conflict.id)
}

fn is_open(stage: &Stage, conflict: ConflictId) -> bool {
    stage.facts().conflicts[&conflict].settled.is_none()
}

/// Shows M04, E30c.
#[test]
fn a_block_that_rested_while_the_case_was_merged_blocks_it_again_when_it_is_parted() {
    let (mut stage, conflict) = blocked();
    let into = CaseId(uuid::Uuid::from_bytes([8; 16]));
    let why = String::from("同一起纠纷。");
    let merge = act::Merge {
        into,
        why: why.clone(),
    };
    assert_eq!(stage.desk(Role::Dispatcher, ServerAct::Merge(merge)), None);
    assert!(!is_open(&stage, conflict));
    stage.later(60);
    let held = Vec::new();
    let unmerge = ServerAct::Unmerge(act::Unmerge {
        calls: Vec::new(),
        bars: hejie_case::facts::Bars::default(),
        held,
        clocks: Vec::new(),
        why,
    });
    assert_eq!(stage.desk(Role::Dispatcher, unmerge), None);
    assert!(is_open(&stage, conflict));
}

/// Shows M04, E29b.
#[test]
fn a_draft_that_two_wrote_apart_is_not_frozen_in_the_next_round_either() {
    let (mut stage, conflict) = blocked();
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "县住建局".into(),
        receipt: "收-7".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    assert!(!is_open(&stage, conflict), "there is no next step");
    stage.later(60);
    let why = "再次发生纠纷。".into();
    let reopen = DeskAct::Reopen(act::Reopen { why });
    assert_eq!(stage.desk(Role::Supervisor, reopen), None);
    assert!(is_open(&stage, conflict));
}
