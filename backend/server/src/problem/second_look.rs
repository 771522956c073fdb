//! What is asked a second time of a request, once its body has come.

use super::Problem;
use axum::http::Extensions;
use futures_util::future::BoxFuture;
use std::{fmt, sync::Arc};

/// Whether a caller may still come in. The gate asks before a body is read, and minutes may lie
/// between the headers and its end; whoever was put out meanwhile is not served.
#[derive(Clone)]
pub struct SecondLook(Arc<dyn Fn() -> Asked + Send + Sync>);

type Asked = BoxFuture<'static, Result<(), Problem>>;

impl SecondLook {
    /// Asks this.
    pub fn new<W>(ask: impl Fn() -> W + Send + Sync + 'static) -> Self
    where
        W: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        Self(Arc::new(move || -> Asked { Box::pin(ask()) }))
    }

    /// Asks what the gate left with a request; of one that it let through unasked nothing.
    ///
    /// # Errors
    /// Why the caller may not come in any more.
    pub(super) async fn pass(of: &Extensions) -> Result<(), Problem> {
        match of.get::<Self>() {
            Some(look) => (look.0)().await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for SecondLook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondLook")
    }
}
