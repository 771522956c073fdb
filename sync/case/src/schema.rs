//! The one table that describes a case document (docs/domain/rules.md#document): containers,
//! fields, and who may write them.
//!
//! Genesis makes the containers from it, rights are judged by it, writing and reading take their
//! names from it. A new schema is a new genesis message and a migration made by the server, never a
//! container made by a phone (M21).

mod table;

pub use table::{CONTAINERS, CREATORS};

use crate::{class::FieldClass, part::CasePart, role::Role};

/// The message of the genesis change: the name and version of the schema.
pub const GENESIS_MESSAGE: &str = "hejie-case-v1";

/// The version that `meta.schema` holds.
pub const SCHEMA: u32 = 1;

/// No plain word of a record is longer, in bytes.
pub const MAX_WORD: usize = 4 << 10;

/// No JSON string of an entry is longer, in bytes.
pub const MAX_ATOM: usize = 64 << 10;

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles(u32);

impl Roles {
    /// The set of these roles.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < roles.len() {
            bits |= 1 << roles[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// This set and these roles.
    #[must_use]
    pub const fn and(self, roles: &[Role]) -> Self {
        Self(self.0 | Self::of(roles).0)
    }

    /// Whether the role belongs to the set.
    #[must_use]
    pub const fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u32) != 0
    }
}

/// A container: a map that the genesis makes under the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Container {
    /// Its key under the root.
    pub name: &'static str,
    /// The part of the case to which it belongs.
    pub part: CasePart,
    /// Who may make entries here, or write the fields of a record.
    pub writers: Roles,
    /// What it holds.
    pub shape: Shape,
    /// By which class an entry is read as a whole: that of what is least open in it.
    pub class: FieldClass,
}

/// What a map holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Fixed fields, made by the genesis or written in place.
    Record(&'static [Field]),
    /// Entries by id, each a map of fields.
    Entries(&'static [Field]),
    /// Entries by id, each one JSON string that never changes.
    Atoms,
    /// Marks by item code, each one JSON string that may be replaced.
    Marks,
}

/// A field of a record or of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// How it is stored and merged.
    pub kind: FieldKind,
    /// Who may write it after the entry was made.
    pub by: WritableBy,
    /// By which class it is read, with whatever lies below it.
    pub class: FieldClass,
}

/// How a field is stored and merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Written with the entry and never again.
    Once(Scalar),
    /// A register whose rival values are kept and shown.
    Lww(Scalar),
    /// A mergeable text.
    Text,
    /// One JSON string, replaced as a whole; rival values are kept and shown.
    Atom,
    /// One JSON string, written with the entry and never again.
    OnceAtom,
    /// One JSON string that is written once, later than the entry: a lock, a freeze, a withdrawal.
    WriteOnce,
    /// A map below the entry.
    Map(Shape),
}

/// What a plain value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A string.
    Word,
    /// A whole number, not negative.
    Number,
    /// Yes or no.
    Flag,
}

/// Who may write a field after the entry was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WritableBy {
    /// Everybody who may write in the container.
    Writers,
    /// Only the actor who made the entry.
    Creator,
}

/// A place in the document, as the table describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// A map that holds entries or fields, and who may add to it.
    Map(Shape, WritableBy),
    /// An entry with its fields.
    Entry(&'static [Field]),
    /// A field.
    Field(Field),
    /// An entry that is one JSON string.
    Atom,
}

/// Looks a container up by its name.
#[must_use]
pub fn container(name: &str) -> Option<&'static Container> {
    CONTAINERS.iter().find(|container| container.name == name)
}

/// The part of the case to which a container belongs; what nobody knows is confidential.
#[must_use]
pub fn part_of(name: &str) -> CasePart {
    container(name).map_or(CasePart::Confidential, |container| container.part)
}

/// Looks a field up by its name.
#[must_use]
pub fn field(fields: &[Field], name: &str) -> Option<Field> {
    fields.iter().find(|field| field.name == name).copied()
}

/// The fields of the entries of a container; none when it holds something else.
#[must_use]
pub fn entry_fields(name: &str) -> &'static [Field] {
    match container(name).map(|container| container.shape) {
        Some(Shape::Entries(fields)) => fields,
        _ => &[],
    }
}

/// The fields of a clause of a draft.
#[must_use]
pub fn clause_fields() -> &'static [Field] {
    match field(entry_fields("drafts"), "clauses").map(|field| field.kind) {
        Some(FieldKind::Map(Shape::Entries(fields))) => fields,
        _ => &[],
    }
}

/// Whether a text is the code of a checklist item: letters, digits, `-`, `_` and `.`, at most 64.
#[must_use]
pub fn is_item_code(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

impl Container {
    /// The fields of what it holds; none where that is one JSON string.
    #[must_use]
    pub const fn fields(&self) -> &'static [Field] {
        match self.shape {
            Shape::Record(fields) | Shape::Entries(fields) => fields,
            Shape::Atoms | Shape::Marks => &[],
        }
    }

    /// Describes the place that entry and field name; a field below a nested map is named by its
    /// path, `clauses/<id>/text`.
    #[must_use]
    pub fn resolve(&self, entry: Option<&str>, path: Option<&str>) -> Option<Node> {
        let steps = entry
            .into_iter()
            .chain(path.into_iter().flat_map(|path| path.split('/')));
        let mut node = Node::Map(self.shape, WritableBy::Writers);
        for step in steps {
            node = node.below(step)?;
        }
        Some(node)
    }
}

impl Node {
    fn below(self, step: &str) -> Option<Self> {
        match self {
            Self::Map(Shape::Entries(fields), _) => Some(Self::Entry(fields)),
            Self::Map(Shape::Atoms | Shape::Marks, _) => Some(Self::Atom),
            Self::Map(Shape::Record(fields), _) | Self::Entry(fields) => {
                let field = field(fields, step)?;
                Some(if let FieldKind::Map(shape) = field.kind {
                    Self::Map(shape, field.by)
                } else {
                    Self::Field(field)
                })
            }
            Self::Field(_) | Self::Atom => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_resolved_by_the_table_alone() {
        let drafts = container("drafts").unwrap();
        let clause_text = drafts.resolve(Some("d"), Some("clauses/c/text"));
        assert!(matches!(
            clause_text,
            Some(Node::Field(Field {
                kind: FieldKind::Text,
                ..
            }))
        ));
        assert_eq!(drafts.resolve(Some("d"), Some("nothing")), None);
        assert_eq!(drafts.resolve(Some("d"), Some("form/deeper")), None);
    }

    #[test]
    fn supervisors_analysts_and_admins_write_nothing_into_documents() {
        for role in [
            Role::Supervisor,
            Role::Analyst,
            Role::SystemAdmin,
            Role::SecurityAdmin,
            Role::Auditor,
        ] {
            assert!(!CREATORS.contains(role));
            assert!(
                CONTAINERS
                    .iter()
                    .all(|container| !container.writers.contains(role)),
                "{role:?}"
            );
        }
    }
}
