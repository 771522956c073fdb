//! Every field that stands in a document, found by the schema.

use crate::{
    document::DocReader,
    schema::{CONTAINERS, Container, Field, FieldKind, Shape},
    view::DocumentPlace,
};
use automerge::ObjId;

/// A field that stands in a document.
pub(super) struct Spot {
    /// Where it stands.
    pub(super) place: DocumentPlace,
    /// The container.
    pub(super) container: &'static Container,
    /// The map that holds the field.
    pub(super) parent: ObjId,
    /// The field.
    pub(super) field: Field,
}

/// All of them. The schema is two maps deep at most; nothing else is followed.
pub(super) fn spots(reader: &DocReader<'_>) -> Vec<Spot> {
    let mut spots = Vec::new();
    for container in CONTAINERS {
        let Ok(map) = reader.container(container.name) else {
            continue;
        };
        let walk = Walk { reader, container };
        let place = DocumentPlace::container(container.name);
        match container.shape {
            Shape::Record(fields) => walk.fields(&place, &map, fields, &mut spots),
            Shape::Entries(fields) => walk.entries(&map, fields, &mut spots),
            Shape::Atoms | Shape::Marks => {}
        }
    }
    spots
}

/// The way through one container.
struct Walk<'a, 'doc> {
    reader: &'a DocReader<'doc>,
    container: &'static Container,
}

impl Walk<'_, '_> {
    fn entries(&self, map: &ObjId, fields: &'static [Field], spots: &mut Vec<Spot>) {
        for (id, entry) in self.reader.objects_in(map) {
            let place = DocumentPlace::entry(self.container.name, id);
            self.fields(&place, &entry, fields, spots);
            for field in fields {
                let FieldKind::Map(Shape::Entries(of_parts)) = field.kind else {
                    continue;
                };
                let Ok(parts) = self.reader.object(&entry, field.name) else {
                    continue;
                };
                for (id, part) in self.reader.objects_in(&parts) {
                    let place = DocumentPlace {
                        part: Some((field.name.into(), id)),
                        ..place.clone()
                    };
                    self.fields(&place, &part, of_parts, spots);
                }
            }
        }
    }

    fn fields(
        &self,
        holder: &DocumentPlace,
        map: &ObjId,
        fields: &'static [Field],
        spots: &mut Vec<Spot>,
    ) {
        let stands = fields
            .iter()
            .filter(|field| self.reader.has(map, field.name));
        spots.extend(stands.map(|field| Spot {
            place: holder.field(field.name),
            container: self.container,
            parent: map.clone(),
            field: *field,
        }));
    }
}
