//! Who may not speak for others, as the phone says it when a case is to be accepted (LW18, LW36).

use super::Handled;
use hejie_case::{
    act,
    edit::{Edit, NewEntry, Withdrawable},
    ids::EntryId,
    record::*,
};

/// How somebody is entered.
type Entered = fn(&mut Party, EntryId, Option<EntryId>);

impl Handled {
    /// A party entered otherwise than as a grown-up who takes part for himself.
    pub(super) fn person(&mut self, side: Side, entered: impl Fn(&mut Party)) -> EntryId {
        let mut party = Party::person(side, "陈*");
        entered(&mut party);
        self.add(NewEntry::Party(party))
    }

    fn paper(&mut self) -> EntryId {
        let at = self.phone.now();
        let evidence = Evidence {
            kind: EvidenceKind::Paper,
            sha256: "0".repeat(64),
            size: 12,
            mime: "image/jpeg".into(),
            taken_at: at,
            place: None,
            origin: "当事人出示".into(),
        };
        self.add(NewEntry::Evidence(evidence, "授权委托书".into()))
    }

    fn withdraw(&mut self, party: EntryId) {
        let at = self.phone.now();
        let (target, why) = (Withdrawable::Party(party), "登记有误。".into());
        self.write(Edit::Withdraw { target, why, at });
    }
}

/// Shows E11, LW18, LW36.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_accepted_through_somebody_whom_the_law_keeps_from_speaking_for_others() {
    let mut handled = Handled::set().await;
    let text_version = "2026-1".into();
    let notice = Ask::GiveNotice(act::GiveNotice { text_version });
    handled.is_granted(notice).await;
    let [a, b] = [handled.party(Side::A), handled.party(Side::B)];
    for party in [a, b] {
        handled.consents(party, ConsentDecision::Agree);
    }
    let paper = Some(handled.paper());
    let unfit: [(&str, Entered); 6] = [
        ("guardian_missing", |who, _, _| who.is_minor = true),
        ("guardian_for_able", |who, a, _| who.guardian_of = Some(a)),
        ("mandate_missing", |who, a, _| who.agent_of = Some(a)),
        ("speaker_unable", |who, a, paper| {
            who.is_incapacitated = true;
            (who.agent_of, who.mandate) = (Some(a), paper);
        }),
        ("speaker_for_nobody", |who, _, paper| {
            (who.role, who.mandate) = (Some(PartyRole::Agent), paper);
        }),
        ("speaker_on_other_side", |who, a, paper| {
            who.side = Side::B;
            (who.agent_of, who.mandate) = (Some(a), paper);
        }),
    ];
    for (code, entered) in unfit {
        let somebody = handled.person(Side::A, |who| entered(who, a, paper));
        handled.is_refused(Ask::Accept, code).await;
        handled.withdraw(somebody);
    }
    let many: Vec<EntryId> = (0..6)
        .map(|_| {
            handled.person(Side::A, |who| {
                (who.is_representative, who.mandate) = (true, paper);
            })
        })
        .collect();
    handled
        .is_refused(Ask::Accept, "too_many_representatives")
        .await;
    for one in many {
        handled.withdraw(one);
    }
    handled.is_granted(Ask::Accept).await;
}
