//! After a restore: cases of which a phone proved what the server had signed, while somebody
//! decided on them anew. A person chooses.

use super::{
    desk::{ActAnswer, DeskContext},
    list::CaseSummaryView,
    words::{event_zh, word},
};
use crate::{
    access::Caller,
    identity,
    problem::{Json, Problem},
    reconcile::{RecoveryChoice, RecoveryDecision},
    state::AppState,
};
use axum::extract::State;
use garde::Validate;
use hejie_case::{
    event::Event,
    facts::{Facts, TrailEntry},
    ids::UserId,
    role::Role,
    rule::{CONCEALED_ZH, shows_author},
};
use hejie_registry::{
    case::{self, PersonNames, recovery},
    pool,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// A case of which two states are at hand.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryClaimView {
    case_id: Uuid,
    case_no: String,
    /// The version of the facts: the `base_version` of the decision.
    version: u64,
    /// Names what was proved: the `claim` of the decision.
    claim: String,
    /// When a phone showed what the server had signed.
    shown_at: Timestamp,
    /// What the registry says.
    present: RecoveryStateView,
    /// What the server signed before it was set back.
    proved: RecoveryStateView,
}

/// One of two states of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryStateView {
    /// Where the case stands.
    status: String,
    status_zh: String,
    /// `blue`, `yellow` or `red`.
    level: String,
    level_zh: String,
    lead_name: Option<String>,
    /// What happened in this state alone, the oldest first.
    steps: Vec<RecoveryStepView>,
}

/// What happened in one of both states.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryStepView {
    event_zh: String,
    zh: String,
    words: Option<String>,
    by_name: Option<String>,
    received_at: Timestamp,
}

/// Which state stands.
#[derive(Deserialize, Validate, ToSchema)]
pub struct RecoveryRequest {
    /// What was proved takes the place of what the registry says; otherwise that stays. The other
    /// one is kept either way.
    #[garde(skip)]
    take: bool,
    /// The `claim` that was looked at. Whatever another phone proved since waits for a decision of
    /// its own.
    #[garde(skip)]
    claim: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Lists the cases in the caller's jurisdiction for which a person has to choose after a restore.
#[utoipa::path(get, path = "/api/v1/recovery-claims", tag = "cases", responses((status = 200, body = [RecoveryClaimView])))]
pub async fn list_recovery_claims(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<RecoveryClaimView>>, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let (mut views, mut lines) = (Vec::new(), Vec::new());
    for claim in recovery::list_claims(&mut tx, &caller.region).await? {
        let Some(stored) = case::lookup_legible(&mut tx, claim.case).await? else {
            continue;
        };
        let (present, proved) = (&stored.facts, &claim.facts);
        let names = case::names(&mut tx, &people(present, proved)).await?;
        views.push(RecoveryClaimView {
            case_id: claim.case.0,
            case_no: claim.case_no,
            version: present.version,
            claim: hex::encode(claim.hash),
            shown_at: claim.shown_at,
            present: RecoveryStateView::of(present, proved, &names),
            proved: RecoveryStateView::of(proved, present, &names),
        });
        let mut line = caller.act(now, "list_recovery_claims");
        line.case = Some(claim.case);
        lines.push(line);
    }
    identity::commit_for(&caller, tx, &lines, now).await?;
    Ok(Json(views))
}

/// Decides which of two states of a case stands after a restore.
#[utoipa::path(post, path = "/api/v1/cases/{id}/recovery", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = RecoveryRequest, responses((status = 200, body = CaseSummaryView)))]
pub async fn decide_recovery_claim(
    desk: DeskContext,
    Json(asked): Json<RecoveryRequest>,
) -> ActAnswer {
    let choice = if asked.take {
        RecoveryChoice::Proved
    } else {
        RecoveryChoice::Present
    };
    let base = asked.base_version;
    let chosen = RecoveryDecision {
        base,
        proved: named(&asked.claim)?,
        choice,
        by: desk.caller.user,
    };
    let record = desk.record();
    let reconciler = &desk.state.reconciler;
    let deed = reconciler.decide_claim(desk.case, chosen, desk.decider(&record));
    desk.decide_with(base, &record, deed).await
}

fn named(claim: &str) -> Result<[u8; 32], Problem> {
    let mut hash = [0; 32];
    hex::decode_to_slice(claim, &mut hash)
        .map_err(|_| Problem::invalid("claim: 应为所列恢复内容的 claim"))?;
    Ok(hash)
}

/// Everybody whose name the two states show.
fn people(present: &Facts, proved: &Facts) -> Vec<UserId> {
    let named = [present, proved].into_iter().flat_map(|facts| {
        let leads = facts.lead().map(|lead| lead.user);
        let authors = facts.trail.iter().filter_map(|line| line.by);
        leads.into_iter().chain(authors.map(|by| by.user))
    });
    named.collect::<BTreeSet<_>>().into_iter().collect()
}

impl RecoveryStateView {
    /// A state beside the other one.
    fn of(facts: &Facts, other: &Facts, names: &PersonNames) -> Self {
        let status = facts.stage.status();
        let alone = facts
            .trail
            .iter()
            .filter(|line| !other.trail.contains(line));
        Self {
            status: status.code().into(),
            status_zh: status.zh().into(),
            level: word(&facts.colour.level),
            level_zh: facts.colour.level.zh().into(),
            lead_name: facts.lead().and_then(|lead| names.get(&lead.user).cloned()),
            steps: alone
                .map(|line| RecoveryStepView::of(line, facts, names))
                .collect(),
        }
    }
}

impl RecoveryStepView {
    /// A line as desks that are none of the police read it.
    fn of(line: &TrailEntry, facts: &Facts, names: &PersonNames) -> Self {
        let event = Event::by_code(&line.event);
        let is_shown = event.is_none_or(|event| shows_author(facts, event, Role::Dispatcher));
        let name = line.by.and_then(|by| names.get(&by.user).cloned());
        Self {
            event_zh: event_zh(&line.event).into(),
            zh: line.zh.clone(),
            words: line.words.clone(),
            by_name: name.map(|name| if is_shown { name } else { CONCEALED_ZH.into() }),
            received_at: line.received_at,
        }
    }
}
