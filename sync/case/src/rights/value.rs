//! Keys and values as the schema wants them.

use super::RightsError;
use crate::schema::{MAX_ATOM, MAX_WORD, Scalar, Shape, is_item_code};
use automerge::ScalarValue;
use serde::de::IgnoredAny;
use uuid::Uuid;

/// No element of a text is longer, in bytes: one character with what combines with it.
const ELEMENT: usize = 64;

/// Whether a key may stand in this kind of map.
pub(super) fn key(shape: Shape, key: &str) -> Result<(), RightsError> {
    let fits = match shape {
        Shape::Marks => is_item_code(key),
        _ => Uuid::try_parse(key).is_ok_and(|id| id.as_hyphenated().to_string() == key),
    };
    if fits {
        Ok(())
    } else {
        Err(RightsError::BadKey)
    }
}

pub(super) fn plain(scalar: Scalar, value: &ScalarValue) -> Result<(), RightsError> {
    let fits = match (scalar, value) {
        (Scalar::Word, ScalarValue::Str(word)) => word.len() <= MAX_WORD,
        (Scalar::Number, ScalarValue::Uint(_)) | (Scalar::Flag, ScalarValue::Boolean(_)) => true,
        (Scalar::Number, ScalarValue::Int(number)) => *number >= 0,
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err(RightsError::WrongValue)
    }
}

/// Any JSON will do: a newer app may know more of a record than this code does.
pub(super) fn atom(value: &ScalarValue) -> Result<(), RightsError> {
    match value {
        ScalarValue::Str(json)
            if json.len() <= MAX_ATOM && serde_json::from_str::<IgnoredAny>(json).is_ok() =>
        {
            Ok(())
        }
        _ => Err(RightsError::WrongValue),
    }
}

pub(super) fn element(value: &ScalarValue) -> Result<(), RightsError> {
    match value {
        ScalarValue::Str(text) if (1..=ELEMENT).contains(&text.len()) => Ok(()),
        _ => Err(RightsError::WrongValue),
    }
}
