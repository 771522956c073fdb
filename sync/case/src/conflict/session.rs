//! M13: two people record the same session. Each record has one writer, so nothing is interleaved;
//! both stay.

use super::{AuthoredVariant, DetectContext, conflict, mark_of, spoken::minute};
use crate::{
    document::{Authored, History, SessionAtom},
    ids::EntryId,
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};
use jiff::SignedDuration;

/// Records that begin within this time of each other may be of one session.
const SITTING: SignedDuration = SignedDuration::from_hours(1);

type AuthoredSession = (EntryId, Authored<SessionAtom>);

pub(super) fn doubled(context: &DetectContext<'_, '_>, history: &History) -> Vec<Conflict> {
    let sessions = context
        .reader
        .authored_below::<SessionAtom>("sessions", "head");
    let mut found = Vec::new();
    for (n, a) in sessions.iter().enumerate() {
        for b in &sessions[n + 1..] {
            let apart = a.1.value.start.duration_since(b.1.value.start).abs();
            if a.1.author != b.1.author && apart < SITTING && history.apart(&a.1.op, &b.1.op) {
                found.push(of_one_session(a, b));
            }
        }
    }
    found
}

fn of_one_session(a: &AuthoredSession, b: &AuthoredSession) -> Conflict {
    let said = |(_, authored): &AuthoredSession| AuthoredVariant {
        author: Some(authored.author),
        text: format!("{} 开始的调解记录", minute(authored.value.start)),
        value: VariantValue::Words,
        mark: mark_of(&authored.op),
    };
    conflict(
        ConflictKind::SameSession,
        Severity::Note,
        About::Pair {
            container: "sessions".into(),
            earlier: a.0,
            later: b.0,
        },
        vec![said(a), said(b)],
    )
}
