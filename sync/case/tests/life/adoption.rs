//! A case that was begun on a phone, without anybody having called 110 (E01 as draft).

use crate::stage::author;
use hejie_case::{
    document::{CaseDoc, Origin},
    facts::{Duty, Status},
    fold::place_outside,
    ids::{Actor, CaseId},
    policy::Policy,
    reason::Explain,
    reconcile::{Adoption, ReceivedChange, ReconcileError, ReconcileOutput, adopt, members},
    record::{IntakeField, Place},
    role::{Author, Role},
    view::ConflictKind,
    view::Meta,
};
use jiff::Timestamp;

const PHONE: Actor = Actor([1; 16]);

fn case(n: u8) -> CaseId {
    CaseId(uuid::Uuid::from_bytes([n; 16]))
}

/// What a phone notes about where the case came from, in a county with one channel.
fn noted(channel: &str) -> hejie_case::facts::Source {
    let said = Some((channel, "S-1"));
    begun(1, Role::Mediator, intake(), case(9), said)
        .unwrap()
        .facts
        .source
}

#[test]
fn only_a_channel_that_is_there_is_owed_a_result_and_a_note_is_no_order_of_its_own() {
    let known = noted("110");
    assert_eq!(
        (known.external_no.as_deref(), known.by_order),
        (Some("S-1"), false)
    );
    let invented = noted("nowhere-7");
    assert_eq!(
        (invented.channel.as_str(), invented.external_no),
        ("nowhere-7", None)
    );
}

fn walk_in(
    role: Role,
    fields: Vec<IntakeField>,
    sent_under: CaseId,
) -> Result<ReconcileOutput, ReconcileError> {
    walk_in_under(1, role, fields, sent_under)
}

fn walk_in_under(
    catalogue_version: u32,
    role: Role,
    fields: Vec<IntakeField>,
    sent_under: CaseId,
) -> Result<ReconcileOutput, ReconcileError> {
    begun(catalogue_version, role, fields, sent_under, None)
}

fn begun(
    catalogue_version: u32,
    role: Role,
    fields: Vec<IntakeField>,
    sent_under: CaseId,
    said: Option<(&str, &str)>,
) -> Result<ReconcileOutput, ReconcileError> {
    let now: Timestamp = "2026-03-02T09:00:00+08:00".parse().unwrap();
    let meta = Meta {
        schema: 1,
        case_id: case(9),
        created_by_device: None,
        created_at: now,
        catalogue_version,
    };
    let origin = Origin {
        channel: said.map(|(channel, _)| channel.into()),
        external_no: said.map(|(_, number)| number.into()),
        fields,
        summary: "两户因滴水争执。".into(),
    };
    let (_, written) = CaseDoc::create(PHONE, &meta, &origin, now).unwrap();
    adopt(&Adoption {
        case: sent_under,
        case_no: "990101-2026-000002".parse().unwrap(),
        public_code: "2A3B4C5D6F".parse().unwrap(),
        territory: "990101001".parse().unwrap(),
        channels: vec!["110".into()],
        changes: vec![ReceivedChange {
            hash: written.hash,
            actor: PHONE,
            bytes: written.bytes,
            received_at: now,
        }],
        by: author(1, role),
        offer_to: on_duty(role),
        orgs: Vec::new(),
        policy: Policy::default(),
        now,
    })
}

/// Whom the server found on duty; it looks for somebody only where the author only reports.
fn on_duty(role: Role) -> Option<Author> {
    role.only_reports().then(|| author(2, Role::Mediator))
}

fn intake() -> Vec<IntakeField> {
    intake_as("N02-01")
}

fn intake_as(situation: &str) -> Vec<IntakeField> {
    let place = Place {
        region: "990101001".parse().unwrap(),
        address: "滨江路某小区".into(),
        position: None,
    };
    vec![
        IntakeField::Situation(situation.parse().unwrap()),
        IntakeField::Place(place),
    ]
}

