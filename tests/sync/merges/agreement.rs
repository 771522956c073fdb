//! The agreement: what two phones write into one draft, before and after it is frozen.

use crate::team::{COLLEAGUE, Drafted, LEAD, Team, code_of, item, orders, terms};
use hejie_case::{
    act,
    edit::{Edit, TextTarget},
    facts::Status,
    ids::EntryId,
    record::*,
    view::{ConflictKind, Resolver, Severity},
};
use serde_json::json;

impl Team {
    /// A case in mediation with a draft that all phones hold.
    async fn drafting(&mut self) -> ([EntryId; 2], Drafted) {
        let parties = self.mediating("N03-02").await;
        let drafted = self.draft(LEAD, terms(parties, 860_000, "捌仟陆佰元整"));
        self.come_back([LEAD, COLLEAGUE]).await;
        (parties, drafted)
    }

    fn writes_clause(&mut self, phone: usize, of: Drafted, content: &str) {
        let Drafted { draft, clause } = of;
        let (target, content) = (TextTarget::Clause { draft, clause }, content.into());
        self.edit(phone, Edit::Text { target, content });
    }
}

/// Shows M03, E16, E17, E18.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_on_another_phone_after_one_party_signed_binds_nobody_and_voids_no_signature() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let (parties, drafted) = team.drafting().await;
        let [a, b] = parties.map(Signer::Party);
        let screen = SignatureMedium::Screen;
        team.freeze(LEAD, drafted.draft);
        let first = team.sign(LEAD, drafted.draft, a, screen);
        team.writes_clause(COLLEAGUE, drafted, "乙方退还甲方中介费，并道歉。");
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::DraftChanged, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::Lead).await;
        assert_eq!(conflict.variants[1].text, "乙方退还甲方中介费。");
        for signer in [b, Signer::Mediator] {
            team.sign(LEAD, drafted.draft, signer, screen);
        }
        let changed = team.asks_for_effect(LEAD, drafted.draft).await;
        let signed_by_nobody = match order[0] {
            LEAD => "draft_changed",
            // The freeze came to a text that was another one by then.
            _ => "wrong_stage",
        };
        assert_eq!(changed.as_deref(), Some(signed_by_nobody));

        let head = DraftHead {
            form: AgreementForm::Written,
            based_on: Some(drafted.draft),
        };
        let promised = terms(parties, 860_000, "捌仟陆佰元整");
        let again = team.draft_as(LEAD, head, promised).draft;
        team.freeze(LEAD, again);
        for signer in [b, Signer::Mediator] {
            team.sign(LEAD, again, signer, screen);
        }
        let missing = team.asks_for_effect(LEAD, again).await;
        assert_eq!(missing.as_deref(), Some("party_signature_missing"));
        let detail = team.detail().await;
        let signed = item(&detail["drafts"], drafted.draft)["signatures"].clone();
        assert_eq!(item(&signed, first)["party"], json!(parties[0]), "it stays");
        team.sign(LEAD, again, a, screen);
        assert_eq!(team.asks_for_effect(LEAD, again).await, None);
        assert_eq!(team.status().await, Status::AgreementEffective);
        assert_eq!(team.detail().await["agreement"]["draft"], json!(again));
        assert_eq!(team.lead_rules(&conflict, 1).await, None);
        team.none_open(kind).await;
    }
}

/// Shows M03, E16.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_two_phones_freeze_with_one_content_is_frozen_once_and_signed_as_each_saw_it()
{
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let (parties, Drafted { draft, .. }) = team.drafting().await;
        team.note(COLLEAGUE, "双方已核对条款。");
        let of_colleague = team.freeze(COLLEAGUE, draft);
        let of_lead = team.freeze(LEAD, draft);
        let (signer, screen) = (Signer::Party(parties[0]), SignatureMedium::Screen);
        let signed = team.sign(LEAD, draft, signer, screen);
        team.come_back(order).await;
        team.nothing_open().await;
        assert_eq!(team.refusal(of_lead).await, None);
        let told = team.refusal(of_colleague).await;
        assert_eq!(told.as_deref(), Some("not_yours"), "who leads asks for it");
        let detail = team.detail().await;
        let read = item(&detail["drafts"], draft);
        assert_eq!(read["frozen"], true);
        assert_eq!(item(&read["signatures"], signed)["valid"], true);
    }
}

