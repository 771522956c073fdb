//! Writing what a reconciliation says into the registry, where a value may stand that a column
//! cannot take.
//!
//! Such a value stops neither the case nor the other rows: a safe one takes its place, and the
//! field is noted, so that the case shows it. The document keeps what was said. The next
//! reconciliation tries again, and heals what a later schema takes.

use hejie_case::{
    fold::{Projection, RegistryChange, RegistryTable, canonical, plan},
    ids::CaseId,
    reconcile::ReconcileOutput,
};
use hejie_registry::{
    case::{self, ReconcileBase, StoredCase, Unprojected},
    error::RegistryError,
    fold,
    pool::{self, PgConnection},
};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::borrow::Cow;

/// A reconciliation as it stands in the registry.
pub(super) struct ProjectedCase<'a> {
    /// What was settled, in words that Postgres takes.
    pub(super) settled: Cow<'a, ReconcileOutput>,
    /// The fields that hold a safe value instead of what was settled.
    pub(super) unprojected: Vec<Unprojected>,
}

/// Writes document, facts and rows of a reconciliation; none when the case has moved since it
/// began.
pub(super) async fn settled<'a>(
    tx: &mut PgConnection,
    before: &StoredCase,
    settled: &'a ReconcileOutput,
    now: Timestamp,
) -> Result<Option<ProjectedCase<'a>>, RegistryError> {
    let mut whole = pool::attempt(tx).await?;
    let objection = match as_it_is(&mut whole, before, settled, now).await {
        Ok(stands) => {
            pool::keep(whole).await?;
            let settled = Cow::Borrowed(settled);
            return Ok(stands.then_some(ProjectedCase {
                settled,
                unprojected: Vec::new(),
            }));
        }
        Err(error) if error.is_data() => error.objection(),
        Err(error) => return Err(error),
    };
    pool::undo(whole).await?;
    let (settled, mut unprojected) = in_storable_words(settled, &objection);
    if !set_reconciled(tx, before, &settled, now).await? {
        return Ok(None);
    }
    unprojected.extend(rows(tx, before.case, &settled.projection).await?);
    case::set_unprojected(tx, before.case, &unprojected).await?;
    Ok(Some(ProjectedCase {
        settled: Cow::Owned(settled),
        unprojected,
    }))
}

/// As [`settled`], for a case that was just opened and is written for the first time.
pub(super) async fn opened<'a>(
    tx: &mut PgConnection,
    settled: &'a ReconcileOutput,
) -> Result<ProjectedCase<'a>, RegistryError> {
    let mut whole = pool::attempt(tx).await?;
    let objection = match add_as_it_is(&mut whole, settled).await {
        Ok(()) => {
            pool::keep(whole).await?;
            return Ok(ProjectedCase {
                settled: Cow::Borrowed(settled),
                unprojected: Vec::new(),
            });
        }
        Err(error) if error.is_data() => error.objection(),
        Err(error) => return Err(error),
    };
    pool::undo(whole).await?;
    let case = settled.facts.case_id;
    let (settled, mut unprojected) = in_storable_words(settled, &objection);
    add(tx, &settled).await?;
    unprojected.extend(rows(tx, case, &settled.projection).await?);
    case::set_unprojected(tx, case, &unprojected).await?;
    tracing::error!(case.id = %case, fields = ?unprojected, "the registry does not take what a new case says");
    Ok(ProjectedCase {
        settled: Cow::Owned(settled),
        unprojected,
    })
}

/// Whether a field that is noted belongs to the row of a change.
pub(super) fn is_noted(change: &RegistryChange, noted: &[Unprojected]) -> bool {
    let (RegistryChange::Put { table, key, .. } | RegistryChange::Remove { table, key }) = change;
    let row = format!("{}/{key}", table.code());
    let of_row = |path: &str| path == row || path.starts_with(&format!("{row}/"));
    noted.iter().any(|field| of_row(&field.path))
}

/// Writes the rows of the fold that differ from what stands in the registry, each as far as its
/// table takes it; returns the fields that hold a safe value instead. A case without its row in the
/// registry would be found by nobody: that is an error.
pub(super) async fn rows(
    tx: &mut PgConnection,
    case: CaseId,
    projection: &Projection,
) -> Result<Vec<Unprojected>, RegistryError> {
    let standing = fold::read(tx, case).await?;
    let mut unprojected = Vec::new();
    for change in plan(&standing, projection) {
        let Err(error) = put(tx, case, &change).await? else {
            continue;
        };
        let RegistryChange::Put { table, key, row } = &change else {
            continue;
        };
        let stands = standing.0.get(table).and_then(|rows| rows.get(key));
        let column = instead(tx, case, &change, row, stands).await?;
        if (table, &column, stands) == (&RegistryTable::CaseReg, &None, None) {
            return Err(error);
        }
        let place = format!("{}/{key}", table.code());
        unprojected.push(Unprojected {
            path: column.map_or(place.clone(), |column| format!("{place}/{column}")),
            code: error.objection(),
        });
    }
    Ok(unprojected)
}

async fn as_it_is(
    tx: &mut PgConnection,
    before: &StoredCase,
    settled: &ReconcileOutput,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    if !set_reconciled(tx, before, settled, now).await? {
        return Ok(false);
    }
    let standing = fold::read(tx, before.case).await?;
    fold::apply(tx, before.case, &plan(&standing, &settled.projection)).await?;
    Ok(true)
}

async fn add_as_it_is(
    tx: &mut PgConnection,
    settled: &ReconcileOutput,
) -> Result<(), RegistryError> {
    add(tx, settled).await?;
    let rows = plan(&Projection::default(), &settled.projection);
    fold::apply(tx, settled.facts.case_id, &rows).await
}

