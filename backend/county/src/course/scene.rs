//! On the scene: who arrives sees what is there, and the dispute is settled at once or goes on.

use super::CaseCourse;
use crate::{
    chance::Chance,
    play::{Result, notice},
};
use hejie_case::{
    act,
    facts::{Difficulty, Status},
    ids::EntryId,
    record::{
        Ask, CloseKind, ConsentDecision, Emotion, EvidenceKind, NoteKind, Residual, RiskFactor,
    },
    role::Role,
};

impl CaseCourse<'_> {
    pub(super) fn sign_for(&mut self, phone: usize) -> Result {
        if let Some(offer) = self.play.facts().offered() {
            let assignment = offer.version;
            self.play.ask(phone, act::SignFor { assignment })?;
        }
        self.play.sync(phone)
    }

    pub(super) fn scene(&mut self, phone: usize) -> Result {
        self.delay(14.0, 0.5)?;
        self.arrive(phone)?;
        self.delay(18.0, 0.6)?;
        let parties = self.parties(phone)?;
        let note = self.say(&self.words.scene_notes);
        self.play.note(phone, NoteKind::Scene, note)?;
        self.risks(phone, self.fate.on_scene)?;
        self.pieces(phone)?;
        if self.fate.on_scene {
            self.settle_on_scene(phone, parties)?;
            self.sync(phone)?;
            return self.end(phone);
        }
        let level = self.residual();
        let why = self.say(&self.words.residual).to_owned();
        self.play
            .observe(phone, RiskFactor::Residual(level), &why)?;
        self.play.ask(phone, act::ResidualRisk { level, why })?;
        self.sync(phone)?;
        self.delay(90.0, 0.9)?;
        self.divert(parties)
    }

    pub(super) fn arrive(&mut self, phone: usize) -> Result {
        self.play.ask(
            phone,
            act::Arrive {
                reason: Some("室内无法定位".into()),
                ..act::Arrive::default()
            },
        )?;
        Ok(())
    }

    /// The police side hands the case on; a mediator of the township signs for it.
    fn divert(&mut self, parties: [EntryId; 2]) -> Result {
        if self.play.facts().stage.status() != Status::PendingDispatch {
            return Ok(());
        }
        let mediators = &self.township.mediators;
        if mediators.is_empty() {
            return Ok(());
        }
        let to = &self.county.map.people[*self.chance.pick(mediators)];
        self.dispatch(to)?;
        self.delay(12.0, 0.7)?;
        let phone = match self
            .play
            .phones
            .iter()
            .position(|p| p.sender().author.user == to.author.user)
        {
            Some(known) => known,
            None => self.hand_to(to)?,
        };
        self.sign_for(phone)?;
        self.go_on(phone, parties)
    }

    fn settle_on_scene(&mut self, phone: usize, parties: [EntryId; 2]) -> Result {
        let result = self.say(&self.words.on_scene).to_owned();
        for party in parties {
            self.play
                .consent(phone, party, ConsentDecision::Agree, Vec::new())?;
        }
        match self.play.facts().difficulty {
            Difficulty::Simple => {
                let (level, why) = (Residual::Low, "诉求单一，双方已平静");
                self.play.observe(phone, RiskFactor::Residual(level), why)?;
                let why = why.into();
                self.play.ask(phone, act::ResidualRisk { level, why })?;
                let assents = parties.to_vec();
                self.play
                    .ask(phone, act::SettleOnScene { result, assents })?;
            }
            Difficulty::Ordinary
                if self.chance.happens(0.5) && self.may_be_oral() && self.drafts(phone) =>
            {
                self.play.ask(
                    phone,
                    act::GiveNotice {
                        text_version: notice(),
                    },
                )?;
                self.play.ask(phone, Ask::Accept)?;
                self.play.ask(phone, Ask::Start)?;
                self.by_word_of_mouth(phone, parties)?;
            }
            _ => {
                let (outcome, feedback) = (CloseKind::Reconciled, result);
                self.play.ask(phone, act::AskClose { outcome, feedback })?;
            }
        }
        Ok(())
    }

    /// Whether whoever came writes down agreements: an officer does not.
    fn drafts(&self, phone: usize) -> bool {
        self.play.phones[phone].sender().author.role == Role::Mediator
    }

    /// What is seen of risk. On the scene of what is settled there, less.
    pub(super) fn risks(&mut self, phone: usize, is_calm: bool) -> Result {
        let risk = &self.params.risk;
        let ease = if is_calm { 0.25 } else { 1.6 };
        let mut seen: Vec<(RiskFactor, &str)> = Vec::new();
        let mut see = |chance: &mut Chance, share: f64, factor, why| {
            if chance.happens(share * ease) {
                seen.push((factor, why));
            }
        };
        let chance = &mut self.chance;
        see(
            chance,
            risk.threat,
            RiskFactor::Threat,
            "一方扬言要伤害对方",
        );
        see(
            chance,
            risk.weapon,
            RiskFactor::Weapon,
            "一方持有刀具，已收缴",
        );
        see(
            chance,
            risk.violence,
            RiskFactor::Violence,
            "双方有推打行为",
        );
        see(
            chance,
            risk.vulnerable,
            RiskFactor::Vulnerable,
            "家中有未成年人",
        );
        see(
            chance,
            risk.petition,
            RiskFactor::PetitionSign,
            "有人提到要去上访",
        );
        see(
            chance,
            risk.out_of_control,
            RiskFactor::Emotion(Emotion::OutOfControl),
            "一方情绪失控，哭喊打砸",
        );
        see(
            chance,
            risk.agitated,
            RiskFactor::Emotion(Emotion::Agitated),
            "双方高声争吵",
        );
        for (factor, why) in seen {
            self.play.observe(phone, factor, why)?;
        }
        Ok(())
    }

    fn residual(&mut self) -> Residual {
        let risk = &self.params.risk;
        let high = risk.residual_high / (risk.residual_high + risk.residual_mid);
        if self.chance.happens(high) {
            Residual::High
        } else {
            Residual::Mid
        }
    }

    /// Photos, recordings and papers.
    pub(super) fn pieces(&mut self, phone: usize) -> Result {
        let mean = self.params.course.evidence_mean * if self.fate.on_scene { 0.25 } else { 0.55 };
        for _ in 0..self.chance.poisson(mean).min(12) {
            let kinds = [
                EvidenceKind::Photo,
                EvidenceKind::Paper,
                EvidenceKind::Audio,
                EvidenceKind::Video,
            ];
            let kind = kinds[self.chance.weighted([6.0, 2.0, 1.0, 0.4])];
            let caption = self.say(&self.words.captions);
            self.play.evidence(phone, kind, "现场拍摄", caption)?;
        }
        Ok(())
    }
}
