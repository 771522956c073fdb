//! Claiming cases 工作认领 (E04, R018): which cases somebody may claim, and who of several that claim
//! one has it. Phones and desks come here alike.
//!
//! Whatever a claimer may not know of is not found, be it of another territory, of no matter of
//! theirs, or no case at all. What a claim came to for good is kept with the case, so that the same
//! claim is answered the same again (docs/adr/0022-claims-are-messages.md).

use crate::{
    access::Caller,
    clock::Clock,
    identity,
    problem::Problem,
    reconcile::{Decider, DeciderAdmission, Reconciler, ReconcilerError},
    telemetry::whole,
};
use hejie_case::{
    act::claim::{Claim, may_claim, taken_by, waits_for},
    catalogue::Route,
    facts::{Assignment, Facts},
    ids::CaseId,
    part::Extent,
    reason::Reason,
};
use hejie_registry::{
    audit::AuditEvent,
    claim::{self, ClaimOutcome, ClaimReach, ClaimStanding},
    county,
    error::{LosesRaces, RegistryError},
    pool::{self, PgConnection, PgPool},
    sync::{self, VisibleCases},
};
use hejie_wire::{
    claim::{CaseClaim, ClaimableList},
    code, limits,
};

/// How often a claim is looked at again because the case moved meanwhile.
const ATTEMPTS: usize = 4;

/// Under which name claims stand in the audit log.
const OPERATION: &str = "claim_case";

/// Answers claims. Cheap to clone.
#[derive(Clone)]
pub struct Claiming {
    /// Connections to Postgres.
    pub pool: PgPool,
    /// The clock.
    pub clock: Clock,
    /// Rules on them.
    pub reconciler: Reconciler,
}

/// How one look at a claim ended: with its answer, why not or none if the case is the claimer's; or
/// the case moved.
enum ClaimLook {
    Answered(Option<Reason>),
    Moved,
}

impl Claiming {
    /// The cases that somebody may claim now, those registered longest ago first.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn list(&self, caller: &Caller) -> Result<ClaimableList, RegistryError> {
        if !may_claim(caller.role) {
            return Ok(ClaimableList::default());
        }
        let mut conn = pool::acquire(&self.pool).await?;
        let routes = routes_for(&mut conn, caller).await?;
        let reach = reach(caller, &routes);
        let mut cases = claim::list_claimable(&mut conn, reach, limits::CLAIMABLE + 1).await?;
        let more = cases.len() > limits::CLAIMABLE;
        cases.truncate(limits::CLAIMABLE);
        Ok(ClaimableList { cases, more })
    }

    /// Answers a claim: none if the case is the claimer's, now or by the same claim before.
    ///
    /// # Errors
    /// The claimer was put out, or Postgres failed.
    pub async fn claim(
        &self,
        caller: &Caller,
        claim: CaseClaim,
    ) -> Result<Option<Reason>, Problem> {
        for _ in 0..ATTEMPTS {
            if let ClaimLook::Answered(answer) = self.look(caller, claim).await? {
                return Ok(answer);
            }
        }
        Ok(Some(try_again()))
    }

    async fn look(&self, caller: &Caller, claim: CaseClaim) -> Result<ClaimLook, Problem> {
        let CaseClaim { id, case } = claim;
        let mut conn = pool::acquire(&self.pool).await?;
        if let Some(known) = claim::lookup_outcome(&mut conn, case, caller.user, id).await? {
            return Ok(ClaimLook::Answered(answer(&known)));
        }
        let routes = routes_for(&mut conn, caller).await?;
        let reach = reach(caller, &routes);
        let outcome = match claim::lookup_standing(&mut conn, case, reach).await? {
            None => return Ok(ClaimLook::Answered(Some(not_found()))),
            Some(ClaimStanding::Waits) => {
                drop(conn);
                return self.win(caller, claim).await;
            }
            Some(ClaimStanding::ForCounty) => ClaimOutcome::CountyDecides,
            Some(ClaimStanding::Elsewhere) => {
                let Some(taken) = taken(&mut conn, caller, case).await? else {
                    return Ok(ClaimLook::Answered(Some(not_found())));
                };
                taken
            }
        };
        drop(conn);
        self.settle(caller, claim, outcome).await
    }

    /// Lets the rules decide on a claim of a case that waits; who is granted it, and that the claim
    /// was, is written in one transaction.
    async fn win(&self, caller: &Caller, claim: CaseClaim) -> Result<ClaimLook, Problem> {
        let now = self.clock.now();
        let record = AuditEvent {
            case: Some(claim.case),
            ..caller.act(now, OPERATION)
        };
        let by = Decider {
            admission: DeciderAdmission::Claimer {
                session: caller.session,
                user: caller.user,
                claim,
            },
            record: &record,
        };
        let motion = Claim::motion(caller.author(), now);
        match self.reconciler.report(claim.case, &[motion], by).await {
            Ok(answers) => match answers.into_iter().flatten().next() {
                None => Ok(ClaimLook::Answered(None)),
                Some(why) if why.code == code::COUNTY_DECIDES => {
                    self.settle(caller, claim, ClaimOutcome::CountyDecides)
                        .await
                }
                // What was merged with it moved the case, or the rules know more than the list.
                Some(_) => Ok(ClaimLook::Moved),
            },
            Err(ReconcilerError::Moved | ReconcilerError::Contended) => Ok(ClaimLook::Moved),
            Err(ReconcilerError::PutOut(over)) => Err(identity::put_out(over)),
            Err(error) if error.lost_race() => Ok(ClaimLook::Moved),
            Err(ReconcilerError::Registry(error)) if error.is_passing() => Err(error.into()),
            Err(error) => {
                tracing::error!(case.id = %claim.case, error.chain = %whole(&error), "a claim could not be ruled on");
                Ok(ClaimLook::Answered(Some(try_again())))
            }
        }
    }

    /// Keeps what a claim came to, while there is room, and answers it.
    async fn settle(
        &self,
        caller: &Caller,
        CaseClaim { id, case }: CaseClaim,
        outcome: ClaimOutcome,
    ) -> Result<ClaimLook, Problem> {
        let now = self.clock.now();
        let mut tx = pool::begin(&self.pool).await?;
        if !claim::is_full(&mut tx, case, caller.user).await? {
            claim::note(&mut tx, (case, caller.user, id), &outcome, now).await?;
        }
        let refused = AuditEvent {
            case: Some(case),
            ok: outcome == ClaimOutcome::Won,
            ..caller.act(now, OPERATION)
        };
        identity::commit_for(caller, tx, &[refused], now).await?;
        Ok(ClaimLook::Answered(answer(&outcome)))
    }
}

