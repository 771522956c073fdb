//! What becomes of a person's account: roles given and taken, closed and opened, passwords, duty.

use super::{
    super::{
        Failure,
        password::{self, PasswordFrom},
    },
    AccountContext, Office,
};
use crate::{config::Config, identity::account};
use hejie_case::{
    ids::{OrgId, UserId},
    role::{Author, Role},
};
use hejie_registry::{
    case::duty,
    identity::{org, presence},
};
use jiff::{Timestamp, ToSpan};

impl AccountContext<'_> {
    pub(super) async fn set_active(
        &mut self,
        login: &str,
        active: bool,
    ) -> Result<UserId, Failure> {
        let user = self.find(login).await?.id;
        let now = self.clock.now();
        let action = if active {
            account::open(&self.marks, self.conn, user, self.clock.now()).await?;
            "open_user"
        } else {
            account::close(&self.marks, self.conn, user, now).await?;
            "close_user"
        };
        self.note(action, &user.to_string()).await?;
        Ok(user)
    }

    pub(super) async fn set_password(
        &mut self,
        login: &str,
        from: PasswordFrom,
    ) -> Result<(), Failure> {
        let user = self.find(login).await?.id;
        let password = from.get(&self.entropy)?;
        let hash = password::hash(password, &self.entropy).await?;
        let now = self.clock.now();
        account::replace_password(&self.marks, self.conn, user, &hash, now).await?;
        self.note("set_password", &user.to_string()).await
    }

    pub(super) async fn revoke_role(&mut self, who: &Author) -> Result<(), Failure> {
        account::end_role(&self.marks, self.conn, who, self.clock.now()).await?;
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
        user: UserId,
        role: Role,
        org: OrgId,
    ) -> Result<(), Failure> {
        let who = Author { user, role, org };
        account::give_role(&self.marks, self.conn, &who, self.clock.now()).await?;
        self.note("add_grant", &format!("{user} {role:?} {org}"))
            .await
    }

    pub(super) async fn put_on_duty(&mut self, who: Author, hours: i64) -> Result<(), Failure> {
        let now = self.clock.now();
        if !presence::list_departed(self.conn, &[who], now)
            .await?
            .is_empty()
        {
            return Err(Failure::asked(
                "the account is closed, or has no such role",
                "`hejie account enable` opens it, `hejie account grant` gives the role",
            ));
        }
        let until = now.checked_add(hours.hours()).unwrap_or(Timestamp::MAX);
        let gone = || Failure::asked("the organisation is gone", "try again");
        let org = org::lookup(self.conn, who.org).await?.ok_or_else(gone)?;
        duty::add_shift(self.conn, &who, &org.region, now, until).await?;
        self.note("add_shift", &format!("{} {}", who.user, org.region))
            .await
    }
}
