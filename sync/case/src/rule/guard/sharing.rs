//! Before another body gets to know a case, its parties agree to that (P05, PIPL art. 23).
//!
//! The law asks nobody where the police act as they must (PIPL art. 13 no. 3), and where life and
//! health are at stake (no. 4): while a danger holds the case, whoever can help is let in at once.

use super::{
    Guard, Holds,
    consent::{agreed, refused},
    need,
    standing::{all_say, everybody},
};
use crate::{
    act::Transition,
    record::ConsentSubject,
    role::{Author, Role},
    rule::Attempt,
};

const WHAT: ConsentSubject = ConsentSubject::ShareDepartment;

/// On what the law lets another body join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SharingBasis {
    /// Every party agreed.
    Consent,
    /// Life and health are at stake.
    Emergency,
}

impl SharingBasis {
    /// How the trail says it.
    pub(crate) fn zh(self) -> &'static str {
        match self {
            Self::Consent => "各方当事人已同意向该单位提供信息（个人信息保护法第二十三条）",
            Self::Emergency => "险情紧急，依个人信息保护法第十三条第一款第四项提供信息",
        }
    }
}

/// On what those whom an act puts on the case may get to know it; none where nobody of another
/// body joins.
///
/// # Errors
/// A party was not asked, or does not agree.
pub(crate) fn basis(
    people: &[Author],
    attempt: &Attempt<'_>,
) -> Result<Option<SharingBasis>, crate::reason::Reason> {
    if !people.iter().any(is_of_another_body) {
        return Ok(None);
    }
    if attempt.facts.is_held() {
        return Ok(Some(SharingBasis::Emergency));
    }
    everybody_agreed(attempt)?;
    // Where nobody is entered yet, nobody agreed to anything.
    Ok(everybody(attempt).next().map(|_| SharingBasis::Consent))
}

/// The parties agreed to whoever joins from another body.
pub(crate) const fn consented<A: Transition>() -> Guard<A> {
    Guard::instructive(
        "外单位参加的，各方当事人同意向其提供信息（险情紧急的除外）",
        |act: &A, attempt| basis(act.targets(), attempt).map(|_| ()),
    )
}

/// Those who handle disputes for the committee and the centre, and the police, are no other body.
fn is_of_another_body(target: &Author) -> bool {
    matches!(target.role, Role::Department | Role::Invited | Role::Court)
}

fn everybody_agreed(attempt: &Attempt<'_>) -> Holds {
    let agrees = |party| agreed(attempt, party, WHAT) && refused(attempt, party, WHAT).is_none();
    need(
        all_say(attempt, agrees),
        "share_consent_missing",
        "尚有当事人未同意向外单位提供信息，请主办人逐一征求意见并在手机上记录；当事人无法联系或者不同意的，可由分流员办理移交并送达移交告知；险情紧急的除外。",
    )
}
