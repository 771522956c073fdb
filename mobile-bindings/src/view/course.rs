//! What goes on around a case by the facts: plans of desks, dangers, what the colour is made of,
//! visits that are due.

use super::{PlanStepEntry, document::steps};
use crate::words::{EntryId, Level, Role, SituationCode, Timestamp, UserId};
use hejie_case::{
    event::Event,
    facts::{self, DeadlineKind, Facts, Subject},
    rule::shows_author,
};

/// A plan 一案一策 that a desk wrote (E22c).
#[derive(Debug, Clone, uniffi::Record)]
pub struct DeskPlan {
    /// Its id, by which the end of the joint handling names it.
    pub id: EntryId,
    /// What is to be reached.
    pub text: String,
    /// Its steps.
    pub steps: Vec<PlanStepEntry>,
    /// Who wrote it last.
    pub by: UserId,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

/// A danger that nobody has released: until then nothing is accepted, frozen, sealed or closed
/// (E23).
#[derive(Debug, Clone, uniffi::Record)]
pub struct HeldDanger {
    /// Since when.
    pub since: Timestamp,
    /// Who reported it; none where the law hides it (LW20).
    pub by: Option<UserId>,
    /// In which role; none where the law hides it.
    pub role: Option<Role>,
    /// What was seen.
    pub what: String,
}

/// A further call about the same dispute (E29).
#[derive(Debug, Clone, uniffi::Record)]
pub struct FurtherCall {
    /// The channel that reported it.
    pub channel: String,
    /// Its number there.
    pub external_no: String,
    /// When the server received it.
    pub received_at: Timestamp,
    /// The situation, as this call reported it.
    pub situation: Option<SituationCode>,
}

/// One part of the score of the colour.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ColourReason {
    /// A stable code, such as `amount`.
    pub code: String,
    /// Points; negative ones calm.
    pub points: i16,
    /// In Chinese words.
    pub zh: String,
}

/// A person's word over the colour that was reckoned.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ColourWord {
    /// The level that the rules reckon.
    pub reckoned: Level,
    /// Who says otherwise.
    pub by: UserId,
    /// Why.
    pub why: String,
    /// Until when; none without end.
    pub until: Option<Timestamp>,
}

/// A visit that is due.
#[derive(Debug, Clone, uniffi::Record)]
pub struct DueVisit {
    /// Its number in the series, which the report of the visit names as `due`.
    pub no: u8,
    /// Until when.
    pub due_at: Timestamp,
}

/// The plans of the present round that desks wrote.
pub(super) fn plans(facts: &Facts) -> Vec<DeskPlan> {
    let plans = facts.round.plans.iter().map(|(id, plan)| DeskPlan {
        id: *id,
        text: plan.text.clone(),
        steps: steps(plan.steps.clone()),
        by: plan.by.user,
        role: plan.by.role,
        at: plan.at,
    });
    plans.collect()
}

pub(super) fn dangers(facts: &Facts) -> Vec<HeldDanger> {
    // A phone is read by whoever holds it: none is shown what only the police may know.
    let is_shown = shows_author(facts, Event::Danger, hejie_case::role::Role::Mediator);
    let open = facts.holds.iter().map(|hold| HeldDanger {
        since: hold.since,
        by: is_shown.then_some(hold.by.user),
        role: is_shown.then_some(hold.by.role),
        what: hold.what.clone(),
    });
    open.collect()
}

pub(super) fn reasons(facts: &Facts) -> Vec<ColourReason> {
    let parts = facts.colour.reasons.iter();
    let parts = parts.map(|facts::ScoreReason { code, points, zh }| ColourReason {
        code: code.clone(),
        points: *points,
        zh: zh.clone(),
    });
    parts.collect()
}

pub(super) fn word(facts: &Facts) -> Option<ColourWord> {
    let reckoned = facts.colour.reckoned?;
    let said = facts.colour_override.as_ref()?;
    Some(ColourWord {
        reckoned,
        by: said.by.user,
        why: said.why.clone(),
        until: said.until,
    })
}

pub(super) fn repeats(facts: &Facts) -> Vec<FurtherCall> {
    let calls = facts.kin.repeats.iter().map(|call| FurtherCall {
        channel: call.channel.clone(),
        external_no: call.external_no.clone(),
        received_at: call.received_at,
        situation: call.situation.clone(),
    });
    calls.collect()
}

/// The visits that are still to be made, the next one first.
pub(super) fn visits(facts: &Facts) -> Vec<DueVisit> {
    let clocks = facts.deadlines.iter();
    let clocks = clocks.filter(|d| d.kind == DeadlineKind::FollowUp && d.is_running());
    let due = clocks.filter_map(|clock| match clock.subject {
        Some(Subject::Visit(no)) => Some(DueVisit {
            no,
            due_at: clock.due_at,
        }),
        _ => None,
    });
    let mut due: Vec<_> = due.collect();
    due.sort_by_key(|visit| visit.due_at);
    due
}

#[cfg(test)]
mod tests {
    use crate::view::CaseFacts;
    use hejie_case::facts::Facts;
    use serde_json::{Value, json};

