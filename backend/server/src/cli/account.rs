//! `hejie account`: organisations and people, from the machine itself. Every act stands in the
//! audit log.

mod args;
mod list;
mod orgs;
mod people;
mod roster;

pub(super) use args::AccountCommand;

use super::{
    Failure, database, marks,
    password::{self, PasswordFrom},
};
use crate::say::say;
use crate::{
    clock::Clock,
    config::Config,
    entropy::RandomSource,
    identity::{account, login},
    mark::Marks,
    reconcile,
    telemetry::whole,
};
use args::{AddPersonArgs, Office};
use hejie_case::{
    ids::{OrgId, RegionCode, UserId},
    role::Author,
};
use hejie_registry::{
    audit::{self, AuditEvent},
    identity::{
        org::{self, Org},
        user::{self, Account, User},
    },
    pool::{self, PgConnection, PgPool},
};
use std::process::ExitCode;

/// Examples for `hejie account`.
pub(super) const EXAMPLES: &str = "Examples:
  hejie account add-org 和安县 --kind county --region 990101
  hejie account add-org 和安县矛调中心 --kind centre --region 990101 --parent 和安县
  hejie account add li.dd --name 李督导 --org 和安县 --role supervisor
  hejie account add wang.tj --id 0199f3a2-… --name 王调解 --org 新港街道人民调解委员会 --role mediator
                                                     somebody of after the backup is back after a restore; the phone shows the id
  hejie account grant li.dd --org 和安县矛调中心 --role dispatcher
  hejie account grant wang.tj --org 和平街道人民调解委员会 --role mediator --from 2026-03-01 --until 2026-08-31
  hejie account station wang.tj --at 新港派出所     a mediator works inside a police station
  hejie account leave-station wang.tj --at 新港派出所
  hejie account backup 新港街道人民调解委员会 --by 和平街道人民调解委员会
                                                     new cases go there while nobody of the first is on duty
  hejie account unstaffed --days 30                  for how many minutes nobody was on duty
  hejie account on-duty wang.tj --org 新港街道人民调解委员会 --role mediator --hours 12
  hejie account set-password li.dd --password-stdin < password.txt
  hejie account list                                 people with their roles
  hejie account orgs                                 organisations
  hejie account disable li.dd                        its sessions end, and it is given nothing more
  hejie account enable li.dd                         it can sign in again; its cases come back to its phone
  hejie account revoke-role li.dd --org 和安县矛调中心 --role dispatcher";

/// Runs the command.
pub(super) async fn account(config: &Config, command: AccountCommand) -> Result<ExitCode, Failure> {
    let database = database::open(config).await?;
    let clock = Clock::system();
    let is_reading = command.is_reading();
    let marks = match is_reading {
        true => marks::look(config)?,
        false => marks::open(config, &database.pool).await?,
    };
    let mut tx = pool::begin(&database.pool).await?;
    let mut context = AccountContext {
        marks: marks.clone(),
        conn: &mut tx,
        clock: clock.clone(),
        entropy: RandomSource::system(),
        done: Vec::new(),
    };
    let moved = context.obey(config, command).await?;
    let done = context.done;
    pool::commit(tx).await.map_err(Failure::at_commit)?;
    for line in done {
        say(format_args!("{line}"));
    }
    if !is_reading {
        confirm(&marks, &database.pool).await;
    }
    if let Some(user) = moved {
        let followed = reconcile::follow(&database.pool, &clock, user).await;
        let cases = followed.map_err(Failure::cases_behind)?;
        say(format_args!("涉及案件 / cases concerned: {cases}"));
    }
    database.close().await.map_err(Failure::left_open)?;
    Ok(ExitCode::SUCCESS)
}

/// What is committed is done; what is not confirmed now is at the server's next look.
pub(super) async fn confirm(marks: &Marks, pool: &PgPool) {
    let lifted = marks.confirm_lifts(pool).await;
    let replaced = marks.confirm_replaced(pool).await;
    for error in [lifted, replaced].into_iter().filter_map(Result::err) {
        tracing::warn!(
            error.chain = %whole(&error),
            "what was given back or replaced is not confirmed yet beside the marks"
        );
    }
}

