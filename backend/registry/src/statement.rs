//! What statements come to, where it is the same everywhere: nothing, whether they touched a row,
//! or rows as types of the domain.

use crate::{error::RegistryError, rows};
use sqlx::{
    FromRow, PgConnection, Postgres,
    postgres::{PgArguments, PgRow},
    query::{Query, QueryAs},
};

/// A statement without rows of its own.
pub(crate) trait SqlCommand {
    /// Runs it.
    async fn run(self, conn: &mut PgConnection) -> Result<(), RegistryError>;
    /// Runs it, and tells whether it touched a row.
    async fn touches(self, conn: &mut PgConnection) -> Result<bool, RegistryError>;
    /// The rows that can be read (see [`rows::legible`]).
    async fn legible<R, T>(self, conn: &mut PgConnection) -> Result<Vec<T>, RegistryError>
    where
        R: for<'row> FromRow<'row, PgRow>,
        T: TryFrom<R, Error = RegistryError>;
}

impl SqlCommand for Query<'_, Postgres, PgArguments> {
    async fn run(self, conn: &mut PgConnection) -> Result<(), RegistryError> {
        self.execute(conn).await?;
        Ok(())
    }

    async fn touches(self, conn: &mut PgConnection) -> Result<bool, RegistryError> {
        Ok(self.execute(conn).await?.rows_affected() > 0)
    }

    async fn legible<R, T>(self, conn: &mut PgConnection) -> Result<Vec<T>, RegistryError>
    where
        R: for<'row> FromRow<'row, PgRow>,
        T: TryFrom<R, Error = RegistryError>,
    {
        Ok(rows::legible(&self.fetch_all(conn).await?, T::try_from))
    }
}

/// A statement with rows, each of which must be readable.
pub(crate) trait Selection<R> {
    /// The one row, if there is one.
    async fn find<T: TryFrom<R, Error = RegistryError>>(
        self,
        conn: &mut PgConnection,
    ) -> Result<Option<T>, RegistryError>;
    /// All rows.
    async fn list<T: TryFrom<R, Error = RegistryError>>(
        self,
        conn: &mut PgConnection,
    ) -> Result<Vec<T>, RegistryError>;
}

impl<R> Selection<R> for QueryAs<'_, Postgres, R, PgArguments>
where
    R: for<'row> FromRow<'row, PgRow> + Send + Unpin,
{
    async fn find<T: TryFrom<R, Error = RegistryError>>(
        self,
        conn: &mut PgConnection,
    ) -> Result<Option<T>, RegistryError> {
        self.fetch_optional(conn)
            .await?
            .map(T::try_from)
            .transpose()
    }

    async fn list<T: TryFrom<R, Error = RegistryError>>(
        self,
        conn: &mut PgConnection,
    ) -> Result<Vec<T>, RegistryError> {
        self.fetch_all(conn)
            .await?
            .into_iter()
            .map(T::try_from)
            .collect()
    }
}
