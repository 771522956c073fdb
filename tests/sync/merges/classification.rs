//! What the case is about, and how dangerous it is.

use crate::team::{COLLEAGUE, LEAD, Team, VISITOR, orders};
use hejie_case::{
    edit::{Edit, NewEntry},
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

impl Team {
    fn reclassifies(&mut self, phone: usize, code: &str) {
        let field = IntakeField::Situation(code.parse().unwrap());
        self.edit(phone, Edit::Intake { field });
    }

    fn observes(&mut self, phone: usize, factor: RiskFactor) {
        let (at, why) = (self.tick(), String::new());
        self.add(phone, NewEntry::Risk(RiskObservation { factor, at, why }));
    }
}

/// Shows M10, R151.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_phones_that_reclassify_the_first_heard_holds_until_the_dispatcher_chooses() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.mediating("N03-02").await;
        let before = team.clock("feedback").await;
        team.reclassifies(LEAD, "N02-02");
        team.reclassifies(COLLEAGUE, "N06-01");
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::RivalSituation, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::Dispatcher).await;
        let heard_first = if order[0] == LEAD { "N02-02" } else { "N06-01" };
        assert_eq!(team.facts().await.situation.as_str(), heard_first);
        let by_lead = team.lead_rules(&conflict, 0).await;
        assert_eq!(by_lead.as_deref(), Some("not_the_resolver"));
        let mut variants = conflict.variants.iter();
        let choice = variants.position(|v| v.text == "N06-01").unwrap();
        let choice = u8::try_from(choice).unwrap();
        assert_eq!(team.rules(Role::Dispatcher, &conflict, choice).await, None);
        team.everybody_syncs().await;
        assert_eq!(team.facts().await.situation.as_str(), "N06-01");
        let after = team.clock("feedback").await;
        assert_eq!(
            after["starts_at"], before["starts_at"],
            "no clock is restarted"
        );
        let of = "select count(*) from case_reg where case_id = $1 and situation_code = 'N06-01'";
        assert_eq!(team.scene.count(of).await, 1);
    }
}

/// Shows M10.
#[tokio::test(flavor = "multi_thread")]
async fn rival_facts_of_two_phones_are_settled_by_writing_the_right_one() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.mediating("N03-02").await;
        for (phone, count) in [(LEAD, 4), (COLLEAGUE, 6)] {
            let field = IntakeField::Persons(count);
            team.edit(phone, Edit::Intake { field });
        }
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::RivalValues, Severity::Review);
        team.the_one(kind, review, Resolver::Lead).await;
        let field = IntakeField::Persons(6);
        team.edit(LEAD, Edit::Intake { field });
        team.come_back([LEAD, COLLEAGUE]).await;
        team.none_open(kind).await;
        assert_eq!(team.detail().await["intake"]["persons"], 6);
    }
}

/// Shows M11, R051.
#[tokio::test(flavor = "multi_thread")]
async fn a_threat_that_one_phone_reports_is_not_calmed_by_what_another_saw() {
    let mut team = Team::meet().await;
    for order in orders(VISITOR) {
        team.mediating("N03-02").await;
        team.observes(VISITOR, RiskFactor::Threat);
        team.observes(LEAD, RiskFactor::Emotion(Emotion::Calm));
        team.observes(LEAD, RiskFactor::CalmVisit);
        team.come_back(order).await;
        let detail = team.detail().await;
        assert_eq!(detail["colour"]["level"], "red");
        assert_eq!(detail["risks"].as_array().unwrap().len(), 3);
        let red = "select count(*) from case_reg where case_id = $1 and level = 'red'";
        assert_eq!(team.scene.count(red).await, 1);
        team.nothing_open().await;
    }
}

/// Shows M20.
#[tokio::test(flavor = "multi_thread")]
async fn a_situation_of_another_catalogue_on_one_phone_is_kept_and_triaged() {
    let mut team = Team::meet().await;
    for order in orders(COLLEAGUE) {
        team.mediating("N03-02").await;
        team.reclassifies(COLLEAGUE, "N15-88");
        team.note(LEAD, "双方到场。");
        team.come_back(order).await;
        let (kind, review) = (ConflictKind::UnknownSituation, Severity::Review);
        let conflict = team.the_one(kind, review, Resolver::Dispatcher).await;
        assert_eq!(conflict.variants[0].text, "N15-88");
        assert_eq!(team.facts().await.situation.as_str(), "N03-02", "it stays");
        team.reclassifies(LEAD, "N15-01");
        team.come_back([LEAD, COLLEAGUE]).await;
        team.none_open(kind).await;
    }
}
