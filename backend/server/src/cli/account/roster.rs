//! Who works where and when, beside the roles: times of roles, police stations, who steps in for
//! whom, and for how long nobody was there.

use super::{super::Failure, AccountContext, Office, args::Span, county, org_gone, people::named};
use crate::{config::Config, identity::account};
use hejie_case::{ids::OrgId, role::Author};
use hejie_registry::{
    case::duty,
    identity::{
        org::{self, OrgKind},
        stationed,
    },
};
use jiff::{Timestamp, ToSpan};

impl AccountContext<'_> {
    /// Gives a role between two days; one that overlaps another time of the same role is refused,
    /// since nobody would know which of the two ends.
    pub(super) async fn grant_between(
        &mut self,
        login: &str,
        who: &Author,
        office: &Office,
        span: Span,
    ) -> Result<(), Failure> {
        let (named, now) = (named(office)?, self.clock.now());
        let between = in_order(span, now)?;
        let given = account::give_role_between(&self.marks, self.conn, who, between, now).await?;
        if !given {
            return Err(Failure::asked(
                format!(
                    "{login} 在此期间已有角色 {named}，未作改动 / {login} has the role {named} within that time; nothing was changed"
                ),
                "请改日期，或先收回 hejie account revoke-role / choose other days, or take it back first with `hejie account revoke-role`",
            ));
        }
        self.done.push(format!(
            "已授予角色 / the role is given: {login} {named}{}",
            words(span)
        ));
        let object = format!("{} {:?} {}", who.user, who.role, who.org);
        self.note("add_grant", &object).await
    }

    /// Stations a person at a police station.
    pub(super) async fn station(
        &mut self,
        config: &Config,
        login: &str,
        at: &str,
        span: Span,
    ) -> Result<(), Failure> {
        let user = self.find(login).await?.id;
        let station = self.police_station(config, at).await?;
        let between = in_order(span, self.clock.now())?;
        if !stationed::add(self.conn, user, station, between).await? {
            return Err(Failure::asked(
                format!(
                    "{login} 在此期间已驻 {at}，未作改动 / {login} is stationed at {at} within that time; nothing was changed"
                ),
                "hejie account leave-station 结束驻所 / `hejie account leave-station` ends it",
            ));
        }
        self.done
            .push(format!("已派驻 / stationed: {login}, {at}{}", words(span)));
        self.note("station", &format!("{user} {station}")).await
    }

    /// Ends a person's time at a police station.
    pub(super) async fn leave_station(
        &mut self,
        config: &Config,
        login: &str,
        at: &str,
    ) -> Result<(), Failure> {
        let user = self.find(login).await?.id;
        let station = self.police_station(config, at).await?;
        let stood = stationed::end(self.conn, user, station, self.clock.now()).await?;
        self.done.push(match stood {
            true => format!("已结束驻所 / stationed no more: {login}, {at}"),
            false => format!("先前未驻此所 / was not stationed there: {login}, {at}"),
        });
        self.note("leave_station", &format!("{user} {station}"))
            .await
    }

    /// Says who takes the new cases of a committee while nobody of it is on duty.
    pub(super) async fn set_backup(
        &mut self,
        config: &Config,
        committee: &str,
        backup: Option<&str>,
    ) -> Result<(), Failure> {
        let org = self.org(config, committee).await?;
        let by = match backup {
            Some(named) => Some(self.org(config, named).await?),
            None => None,
        };
        if by == Some(org) {
            return Err(Failure::asked(
                "补位机构不能是本机构 / nobody steps in for itself",
                "请另选一个机构 / choose another organisation",
            ));
        }
        duty::set_backup(self.conn, org, by, self.clock.now()).await?;
        self.done.push(match backup {
            Some(named) => format!("无人在岗时由其补位 / steps in: {committee} ← {named}"),
            None => format!("已取消补位 / nobody steps in any more: {committee}"),
        });
        let object = by.map_or_else(|| format!("{org}"), |by| format!("{org} {by}"));
        self.note("set_backup", &object).await
    }

    /// For how many minutes each committee had nobody on duty.
    pub(super) async fn list_unstaffed(
        &mut self,
        config: &Config,
        days: i64,
    ) -> Result<(), Failure> {
        let until = self.clock.now();
        let from = until.checked_sub((24 * days).hours());
        let span = (from.unwrap_or(Timestamp::MIN), until);
        for figure in duty::list_unstaffed(self.conn, &county(config)?, span).await? {
            let backup = figure.backup.map_or_else(String::new, |name| {
                let uncovered = figure.uncovered;
                format!("  补位 backup {name}: {uncovered} 分钟无人 minutes uncovered")
            });
            self.done.push(format!(
                "{:>8} 分钟 minutes  {}{backup}",
                figure.unstaffed, figure.name
            ));
        }
        Ok(())
    }

    /// An organisation that is a police station.
    async fn police_station(&mut self, config: &Config, named: &str) -> Result<OrgId, Failure> {
        let id = self.org(config, named).await?;
        let org = org::lookup(self.conn, id).await?.ok_or_else(org_gone)?;
        if org.kind == OrgKind::Station {
            return Ok(id);
        }
        Err(Failure::asked(
            format!("{named} 不是派出所 / {named} is no police station"),
            "hejie account orgs 列出机构及类型 / `hejie account orgs` shows them with their kinds",
        ))
    }
}

/// A span that ends behind its beginning.
fn in_order(span: Span, now: Timestamp) -> Result<(Timestamp, Option<Timestamp>), Failure> {
    let (from, until) = span.between(now);
    if until.is_none_or(|until| until > from) {
        return Ok((from, until));
    }
    Err(Failure::asked(
        "结束日期早于开始日期 / it would end before it begins",
        "请核对 --from 与 --until / look at --from and --until",
    ))
}

fn words(span: Span) -> String {
    let from = span.from.map(|day| format!("，自 / from {day}"));
    let until = span.until.map(|day| format!("，至 / until {day}"));
    [from, until].into_iter().flatten().collect()
}
