//! Every field that stands in a document, found by the schema.

use crate::{
    document::Reader,
    schema::{CONTAINERS, Container, Field, Kind, Shape},
};
use automerge::ObjId;

/// A field that stands in a document.
pub(super) struct Spot {
    /// Where, for people: `parties/<id>/side`.
    pub(super) path: String,
    /// The container.
    pub(super) container: &'static Container,
    /// The map that holds the field.
    pub(super) parent: ObjId,
    /// The field.
    pub(super) field: Field,
}

/// All of them. The schema is two maps deep at most; nothing else is followed.
pub(super) fn spots(reader: &Reader<'_>) -> Vec<Spot> {
    let mut spots = Vec::new();
    for container in CONTAINERS {
        if let Ok(map) = reader.container(container.name) {
            collect(
                reader,
                container,
                container.name,
                &map,
                container.shape,
                &mut spots,
            );
        }
    }
    spots
}

fn collect(
    reader: &Reader<'_>,
    container: &'static Container,
    path: &str,
    map: &ObjId,
    shape: Shape,
    spots: &mut Vec<Spot>,
) {
    match shape {
        Shape::Record(fields) => {
            let stands = fields.iter().filter(|field| reader.has(map, field.name));
            spots.extend(stands.map(|field| Spot {
                path: format!("{path}/{}", field.name),
                container,
                parent: map.clone(),
                field: *field,
            }));
        }
        Shape::Entries(fields) => {
            for key in reader.keys(map) {
                let Ok(entry) = reader.object(map, &key) else {
                    continue;
                };
                let path = format!("{path}/{key}");
                collect(
                    reader,
                    container,
                    &path,
                    &entry,
                    Shape::Record(fields),
                    spots,
                );
                for field in fields {
                    if let (Kind::Map(nested), Ok(map)) =
                        (field.kind, reader.object(&entry, field.name))
                    {
                        collect(
                            reader,
                            container,
                            &format!("{path}/{}", field.name),
                            &map,
                            nested,
                            spots,
                        );
                    }
                }
            }
        }
        Shape::Atoms | Shape::Marks => {}
    }
}