    const ME: &str = "01912345-0000-7000-8000-00000000000a";
    const DESK: &str = "01912345-0000-7000-8000-00000000000b";
    const ORG: &str = "01912345-0000-7000-8000-00000000000c";
    const PLAN: &str = "01912345-0000-7000-8000-00000000000d";

    const AT: &str = "2026-03-02T01:00:00Z";

    fn facts() -> Facts {
        let desk = json!({ "user": DESK, "role": "dispatcher", "org": ORG });
        let step = json!({ "what": "核对考勤", "owner_org": "人社所", "due": "2026-03-05" });
        let plan = json!({ "text": "先核数", "steps": { PLAN: step }, "by": desk, "at": AT });
        let reason = json!({ "code": "amount", "points": 8, "zh": "涉及金额" });
        let word = json!({ "level": "blue", "by": desk, "why": "已平息。", "since": AT });
        let org = json!({ "id": ORG, "name": "新栖镇调委会", "level": "township", "carries_seal": false });
        let visits = [
            visit(2, "2026-04-01T00:00:00Z", None),
            visit(1, "2026-03-09T00:00:00Z", Some(AT)),
            visit(3, "2026-06-01T00:00:00Z", None),
        ];
        let mut facts = of_a_case();
        for (field, value) in [
            ("round", json!({ "plans": { PLAN: plan } })),
            (
                "colour",
                json!({ "level": "blue", "reckoned": "yellow", "score": 34, "reasons": [reason] }),
            ),
            ("colour_override", word),
            (
                "holds",
                json!([{ "since": AT, "by": desk, "what": "扬言持械" }]),
            ),
            ("assignments", json!([mine()])),
            ("orgs", json!([org])),
            ("names", json!({ ME: "陆安平" })),
            ("kin", json!({ "repeats": [called_again()] })),
            ("deadlines", json!(visits)),
        ] {
            facts[field] = value;
        }
        serde_json::from_value(facts).unwrap()
    }

    fn called_again() -> Value {
        json!({ "channel": "110", "external_no": "A-2", "received_at": AT, "situation": "N03-05" })
    }

    fn mine() -> Value {
        json!({
            "version": 1, "user": ME, "org": ORG, "role": "mediator", "duty": "first",
            "from": AT, "signed_at": AT, "to": null, "expected": "当日联系",
        })
    }

    fn visit(no: u8, due: &str, met: Option<&str>) -> Value {
        json!({
            "kind": "follow_up", "subject": { "visit": no }, "starts_at": AT,
            "due_at": due, "met_at": met, "basis": "",
        })
    }

    fn of_a_case() -> Value {
        json!({
            "case_id": "01912345-0000-7000-8000-000000000001",
            "version": 1,
            "stage": { "status": "mediating" },
            "case_no": "990101-2026-000001",
            "public_code": "2A3B4C5D6E",
            "source": { "channel": "walk_in", "external_no": null },
            "region": "990101102",
            "registered_at": AT,
            "situation": "N03-05",
            "difficulty": "simple",
            "rulings": {}, "conflicts": {}, "trail": [],
        })
    }

    #[test]
    fn a_phone_is_shown_who_answers_what_holds_the_case_and_why_it_has_its_colour() {
        let shown = CaseFacts::from(facts());
        let [mine] = &shown.assignments[..] else {
            panic!("{:?}", shown.assignments)
        };
        assert_eq!(mine.name.as_deref(), Some("陆安平"));
        assert_eq!(mine.org_name.as_deref(), Some("新栖镇调委会"));
        assert_eq!(mine.expected, "当日联系");
        assert_eq!(shown.dangers[0].what, "扬言持械");
        assert_eq!(shown.colour_reasons[0].code, "amount");
        assert_eq!(shown.colour_word.unwrap().why, "已平息。");
        assert_eq!(shown.plans[0].steps[0].step.owner_org, "人社所");
    }

    /// Shows LW20.
    #[test]
    fn a_phone_is_not_shown_who_reported_a_danger_where_there_is_violence_at_home() {
        let mut facts = facts();
        assert!(CaseFacts::from(facts.clone()).dangers[0].by.is_some());
        facts.violence.found = true;
        let shown = CaseFacts::from(facts);
        let danger = &shown.dangers[0];
        assert_eq!((danger.by, danger.role), (None, None));
        assert_eq!(danger.what, "扬言持械");
    }

    /// Shows E29, R005.
    #[test]
    fn the_lead_is_shown_that_the_dispute_was_reported_again() {
        let shown = CaseFacts::from(facts());
        let [call] = &shown.repeats[..] else {
            panic!("{:?}", shown.repeats)
        };
        assert_eq!((&*call.channel, &*call.external_no), ("110", "A-2"));
        assert_eq!(call.situation.as_ref().unwrap().as_str(), "N03-05");
    }

    #[test]
    fn a_visit_is_reported_under_the_number_of_the_next_one_that_is_due() {
        let shown = CaseFacts::from(facts());
        let due: Vec<u8> = shown.due_visits.iter().map(|visit| visit.no).collect();
        assert_eq!(due, [2, 3]);
    }
}
