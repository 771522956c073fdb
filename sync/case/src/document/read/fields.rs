//! Fields as typed values.

use super::{DocReader, author_of};
use crate::{
    ids::{Actor, EntryId},
    schema::{Field, FieldKind},
    view::MvRegister,
};
use automerge::{ObjId, ScalarValue, Value};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// Why a value could not be read.
pub(crate) type ReadFailure = &'static str;

/// The key of something that could not be read, and why.
pub(crate) type UnreadableKey = (String, ReadFailure);

const NOT_A_VALUE: ReadFailure = "not a plain value";
const NOT_AN_ATOM: ReadFailure = "not a JSON string";
const NOT_THE_RECORD: ReadFailure = "not the expected record";
const NO_AUTHOR: ReadFailure = "written by no device";
const MISSING: ReadFailure = "missing";
const NOT_AN_ID: ReadFailure = "not an id";

/// One value and its writer.
pub(crate) struct Authored<T> {
    pub(crate) author: Actor,
    pub(crate) op: ObjId,
    pub(crate) value: T,
}

impl DocReader<'_> {
    /// The plain fields of an entry, as one JSON object: the first value of what is written once,
    /// the winner of a register.
    pub(crate) fn plain<T: DeserializeOwned>(
        &self,
        entry: &ObjId,
        fields: &[Field],
    ) -> Result<T, ReadFailure> {
        let mut object = Map::new();
        for field in fields {
            let mut values = self.all(entry, field.name);
            let value = match field.kind {
                FieldKind::Once(_) if !values.is_empty() => values.remove(0).0,
                FieldKind::Lww(_) if !values.is_empty() => values.remove(values.len() - 1).0,
                _ => continue,
            };
            object.insert(field.name.into(), json(&value).ok_or(NOT_A_VALUE)?);
        }
        serde_json::from_value(Json::Object(object)).map_err(|_| NOT_THE_RECORD)
    }

    /// The first of the atoms under a key.
    pub(crate) fn first_atom<T: DeserializeOwned>(
        &self,
        map: &ObjId,
        key: &str,
    ) -> Result<Authored<T>, ReadFailure> {
        let (value, op) = self.all(map, key).into_iter().next().ok_or(MISSING)?;
        authored(&value, op)
    }

    /// The first of the atoms under a key, if there is any that can be read.
    pub(crate) fn write_once_value<T: DeserializeOwned>(
        &self,
        map: &ObjId,
        key: &str,
    ) -> Option<Authored<T>> {
        self.write_once_values(map, key).into_iter().next()
    }

    /// All of the atoms under a key that can be read, the first first.
    pub(crate) fn write_once_values<T: DeserializeOwned>(
        &self,
        map: &ObjId,
        key: &str,
    ) -> Vec<Authored<T>> {
        let values = self.all(map, key).into_iter();
        values
            .filter_map(|(value, op)| authored(&value, op).ok())
            .collect()
    }

    /// The entries of a container that are maps, with the objects that hold them.
    pub(crate) fn objects(&self, container: &str) -> Vec<(EntryId, ObjId)> {
        self.under_ids(container, |map, key| self.object(map, key).ok())
    }

    /// The entries of a map that are maps themselves.
    pub(crate) fn objects_in(&self, map: &ObjId) -> Vec<(EntryId, ObjId)> {
        let read = |key: String| Some((id_of(&key).ok()?, self.object(map, &key).ok()?));
        self.keys(map).into_iter().filter_map(read).collect()
    }

    /// The keys of a map below an entry that are ids; none when an older app made the entry without
    /// the map.
    pub(crate) fn members(&self, entry: &ObjId, name: &str) -> BTreeSet<EntryId> {
        let keys = self.object(entry, name).map(|map| self.keys(&map));
        let keys = keys.unwrap_or_default().into_iter();
        keys.filter_map(|key| id_of(&key).ok()).collect()
    }

    /// The readable entries of a container of atoms, with the operations that made them.
    pub(crate) fn authored<T: DeserializeOwned>(
        &self,
        container: &str,
    ) -> Vec<(EntryId, Authored<T>)> {
        self.under_ids(container, |map, key| self.first_atom(map, key).ok())
    }

    /// One atom of each entry of a container, where it can be read.
    pub(crate) fn authored_below<T: DeserializeOwned>(
        &self,
        container: &str,
        field: &str,
    ) -> Vec<(EntryId, Authored<T>)> {
        self.under_ids(container, |map, key| {
            self.first_atom(&self.object(map, key).ok()?, field).ok()
        })
    }

    /// What can be read in a container, each under its id.
    fn under_ids<T>(
        &self,
        container: &str,
        read: impl Fn(&ObjId, &str) -> Option<T>,
    ) -> Vec<(EntryId, T)> {
        let Ok(map) = self.container(container) else {
            return Vec::new();
        };
        let read = |key: String| Some((id_of(&key).ok()?, read(&map, &key)?));
        self.keys(&map).into_iter().filter_map(read).collect()
    }

    /// All rival atoms under a key that can be read, the winner first, equal ones once; and whether
    /// all could be read.
    pub(crate) fn atoms<T: DeserializeOwned + PartialEq>(
        &self,
        map: &ObjId,
        key: &str,
    ) -> (MvRegister<T>, bool) {
        self.register(map, key, |value| read_atom(value))
    }

    /// All rival plain values under a key that can be read, the winner first, equal ones once; and
    /// whether all could be read.
    pub(crate) fn rivals<T: DeserializeOwned + PartialEq>(
        &self,
        map: &ObjId,
        key: &str,
    ) -> (MvRegister<T>, bool) {
        self.register(map, key, |value| serde_json::from_value(json(value)?).ok())
    }

    fn register<T: PartialEq>(
        &self,
        map: &ObjId,
        key: &str,
        read: impl Fn(&Value<'_>) -> Option<T>,
    ) -> (MvRegister<T>, bool) {
        let mut register = MvRegister::default();
        let mut complete = true;
        for (value, op) in self.all(map, key).iter().rev() {
            match (author_of(op), read(value)) {
                (Some(author), Some(value)) => {
                    if register.values.iter().all(|(_, other)| *other != value) {
                        register.values.push((author, value));
                    }
                }
                _ => complete = false,
            }
        }
        (register, complete)
    }
}

/// The id that a key is; only as it is written by us, so that no two keys are one id.
pub(crate) fn id_of(key: &str) -> Result<EntryId, ReadFailure> {
    let id: EntryId = key.parse().map_err(|_| NOT_AN_ID)?;
    if id.to_string() == key {
        Ok(id)
    } else {
        Err(NOT_AN_ID)
    }
}

/// A plain value as JSON.
pub(crate) fn json(value: &Value<'_>) -> Option<Json> {
    match value.as_scalar()? {
        ScalarValue::Str(word) => Some(Json::String(word.to_string())),
        ScalarValue::Uint(number) => Some((*number).into()),
        ScalarValue::Int(number) => Some((*number).into()),
        ScalarValue::Boolean(flag) => Some((*flag).into()),
        _ => None,
    }
}

fn authored<T: DeserializeOwned>(value: &Value<'_>, op: ObjId) -> Result<Authored<T>, ReadFailure> {
    let author = author_of(&op).ok_or(NO_AUTHOR)?;
    let text = value.as_str().ok_or(NOT_AN_ATOM)?;
    let value = serde_json::from_str(text).map_err(|_| NOT_THE_RECORD)?;
    Ok(Authored { author, op, value })
}

fn read_atom<T: DeserializeOwned>(value: &Value<'_>) -> Option<T> {
    serde_json::from_str(value.as_str()?).ok()
}
