//! Whether the words of statements must be sealed in a case (D03).

use crate::{ids::SituationCode, view::CaseView};

/// Categories in which they must: 家庭婚恋情感, 医疗, 校园及教育培训.
const SEALED_CATEGORIES: [&str; 3] = ["N01", "N05", "N12"];

/// Whether statements of this case are written sealed: by its situation, as the document says it or
/// as it was ruled where that is known, or because a minor takes part.
///
/// Where authors disagree on the situation or on the age of a party, the answer is yes as soon as
/// one of them would have it so: what was written in plain text cannot be taken back.
#[must_use]
pub fn must_seal(view: &CaseView, ruled: Option<&SituationCode>) -> bool {
    let said = view.intake.situation.values.iter().map(|(_, code)| code);
    let mut situations = said.chain(ruled);
    let mut parties = view.parties.values().map(|entry| &entry.value);
    situations.any(|code| {
        SEALED_CATEGORIES
            .iter()
            .any(|category| code.as_str().starts_with(category))
    }) || parties
        .any(|party| party.party.is_minor || party.disputed.iter().any(|field| field == "is_minor"))
}
