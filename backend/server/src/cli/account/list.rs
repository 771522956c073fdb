//! What `hejie account` lists.

use super::{super::Failure, AccountContext, county};
use crate::config::Config;
use hejie_case::ids::OrgId;
use hejie_registry::{
    identity::{
        grant,
        org::{self, Org},
        stationed,
        user::{self, User},
    },
    word::to_word,
};

impl AccountContext<'_> {
    /// People with their roles.
    pub(super) async fn list(&mut self) -> Result<(), Failure> {
        for user in user::list(self.conn).await? {
            let state = if user.active {
                "启用 active"
            } else {
                "停用 closed"
            };
            let roles = self.roles(&user).await?;
            let stations = self.stations(&user).await?;
            let User {
                login,
                display_name,
                ..
            } = user;
            self.done.push(format!(
                "{login:<20} {display_name}  {state}  {roles}{stations}"
            ));
        }
        Ok(())
    }

    /// The roles that somebody has, as `--role` and `--org` name them; a word where there is none.
    pub(super) async fn roles(&mut self, user: &User) -> Result<String, Failure> {
        let mut roles = Vec::new();
        for grant in grant::list_current(self.conn, user.id, self.clock.now()).await? {
            roles.push(format!("{}@{}", to_word(&grant.role)?, grant.org_name));
        }
        Ok(match roles[..] {
            [] => "没有角色 no role".to_owned(),
            _ => roles.join(", "),
        })
    }

    /// The police stations at which somebody is stationed; nothing where there is none.
    async fn stations(&mut self, user: &User) -> Result<String, Failure> {
        let now = self.clock.now();
        let at = stationed::list_current(self.conn, user.id, now).await?;
        Ok(match at[..] {
            [] => String::new(),
            _ => format!("  驻 stationed at {}", at.join(", ")),
        })
    }

    /// The organisations of the county, each with the one above it.
    pub(super) async fn list_orgs(&mut self, config: &Config) -> Result<(), Failure> {
        let all = org::list_in_region(self.conn, &county(config)?).await?;
        let name = |id: OrgId| all.iter().find(|org| org.id == id).map(|org| &org.name_zh);
        for org in &all {
            let above = org.parent.and_then(name);
            let above = above.map(|name| format!("  上级 under {name}"));
            let Org {
                id,
                kind,
                name_zh,
                region,
                carries_seal,
                ..
            } = org;
            let (region, kind) = (region.as_str(), to_word(kind)?);
            let above = above.unwrap_or_default();
            let seal = match carries_seal {
                true => "  随身带章 carries the seal",
                false => "",
            };
            self.done.push(format!(
                "{id}  {region:<12} {kind:<15} {name_zh}{above}{seal}"
            ));
        }
        Ok(())
    }
}
