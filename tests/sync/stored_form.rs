//! What becomes of a registry whose facts were written in a form of before the first release.

use crate::database::seed_case;
use harness::database;
use hejie_case::ids::CaseId;
use hejie_registry::pool;
use std::{error::Error, iter::successors};
use uuid::Uuid;

#[tokio::test]
async fn a_registry_whose_cases_have_the_form_of_before_is_refused_in_words() {
    let pool = pool::connect(&database::fresh().await, 1).await.unwrap();
    let go_back = || sqlx::query("delete from _sqlx_migrations where version = 30").execute(&pool);
    go_back().await.unwrap();
    pool::migrate(&pool).await.expect("there is no case yet");

    seed_case(&pool, CaseId(Uuid::from_u128(30)), &[]).await;
    pool::migrate(&pool)
        .await
        .expect("what was written since has the new form");
    go_back().await.unwrap();
    for _ in 0..2 {
        let refused = pool::migrate(&pool).await.unwrap_err();
        let causes = successors(Some(&refused as &dyn Error), |error| (*error).source());
        let words: Vec<String> = causes.map(ToString::to_string).collect();
        assert!(
            words.join(": ").contains("begin with an empty database"),
            "{words:?}"
        );
    }
}
