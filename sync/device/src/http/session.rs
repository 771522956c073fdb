//! Signing in and out, and in which role.

use super::{
    ANSWER_BYTES, Link, LinkError, Tokens,
    answer::{self, Expected},
};
use hejie_case::{
    ids::{OrgId, UserId},
    role::Role,
};
use serde::{Deserialize, Serialize};

/// A session as the server opened it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SignInSession {
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: Tokens,
    /// Who signed in.
    pub user: Person,
}

/// The person who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    /// The person.
    pub id: UserId,
    /// In which role.
    pub role: Role,
    /// For which organisation.
    pub org_id: OrgId,
}

/// A role that somebody may sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RoleOffer {
    /// The role.
    pub role: Role,
    /// What people read.
    pub role_zh: String,
    /// For which organisation.
    #[serde(rename = "org_id")]
    pub org: OrgId,
    /// That organisation's name.
    pub org_name: String,
}

impl Link {
    /// Signs in with a password.
    ///
    /// # Errors
    /// [`LinkError`]; [`LinkError::Refused`] when the person has not this role.
    pub fn sign_in(
        &self,
        login: &str,
        password: &str,
        role: Option<&RoleOffer>,
    ) -> Result<SignInSession, LinkError> {
        #[derive(Serialize)]
        struct SignIn<'a> {
            login: &'a str,
            password: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            role: Option<Role>,
            #[serde(skip_serializing_if = "Option::is_none")]
            org: Option<OrgId>,
        }
        let (role, org) = role.map(|offer| (offer.role, offer.org)).unzip();
        let body = SignIn {
            login,
            password,
            role,
            org,
        };
        self.post_json("/api/v1/session", None, &body)
    }

    /// The roles that whoever signed in may sign in with.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn roles(&self, access_token: &str) -> Result<Vec<RoleOffer>, LinkError> {
        self.get_json("/api/v1/me/roles", access_token)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn sign_out(&self, access_token: &str) -> Result<(), LinkError> {
        let request = self
            .agent
            .delete(format!("{}/api/v1/session", self.base))
            .header("authorization", format!("Bearer {access_token}"));
        let response = request.call().map_err(LinkError::of)?;
        answer::read(response, Expected::Nothing, ANSWER_BYTES)?;
        Ok(())
    }

    /// Trades a refresh token for a new pair; the old one is spent.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn refresh(&self, refresh_token: &str) -> Result<Tokens, LinkError> {
        #[derive(Serialize)]
        struct Refresh<'a> {
            refresh_token: &'a str,
        }
        self.post_json("/api/v1/session/refresh", None, &Refresh { refresh_token })
    }
}
