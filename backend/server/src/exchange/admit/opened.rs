//! A request opened, before anything of it is taken.

use crate::{
    access::PhoneCaller,
    exchange::{
        budget::RequestBudget,
        sift::{self, Readable},
    },
};
use hejie_case::ids::CaseId;
use hejie_registry::{log::batch::SignedBatch, sync::CaseMembership};
use hejie_wire::message::Up;
use std::collections::HashMap;

/// What a request holds, by case.
#[derive(Default)]
pub(super) struct OpenedRequest {
    /// As the phone signed it.
    pub(super) sent: Vec<(SignedBatch, Readable)>,
    /// Cases whose changes the phone did not sign: of those nothing is read.
    pub(super) unsigned: Vec<CaseId>,
    /// Cases that are not registered, and more than one request may bring: nothing of them is
    /// looked at.
    pub(super) unread: Vec<CaseId>,
}

/// Opens what a phone signed.
pub(super) fn open(
    phone: &PhoneCaller,
    request: &Up,
    memberships: &HashMap<CaseId, CaseMembership>,
    budget: &RequestBudget,
) -> OpenedRequest {
    let mut opened = OpenedRequest::default();
    for up in request.cases.iter().filter(|up| !up.changes.is_empty()) {
        if !memberships.contains_key(&up.case) && !budget.unknown() {
            opened.unread.push(up.case);
            continue;
        }
        match sift::signed(up, &phone.device) {
            Some(signed) => {
                let readable = sift::read(&up.changes, phone.device.actor);
                opened.sent.push((signed, readable));
            }
            None => opened.unsigned.push(up.case),
        }
    }
    opened
}
