//! Before another body gets to know a case, its parties agree to that (P05, PIPL art. 23).
//!
//! The law asks nobody where the police act as they must (PIPL art. 13 no. 3), and where life and
//! health are at stake (no. 4): while a danger holds the case, whoever can help is let in at once.

use super::{
    Guard, Holds,
    consent::{agreed, asked, refused},
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

/// While somebody of another body works on the case beside whoever handles it, each party was
/// asked, whenever entered: the consent of the others is none of theirs (PIPL art. 23). What they
/// answer is theirs to say.
pub(crate) const fn everybody_was_asked<A>() -> Guard<A> {
    Guard::new(
        "有外单位参加的，已逐一征求各方当事人意见",
        |_, attempt| {
            let beside = attempt.facts.assignments.iter();
            let mut beside = beside.filter(|a| a.to.is_none() && !a.duty.answers());
            let is_shared = beside.any(|a| is_of_another_body(&a.author()));
            need(
                !is_shared
                    || attempt.facts.is_held()
                    || all_say(attempt, |id| asked(attempt, id, WHAT)),
                "share_not_asked",
                "已有外单位参加本案，尚有当事人（含后来登记的）未被征求是否同意向其提供信息：\
                 请逐一征求并在手机上记录后再提交。",
            )
        },
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
        "尚有当事人未同意向外单位提供信息：请主办人逐一征求其单独同意（后来登记的也要征求），在手机上\
         记录后再办理。当事人不同意或者联系不上的，外单位不得参加；属该单位法定职责的，由分流员办理移交\
         并送达移交告知。有险情的，不受此限。",
    )
}
