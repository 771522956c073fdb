//! `POST /api/v1/exchange/acts`: what happened at a channel's side of a case that it was told of:
//! the police accept (R116), or number a criminal case that came of it; a push is acknowledged
//! (R107), the court has decided (LW14).
//!
//! A channel that got no answer reports again, the same bytes or signed anew, minutes or days
//! later: what it names then is what it named before, so that nothing else is taken for reported. A
//! case may have gone on under another one meanwhile; what waits there is reported there.

use super::signed::{SignedBody, SignedHeaders, audit_line};
use crate::{
    channel::Receivers,
    problem::{
        self, Json, Problem,
        field::{self, Limited},
    },
    reconcile::{Decider, DeciderAdmission, ReconcilerError},
    state::AppState,
};
use axum::extract::State;
use garde::Validate;
use hejie_case::{
    act::{AcceptOrder, ChannelAct},
    facts::Facts,
    ids::CaseId,
    reason::Reason,
    role::Author,
    rule::Motion,
};
use hejie_registry::{
    audit::{self, AuditEvent},
    case,
    danger::call,
    identity::{
        channel::Channel,
        org::{self, OrgKind},
        taken,
    },
    pool::{self, PgConnection},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How often a report is made again because its case went on under another one meanwhile.
const ATTEMPTS: usize = 4;

/// What a channel reports. A field that is not known may be one that is misspelt, without which
/// something else would be reported.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ChannelActRequest {
    /// The case, as the message named it.
    #[garde(skip)]
    case_id: Uuid,
    /// What happened: `{"police_accept": {"order": "…"}}`, `{"ack_push": {"target":
    /// "one_stop_centre", "push": "…"}}`, `{"decide_confirmation": {"result": "confirmed"}}`,
    /// `{"report_crime": {"criminal_no": "…"}}`, `{"engage": {"mode": "entrusted", "body": "court",
    /// "body_name": "…", "letter_no": "…", "letter_on": "2026-03-02"}}`.
    /// Orders and pushes go by the idempotency keys of their messages.
    #[garde(dive)]
    #[schema(value_type = ChannelAct)]
    act: Limited<ChannelAct>,
}

/// What the channel gets for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelActReceipt {
    /// The case.
    case_id: Uuid,
    /// Its number.
    #[schema(example = "990101-2026-000123")]
    case_no: String,
}

/// Takes what a channel reports of a case. The same again is answered alike.
#[utoipa::path(post, path = "/api/v1/exchange/acts", tag = "channel", request_body = ChannelActRequest,
    params(SignedHeaders),
    responses((status = 200, description = "It stands", body = ChannelActReceipt)))]
pub async fn report_act(
    State(state): State<AppState>,
    signed: SignedBody,
) -> Result<Json<ChannelActReceipt>, Problem> {
    let ChannelActRequest { case_id, act } = problem::of_json(&signed.body)?;
    let Limited(act) = act;
    field::near_all(&act, state.clock.now())?;
    let case = CaseId(case_id);
    let mut conn = pool::acquire(&state.pool).await?;
    let case_no = number_for(&mut conn, &signed.channel, case).await?;
    let is_taken = taken::was_taken(&mut conn, signed.channel.id, &signed.signature).await?;
    drop(conn);
    if !is_taken {
        take(&state, &signed, case, act).await?;
    }
    Ok(Json(ChannelActReceipt { case_id, case_no }))
}

/// The number of a case in the channel's territory; elsewhere there is none for it.
async fn number_for(
    conn: &mut PgConnection,
    channel: &Channel,
    case: CaseId,
) -> Result<String, Problem> {
    let line = case::lookup_line(conn, case).await?;
    let line = line.filter(|line| channel.reports_about(&line.region));
    Ok(line.ok_or(Problem::NotFound)?.case_no.to_string())
}

/// Reports it of the case in which it is waited for. Where nobody waits for it and it stands
/// already, it is as good as taken.
pub(super) async fn take(
    state: &AppState,
    signed: &SignedBody,
    case: CaseId,
    act: ChannelAct,
) -> Result<(), Problem> {
    let (channel, action) = (&signed.channel, act.code());
    let mut attempts = 0..ATTEMPTS;
    loop {
        let mut conn = pool::acquire(&state.pool).await?;
        let cases = where_it_goes_on(&mut conn, case).await?;
        may_report(
            &mut conn,
            channel,
            state.reconciler.receivers(),
            (&act, &cases),
        )
        .await?;
        drop(conn);
        let act = act.clone().meant_by(&channel.name, &cases);
        let waits = cases.iter().find(|facts| act.waits(facts));
        if waits.is_none() && sign_unheld(state, channel, case, &act).await? {
            return note_taken(state, signed).await;
        }
        if waits.is_none() && cases.iter().any(|facts| act.stands(facts)) {
            return note_taken(state, signed).await;
        }
        let is_waited_for = waits.is_some();
        let case = waits.map_or(case, |facts| facts.case_id);
        let Some(reason) = report(state, signed, case, act).await? else {
            return Ok(());
        };
        // What was waited for a moment ago is waited for elsewhere now, or stands.
        if !is_waited_for || attempts.next().is_none() {
            return refuse(state, channel, case, (action, reason)).await;
        }
    }
}

