//! Somebody who was hired after the backup to which the database was set back.

use crate::{
    county::{County, Person, password_hash},
    server::TestServer,
};
use hejie_case::role::Author;
use hejie_registry::{identity::user::User, pool};
use hejie_server::{identity::account, reconcile};

impl County {
    /// Adds somebody once more under the id of before, as `hejie account add --id` does.
    pub async fn hire_again(&self, server: &TestServer, person: &Person) {
        let (marks, now) = (&server.state.marks, server.now());
        let user = User {
            id: person.id,
            org: person.org,
            login: person.login.clone(),
            display_name: "新同事".to_owned(),
            active: true,
            created_at: now,
        };
        let who = Author {
            user: person.id,
            role: person.role,
            org: person.org,
        };
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        account::enter_again(marks, &mut tx, &user, password_hash(server).await, now)
            .await
            .unwrap();
        account::give_role(marks, &mut tx, &who, now).await.unwrap();
        pool::commit(tx).await.unwrap();
        reconcile::follow(&server.state.pool, &server.state.clock, person.id)
            .await
            .unwrap();
    }
}
