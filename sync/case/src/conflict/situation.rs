//! M20: a situation that the catalogue does not know, written by an app with another catalogue. A
//! dispatcher triages it. M10: one that was written without knowing what a desk had decided, or
//! against it.

use super::{AuthoredVariant, DetectContext, conflict};
use crate::{
    act::{in_todays_issue, situation_said},
    document::json,
    ids::SituationCode,
    view::{About, Conflict, ConflictKind, DocumentPlace, Severity, VariantValue},
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

/// What the document alone says anew, where a desk has decided otherwise.
pub(super) fn against_desk(context: &DetectContext<'_, '_>) -> Option<Conflict> {
    let decided = context.beside.decided.as_ref()?;
    let said = situation_said(context.view?)?;
    if said == decided.code || decided.heard.as_ref() == Some(&said) {
        return None;
    }
    let intake = context.reader.container("intake").ok()?;
    let values = context.reader.all(&intake, FIELD);
    let (_, op) = values.first()?;
    let of_desk = AuthoredVariant::marked(None, "desk".into(), decided.code.as_str());
    let variants = vec![
        of_desk.meaning(VariantValue::Situation(decided.code.clone())),
        AuthoredVariant::written(op, said.as_str()).meaning(VariantValue::Situation(said)),
    ];
    let (kind, severity) = (ConflictKind::RivalSituation, Severity::Review);
    let about = About::Place(DocumentPlace::container("intake").field(FIELD));
    Some(conflict(kind, severity, about, variants))
}

/// A code of the issue with which the case was begun has one successor today; another is of the
/// issue of today. One code may mean different things in two issues: then it is for a person.
fn is_known(word: &str, begun_with: u32) -> bool {
    let code = word.parse::<SituationCode>();
    code.is_ok_and(|code| in_todays_issue(&code, begun_with).is_some())
}
