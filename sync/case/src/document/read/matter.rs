//! What an agreement is about beside its clauses (Mediation Law art. 29): who the parties are, and
//! what happened. A signature stands over it (docs/adr/0023).

use super::{DocReader, view};
use crate::{
    catalogue::Catalogue,
    ids::{EntryId, SituationCode},
    record::{AgreementForm, Cents, Injury, PartyKind, PartyRole, Side},
    view::{Entries, Intake, MvRegister, PartyView},
};
use jiff::Timestamp;
use serde::Serialize;
use std::fmt::Display;

/// Who the parties are and what happened, in the order in which it is hashed.
#[derive(Serialize)]
pub(crate) struct Matter {
    /// By their ids, without those who were withdrawn.
    parties: Vec<NamedParty>,
    facts: DisputeFacts,
}

/// A party as the document names it: masked.
#[derive(Serialize)]
struct NamedParty {
    id: EntryId,
    kind: PartyKind,
    side: Side,
    role: Option<PartyRole>,
    name: String,
    is_representative: bool,
    guardian_of: Option<EntryId>,
    agent_of: Option<EntryId>,
}

/// What happened. Of values against each other each is held, in no order but their own.
#[derive(Serialize)]
struct DisputeFacts {
    situation: Vec<SituationCode>,
    occurred_at: Vec<Timestamp>,
    persons: Vec<u32>,
    amount: Vec<Cents>,
    injury: Vec<Injury>,
    place: Vec<(String, String)>,
    summary: String,
}

/// What is hashed of an agreement.
#[derive(Serialize)]
struct CanonicalAgreement<'a> {
    clauses: &'a str,
    form: AgreementForm,
    matter: &'a Matter,
}

impl DocReader<'_> {
    /// What the case is about, as a signature would stand over it; read once.
    pub(crate) fn matter(&self) -> &Matter {
        let read = || {
            let (parties, intake) = view::parties_and_intake(self);
            Matter::of(&parties, &intake)
        };
        self.matter.get_or_init(read)
    }
}

impl Matter {
    fn of(parties: &Entries<PartyView>, intake: &Intake) -> Self {
        let present = parties.iter().filter(|(_, p)| p.value.withdrawn.is_none());
        let named = present.map(|(id, entry)| {
            let party = &entry.value.party;
            NamedParty {
                id: *id,
                kind: party.kind,
                side: party.side,
                role: party.role,
                name: party.name_masked.clone(),
                is_representative: party.is_representative,
                guardian_of: party.guardian_of,
                agent_of: party.agent_of,
            }
        });
        // Where it happened is told by the address; a phone measures its position anew.
        let places = intake.place.values.iter();
        let mut place: Vec<_> = places
            .map(|(_, place)| (place.region.to_string(), place.address.clone()))
            .collect();
        place.sort_unstable();
        Self {
            parties: named.collect(),
            facts: DisputeFacts {
                situation: rivals(&intake.situation),
                occurred_at: rivals(&intake.occurred_at),
                persons: rivals(&intake.persons),
                amount: rivals(&intake.amount),
                injury: rivals(&intake.injury),
                place,
                summary: intake.summary.clone(),
            },
        }
    }

    /// The canonical form of an agreement about this, by the hash of its clauses.
    pub(super) fn canonical(&self, form: AgreementForm, clauses: &str) -> String {
        let whole = CanonicalAgreement {
            clauses,
            form,
            matter: self,
        };
        // Strings and numbers only: this cannot fail.
        serde_json::to_string(&whole).unwrap_or_default()
    }

    /// For people who compare what was signed with what stands there now.
    pub(crate) fn words(&self) -> String {
        let facts = &self.facts;
        let named = |code: &SituationCode| {
            let situation = Catalogue::current().lookup(code);
            situation.map_or_else(|| code.to_string(), |s| s.situation_zh.clone())
        };
        let mut lines: Vec<String> = self.parties.iter().map(NamedParty::words).collect();
        lines.extend(line("情形", facts.situation.iter().map(named)));
        lines.extend(line("发生时间", &facts.occurred_at));
        lines.extend(line("地点", facts.place.iter().map(|(_, address)| address)));
        lines.extend(line("人数", &facts.persons));
        lines.extend(line(
            "金额（分）",
            facts.amount.iter().map(|amount| amount.0),
        ));
        lines.extend(line(
            "伤情",
            facts.injury.iter().map(|injury| injured(*injury)),
        ));
        lines.push(facts.summary.clone());
        lines.join("\n")
    }
}

impl NamedParty {
    fn words(&self) -> String {
        let side = match self.side {
            Side::A => "甲方",
            Side::B => "乙方",
            Side::Third => "第三人",
        };
        let stands_for = if self.guardian_of.is_some() {
            "（监护人）"
        } else if self.agent_of.is_some() {
            "（代理人）"
        } else if self.is_representative {
            "（代表人）"
        } else {
            ""
        };
        format!("{side}：{}{stands_for}", self.name)
    }
}

fn injured(injury: Injury) -> &'static str {
    match injury {
        Injury::None => "无",
        Injury::Light => "轻微",
        Injury::Lasting => "持久损害",
        Injury::Death => "死亡",
    }
}

fn rivals<T: Ord + Clone>(register: &MvRegister<T>) -> Vec<T> {
    let mut values: Vec<T> = register.values.iter().map(|(_, v)| v.clone()).collect();
    values.sort_unstable();
    values
}

/// A line of what is known of one thing; none where nothing is.
fn line<T: Display>(name: &str, values: impl IntoIterator<Item = T>) -> Option<String> {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    (!values.is_empty()).then(|| format!("{name}：{}", values.join("／")))
}
