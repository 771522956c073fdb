//! The papers that a case holds, each as one line of the catalogue.

use super::{DossierItem, PaperAuthor};
use crate::{
    facts::{Facts, Round, Stage},
    ids::{Actor, EntryId},
    record::{AgreementForm, Ask, ConsentDecision, ConsentSubject, NoteKind},
    view::{CaseView, Entries},
};
use jiff::Timestamp;

/// What kinds of papers there are, in the order in which they are bound
/// (docs/domain/law.md#papers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DossierPaper {
    /// 受理登记表: made from the case.
    Register,
    /// 权利义务告知书, and what each party said to it.
    Notice,
    /// 身份证明: that a phone sealed who somebody is.
    Identity,
    /// 授权委托书.
    Mandate,
    /// 调查记录: statements, and notes of an inquiry.
    Inquiry,
    /// 证据材料.
    Evidence,
    /// 调解记录.
    Session,
    /// 调解协议书.
    Agreement,
    /// 口头协议登记表.
    OralRegister,
    /// 履行凭证.
    Performance,
    /// 回访记录.
    Visit,
    /// 司法确认材料.
    Confirmation,
    /// 函告: notices in writing.
    Letter,
    /// 结案报告: made from the case.
    Report,
}

impl DossierPaper {
    /// The stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Notice => "notice",
            Self::Identity => "identity",
            Self::Mandate => "mandate",
            Self::Inquiry => "inquiry",
            Self::Evidence => "evidence",
            Self::Session => "session",
            Self::Agreement => "agreement",
            Self::OralRegister => "oral_register",
            Self::Performance => "performance",
            Self::Visit => "visit",
            Self::Confirmation => "confirmation",
            Self::Letter => "letter",
            Self::Report => "report",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Register => "受理登记表",
            Self::Notice => "权利义务告知",
            Self::Identity => "身份证明",
            Self::Mandate => "授权委托书",
            Self::Inquiry => "调查记录",
            Self::Evidence => "证据材料",
            Self::Session => "调解记录",
            Self::Agreement => "调解协议书",
            Self::OralRegister => "口头协议登记表",
            Self::Performance => "履行凭证",
            Self::Visit => "回访记录",
            Self::Confirmation => "司法确认材料",
            Self::Letter => "函告文书",
            Self::Report => "结案报告",
        }
    }
}

/// Every paper of a case, not numbered yet.
pub(super) fn all(view: &CaseView, facts: &Facts) -> Vec<DossierItem> {
    let mut papers = Papers {
        view,
        facts,
        items: Vec::new(),
    };
    papers.made_from_the_case();
    papers.of_parties();
    papers.of_inquiry();
    papers.of_agreements();
    papers.of_the_end();
    papers.items
}

struct Papers<'a> {
    view: &'a CaseView,
    facts: &'a Facts,
    items: Vec<DossierItem>,
}