/// The rows of the county's routing table (R014) that leave a matter to somebody like the caller.
async fn routes_for(conn: &mut PgConnection, caller: &Caller) -> Result<Vec<Route>, RegistryError> {
    let mut routes = county::list_routes_in(conn, &caller.region).await?;
    routes.retain(|route| waits_for(route, caller.role, &caller.org_name));
    Ok(routes)
}

fn reach<'a>(caller: &'a Caller, routes: &'a [Route]) -> ClaimReach<'a> {
    ClaimReach {
        region: &caller.region,
        routes,
        user: caller.user,
    }
}

/// Who claimed a case that waits no more; none where it went another way, which is told to nobody
/// who has no part in it. A second claim of whoever has it takes up nothing.
async fn taken(
    conn: &mut PgConnection,
    caller: &Caller,
    case: CaseId,
) -> Result<Option<ClaimOutcome>, Problem> {
    let winners = claim::list_winners(conn, case).await?;
    if winners.is_empty() {
        return Ok(None);
    }
    let whole = VisibleCases::from([(case, Extent::Whole)]);
    let Some(facts) = sync::list_facts(conn, &whole).await?.remove(&case) else {
        return Ok(None);
    };
    let facts: Facts = serde_json::from_str(&facts).map_err(Problem::internal)?;
    let Some((_, holder)) = taken_by(&facts).filter(|(by, _)| winners.contains(&by.user)) else {
        return Ok(None);
    };
    Ok(Some(if holder.user == caller.user {
        ClaimOutcome::Won
    } else {
        let holder = named(&facts, holder);
        ClaimOutcome::Taken { holder }
    }))
}

/// Office and name of whoever has a case.
fn named(facts: &Facts, holder: &Assignment) -> String {
    let office = facts.org(holder.org).map(|org| org.name.as_str());
    let name = facts.names.get(&holder.user).map(String::as_str);
    let named = [office, name].map(Option::unwrap_or_default).concat();
    named.chars().take(HOLDER).collect()
}

/// Characters of office and name together; longer ones are cut.
const HOLDER: usize = 400;

fn answer(outcome: &ClaimOutcome) -> Option<Reason> {
    match outcome {
        ClaimOutcome::Won => None,
        ClaimOutcome::Taken { holder } => Some(Reason::new(
            code::CLAIM_TAKEN,
            format!("该纠纷已由{holder}认领承办，请另选其他纠纷。"),
        )),
        ClaimOutcome::CountyDecides => Some(Reason::new(
            code::COUNTY_DECIDES,
            "本案已两次退回，由县级督导员指定承办人，不能认领。",
        )),
    }
}

fn not_found() -> Reason {
    let zh = "没有可供您认领的这件纠纷，可能已另行派单；请刷新认领列表。";
    Reason::new(code::NOT_FOUND, zh)
}

fn try_again() -> Reason {
    let zh = "该纠纷正在办理其他事项，认领尚未生效，稍后会自动重试。";
    Reason::new(code::TRY_AGAIN, zh)
}
