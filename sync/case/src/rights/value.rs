//! Keys and values as the schema wants them.

use super::RightsError;
use crate::{
    limit,
    schema::{MAX_ATOM, MAX_WORD, Scalar, Shape, is_item_code},
};
use automerge::ScalarValue;
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

/// A plain value of a field.
pub(super) fn plain(field: &str, scalar: Scalar, value: &ScalarValue) -> Result<(), RightsError> {
    match (scalar, value) {
        (Scalar::Word, ScalarValue::Str(word)) if word.len() > MAX_WORD => {
            Err(RightsError::WrongValue)
        }
        (Scalar::Word, ScalarValue::Str(word)) => Ok(limit::of_word(field, word)?),
        (Scalar::Number, ScalarValue::Uint(number)) => Ok(limit::of_number(field, *number)?),
        (Scalar::Number, ScalarValue::Int(number)) => {
            let number = u64::try_from(*number).map_err(|_| RightsError::WrongValue)?;
            Ok(limit::of_number(field, number)?)
        }
        (Scalar::Flag, ScalarValue::Boolean(_)) => Ok(()),
        _ => Err(RightsError::WrongValue),
    }
}

/// Any JSON will do whose values keep within their limits: a newer app may know more of a record
/// than this code does.
pub(super) fn atom(field: &str, value: &ScalarValue) -> Result<(), RightsError> {
    let ScalarValue::Str(json) = value else {
        return Err(RightsError::WrongValue);
    };
    if json.len() > MAX_ATOM {
        return Err(RightsError::WrongValue);
    }
    let record = serde_json::from_str(json).map_err(|_| RightsError::WrongValue)?;
    Ok(limit::of_atom(field, &record)?)
}

pub(super) fn element(value: &ScalarValue) -> Result<(), RightsError> {
    match value {
        ScalarValue::Str(text) if (1..=ELEMENT).contains(&text.len()) => {
            Ok(limit::of_element(text)?)
        }
        _ => Err(RightsError::WrongValue),
    }
}
