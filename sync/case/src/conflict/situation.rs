//! M20: a situation that the catalogue does not know, written by an app with another catalogue. A
//! dispatcher triages it.

use super::{AuthoredVariant, DetectContext, conflict};
use crate::{
    catalogue::Catalogue,
    document::json,
    ids::SituationCode,
    view::{About, Conflict, ConflictKind, DocumentPlace, Severity},
};

const FIELD: &str = "situation_code";

pub(super) fn unknown(context: &DetectContext<'_, '_>) -> Option<Conflict> {
    let intake = context.reader.container("intake").ok()?;
    let begun_with = context.view?.meta.catalogue_version;
    let mut said = Vec::new();
    for (value, op) in context.reader.all(&intake, FIELD).iter().rev() {
        let value = json(value)?;
        let word = value.as_str()?;
        if !is_known(word, begun_with) {
            said.push(AuthoredVariant::written(op, word));
        }
    }
    let (kind, severity) = (ConflictKind::UnknownSituation, Severity::Review);
    let about = || About::Place(DocumentPlace::container("intake").field(FIELD));
    (!said.is_empty()).then(|| conflict(kind, severity, about(), said))
}

/// A code of the issue with which the case was begun has one successor today; another is of the
/// issue of today. One code may mean different things in two issues: then it is for a person.
fn is_known(word: &str, begun_with: u32) -> bool {
    let Ok(code) = word.parse::<SituationCode>() else {
        return false;
    };
    let today = Catalogue::current();
    let is_of = |issue: &Catalogue| issue.lookup(&code).is_some();
    if Catalogue::issue(begun_with).is_some_and(is_of) {
        let translated = Catalogue::translate(&code, begun_with, today.version);
        translated.settled(&code).is_some()
    } else {
        is_of(today)
    }
}
