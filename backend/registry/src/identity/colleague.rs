//! Who could be put on a case: people by role and territory, with what they have in hand.

use crate::{
    error::RegistryError,
    rows::natural,
    statement::SqlCommand,
    time::Ts,
    word::{from_word, to_words},
};
use hejie_case::{
    ids::{OrgId, RegionCode, UserId},
    role::Role,
};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

/// How many are listed at most.
const MOST: i64 = 500;

/// Who is looked for.
#[derive(Debug, Clone, Copy)]
pub struct ColleagueQuery<'a> {
    /// In one of these roles.
    pub roles: &'a [Role],
    /// In organisations of this territory: the jurisdiction of whoever asks.
    pub within: &'a RegionCode,
    /// In organisations that serve this region or lie in it.
    pub near: Option<&'a RegionCode>,
    /// Now.
    pub now: Timestamp,
}

/// Somebody who could be put on a case, in one of the roles asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The person.
    pub user: UserId,
    /// The name that colleagues see.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The organisation.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its territory.
    pub region: RegionCode,
    /// On duty now, for the region asked for if there is one.
    pub on_duty: bool,
    /// On how many cases the person works.
    pub cases: u32,
    /// The police station at which the person is stationed (R001).
    pub stationed_at: Option<String>,
}

impl ColleagueQuery<'_> {
    /// Lists them: whoever is on duty first, then the nearest, then who has least to do.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(&self, conn: &mut PgConnection) -> Result<Vec<Colleague>, RegistryError> {
        let roles = to_words(self.roles, |role| *role)?;
        sqlx::query(
            "select u.id as user_id, u.display_name, g.role, g.org_id, o.name_zh, o.region_code,
                 exists (select 1 from duty_shift s where s.user_id = u.id and s.from_at <= $1 and s.until_at > $1
                     and ($4::text is null or $4 like s.region_code || '%')) as on_duty,
                 (select count(*) from case_member m where m.user_id = u.id and m.until_at is null) as cases,
                 (select min(p.name_zh) from stationed t join org p on p.id = t.station_id
                  where t.user_id = u.id and t.from_at <= $1 and (t.until_at is null or t.until_at > $1) and p.active) as stationed_at
             from role_grant g join app_user u on u.id = g.user_id join org o on o.id = g.org_id
             where g.role = any($2) and u.active and o.active
               and g.from_at <= $1 and (g.until_at is null or g.until_at > $1)
               and o.region_code like $3 || '%'
               and ($4::text is null or o.region_code like $4 || '%' or $4 like o.region_code || '%')
             order by on_duty desc, length(o.region_code) desc, cases, u.display_name, u.id, g.role, g.org_id
             limit $5",
        )
        .bind(Ts(self.now))
        .bind(roles)
        .bind(self.within.as_str())
        .bind(self.near.map(RegionCode::as_str))
        .bind(MOST)
        .legible::<ColleagueRow, _>(conn)
        .await
    }
}

#[derive(sqlx::FromRow)]
struct ColleagueRow {
    user_id: Uuid,
    display_name: String,
    role: String,
    org_id: Uuid,
    name_zh: String,
    region_code: String,
    on_duty: bool,
    cases: i64,
    stationed_at: Option<String>,
}

impl TryFrom<ColleagueRow> for Colleague {
    type Error = RegistryError;
    fn try_from(row: ColleagueRow) -> Result<Self, RegistryError> {
        let cases = natural(row.cases, "case_member", "user_id")?;
        Ok(Self {
            user: row.user_id.into(),
            name: row.display_name,
            role: from_word(&row.role, "role_grant", "role")?,
            org: row.org_id.into(),
            org_name: row.name_zh,
            region: row
                .region_code
                .parse()
                .map_err(RegistryError::in_column("org", "region_code"))?,
            on_duty: row.on_duty,
            cases: u32::try_from(cases).unwrap_or(u32::MAX),
            stationed_at: row.stationed_at,
        })
    }
}