#[test]
fn a_mediator_who_begins_a_case_has_signed_for_it() {
    let settled = walk_in(Role::Mediator, intake(), case(9)).unwrap();
    assert_eq!(settled.facts.stage.status(), Status::SignedFor);
    assert_eq!(
        settled.facts.first().unwrap().user,
        author(1, Role::Mediator).user
    );
    assert_eq!(settled.facts.source.channel, "walk_in");
}

#[test]
fn a_grid_worker_who_begins_a_case_keeps_it_while_a_handler_is_looked_for() {
    let settled = walk_in(Role::GridWorker, intake(), case(9)).unwrap();
    assert_eq!(settled.facts.stage.status(), Status::PendingDispatch);
    assert_eq!(settled.facts.assignments[0].duty, Duty::Visit);
}

#[test]
fn what_an_informant_reports_is_offered_as_a_call_is_and_is_none_of_its_authors() {
    let settled = walk_in(Role::Informant, intake(), case(9)).unwrap();
    assert_eq!(settled.facts.stage.status(), Status::Dispatched);
    let members = members(&settled.facts);
    assert_eq!(members, [author(2, Role::Mediator)]);
    assert_eq!(settled.facts.offered().unwrap().user, members[0].user);
}

#[test]
fn a_case_without_situation_and_place_waits_on_the_phone() {
    let refused = walk_in(Role::Mediator, Vec::new(), case(9)).unwrap_err();
    assert_eq!(refused.code(), "intake_incomplete");
}

#[test]
fn a_document_under_another_cases_id_is_refused() {
    let refused = walk_in(Role::Mediator, intake(), case(8)).unwrap_err();
    assert_eq!(refused.code(), "other_case");
}

#[test]
fn a_place_over_the_border_is_registered_in_its_authors_territory_and_shown() {
    for (named, registered, shown) in [
        ("990101002", "990101002", None),
        ("990101999", "990101999", None),
        ("110101001", "990101001", Some("110101001")),
        ("000000", "990101001", Some("000000")),
    ] {
        let fields = vec![
            IntakeField::Situation("N02-01".parse().unwrap()),
            IntakeField::Place(Place {
                region: named.parse().unwrap(),
                address: "滨江路某小区".into(),
                position: None,
            }),
        ];
        let settled = walk_in(Role::Mediator, fields, case(9)).unwrap();
        assert_eq!(settled.facts.region.as_str(), registered);
        let outside = place_outside(&settled.view, &settled.facts);
        assert_eq!(outside.as_ref().map(|code| code.as_str()), shown);
    }
}

#[test]
fn a_situation_that_no_catalogue_has_is_refused_and_not_kept_half() {
    let refused = walk_in(Role::Mediator, intake_as("N99-99"), case(9)).unwrap_err();
    assert_eq!(refused.code(), "unknown_situation");
}

/// Shows M20.
#[test]
fn a_case_begun_with_an_older_catalogue_is_registered_under_the_code_of_today() {
    let situation = |version, code| {
        let settled = walk_in_under(version, Role::Mediator, intake_as(code), case(9)).unwrap();
        settled.facts.situation.to_string()
    };
    assert_eq!(situation(0, "N02-01"), "N02-01");
    assert_eq!(
        situation(0, "N03-05"),
        "N08-02",
        "agents had this code then"
    );
    assert_eq!(situation(1, "N03-05"), "N03-05");
    assert_eq!(
        situation(0, "N03-04"),
        "N03-04",
        "split since; the first of both"
    );
    assert_eq!(situation(0, "N03-03"), "N03-05", "the first of four");
}

/// Shows M20.
#[test]
fn what_was_split_since_is_shown_to_a_dispatcher_although_its_code_still_exists() {
    let asked_about = |version, code| {
        let settled = walk_in_under(version, Role::Mediator, intake_as(code), case(9)).unwrap();
        let mut open = settled.facts.open_conflicts();
        open.any(|c| c.kind == ConflictKind::UnknownSituation)
    };
    assert!(asked_about(0, "N03-04"), "one of two is meant");
    assert!(!asked_about(0, "N03-05"), "it has one successor");
    assert!(!asked_about(1, "N03-04"));
}
