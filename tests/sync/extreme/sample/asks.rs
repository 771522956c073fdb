//! Requests with every field filled.

use super::{Ids, records::place};
use hejie_case::{
    act,
    facts::{DeadlineKind, Difficulty, RecusalGround, SeisedBody},
    ids::ConflictId,
    record::*,
};
use jiff::Timestamp;
use uuid::Uuid;

/// One request of every kind that says something.
pub(super) fn asks(ids: &Ids, at: Timestamp) -> Vec<Ask> {
    vec![
        Ask::Triage(act::Triage {
            situation: "N03-05".parse().unwrap(),
        }),
        Ask::Reclassify(act::Reclassify {
            situation: "N02-02".parse().unwrap(),
            why: "情形不同".into(),
        }),
        Ask::SignFor(act::SignFor { assignment: 1 }),
        Ask::Arrive(act::Arrive {
            place: Some(place()),
            reason: Some("绕行".into()),
        }),
        Ask::SettleOnScene(act::SettleOnScene {
            result: "当场和好".into(),
            assents: vec![ids.clause],
        }),
        Ask::ResidualRisk(act::ResidualRisk {
            level: Residual::Low,
            why: "平静".into(),
        }),
        Ask::GiveNotice(act::GiveNotice {
            text_version: "2026-1".into(),
        }),
        Ask::Adjust(act::Adjust {
            to: Difficulty::Complex,
            reason: "人多".into(),
        }),
        Ask::Effect(act::TakeEffect {
            draft: ids.draft,
            seal_no: Some("章1".into()),
            effective_on: Some(jiff::civil::date(2026, 11, 29)),
        }),
        Ask::Breach(act::Breach {
            obligation: ids.clause,
            remedy: Remedy::Mediate,
            urged_at: at,
            notice: Some(act::NoticeGiven {
                means: ContactMeans::Telephone,
                at,
            }),
        }),
        Ask::ReportViolence(act::ReportViolence {
            what: "孩子手臂有伤".into(),
        }),
        Ask::Danger(act::ReportDanger {
            what: "有人持棍".into(),
        }),
        Ask::TransferOut(act::TransferOut {
            to: Receiver::Department,
            why: "属行政裁决".into(),
        }),
        Ask::NoteSeised(act::NoteSeised {
            body: SeisedBody::Court,
            body_name: "和安县人民法院".into(),
            docket_no: "（2026）民初1号".into(),
            accepted_on: jiff::civil::date(2026, 11, 1),
        }),
        Ask::EndSeised(act::EndSeised {
            body_name: "和安县人民法院".into(),
            docket_no: "（2026）民初1号".into(),
            ended_on: jiff::civil::date(2026, 11, 2),
            why: "撤诉".into(),
        }),
        Ask::Recuse(act::Recuse {
            ground: RecusalGround::Relative,
            party: Some(ids.party),
            why: "近亲属".into(),
        }),
        Ask::Confirm(act::Confirm {
            court: "和安县人民法院".into(),
            jointly: true,
        }),
        Ask::CheckJoint(act::CheckJoint {
            result: "各步骤按期推进".into(),
        }),
        Ask::Resolve(act::RuleConflict {
            conflict: ConflictId(Uuid::nil()),
            choice: 1,
            why: "以后者为准".into(),
        }),
        Ask::Extend(act::Extend {
            clock: DeadlineKind::Legal,
            days: 7,
            why: "等鉴定".into(),
        }),
        Ask::AnswerItem(act::AnswerItem {
            no: 1,
            answer: "已办".into(),
        }),
        Ask::AskClose(act::AskClose {
            outcome: CloseKind::Reconciled,
            feedback: "已和解。".into(),
        }),
        Ask::Refuse(act::Refuse {
            party: ids.other,
            routes_told: true,
        }),
    ]
}