async fn add(tx: &mut PgConnection, settled: &ReconcileOutput) -> Result<(), RegistryError> {
    let stored = StoredCase {
        case: settled.facts.case_id,
        snapshot: settled.snapshot.clone(),
        heads: settled.heads.clone(),
        facts: settled.facts.clone(),
        view: settled.view.clone(),
        parked: None,
        next_moment: settled.next_moment,
    };
    case::add(tx, &stored, settled.facts.registered_at).await
}

async fn set_reconciled(
    tx: &mut PgConnection,
    before: &StoredCase,
    settled: &ReconcileOutput,
    now: Timestamp,
) -> Result<bool, RegistryError> {
    let from = ReconcileBase {
        facts_version: before.facts.version,
        heads: &before.heads,
    };
    case::set_reconciled(tx, before.case, &from, settled, now).await
}

/// Writes one row, or undoes that and says what Postgres objects to.
async fn put(
    tx: &mut PgConnection,
    case: CaseId,
    change: &RegistryChange,
) -> Result<Result<(), RegistryError>, RegistryError> {
    let mut one = pool::attempt(tx).await?;
    match fold::apply(&mut one, case, std::slice::from_ref(change)).await {
        Ok(()) => {
            pool::keep(one).await?;
            Ok(Ok(()))
        }
        Err(error) if error.is_data() => {
            pool::undo(one).await?;
            Ok(Err(error))
        }
        Err(error) => Err(error),
    }
}

/// Writes a row with one column as it stood before, or empty; returns that column. None if no
/// single column is to blame: the row stays as it was.
async fn instead(
    tx: &mut PgConnection,
    case: CaseId,
    change: &RegistryChange,
    row: &Value,
    stands: Option<&Value>,
) -> Result<Option<String>, RegistryError> {
    let RegistryChange::Put { table, key, .. } = change else {
        return Ok(None);
    };
    for (column, value) in row.as_object().into_iter().flatten() {
        for safe in safe_values(value, stands.and_then(|row| row.get(column))) {
            let mut row = row.clone();
            row[column] = safe;
            // What the fold itself could not read again would stop the case at its next
            // reconciliation.
            let Ok((same, row)) = canonical(*table, row) else {
                continue;
            };
            if same != *key {
                continue;
            }
            let change = RegistryChange::Put {
                table: *table,
                key: same,
                row,
            };
            if put(tx, case, &change).await?.is_ok() {
                return Ok(Some(column.clone()));
            }
        }
    }
    Ok(None)
}

/// What may stand for a value: what stood there, nothing, or the emptiest value of its kind.
fn safe_values(value: &Value, stood: Option<&Value>) -> Vec<Value> {
    let empty = match value {
        Value::String(_) => Value::from(""),
        Value::Number(_) => Value::from(0),
        Value::Bool(_) => Value::from(false),
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Object(_) | Value::Null => Value::Null,
    };
    let safe = stood.cloned().into_iter().chain([Value::Null, empty]);
    safe.filter(|safe| safe != value).collect()
}

/// A reconciliation whose texts all are such that Postgres can keep them, with the fields that had
/// to be changed for it.
fn in_storable_words(
    settled: &ReconcileOutput,
    objection: &str,
) -> (ReconcileOutput, Vec<Unprojected>) {
    let mut changed = Vec::new();
    let clean = ReconcileOutput {
        facts: cleaned("facts", &settled.facts, &mut changed),
        view: cleaned("view", &settled.view, &mut changed),
        effects: cleaned("effects", &settled.effects, &mut changed),
        projection: cleaned("rows", &settled.projection, &mut changed),
        ..settled.clone()
    };
    let unprojected = changed.iter().map(|path| Unprojected {
        path: path.strip_prefix("rows/").unwrap_or(path).to_owned(),
        code: objection.to_owned(),
    });
    (clean, unprojected.collect())
}

/// A value whose texts all are such that Postgres can keep them; says where they had to be changed
/// for it.
pub(super) fn cleaned<T: Serialize + DeserializeOwned + Clone>(
    name: &str,
    value: &T,
    changed: &mut Vec<String>,
) -> T {
    let Ok(mut json) = serde_json::to_value(value) else {
        return value.clone();
    };
    let known = changed.len();
    clean(&mut json, name, changed);
    if changed.len() == known {
        return value.clone();
    }
    serde_json::from_value(json).unwrap_or_else(|_| value.clone())
}

/// Replaces the one character that Postgres keeps in no text (U+0000), and notes where.
fn clean(value: &mut Value, path: &str, changed: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains('\0') => {
            *text = text.replace('\0', "\u{fffd}");
            changed.push(path.to_owned());
        }
        Value::Array(items) => {
            for (n, item) in items.iter_mut().enumerate() {
                clean(item, &format!("{path}/{n}"), changed);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                clean(field, &format!("{path}/{name}"), changed);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_one_character_that_no_column_takes_is_replaced_and_its_place_noted() {
        let mut changed = Vec::new();
        let said = json!({"notes": [{"text": "前\0后"}, {"text": "无"}]});
        let clean = cleaned("view", &said, &mut changed);
        assert_eq!(clean["notes"][0]["text"], "前\u{fffd}后");
        assert_eq!(changed, ["view/notes/0/text"]);
    }

    #[test]
    fn what_stood_there_comes_before_nothing_and_nothing_before_what_is_empty() {
        let values = safe_values(&json!(9), Some(&json!(4)));
        assert_eq!(values, [json!(4), Value::Null, json!(0)]);
        assert_eq!(safe_values(&Value::Null, None), [] as [Value; 0]);
    }
}
