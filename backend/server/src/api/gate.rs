//! The layer that stands before every operation: recognises the caller and asks the table.

use super::openapi;
use crate::{
    access::{Access, Caller, EXCHANGE, Operation, lookup},
    identity::{claims, recognise, recognise_again},
    problem::{Problem, SecondLook},
    state::AppState,
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use std::{collections::HashMap, sync::Arc};
use utoipa::openapi::OpenApi;

/// Which operation a route is, made from the API's own description. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gate(Arc<HashMap<(String, Method), (Operation, Access)>>);

impl Gate {
    /// Makes the gate for the described operations. One that the table does not name stays out, and
    /// so is refused.
    #[must_use]
    pub fn new(api: &OpenApi) -> Self {
        let mut known = HashMap::new();
        for (path, method, id) in openapi::operations(api) {
            match lookup(&id) {
                Some(row) => drop(known.insert((path, method), row)),
                None => tracing::error!(
                    operation = id,
                    "the access table does not name an operation"
                ),
            }
        }
        Self(Arc::new(known))
    }

    fn row(&self, request: &Request) -> Result<(Operation, Access), Problem> {
        let matched = request
            .extensions()
            .get::<MatchedPath>()
            .ok_or(Problem::NotFound)?;
        let path = matched.as_str();
        let row = |method: &Method| self.0.get(&(path.to_owned(), method.clone()));
        let asked = row(request.method());
        // A HEAD request runs the GET handler where it has none of its own.
        let is_head = request.method() == Method::HEAD;
        match asked.or_else(|| row(&Method::GET).filter(|_| is_head)) {
            Some(row) => Ok(*row),
            None if self.0.keys().any(|(known, _)| known == path) => Err(Problem::MethodNotAllowed),
            None => Err(Problem::NotFound),
        }
    }

    /// Lets a request pass to its handler, or answers with the problem.
    ///
    /// # Errors
    /// The caller is not recognised or may not call this.
    pub async fn pass(
        State((gate, state)): State<(Self, AppState)>,
        mut request: Request,
        next: Next,
    ) -> Result<Response, Problem> {
        let (operation, access) = gate.row(&request)?;
        request.extensions_mut().insert(operation);
        if access.needs_token() {
            let claims = claims(&state.identity, request.headers())?;
            // Before the session is looked up: what one phone sends too much must cost nearly
            // nothing.
            if let (EXCHANGE, Some(phone)) = (operation, claims.dev) {
                state.exchange.limits.pass(phone).await?;
            }
            let caller: Caller = recognise(&state.identity, &claims).await?;
            let has_phone = caller.device.is_some();
            if !access.admits(caller.role) || (access == Access::Device && !has_phone) {
                return Err(Problem::NotAllowed);
            }
            request.extensions_mut().insert(second_look(state, &caller));
            request.extensions_mut().insert(caller);
        }
        Ok(next.run(request).await)
    }
}

/// Asks once more whether a caller may come in.
fn second_look(state: AppState, caller: &Caller) -> SecondLook {
    let caller = caller.clone();
    SecondLook::new(move || {
        let (state, caller) = (state.clone(), caller.clone());
        async move { recognise_again(&state.identity, &caller).await }
    })
}