impl Papers<'_> {
    fn add(
        &mut self,
        paper: DossierPaper,
        about: &str,
        at: Option<Timestamp>,
        author: PaperAuthor,
    ) -> &mut DossierItem {
        let title = match about {
            "" => paper.zh().to_owned(),
            about => format!("{}：{about}", paper.zh()),
        };
        self.items.push(DossierItem {
            no: 0,
            paper,
            title,
            at,
            author,
            originals: Vec::new(),
        });
        let last = self.items.len() - 1;
        &mut self.items[last]
    }

    fn made_from_the_case(&mut self) {
        let facts = self.facts;
        let (case, no) = (PaperAuthor::Case, facts.case_no.as_str());
        self.add(DossierPaper::Register, no, Some(facts.registered_at), case);
        if let Stage::Closed { at, .. } | Stage::Archived { at, .. } = facts.stage {
            self.add(DossierPaper::Report, "", Some(at), case);
        }
    }

    fn of_parties(&mut self) {
        let view = self.view;
        for entry in view.requests.values() {
            if let Ask::GiveNotice(notice) = &entry.value.ask {
                let (at, writer) = (Some(entry.value.at), PaperAuthor::Writer(entry.author));
                self.add(DossierPaper::Notice, &notice.text_version, at, writer);
            }
        }
        for entry in view.consents.values() {
            let said = &entry.value;
            let (ConsentSubject::Mediation, ConsentDecision::Agree) = (said.what, said.decision)
            else {
                continue;
            };
            let about = format!("{}同意调解", self.name(said.party));
            let writer = PaperAuthor::Writer(entry.author);
            self.add(DossierPaper::Notice, &about, Some(said.at), writer);
        }
        for (id, entry) in &view.parties {
            let writer = PaperAuthor::Writer(entry.author);
            let name = self.name(*id);
            if self.facts.identified.contains(id) {
                self.add(DossierPaper::Identity, &name, None, writer);
            }
            if let Some(mandate) = entry.value.party.mandate {
                let paper = self.add(DossierPaper::Mandate, &name, None, writer);
                paper.originals.push(mandate);
            }
        }
    }

    fn of_inquiry(&mut self) {
        let view = self.view;
        for entry in view.statements.values() {
            let head = &entry.value.head;
            let sealed = if entry.value.sealed.is_some() {
                "（封存）"
            } else {
                ""
            };
            let about = format!("{}的陈述{sealed}", self.name(head.party));
            let writer = PaperAuthor::Writer(entry.author);
            self.add(DossierPaper::Inquiry, &about, Some(head.taken_at), writer);
        }
        let inquiries = view.notes.values();
        for entry in inquiries.filter(|entry| entry.value.head.kind == NoteKind::Inquiry) {
            let writer = PaperAuthor::Writer(entry.author);
            self.add(DossierPaper::Inquiry, "", Some(entry.value.head.at), writer);
        }
        for (id, entry) in &view.evidence {
            let evidence = &entry.value;
            let withdrawn = if evidence.withdrawn.is_some() {
                "（已撤回）"
            } else {
                ""
            };
            let about = format!("{}{withdrawn}", evidence.caption);
            let writer = PaperAuthor::Writer(entry.author);
            let taken_at = evidence.evidence.taken_at;
            let paper = self.add(DossierPaper::Evidence, &about, Some(taken_at), writer);
            paper.originals.push(*id);
        }
        for entry in view.sessions.values() {
            let writer = PaperAuthor::Writer(entry.author);
            let head = &entry.value.head;
            self.add(
                DossierPaper::Session,
                &head.result,
                Some(head.start),
                writer,
            );
        }
    }

    fn of_agreements(&mut self) {
        let facts = self.facts;
        for (agreement, _) in facts.agreements() {
            let paper = match agreement.form {
                AgreementForm::Written => DossierPaper::Agreement,
                AgreementForm::Oral => DossierPaper::OralRegister,
            };
            let number = agreement.number.as_deref().unwrap_or("未生效");
            let writer = writer_of(&self.view.drafts, agreement.draft);
            self.add(paper, number, agreement.effective_at, writer);
        }
        for register in facts
            .rounds()
            .filter_map(|round| round.oral_register.as_ref())
        {
            let (at, by) = (
                Some(register.agreed_at),
                PaperAuthor::Person(register.by.user),
            );
            self.add(DossierPaper::OralRegister, &register.number, at, by);
        }
        for entry in self.view.performance.values() {
            let done = &entry.value;
            let writer = PaperAuthor::Writer(entry.author);
            let slip = done.slip_no.as_deref().unwrap_or(&done.means);
            let paper = self.add(DossierPaper::Performance, slip, Some(done.at), writer);
            paper.originals.extend(done.evidence);
        }
        for confirmation in facts.rounds().flat_map(Round::confirmations) {
            let (at, case) = (Some(confirmation.asked_at), PaperAuthor::Case);
            self.add(DossierPaper::Confirmation, &confirmation.court, at, case);
        }
    }

    fn of_the_end(&mut self) {
        for entry in self.view.visits.values() {
            let writer = PaperAuthor::Writer(entry.author);
            self.add(DossierPaper::Visit, "", Some(entry.value.visit.at), writer);
        }
        for round in self.facts.rounds() {
            for notice in &round.breach_notices {
                let by = PaperAuthor::Person(notice.by.user);
                self.add(
                    DossierPaper::Letter,
                    "不履行告知书",
                    Some(notice.given_at),
                    by,
                );
            }
            if let Some(transfer) = &round.transferred {
                let by = PaperAuthor::Person(transfer.by.user);
                self.add(
                    DossierPaper::Letter,
                    "移交告知书",
                    Some(transfer.given.at),
                    by,
                );
            }
        }
    }

    /// The masked name of a party; of one who is not there, that it is not known.
    fn name(&self, party: EntryId) -> String {
        let entry = self.view.parties.get(&self.facts.person(party));
        entry.map_or_else(
            || "当事人".to_owned(),
            |entry| entry.value.party.name_masked.clone(),
        )
    }
}

fn writer_of<T>(entries: &Entries<T>, id: EntryId) -> PaperAuthor {
    let author: Option<Actor> = entries.get(&id).map(|entry| entry.author);
    author.map_or(PaperAuthor::Case, PaperAuthor::Writer)
}
