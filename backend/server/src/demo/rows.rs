//! A played case as the registry keeps it.

use super::{DemoError, key};
use crate::channel::ChannelMessage;
use hejie_case::{
    catalogue::{Catalogue, List},
    facts::Facts,
    ids::IncidentId,
    reconcile::{Effect, ReceivedChange, members},
};
use hejie_county::{
    place::CHANNEL,
    play::{LoggedChange, Played},
};
use hejie_registry::{
    bulk::{BulkCase, ChannelNotice, Membership, NewChange},
    case::StoredCase,
    file::ArrivedFile,
    incident::Incident,
    log::change::ChangeSender,
};
use hejie_wire::chunk;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Everything that is written of a case.
pub(super) fn rows(number: usize, played: Played) -> Result<BulkCase, DemoError> {
    let facts = &played.settled.facts;
    let mut log = Vec::with_capacity(played.log.len() + 1);
    let (first, opened) = (&played.first, facts.registered_at);
    log.push(change(number, &first.bytes, ChangeSender::Server, opened)?);
    for logged in &played.log {
        log.push(from_phone(number, logged)?);
    }
    for (logged, reason) in &played.aside {
        let mut aside = from_phone(number, logged)?;
        aside.aside = Some(reason.clone());
        log.push(aside);
    }
    let told = played
        .told
        .iter()
        .filter_map(|(at, effect)| told(facts, *at, effect));
    Ok(BulkCase {
        files: files(&played),
        batches: key::sign(facts.case_id, &log),
        log,
        objects: played.objects,
        members: memberships(facts),
        incident: incident(facts),
        told: told.collect(),
        stored: StoredCase {
            case: facts.case_id,
            snapshot: played.settled.snapshot,
            heads: played.settled.heads,
            view: played.settled.view,
            facts: played.settled.facts,
            parked: None,
            next_moment: played.settled.next_moment,
        },
        settled_at: played.settled_at,
        projection: played.settled.projection,
    })
}

/// The originals that came with the changes that name them.
fn files(played: &Played) -> Vec<ArrivedFile> {
    let settled = &played.settled;
    let evidence = settled.view.evidence.iter();
    let evidence = evidence.filter(|(id, _)| !settled.facts.missing_files.contains(id));
    let arrived = evidence.filter_map(|(_, entry)| {
        let evidence = &entry.value.evidence;
        let logged = played.log.iter().find(|l| l.by.actor == entry.author)?;
        Some(ArrivedFile {
            case: settled.facts.case_id,
            hash: evidence.sha256.parse().ok()?,
            size: evidence.size,
            at: logged.change.received_at,
            by: logged.by.author.user,
            device: logged.by.device,
        })
    });
    let mut files: Vec<ArrivedFile> = arrived.collect();
    files.sort_by_key(|file| file.hash);
    files.dedup_by_key(|file| file.hash);
    files
}

/// A change goes through the gate like one from outside.
fn change(
    number: usize,
    bytes: &[u8],
    sender: ChangeSender,
    received_at: Timestamp,
) -> Result<NewChange, DemoError> {
    Ok(NewChange {
        change: chunk::admit(bytes).map_err(|_| DemoError::Change { number })?,
        sender,
        received_at,
        aside: None,
    })
}

fn from_phone(number: usize, logged: &LoggedChange) -> Result<NewChange, DemoError> {
    let by = logged.by;
    let sender = ChangeSender::Phone {
        device: by.device,
        author: by.author,
    };
    let ReceivedChange {
        bytes, received_at, ..
    } = &logged.change;
    change(number, bytes, sender, *received_at)
}

/// What a channel was told; it has taken it. Nobody has a channel for the three
/// pushes, nor has the court.
fn told(facts: &Facts, at: Timestamp, effect: &Effect) -> Option<ChannelNotice> {
    let case_id = facts.case_id;
    match effect {
        Effect::Feedback {
            channel,
            external_no,
            text,
            ..
        } => {
            let message = ChannelMessage::Feedback {
                case_id,
                external_no,
                text,
                closed_at: at,
            };
            Some(taken(&message, channel, external_no, at))
        }
        Effect::PoliceOrder { order, .. } if order.known_to.as_deref() == Some(CHANNEL.0) => None,
        Effect::PoliceOrder { order, .. } => {
            let message = ChannelMessage::PoliceOrder {
                case_id,
                text: &order.text,
                reported_at: at,
            };
            Some(taken(&message, CHANNEL.0, "", at))
        }
        Effect::Push { .. } | Effect::Confirmation(_) => None,
    }
}

fn taken(
    message: &ChannelMessage<'_>,
    channel: &str,
    external_no: &str,
    at: Timestamp,
) -> ChannelNotice {
    ChannelNotice {
        kind: message.kind().word(),
        channel: channel.into(),
        external_no: external_no.into(),
        payload: message.body(),
        at,
    }
}

/// Members as the assignments say, past and present.
fn memberships(facts: &Facts) -> Vec<Membership> {
    let mut all: BTreeMap<hejie_case::ids::UserId, Membership> = BTreeMap::new();
    for assignment in &facts.assignments {
        let author = hejie_case::role::Author {
            user: assignment.user,
            role: assignment.role,
            org: assignment.org,
        };
        let (from, until) = (assignment.from, assignment.to);
        let known = all.entry(assignment.user).or_insert(Membership {
            author,
            from,
            until,
        });
        known.until = until;
    }
    for author in members(facts) {
        let from = facts.registered_at;
        let known = all.entry(author.user).or_insert(Membership {
            author,
            from,
            until: None,
        });
        (known.author, known.until) = (author, None);
    }
    let current = members(facts);
    for member in all.values_mut() {
        if member.until.is_none() && !current.contains(&member.author) {
            member.until = Some(facts.registered_at.max(member.from));
        }
    }
    all.into_values().collect()
}

fn incident(facts: &Facts) -> Option<Incident> {
    let external_no = facts.source.external_no.clone()?;
    let raw = json!({
        "external_no": external_no,
        "received_at": facts.registered_at,
        "region": facts.region,
        "situation": facts.situation,
        "is_dispute": true,
    });
    let list = Catalogue::current()
        .lookup(&facts.situation)
        .map_or(List::NonPolice, |s| s.list);
    Some(Incident {
        id: IncidentId(facts.case_id.0),
        channel: facts.source.channel.clone(),
        external_no,
        received_at: facts.registered_at,
        reported_at: facts.registered_at,
        region: facts.region.clone(),
        call: None,
        list,
        situation: facts.situation.clone(),
        content_hash: Sha256::digest(raw.to_string()).into(),
        pair: None,
        raw,
    })
}
