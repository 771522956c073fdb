//! Adding an organisation.

use super::{super::Failure, AccountContext, args::AddOrgArgs};
use crate::config::Config;
use hejie_case::{
    ids::{OrgId, RegionCode},
    limit::form,
};
use hejie_registry::{
    identity::org::{self, Org, OrgKind, OrgLevel},
    pool::PgConnection,
};

impl AccountContext<'_> {
    /// Adds an organisation. The same once more makes no second one, which nobody could name any
    /// more.
    pub(super) async fn add_org(
        &mut self,
        config: &Config,
        args: AddOrgArgs,
    ) -> Result<(), Failure> {
        let parent = match &args.parent {
            Some(parent) => Some(self.org(config, parent).await?),
            None => None,
        };
        org::lock(self.conn).await?;
        if let Some(known) = namesake(self.conn, &args).await? {
            let line = stands_already(&known, &args, parent)?;
            self.done.push(line);
            return Ok(());
        }
        let level = level_of(args.kind, &args.region);
        let id = OrgId::new(self.clock.now(), self.entropy.bytes());
        let org = Org {
            id,
            parent,
            kind: args.kind,
            name_zh: args.name,
            region: args.region,
            level,
            active: true,
            carries_seal: args.carries_seal,
        };
        org::add(self.conn, &org).await?;
        self.done.push(format!("{id}  {}", org.name_zh));
        self.note("add_org", &id.to_string()).await
    }
}

/// The organisation of the same territory that has the name already, or one that looks like it.
async fn namesake(conn: &mut PgConnection, args: &AddOrgArgs) -> Result<Option<Org>, Failure> {
    let found = org::list_in_region(conn, &args.region).await?;
    let name = form::folded(&args.name);
    let mut alike: Vec<Org> = found
        .into_iter()
        .filter(|org| org.region == args.region && form::folded(&org.name_zh) == name)
        .collect();
    let same = alike.iter().position(|org| org.name_zh == args.name);
    Ok(same.map(|at| alike.swap_remove(at)).or_else(|| alike.pop()))
}

/// What is said of an organisation that is there as it was asked for; one that is not so is
/// refused.
fn stands_already(
    known: &Org,
    args: &AddOrgArgs,
    parent: Option<OrgId>,
) -> Result<String, Failure> {
    let (id, name) = (known.id, &known.name_zh);
    let differs = [
        ("NAME", *name != args.name),
        ("--kind", known.kind != args.kind),
        ("--parent", parent.is_some() && parent != known.parent),
        ("--carries-seal", args.carries_seal && !known.carries_seal),
    ];
    let differs: Vec<&str> = differs
        .iter()
        .filter_map(|(option, differs)| differs.then_some(*option))
        .collect();
    if differs.is_empty() {
        return Ok(format!(
            "{id}  {name}  已有此机构，未重复添加 / it was there already"
        ));
    }
    let differs = differs.join(", ");
    Err(Failure::asked(
        format!(
            "该地区已有机构 {name}（{id}），{differs} 与之不同，未作改动 / there is an organisation {name} ({id}) in this territory already, with another {differs}; nothing was changed"
        ),
        "请换一个名称；hejie account orgs 列出机构 / choose another name; `hejie account orgs` shows what there is",
    ))
}

/// The level that an organisation of this kind has in a territory of this size.
fn level_of(kind: OrgKind, region: &RegionCode) -> OrgLevel {
    match (kind, region.as_str().len()) {
        (OrgKind::Grid, _) => OrgLevel::Grid,
        (_, 6) => OrgLevel::County,
        (_, 9) => OrgLevel::Township,
        (_, _) => OrgLevel::Village,
    }
}
