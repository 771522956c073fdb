//! Who could be put on a case, and for what.

use super::{desk::DeskContext, words::word};
use crate::{
    access::{Caller, decides},
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    act::DeskAct,
    catalogue::Route,
    event::Event,
    facts::Duty,
    ids::{RegionCode, SituationCode},
    role::Role::{self, *},
};
use hejie_registry::{
    county,
    identity::{colleague, grant},
    pool::{self, PgConnection},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// For what a person is wanted.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// 首处, or to take over as lead.
    First,
    /// 协办.
    Co,
    /// 回访.
    Visit,
    /// 联席会商.
    Joint,
    /// 邀请联调: of another body, for a term.
    Guest,
}

impl Task {
    /// The roles that fit, the best first.
    fn roles(self) -> &'static [Role] {
        match self {
            Self::First => &[Mediator, PoliceOfficer, Department],
            Self::Co => &[Mediator, PoliceOfficer, Department, GridWorker, Invited],
            Self::Visit => &[GridWorker, GridLeader, Mediator],
            Self::Guest => &[Department, Court, JudicialOffice, Invited],
            Self::Joint => &[
                PoliceDesk,
                HotlineDesk,
                Dispatcher,
                Supervisor,
                PoliceOfficer,
                Department,
                JudicialOffice,
                Mediator,
            ],
        }
    }

    /// Whether somebody in a role puts people on cases so: whoever only invites is shown guests.
    fn is_put_by(self, role: Role) -> bool {
        let assigning = [
            Event::Dispatch,
            Event::Assign,
            Event::Handover,
            Event::OpenJoint,
        ];
        let invites = matches!(self, Self::Guest) && decides(role, Event::Invite);
        invites || assigning.iter().any(|event| decides(role, *event))
    }

    /// Where those are looked for whom somebody puts on a case: guests in the whole county, of
    /// which the bodies are that a town invites; everybody else in the own jurisdiction.
    fn territory(self, own: &RegionCode) -> Result<RegionCode, Problem> {
        match self {
            Self::Guest => region(own.county()),
            _ => Ok(own.clone()),
        }
    }

    fn rank(self, role: Role) -> usize {
        let roles = self.roles();
        roles.iter().position(|r| *r == role).unwrap_or(roles.len())
    }
}

/// Who is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListPeople {
    /// For what.
    #[param(inline)]
    duty: Task,
    /// Only who serves this region: the region of the case.
    region: Option<String>,
    /// What the case is about: whose matter that is by the county's routing table comes first.
    situation: Option<String>,
}

/// Somebody who could be put on a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    /// The person.
    user_id: Uuid,
    /// The name that colleagues see.
    name: String,
    /// The role that fits.
    #[schema(example = "mediator")]
    role: String,
    /// The organisation.
    org_id: Uuid,
    /// Its name.
    org_name: String,
    /// Its territory.
    region: String,
    /// On duty now for the region asked for.
    on_duty: bool,
    /// How many cases the person works on.
    cases: u32,
    /// The police station at which the person is stationed 驻所.
    stationed_at: Option<String>,
    /// The routing table 分流表 of the county names the organisation for the situation asked for.
    is_routed: bool,
}

/// Lists who could be put on a case in the caller's jurisdiction, as guests in its county: whose
/// matter the situation asked for is by the routing table first, then whoever is on duty, then the
/// nearest, then who has least to do (R014, R035).
#[utoipa::path(get, path = "/api/v1/people", tag = "cases", params(ListPeople), responses((status = 200, body = [PersonView])))]
pub async fn list_people(
    State(state): State<AppState>,
    caller: Caller,
    Query(asked): Query<ListPeople>,
) -> Result<Json<Vec<PersonView>>, Problem> {
    let near: Option<RegionCode> = asked.region.as_deref().map(region).transpose()?;
    if !asked.duty.is_put_by(caller.role) {
        return Err(Problem::NotAllowed);
    }
    let within = asked.duty.territory(&caller.region)?;
    let mut conn = pool::acquire(&state.pool).await?;
    let found = colleague::ColleagueQuery {
        roles: asked.duty.roles(),
        within: &within,
        near: near.as_ref(),
        now: state.clock.now(),
    }
    .list(&mut conn)
    .await?;
    let route = route_of(&mut conn, &caller, asked.situation.as_deref()).await?;
    let mut seen = BTreeSet::new();
    let mut found: Vec<_> = found.into_iter().enumerate().collect();
    // Somebody with several fitting roles is asked in the best of them, and stays in the place of
    // the list.
    found.sort_by_key(|(place, one)| (asked.duty.rank(one.role), *place));
    found.retain(|(_, one)| seen.insert(one.user));
    let mut found: Vec<_> = found
        .into_iter()
        .map(|(place, one)| (place, PersonView::of(one, route.as_ref())))
        .collect();
    found.sort_by_key(|(place, one)| (!one.is_routed, *place));
    Ok(Json(found.into_iter().map(|(_, one)| one).collect()))
}

/// The row of the county's routing table for a situation; none where nothing is asked for, or
/// nobody has said yet what the case is about.
async fn route_of(
    conn: &mut PgConnection,
    caller: &Caller,
    situation: Option<&str>,
) -> Result<Option<Route>, Problem> {
    let Some(code) = situation else {
        return Ok(None);
    };
    let code: SituationCode = code
        .parse()
        .map_err(|_| Problem::invalid("situation: 没有这一情形代码"))?;
    let mut routes = county::list_routes_in(conn, &caller.region)
        .await?
        .into_iter();
    Ok(routes.find(|route| route.code == code))
}

impl PersonView {
    fn of(one: colleague::Colleague, route: Option<&Route>) -> Self {
        Self {
            is_routed: route.is_some_and(|route| route.names(&one.org_name)),
            user_id: one.user.0,
            name: one.name,
            role: word(&one.role),
            org_id: one.org.0,
            org_name: one.org_name,
            region: one.region.into(),
            on_duty: one.on_duty,
            cases: one.cases,
            stationed_at: one.stationed_at,
        }
    }
}

impl Task {
    /// For what an act wants the people whom it names.
    fn of(act: &DeskAct) -> Self {
        match act {
            DeskAct::OpenJoint(_) => Self::Joint,
            DeskAct::Invite(_) => Self::Guest,
            DeskAct::Assign(assign) if assign.duty == Duty::Visit => Self::Visit,
            DeskAct::Assign(_) => Self::Co,
            _ => Self::First,
        }
    }
}

impl DeskContext {
    /// Looks whether whoever an act names has that role, in that organisation, where the caller may
    /// see it; and whether the role fits.
    ///
    /// # Errors
    /// Somebody does not.
    pub(super) async fn finds_people(&self, act: &DeskAct) -> Result<(), Problem> {
        let (now, task) = (self.state.clock.now(), Task::of(act));
        let within = task.territory(&self.caller.region)?;
        let mut conn = pool::acquire(&self.state.pool).await?;
        for person in act.transition().people() {
            let grants = grant::list_current(&mut conn, person.user, now).await?;
            let has = |grant: &grant::Grant| {
                (grant.role, grant.org) == (person.role, person.org)
                    && grant.region.as_str().starts_with(within.as_str())
            };
            if !grants.iter().any(has) || !task.roles().contains(&person.role) {
                return Err(Problem::invalid("target: 此人没有相应的岗位，请刷新后另选"));
            }
        }
        Ok(())
    }
}

fn region(code: &str) -> Result<RegionCode, Problem> {
    code.parse()
        .map_err(|_| Problem::invalid("region: 没有这一区划代码"))
}
