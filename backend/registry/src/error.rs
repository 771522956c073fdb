//! What can go wrong between the server and Postgres, and what a driver's error means.

use std::error::Error;

/// Why the registry did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The driver or Postgres failed.
    #[error("the database failed")]
    Driver(#[source] sqlx::Error),
    /// A constraint of the schema refused a row; its name tells the meaning (see
    /// [`RegistryError::constraint`]).
    #[error("the constraint {name} refused a row")]
    Constraint {
        /// The name of the constraint or unique index.
        name: String,
        /// The driver's error.
        #[source]
        source: sqlx::Error,
    },
    /// A stored row does not say what the code can understand.
    #[error("a stored value of {table}.{column} cannot be read")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What the reader said about it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The schema could not be brought up to date.
    #[error("the migrations failed")]
    Migrate(#[source] sqlx::migrate::MigrateError),
}

impl RegistryError {
    /// Makes the error for a column that cannot be read:
    /// `.map_err(RegistryError::in_column("org", "level"))`.
    pub fn in_column<E>(table: &'static str, column: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        move |source| Self::Inconsistent {
            table,
            column,
            source: source.into(),
        }
    }

    /// Returns the name of the constraint that refused a row, if one did.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Constraint { name, .. } => Some(name),
            _ => None,
        }
    }

    /// Tells whether the transaction lost a race against another and may simply be made again.
    #[must_use]
    pub fn is_lost_race(&self) -> bool {
        let Self::Driver(sqlx::Error::Database(error)) = self else {
            return false;
        };
        error
            .code()
            .is_some_and(|code| matches!(&*code, "40001" | "40P01"))
    }

    /// Tells whether what was to be written is to blame: no column, constraint or index takes it
    /// (SQLSTATE classes 22 and 23, and what is too large for its place). The same content fails
    /// again for ever; other content does not.
    #[must_use]
    pub fn is_data(&self) -> bool {
        self.sqlstate().is_some_and(|code| is_data_sqlstate(&code))
    }

    /// Tells whether the disk of Postgres is full.
    #[must_use]
    pub fn is_disk_full(&self) -> bool {
        self.sqlstate().is_some_and(|code| code == "53100")
    }

    /// Tells whether Postgres answers and lacks something that it needs for a write: room on its
    /// disk, memory, or a connection (SQLSTATE class 53).
    #[must_use]
    pub fn lacks_room(&self) -> bool {
        self.sqlstate().is_some_and(|code| code.starts_with("53"))
    }

    /// What Postgres objected to, for people who look after the registry: the constraint, or else
    /// its code.
    #[must_use]
    pub fn objection(&self) -> String {
        let code = || self.sqlstate().unwrap_or_else(|| "registry".into());
        self.constraint().map_or_else(code, str::to_owned)
    }

    fn sqlstate(&self) -> Option<String> {
        match self {
            Self::Driver(source) | Self::Constraint { source, .. } => {
                Some(source.as_database_error()?.code()?.into_owned())
            }
            Self::Inconsistent { .. } | Self::Migrate(_) => None,
        }
    }

    /// Tells whether the same statement may succeed when it is simply sent again: the connection
    /// broke, the server went away, became a standby or lacks room (its disk is full, it has no
    /// memory or no connection left), or the transaction lost a race. Only idempotent work may be
    /// repeated, since a commit may have happened.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Driver(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut) => true,
            Self::Driver(sqlx::Error::Database(error)) => {
                error.code().is_some_and(|code| is_passing_sqlstate(&code))
            }
            _ => false,
        }
    }
}

/// Failures among which may be a transaction that lost a race against another.
pub trait LosesRaces {
    /// Whether that is what failed, so that the transaction may simply be made again.
    fn lost_race(&self) -> bool;
}

impl LosesRaces for RegistryError {
    fn lost_race(&self) -> bool {
        self.is_lost_race()
    }
}

impl From<sqlx::Error> for RegistryError {
    fn from(source: sqlx::Error) -> Self {
        match source
            .as_database_error()
            .and_then(|error| error.constraint())
            .map(str::to_owned)
        {
            Some(name) => Self::Constraint { name, source },
            None => Self::Driver(source),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for RegistryError {
    fn from(source: sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(source)
    }
}

fn is_passing_sqlstate(code: &str) -> bool {
    matches!(
        code,
        "57P01" | "57P02" | "57P03" | "25006" | "40001" | "40P01"
    ) || code.starts_with("08")
        || code.starts_with("53")
}

fn is_data_sqlstate(code: &str) -> bool {
    code.starts_with("22") || code.starts_with("23") || code == "54000"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_server_passes_and_a_refused_row_does_not() {
        assert!(RegistryError::from(sqlx::Error::PoolTimedOut).is_passing());
        for code in ["57P01", "57P03", "08006", "53100", "53200", "53300"] {
            assert!(is_passing_sqlstate(code), "{code}");
        }
        assert!(!is_passing_sqlstate("23505"));
        assert!(!RegistryError::from(sqlx::Error::RowNotFound).is_passing());
    }

    #[test]
    fn what_no_column_takes_is_to_blame_and_a_lost_server_is_not() {
        for code in ["22P05", "22003", "23514", "23502", "54000"] {
            assert!(is_data_sqlstate(code), "{code}");
        }
        for code in ["57P01", "08006", "40001", "42P01", "53100"] {
            assert!(!is_data_sqlstate(code), "{code}");
        }
        assert!(!RegistryError::from(sqlx::Error::PoolTimedOut).is_data());
    }
}