/// Shows M04.
#[tokio::test(flavor = "multi_thread")]
async fn terms_written_on_two_phones_stand_side_by_side_until_the_lead_chooses() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let (parties, Drafted { draft, clause }) = team.drafting().await;
        let sums = [
            (LEAD, 800_000, "捌仟元整"),
            (COLLEAGUE, 900_000, "玖仟元整"),
        ];
        for (phone, cents, words) in sums {
            let terms = Some(terms(parties, cents, words));
            let edit = Edit::Terms {
                draft,
                clause,
                terms,
            };
            team.edit(phone, edit);
        }
        team.come_back(order).await;
        let (kind, block) = (ConflictKind::RivalTerms, Severity::Block);
        let conflict = team.the_one(kind, block, Resolver::Lead).await;
        assert_eq!(conflict.variants.len(), 2);
        let read = team.detail().await["drafts"][0]["clauses"][0].clone();
        assert_eq!(read["disputed"], true);
        let sum = read["terms"]["amount_cents"].as_u64().unwrap();
        assert!(
            [800_000, 900_000].contains(&sum),
            "nobody reads another sum"
        );
        let (engine, case, now) = team.on(LEAD);
        let early = engine.freeze_draft(case, draft, now).unwrap_err();
        assert_eq!(code_of(&early), "rival_terms");

        let terms = Some(terms(parties, 900_000, "玖仟元整"));
        let chosen = Edit::Terms {
            draft,
            clause,
            terms,
        };
        team.edit(LEAD, chosen);
        let frozen = team.freeze(LEAD, draft);
        team.come_back([LEAD, COLLEAGUE]).await;
        team.none_open(kind).await;
        assert_eq!(team.refusal(frozen).await, None);
    }
}

/// Shows M05, E16.
#[tokio::test(flavor = "multi_thread")]
async fn a_clause_written_on_two_phones_is_read_word_by_word_before_it_is_frozen() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let (_, drafted) = team.drafting().await;
        team.writes_clause(LEAD, drafted, "乙方三日内退还甲方中介费。");
        team.writes_clause(COLLEAGUE, drafted, "乙方七日内退还甲方中介费。");
        team.come_back(order).await;
        let (kind, block) = (ConflictKind::SharedText, Severity::Block);
        let conflict = team.the_one(kind, block, Resolver::Lead).await;
        assert_eq!(conflict.variants[0].author, None, "nobody wrote it");
        let unread = team.freeze(LEAD, drafted.draft);
        team.sync(LEAD).await;
        assert_eq!(team.refusal(unread).await.as_deref(), Some("open_block"));
        assert_eq!(team.status().await, Status::Mediating);
        assert_eq!(team.lead_rules(&conflict, 0).await, None);
        let draft = drafted.draft;
        let read = team.ask(LEAD, Ask::Freeze(act::Freeze { draft }));
        team.come_back([LEAD, COLLEAGUE]).await;
        assert_eq!(team.refusal(read).await, None);
        assert_eq!(team.status().await, Status::AgreementPending);
    }
}

/// Shows M28.
#[tokio::test(flavor = "multi_thread")]
async fn clauses_added_and_moved_on_two_phones_stand_in_one_order_for_everybody() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        let (_, Drafted { draft, clause }) = team.drafting().await;
        let added = [LEAD, COLLEAGUE].map(|phone| {
            let (engine, case, now) = team.on(phone);
            let text = format!("第{phone}部手机补充。");
            let added = engine.add_clause(case, draft, text, None, now).unwrap();
            engine
                .move_clause(case, draft, clause, Some(added), now)
                .unwrap();
            added
        });
        team.come_back(order).await;
        team.nothing_open().await;
        let read = team.detail().await["drafts"][0]["clauses"].clone();
        let read: Vec<_> = read.as_array().unwrap().iter().map(|c| &c["id"]).collect();
        let [first, second] = added.map(|id| json!(id));
        assert_eq!(read, [&first, &second, &json!(clause)], "the ids decide");
        for phone in [LEAD, COLLEAGUE] {
            let view = team.view(phone);
            let shown = view.drafts[&draft].value.clauses.iter();
            let shown: Vec<_> = shown.map(|(id, _)| json!(id)).collect();
            assert_eq!(shown.iter().collect::<Vec<_>>(), read);
        }
        let frozen = team.freeze(LEAD, draft);
        team.come_back([LEAD, COLLEAGUE]).await;
        assert_eq!(team.refusal(frozen).await, None);
    }
}
