//! The parts of the detail that the facts tell: requests and rulings, assignments, disagreements,
//! the trail.

use super::{
    super::words::{duty_zh, event_zh, word},
    DetailContext, items,
};
use hejie_case::{
    event::Event,
    facts::{ConflictFact, Decision},
    reason::Reason,
    record::Request,
    view::{ConflictKind, Variant},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A request and what was decided on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestView {
    id: Uuid,
    /// The event, such as `E11`.
    event: String,
    event_zh: String,
    /// The request as written; null where the caller may not see it.
    #[schema(value_type = Object)]
    ask: serde_json::Value,
    author_name: Option<String>,
    /// Claimed by a device.
    at: Timestamp,
    /// `pending` 待确认, `referred` 已报审批, `accepted` 已准 or `refused` 未准.
    ruling: String,
    ruled_at: Option<Timestamp>,
    reason_code: Option<String>,
    reason_zh: Option<String>,
}

/// Who answers for what.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    user_id: Uuid,
    name: Option<String>,
    org_name: Option<String>,
    role: String,
    duty: String,
    duty_zh: String,
    from: Timestamp,
    signed_at: Option<Timestamp>,
    to: Option<Timestamp>,
    /// The person is not there any more: the account is closed, or the role has ended.
    departed: bool,
    /// 定效: what is expected.
    expected: String,
}

/// A disagreement between authors.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictView {
    id: Uuid,
    kind: String,
    kind_zh: String,
    /// What to do.
    advice_zh: String,
    /// Who answers it: `lead`, `dispatcher`, `judicial_office` or `supervisor`; the supervisor may
    /// answer all.
    resolver: String,
    resolver_zh: String,
    path: String,
    /// `block`, `review` or `note`.
    severity: String,
    /// The caller may not see what was written: the texts of the variants are left empty.
    withheld: bool,
    /// Side by side; the first is what stands in the document now.
    variants: Vec<VariantView>,
    found_at: Timestamp,
    /// Until when it has to be answered; none for a note.
    due_at: Option<Timestamp>,
    /// How often it grew by further words before anybody ruled on it.
    grown: u32,
    settled: Option<SettlementView>,
}

/// What one author wrote.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantView {
    /// None for a merged text that nobody wrote.
    author_name: Option<String>,
    /// The value; of a long text the passage that differs. `list_conflict_versions` reads the
    /// whole.
    text: String,
    /// Only a passage of a longer text.
    is_excerpt: bool,
    /// Merged by the machine; nobody wrote it.
    is_merged: bool,
}

/// How a disagreement was ruled on.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlementView {
    /// None when its authors removed it themselves.
    by_name: Option<String>,
    at: Timestamp,
    choice: Option<u8>,
    why: String,
}

/// A line of the trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrailView {
    /// The event, such as `E05`.
    event: String,
    event_zh: String,
    zh: String,
    /// What whoever did it at a desk wrote with it.
    words: Option<String>,
    by_name: Option<String>,
    /// Claimed by a device.
    claimed_at: Option<Timestamp>,
    /// The fact.
    received_at: Timestamp,
    from: String,
    from_zh: String,
    to: String,
    to_zh: String,
}

impl DetailContext<'_> {
    pub(super) fn requests(&self) -> Vec<RequestView> {
        items(&self.view.requests, |id, entry| {
            let ruling = self.facts.rulings.get(id);
            let (state, reason) = match ruling.map(|r| &r.decision) {
                None => ("pending", None),
                Some(Decision::Accepted) => ("accepted", None),
                Some(Decision::Referred { zh }) => ("referred", Some(("referred", zh))),
                Some(Decision::Refused(Reason { code, zh })) => ("refused", Some((&**code, zh))),
            };
            let (reason_code, reason_zh) = reason.unzip();
            let (reason_code, reason_zh) = (reason_code.map(Into::into), reason_zh.cloned());
            let event = entry.value.ask.event();
            RequestView {
                id: id.0,
                event: event.code().into(),
                event_zh: event.zh().into(),
                ask: if self.disclosed.withholds_request(*id) {
                    serde_json::Value::Null
                } else {
                    ask(&entry.value)
                },
                author_name: self.author_name(Some(event), self.people.actor(entry.author)),
                at: entry.value.at,
                ruling: state.into(),
                ruled_at: ruling.map(|r| r.at),
                reason_code,
                reason_zh,
            }
        })
    }

    pub(super) fn assignments(&self) -> Vec<AssignmentView> {
        let view = self
            .facts
            .assignments
            .iter()
            .map(|assignment| AssignmentView {
                user_id: assignment.user.0,
                name: self.people.user(assignment.user),
                org_name: self.people.org(assignment.org),
                role: word(&assignment.role),
                duty: word(&assignment.duty),
                duty_zh: duty_zh(assignment.duty).into(),
                from: assignment.from,
                signed_at: assignment.signed_at,
                to: assignment.to,
                departed: assignment.to.is_none()
                    && self.people.departed().contains(&assignment.author()),
                expected: assignment.expected.clone(),
            });
        view.collect()
    }

    pub(super) fn conflicts(&self) -> Vec<ConflictView> {
        let mut known: Vec<&ConflictFact> = self.facts.conflicts.values().collect();
        known.sort_by_key(|c| {
            (
                c.settled.is_some(),
                std::cmp::Reverse(c.conflict.severity),
                c.found_at,
            )
        });
        known.into_iter().map(|c| self.conflict(c)).collect()
    }

    pub(super) fn trail(&self) -> Vec<TrailView> {
        let view = self.facts.trail.iter().map(|line| TrailView {
            event: line.event.clone(),
            event_zh: event_zh(&line.event).into(),
            zh: line.zh.clone(),
            words: line.words.clone(),
            by_name: self.author_name(
                Event::by_code(&line.event),
                line.by.and_then(|by| self.people.user(by.user)),
            ),
            claimed_at: line.claimed_at,
            received_at: line.received_at,
            from: line.from.code().into(),
            from_zh: line.from.zh().into(),
            to: line.to.code().into(),
            to_zh: line.to.zh().into(),
        });
        view.collect()
    }

    fn conflict(&self, known: &ConflictFact) -> ConflictView {
        let kind = known.conflict.kind;
        let variant = |v: &Variant| VariantView {
            author_name: v.author.and_then(|actor| self.people.actor(actor)),
            text: v.text.clone(),
            is_excerpt: v.is_excerpt,
            is_merged: v.author.is_none() && kind == ConflictKind::SharedText,
        };
        let settled = known.settled.as_ref().map(|s| SettlementView {
            by_name: s.by().and_then(|by| self.people.user(by.user)),
            at: s.at,
            choice: s.variant(),
            why: s.why().into(),
        });
        ConflictView {
            id: known.conflict.id.0,
            kind: word(&kind),
            kind_zh: kind.zh().into(),
            advice_zh: kind.advice_zh().into(),
            resolver: word(&kind.resolver()),
            resolver_zh: kind.resolver().zh().into(),
            path: known.conflict.about.to_string(),
            severity: word(&known.conflict.severity),
            withheld: self.disclosed.withholds_variants(known.conflict.id),
            variants: known.conflict.variants.iter().map(variant).collect(),
            found_at: known.found_at,
            due_at: known.conflict.due_at(known.found_at),
            grown: known.grown,
            settled,
        }
    }
}

fn ask(request: &Request) -> serde_json::Value {
    serde_json::to_value(&request.ask).unwrap_or(serde_json::Value::Null)
}