/// The police sign for a danger that the case does not take; tells whether there is such a one.
async fn sign_unheld(
    state: &AppState,
    channel: &Channel,
    case: CaseId,
    act: &ChannelAct,
) -> Result<bool, Problem> {
    let ChannelAct::PoliceAccept(AcceptOrder { order: Some(order) }) = act else {
        return Ok(false);
    };
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    if !call::sign(&mut tx, case, *order, now).await? {
        return Ok(false);
    }
    audit::add(&mut tx, &audit_line(channel, act.code(), Some(case), now)).await?;
    pool::commit(tx).await?;
    Ok(true)
}

/// What stands already is as good as taken: the same bytes mean nothing else later either.
async fn note_taken(state: &AppState, signed: &SignedBody) -> Result<(), Problem> {
    let (now, mut conn) = (state.clock.now(), pool::acquire(&state.pool).await?);
    taken::note(&mut conn, signed.channel.id, &signed.signature, now).await?;
    Ok(())
}

/// The facts of a case, and of those under which it goes on.
async fn where_it_goes_on(conn: &mut PgConnection, case: CaseId) -> Result<Vec<Facts>, Problem> {
    let (mut cases, mut next): (Vec<Facts>, _) = (Vec::new(), Some(case));
    while let Some(case) = next {
        let stored = case::lookup(conn, case).await?.ok_or(Problem::NotFound)?;
        let merged = stored.facts.kin.merged.as_ref().map(|merged| merged.into);
        next = merged.filter(|into| cases.iter().all(|known| known.case_id != *into));
        cases.push(stored.facts);
    }
    Ok(cases)
}

/// Whether it is this channel's to report; of a court's decision, whether it is the court to which
/// the application was sent. A name that is no court's of ours can be compared with none.
async fn may_report(
    conn: &mut PgConnection,
    channel: &Channel,
    receivers: &Receivers,
    (act, cases): (&ChannelAct, &[Facts]),
) -> Result<(), Problem> {
    let org = org::lookup(conn, channel.org).await?;
    let mut may = match org {
        Some(org) => {
            let by = (channel.name.as_str(), &org);
            receivers.may_report(conn, by, (act, cases)).await?
        }
        None => false,
    };
    if let (true, ChannelAct::DecideConfirmation(decision)) = (may, act) {
        let mut courts = Vec::new();
        for facts in cases {
            for name in decision.courts(facts) {
                let (kind, region) = (OrgKind::Court, &facts.region);
                courts.push(org::list_named(conn, kind, name.trim(), region).await?);
            }
        }
        let is_meant = |named: &Vec<_>| named.is_empty() || named.contains(&channel.org);
        may = courts.is_empty() || courts.iter().any(is_meant);
    }
    may.then_some(()).ok_or(Problem::NotAllowed)
}

/// Puts the report before the rules; why they refuse it, if they do.
async fn report(
    state: &AppState,
    signed: &SignedBody,
    case: CaseId,
    act: ChannelAct,
) -> Result<Option<Reason>, Problem> {
    let (channel, now) = (&signed.channel, state.clock.now());
    let record = audit_line(channel, act.code(), Some(case), now);
    let by = Decider {
        admission: DeciderAdmission::Channel {
            channel: channel.id,
            signature: signed.signature,
        },
        record: &record,
    };
    let motion = Motion::online(act, Author::of_channel(channel.org), now);
    let answers = state.reconciler.report(case, &[motion], by).await;
    Ok(answers.map_err(not_put_out)?.into_iter().flatten().next())
}

/// A refusal leaves its line in the audit log.
async fn refuse(
    state: &AppState,
    channel: &Channel,
    case: CaseId,
    (action, reason): (&str, Reason),
) -> Result<(), Problem> {
    let refused = AuditEvent {
        ok: false,
        ..audit_line(channel, action, Some(case), state.clock.now())
    };
    let mut tx = pool::begin(&state.pool).await?;
    audit::add(&mut tx, &refused).await?;
    pool::commit(tx).await?;
    Err(Problem::Refused(reason))
}

/// A channel that was put out of service meanwhile signs for nothing.
fn not_put_out(error: ReconcilerError) -> Problem {
    match error {
        ReconcilerError::PutOut(_) => Problem::BadSignature,
        other => other.into(),
    }
}