struct AccountContext<'a> {
    marks: Marks,
    conn: &'a mut PgConnection,
    clock: Clock,
    entropy: RandomSource,
    /// What is said once it is committed, and not before: until then it is not so.
    done: Vec<String>,
}

impl AccountContext<'_> {
    /// Does what is asked; returns who left or came back by it, whose cases have to follow.
    async fn obey(
        &mut self,
        config: &Config,
        command: AccountCommand,
    ) -> Result<Option<UserId>, Failure> {
        match command {
            AccountCommand::AddOrg(args) => self.add_org(config, args).await.map(|()| None),
            AccountCommand::Add(args) => self.add(config, args).await,
            AccountCommand::List => self.list().await.map(|()| None),
            AccountCommand::Orgs => self.list_orgs(config).await.map(|()| None),
            AccountCommand::Disable { login } => self.set_active(&login, false).await.map(Some),
            AccountCommand::Enable { login } => self.set_active(&login, true).await.map(Some),
            AccountCommand::SetPassword {
                login,
                password_stdin,
            } => {
                let from = PasswordFrom::chosen(password_stdin);
                self.set_password(&login, from).await.map(|()| None)
            }
            AccountCommand::OnDuty {
                login,
                office,
                hours,
            } => {
                let who = self.holder(config, &login, &office).await?;
                self.put_on_duty(&login, who, hours).await.map(|()| None)
            }
            AccountCommand::Grant {
                login,
                office,
                span,
            } => {
                let who = self.holder(config, &login, &office).await?;
                match span.is_dated() {
                    true => self.grant_between(&login, &who, &office, span).await?,
                    false => self.grant(&login, &who, &office).await?,
                }
                Ok(Some(who.user))
            }
            AccountCommand::Station { login, at, span } => {
                self.station(config, &login, &at, span).await.map(|()| None)
            }
            AccountCommand::LeaveStation { login, at } => {
                let left = self.leave_station(config, &login, &at).await;
                left.map(|()| None)
            }
            AccountCommand::Backup { org, by } => {
                let set = self.set_backup(config, &org, by.as_deref()).await;
                set.map(|()| None)
            }
            AccountCommand::Unstaffed { days } => {
                self.list_unstaffed(config, days).await.map(|()| None)
            }
            AccountCommand::RevokeRole { login, office } => {
                let who = self.holder(config, &login, &office).await?;
                self.revoke_role(&login, &who, &office).await?;
                Ok(Some(who.user))
            }
        }
    }

    /// Adds a person; returns somebody who was known before a restore, in whose cases others may
    /// have been heard meanwhile.
    async fn add(
        &mut self,
        config: &Config,
        args: AddPersonArgs,
    ) -> Result<Option<UserId>, Failure> {
        let org = self.org(config, &args.office.org).await?;
        let login = login::read(&args.login).map_err(|error| {
            Failure::asked(
                format!("登录名 {} 无法使用 / {error}", args.login),
                "登录名为 1 至 64 个字母、数字或 . _ - @ / 1 to 64 letters, digits or any of . _ - @",
            )
        })?;
        if user::find_by_login(self.conn, &login).await?.is_some() {
            return Err(Failure::asked(
                format!("账号 {login} 已存在 / there is an account {login} already"),
                "请换一个登录名 / choose another login",
            ));
        }
        let (password, shown) = PasswordFrom::chosen(args.password_stdin).get(&self.entropy)?;
        self.done.extend(shown);
        let hash = password::hash(password, &self.entropy).await?;
        let now = self.clock.now();
        let id = match args.id {
            Some(id) => self.free_id(id).await?,
            None => UserId::new(now, self.entropy.bytes()),
        };
        let user = User {
            id,
            org,
            login,
            display_name: args.name,
            active: true,
            created_at: now,
        };
        match args.id {
            Some(_) => account::enter_again(&self.marks, self.conn, &user, &hash, now).await?,
            None => user::add(self.conn, &user, &hash).await?,
        }
        self.note("add_user", &id.to_string()).await?;
        self.done.push(format!("{id}  {}", user.login));
        let who = Author {
            user: id,
            role: args.office.role,
            org,
        };
        self.give(&who).await?;
        Ok(args.id)
    }

    /// An id under which nobody is known.
    async fn free_id(&mut self, id: UserId) -> Result<UserId, Failure> {
        match user::lookup(self.conn, id).await? {
            None if id.0.is_nil() => Err(Failure::asked(
                format!("{id} 不是任何人的编号 / {id} is nobody's id"),
                "本人的手机会显示编号 / the phone of the person shows the id",
            )),
            None => Ok(id),
            Some(user) => Err(Failure::asked(
                format!(
                    "编号 {id} 已是账号 {0} / {id} is the account {0} already",
                    user.login
                ),
                "hejie account enable 启用停用的账号，hejie account set-password 更换密码 / `hejie account enable` opens a closed account, `hejie account set-password` gives a new password",
            )),
        }
    }

    async fn account(&mut self, login: &str) -> Result<Account, Failure> {
        let found = user::find_by_login(self.conn, &login::normal(login)).await?;
        found.ok_or_else(|| no_account(login))
    }

    async fn find(&mut self, login: &str) -> Result<User, Failure> {
        Ok(self.account(login).await?.user)
    }

    async fn org(&mut self, config: &Config, named: &str) -> Result<OrgId, Failure> {
        find_org(self.conn, config, named).await
    }

    async fn note(&mut self, action: &str, object: &str) -> Result<(), Failure> {
        note(self.conn, &self.clock, action, object).await
    }
}

