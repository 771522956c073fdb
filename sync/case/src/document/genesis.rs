//! The first change of every document: always the same bytes, so that all documents can be merged
//! (docs/domain/merges.md#probes, o).

use crate::{
    ids::Actor,
    schema::{CONTAINERS, Container, FieldKind, GENESIS_MESSAGE, Shape},
};
use automerge::{ActorId, Change, ExpandedChange, ObjId, ObjType, legacy};
use std::{num::NonZeroU64, sync::OnceLock};

/// An object that the genesis makes: a container, or a text of a record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GenesisObject {
    /// The counter of its operation; the actor is [`Actor::GENESIS`].
    pub(crate) counter: u64,
    /// The container.
    pub(crate) container: &'static Container,
    /// The field, when it is a text inside the container.
    pub(crate) field: Option<&'static str>,
}

/// Every object of the genesis, in the order of its operations.
pub(crate) fn places() -> &'static [GenesisObject] {
    static PLACES: OnceLock<Vec<GenesisObject>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let objects = CONTAINERS.iter().flat_map(|container| {
            let texts = texts(container).map(move |name| (container, Some(name)));
            std::iter::once((container, None)).chain(texts)
        });
        (1..)
            .zip(objects)
            .map(|(counter, (container, field))| GenesisObject {
                counter,
                container,
                field,
            })
            .collect()
    })
}

/// The genesis change.
pub(crate) fn change() -> &'static Change {
    static CHANGE: OnceLock<Change> = OnceLock::new();
    CHANGE.get_or_init(|| {
        Change::from(ExpandedChange {
            operations: places().iter().map(operation).collect(),
            actor_id: actor(),
            hash: None,
            seq: 1,
            start_op: NonZeroU64::MIN,
            time: 0,
            message: Some(GENESIS_MESSAGE.into()),
            deps: Vec::new(),
            extra_bytes: Vec::new(),
            author: None,
        })
    })
}

/// The object of a container, or of a text of a record. It is named by its operation, so that
/// nothing written under the root can take its place.
pub(crate) fn object(container: &str, field: Option<&str>) -> Option<ObjId> {
    let place = places()
        .iter()
        .find(|place| place.container.name == container && place.field == field)?;
    Some(ObjId::Id(place.counter, actor(), 0))
}

fn operation(place: &GenesisObject) -> legacy::Op {
    let parent = place.field.and_then(|_| {
        places()
            .iter()
            .find(|other| other.container == place.container)
    });
    legacy::Op {
        action: legacy::OpType::Make(if place.field.is_some() {
            ObjType::Text
        } else {
            ObjType::Map
        }),
        obj: parent.map_or(legacy::ObjectId::Root, |parent| {
            legacy::ObjectId::Id(legacy::OpId::new(parent.counter, &actor()))
        }),
        key: legacy::Key::Map(place.field.unwrap_or(place.container.name).into()),
        pred: legacy::SortedVec::new(),
        insert: false,
    }
}

fn texts(container: &Container) -> impl Iterator<Item = &'static str> {
    let fields = if let Shape::Record(fields) = container.shape {
        fields
    } else {
        &[]
    };
    fields
        .iter()
        .filter(|field| field.kind == FieldKind::Text)
        .map(|field| field.name)
}

fn actor() -> ActorId {
    ActorId::from(Actor::GENESIS.0)
}
