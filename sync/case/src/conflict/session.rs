//! M13: two people record the same session. Each record has one writer, so nothing is interleaved;
//! both stay.

use super::{AuthoredVariant, DetectContext, conflict, pair, pairs, spoken::minute};
use crate::{
    document::{Authored, History, SessionAtom},
    ids::EntryId,
    view::{Conflict, ConflictKind, Severity},
};
use jiff::SignedDuration;

/// Records that begin within this time of each other may be of one session.
const SITTING: SignedDuration = SignedDuration::from_hours(1);

type AuthoredSession = (EntryId, Authored<SessionAtom>);

pub(super) fn doubled(context: &DetectContext<'_, '_>, history: &History) -> Vec<Conflict> {
    let sessions = context
        .reader
        .authored_below::<SessionAtom>("sessions", "head");
    let of_one = pairs(&sessions).filter(|((_, a), (_, b))| {
        let apart = a.value.start.duration_since(b.value.start).abs();
        a.author != b.author && apart < SITTING && history.apart(&a.op, &b.op)
    });
    of_one.map(|(a, b)| of_one_session(a, b)).collect()
}

fn of_one_session(a: &AuthoredSession, b: &AuthoredSession) -> Conflict {
    let said = |(_, authored): &AuthoredSession| {
        AuthoredVariant::written(
            &authored.op,
            format!("{} 开始的调解记录", minute(authored.value.start)),
        )
    };
    conflict(
        ConflictKind::SameSession,
        Severity::Note,
        pair("sessions", a.0, b.0),
        vec![said(a), said(b)],
    )
}