/// Nobody has this login.
pub(super) fn no_account(login: &str) -> Failure {
    Failure::asked(
        format!("没有账号 {login} / there is no account {login}"),
        "hejie account list 列出全部账号 / `hejie account list` shows all accounts",
    )
}

/// An organisation was there a moment ago.
pub(super) fn org_gone() -> Failure {
    Failure::asked(
        "机构已不存在 / the organisation is gone",
        "请重试 / try again",
    )
}

/// Finds an organisation of the county by its id or its whole name.
pub(super) async fn find_org(
    conn: &mut PgConnection,
    config: &Config,
    named: &str,
) -> Result<OrgId, Failure> {
    let county = county(config)?;
    let found = org::list_in_region(conn, &county).await?;
    let named_so: Vec<&Org> = found
        .iter()
        .filter(|org| org.name_zh == named || org.id.to_string() == named)
        .collect();
    match named_so[..] {
        [org] => Ok(org.id),
        [] => Err(Failure::asked(
            format!("{county} 内没有机构 {named} / there is no organisation {named} in {county}"),
            "hejie account orgs 列出机构，hejie account add-org 添加机构；县由配置 county.region 指定 / `hejie account orgs` shows them, `hejie account add-org` adds one; county.region in the settings names the county",
        )),
        _ => Err(Failure::asked(
            format!("有多个机构名为 {named} / there are several organisations {named}"),
            "请用编号指明，编号见 hejie account orgs / name it by its id, which `hejie account orgs` shows",
        )),
    }
}

/// The region of the county.
fn county(config: &Config) -> Result<RegionCode, Failure> {
    config.county.region.region().map_err(|_| {
        Failure::asked(
            "county.region 不是县级代码 / county.region is no county",
            "请更正配置 / correct the settings",
        )
    })
}

/// Writes what was done from the machine into the audit log.
pub(super) async fn note(
    conn: &mut PgConnection,
    clock: &Clock,
    action: &str,
    object: &str,
) -> Result<(), Failure> {
    let act = AuditEvent {
        at: clock.now(),
        user: None,
        device: None,
        address: None,
        action,
        object: Some(object),
        case: None,
        purpose: Some("command line"),
        ok: true,
    };
    Ok(audit::add(conn, &act).await?)
}
