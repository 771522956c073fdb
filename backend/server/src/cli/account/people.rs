//! What becomes of a person's account: roles given and taken, closed and opened, passwords, duty.

use super::{
    super::{
        Failure,
        password::{self, PasswordFrom},
    },
    AccountContext, Office, org_gone,
};
use crate::{config::Config, identity::account, say::local};
use hejie_case::{ids::UserId, role::Author};
use hejie_registry::{
    case::duty,
    identity::{
        grant, org, presence,
        user::{Account, NO_PASSWORD},
    },
    word::to_word,
};
use jiff::{Timestamp, ToSpan};

impl AccountContext<'_> {
    pub(super) async fn set_active(
        &mut self,
        login: &str,
        active: bool,
    ) -> Result<UserId, Failure> {
        let Account {
            user,
            password_hash,
        } = self.account(login).await?;
        let (id, now) = (user.id, self.clock.now());
        let action = if active {
            account::open(&self.marks, self.conn, id, now).await?;
            self.done.push(opened(login, user.active));
            if password_hash == NO_PASSWORD {
                self.done.push(no_password(login));
            }
            "open_user"
        } else {
            account::close(&self.marks, self.conn, id, now).await?;
            self.done.push(closed(login, user.active));
            "close_user"
        };
        self.note(action, &id.to_string()).await?;
        Ok(id)
    }

    pub(super) async fn set_password(
        &mut self,
        login: &str,
        from: PasswordFrom,
    ) -> Result<(), Failure> {
        let user = self.find(login).await?.id;
        let (password, shown) = from.get(&self.entropy)?;
        self.done.extend(shown);
        let hash = password::hash(password, &self.entropy).await?;
        let now = self.clock.now();
        account::replace_password(&self.marks, self.conn, user, &hash, now).await?;
        self.done.push(format!(
            "已更换密码，原会话全部结束 / the password is replaced, and every session has ended: {login}"
        ));
        self.note("set_password", &user.to_string()).await
    }

    /// Ends a role. One that the person never had is a mistake: the real one would stay.
    pub(super) async fn revoke_role(
        &mut self,
        login: &str,
        who: &Author,
        office: &Office,
    ) -> Result<(), Failure> {
        let named = named(office)?;
        if !grant::was_given(self.conn, who.user, who.role, who.org).await? {
            let user = self.find(login).await?;
            let held = self.roles(&user).await?;
            return Err(Failure::asked(
                format!(
                    "{login} 没有此角色，未作改动 / {login} has no role {named}; nothing was changed"
                ),
                format!("现有角色 / the roles of {login}: {held}"),
            ));
        }
        let stood = account::end_role(&self.marks, self.conn, who, self.clock.now()).await?;
        self.done.push(if stood {
            format!("已收回角色 / the role is taken back: {login} {named}")
        } else {
            format!("此角色先前已收回 / the role had ended before: {login} {named}")
        });
        let object = format!("{} {:?} {}", who.user, who.role, who.org);
        self.note("end_grant", &object).await
    }

    /// The person of a login, in a role for an organisation.
    pub(super) async fn holder(
        &mut self,
        config: &Config,
        login: &str,
        office: &Office,
    ) -> Result<Author, Failure> {
        let user = self.find(login).await?.id;
        let org = self.org(config, &office.org).await?;
        let role = office.role;
        Ok(Author { user, role, org })
    }

    pub(super) async fn grant(
        &mut self,
        login: &str,
        who: &Author,
        office: &Office,
    ) -> Result<(), Failure> {
        let named = named(office)?;
        let done = match self.give(who).await? {
            true => format!("已授予角色 / the role is given: {login} {named}"),
            false => format!("已有此角色，未重复授予 / the role was held already: {login} {named}"),
        };
        self.done.push(done);
        Ok(())
    }

    /// Gives a role; tells whether the person did not have it.
    pub(super) async fn give(&mut self, who: &Author) -> Result<bool, Failure> {
        let is_new = account::give_role(&self.marks, self.conn, who, self.clock.now()).await?;
        let Author { user, role, org } = who;
        self.note("add_grant", &format!("{user} {role:?} {org}"))
            .await?;
        Ok(is_new)
    }

    pub(super) async fn put_on_duty(
        &mut self,
        login: &str,
        who: Author,
        hours: i64,
    ) -> Result<(), Failure> {
        let now = self.clock.now();
        if !presence::list_departed(self.conn, &[who], now)
            .await?
            .is_empty()
        {
            return Err(Failure::asked(
                "账号已停用，或没有此角色 / the account is closed, or has no such role",
                "hejie account enable 启用账号，hejie account grant 授予角色 / `hejie account enable` opens it, `hejie account grant` gives the role",
            ));
        }
        let until = now.checked_add(hours.hours()).unwrap_or(Timestamp::MAX);
        let org = org::lookup(self.conn, who.org).await?;
        let org = org.ok_or_else(org_gone)?;
        duty::add_shift(self.conn, &who, &org.region, now, until).await?;
        self.done.push(format!(
            "已排班 / on duty: {login}, {}, 至 / until {}",
            org.name_zh,
            local(until)
        ));
        self.note("add_shift", &format!("{} {}", who.user, org.region))
            .await
    }
}

fn opened(login: &str, was_open: bool) -> String {
    match was_open {
        false => format!("已启用账号 / the account is open: {login}"),
        true => format!("账号本已启用 / the account was open before: {login}"),
    }
}

fn closed(login: &str, was_open: bool) -> String {
    match was_open {
        true => format!(
            "已停用账号，会话全部结束 / the account is closed, and every session has ended: {login}"
        ),
        false => format!("账号先前已停用 / the account was closed before: {login}"),
    }
}

/// What came out of a backup of before the password was replaced opens nothing.
fn no_password(login: &str) -> String {
    format!(
        "  {login} 的密码已作废，尚不能登录，请用 hejie account set-password {login} 重设 / the password of {login} was withdrawn, nobody signs in with it: set another one with `hejie account set-password {login}`"
    )
}

/// A role as the command line names it.
pub(super) fn named(office: &Office) -> Result<String, Failure> {
    Ok(format!("{}@{}", to_word(&office.role)?, office.org))
}
