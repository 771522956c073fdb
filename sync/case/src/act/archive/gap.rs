//! What a dossier lacks (docs/domain/law.md#papers).

use crate::{
    facts::Stage,
    ids::EntryId,
    record::{CloseKind, ConsentSubject},
    rule::{
        Attempt,
        guard::standing::{self, principals},
    },
};

/// A paper that the outcome of a case asks for and that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DossierGap {
    /// The parties.
    Parties,
    /// That each of them was told of rights and duties.
    Notice,
    /// Who each of them is, as a phone sealed it.
    Identity,
    /// What was said or found out.
    Inquiry,
    /// A record of the mediation.
    Session,
    /// The agreement, or the register of an oral one.
    Agreement,
    /// What proves performance.
    Performance,
}

impl DossierGap {
    /// The stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Parties => "parties",
            Self::Notice => "notice",
            Self::Identity => "identity",
            Self::Inquiry => "inquiry",
            Self::Session => "session",
            Self::Agreement => "agreement",
            Self::Performance => "performance",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Parties => "当事人登记",
            Self::Notice => "权利义务告知记录",
            Self::Identity => "当事人身份证明",
            Self::Inquiry => "调查或陈述记录",
            Self::Session => "调解记录",
            Self::Agreement => "调解协议书或口头协议登记",
            Self::Performance => "履行凭证",
        }
    }
}

/// What the outcome asks for and is not there.
pub(crate) fn gaps(attempt: &Attempt<'_>) -> Vec<DossierGap> {
    let (view, facts) = (attempt.context.view, attempt.facts);
    let mediated = facts.round.accepted_at.is_some();
    let outcome = match &facts.stage {
        Stage::Closed { outcome, .. } | Stage::Archived { outcome, .. } => Some(*outcome),
        _ => None,
    };
    let agreed_on = matches!(
        outcome,
        Some(CloseKind::AgreementPerformed | CloseKind::OralAgreementPerformed)
    );
    let on_scene = outcome == Some(CloseKind::OnSceneSettled);
    let agreement = facts.round.agreement.as_ref();
    let unheard = view.statements.is_empty() && view.notes.is_empty();
    let unagreed =
        (agreed_on && agreement.is_none()) || (on_scene && facts.round.oral_register.is_none());
    let kept = mediated && agreed_on;
    let wanted = [
        (mediated && view.parties.is_empty(), DossierGap::Parties),
        (mediated && !all_were_told(attempt), DossierGap::Notice),
        (kept && !all_are_known(attempt), DossierGap::Identity),
        (kept && unheard, DossierGap::Inquiry),
        (kept && view.sessions.is_empty(), DossierGap::Session),
        (unagreed, DossierGap::Agreement),
        (
            agreed_on && view.performance.is_empty(),
            DossierGap::Performance,
        ),
    ];
    let missing = wanted.into_iter().filter(|(is_missing, _)| *is_missing);
    missing.map(|(_, gap)| gap).collect()
}

fn all_were_told(attempt: &Attempt<'_>) -> bool {
    let (view, facts) = (attempt.context.view, attempt.facts);
    let tells = |what| {
        matches!(
            what,
            ConsentSubject::Mediation | ConsentSubject::PrivacyNotice
        )
    };
    standing::all_say(attempt, |party: EntryId| {
        let mut consents = view.consents.values().map(|entry| &entry.value);
        consents.any(|c| facts.person(c.party) == facts.person(party) && tells(c.what))
    })
}

/// Whether a phone sealed who each party is.
fn all_are_known(attempt: &Attempt<'_>) -> bool {
    let facts = attempt.facts;
    principals(attempt).all(|(party, _)| {
        let mut known = facts.identified.iter();
        known.any(|entry| facts.person(*entry) == facts.person(party))
    })
}
