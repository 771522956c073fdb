//! Enums in text columns: the word is the one that serde writes, so that database, wire and API
//! spell alike.

use crate::error::RegistryError;
use serde::{Deserialize, Serialize, de::IntoDeserializer};

/// Returns the word of a fieldless enum value, such as `grid_worker`.
///
/// # Errors
/// The value is not written as one word.
pub fn to_word<T: Serialize>(value: &T) -> Result<String, RegistryError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) => Err(RegistryError::Inconsistent {
            table: "(parameter)",
            column: "(word)",
            source: "not one word".into(),
        }),
        Err(source) => Err(RegistryError::Inconsistent {
            table: "(parameter)",
            column: "(word)",
            source: source.into(),
        }),
    }
}

/// The words of one column of many rows.
pub(crate) fn to_words<R, W: Serialize>(
    rows: impl IntoIterator<Item = R>,
    value: impl Fn(R) -> W,
) -> Result<Vec<String>, RegistryError> {
    rows.into_iter().map(|row| to_word(&value(row))).collect()
}

/// Reads the word of `table.column`.
///
/// # Errors
/// No value of the enum has this word.
pub fn from_word<'w, T: Deserialize<'w>>(
    word: &'w str,
    table: &'static str,
    column: &'static str,
) -> Result<T, RegistryError> {
    let reader: serde::de::value::StrDeserializer<'w, serde::de::value::Error> =
        word.into_deserializer();
    T::deserialize(reader).map_err(RegistryError::in_column(table, column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hejie_case::role::Role;

    #[test]
    fn a_word_is_read_back_and_an_unknown_one_names_its_column() {
        let word = to_word(&Role::GridWorker).unwrap();
        assert_eq!(word, "grid_worker");
        assert_eq!(
            from_word::<Role>(&word, "role_grant", "role").unwrap(),
            Role::GridWorker
        );
        let error = from_word::<Role>("king", "role_grant", "role").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a stored value of role_grant.role cannot be read"
        );
    }
}
