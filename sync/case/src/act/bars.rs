//! What keeps somebody, or the committee, from a case stands wherever its dispute goes on: under
//! another case, out of that again, in a part of it (LW16, LW22, LW37).

use super::recuse::keep_away;
use crate::{
    facts::{Bars, Facts, Recusal, SeisedMatter},
    ids::CaseId,
    limit::form,
    rule::Attempt,
};

/// Lets what keeps people from another case keep them from this one; of a case that goes on under
/// this one it leaves again with it.
pub(super) fn take_in(bars: &Bars, from: Option<CaseId>, attempt: &Attempt<'_>, facts: &mut Facts) {
    bring(bars, from, facts);
    keep_away(attempt, facts);
}

/// As [`take_in`], where nobody works on the case yet. The same of two cases stands twice, so that
/// each leaves with its own.
pub(crate) fn bring(bars: &Bars, from: Option<CaseId>, facts: &mut Facts) {
    for recusal in &bars.recused {
        let same = |known: &Recusal| (known.user, known.from) == (recusal.user, from);
        if !facts.recused.iter().any(same) {
            // The entries of the other case's document are none of this one's.
            let party = None;
            facts.recused.push(Recusal {
                from,
                party,
                ..*recusal
            });
        }
    }
    for matter in &bars.seised {
        let same = |known: &SeisedMatter| {
            known.from == from && known.ended_on.is_none() && is_same(known, matter)
        };
        if !facts.seised.iter().any(same) {
            let matter = matter.clone();
            facts.seised.push(SeisedMatter { from, ..matter });
        }
    }
}

/// Lets what a case brought leave with it.
pub(super) fn give_back(facts: &mut Facts, from: CaseId) {
    facts.recused.retain(|recusal| recusal.from != Some(from));
    facts.seised.retain(|matter| matter.from != Some(from));
}

/// A case that went on under another one hears what that one learned meanwhile: what was its own
/// and ended there has ended, and whatever was said of both keeps people from both.
pub(super) fn learn(bars: &Bars, attempt: &Attempt<'_>, facts: &mut Facts) {
    let is_ours = |matter: &SeisedMatter| matter.from == Some(facts.case_id);
    let (ours, theirs): (Vec<_>, Vec<_>) = bars.seised.iter().cloned().partition(is_ours);
    for matter in &mut facts.seised {
        let mut there = ours.iter().filter(|there| is_same(there, matter));
        let ended_on = there.find_map(|there| there.ended_on);
        matter.ended_on = matter.ended_on.or(ended_on);
    }
    let recused = bars.recused.clone();
    let seised = theirs;
    take_in(&Bars { recused, seised }, None, attempt, facts);
}

fn is_same(one: &SeisedMatter, other: &SeisedMatter) -> bool {
    is_about(one, &other.body_name, &other.docket_no)
}

/// Whether a matter is the one that somebody names, however the number is typed.
pub(super) fn is_about(matter: &SeisedMatter, body_name: &str, docket_no: &str) -> bool {
    form::folded(&matter.body_name) == form::folded(body_name)
        && form::docket(&matter.docket_no) == form::docket(docket_no)
}
