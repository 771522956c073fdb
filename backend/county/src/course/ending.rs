//! The end: closing by rule or by a desk, failure, danger, and the visits that follow.

use super::{CaseCourse, mediation::after_days};
use crate::play::{DemoVisit, Result};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Difficulty, Duty, Level, Retention, Stage, Status, Subject},
    record::{NoteKind, Performance, Receiver, RiskFactor, TerminationGround, VisitMethod},
    role::{Author, Role},
    view::{Conflict, Severity},
};

impl CaseCourse<'_> {
    /// From the request to close until it is closed.
    pub(super) fn end(&mut self, phone: usize) -> Result {
        self.rule_on_conflicts()?;
        self.ask_visitor()?;
        for _ in 0..3 {
            let Stage::PendingClose { outcome, .. } = self.play.facts().stage else {
                break;
            };
            self.delay(260.0, 0.9)?;
            self.others_come_back(phone)?;
            let by = self.closer();
            self.play
                .try_act(by, DeskAct::Close(act::Close { outcome }))?;
        }
        Ok(())
    }

    /// Phones that have not been heard keep a case open; they come back.
    fn others_come_back(&mut self, phone: usize) -> Result {
        for other in 0..self.play.phones.len() {
            if other != phone && self.play.facts().stage.status() == Status::PendingClose {
                self.play.sync(other)?;
            }
        }
        Ok(())
    }

    fn closer(&mut self) -> Author {
        let facts = self.play.facts();
        let high = facts.difficulty == Difficulty::Complex || facts.colour.level == Level::Red;
        let map = &self.county.map;
        let pool = if high {
            &map.supervisors
        } else {
            &self.township.office
        };
        match pool.as_slice() {
            [] => map.first(Role::Supervisor).author,
            pool => map.people[*self.chance.pick(pool)].author,
        }
    }

    /// Somebody rules on what two have written against each other; what is only a note, and some
    /// others, stay open for a while.
    pub(super) fn rule_on_conflicts(&mut self) -> Result {
        let lead = self.play.phones.first().map(|p| p.sender().actor);
        let facts = self.play.facts();
        let open = facts
            .open_conflicts()
            .filter(|c| c.severity > Severity::Note);
        let chosen = |c: &Conflict| {
            let mut variants = c.variants.iter();
            variants
                .position(|v| v.author.is_some() && v.author == lead)
                .unwrap_or(0)
        };
        let open: Vec<_> = open.map(|c| (c.id, chosen(c))).collect();
        for (conflict, choice) in open {
            let by = self.county.map.first(Role::Supervisor).author;
            let why = String::from("两段记录均属实，以主办人现场记录为准。");
            let choice = u8::try_from(choice).unwrap_or(0);
            let act = DeskAct::RuleConflict(act::RuleConflict {
                conflict,
                choice,
                why,
            });
            self.play.try_act(by, act)?;
        }
        Ok(())
    }

    /// After the end: a grid worker looks in after a week, and where it was hot, after a month
    /// again; what is due beyond that is waived, and the file is closed.
    pub(super) fn after(&mut self) -> Result {
        if self.play.facts().stage.status() != Status::Closed {
            return Ok(());
        }
        let hot = self.play.hottest() > Level::Blue;
        let closed = self.play.now;
        if let Some(visitor) = self.visiting_phone() {
            self.play.wait_until(after_days(closed, 6.5))?;
            self.look_in(visitor, 1)?;
            if hot {
                self.play.wait_until(after_days(closed, 29.0))?;
                self.look_in(visitor, 2)?;
            }
        }
        let days = self.chance.between(14, 28);
        self.play.wait_until(after_days(
            closed,
            f64::from(i16::try_from(days).unwrap_or(20)),
        ))?;
        self.file_away()
    }

    /// The judicial office waives the visits that are still due, and files the case.
    fn file_away(&mut self) -> Result {
        let due = self
            .play
            .facts()
            .deadlines
            .iter()
            .filter(|d| d.met_at.is_none());
        let visits = due.filter_map(|d| match d.subject {
            Some(Subject::Visit(n)) => Some(n),
            _ => None,
        });
        let why = || String::from("双方平静，无履行内容，免于回访。");
        let waived = visits.map(|n| DeskAct::WaiveVisit(act::WaiveVisit { n, why: why() }));
        let mut acts: Vec<DeskAct> = waived.collect();
        acts.push(DeskAct::Archive(act::Archive {
            retention: Retention::Short,
        }));
        let office = match self.township.office.as_slice() {
            [] => self.county.map.first(Role::JudicialOffice),
            pool => &self.county.map.people[*self.chance.pick(pool)],
        };
        self.play.try_all(office.author, acts)
    }

    /// Somebody who is to look in later is asked before the case is closed.
    fn ask_visitor(&mut self) -> Result {
        let rank = self.fate.difficulty as usize;
        let wanted = self.chance.happens(self.params.course.visited[rank]);
        let open = self.play.facts().stage.status() == Status::PendingClose;
        let grid = match self.village.grid.as_slice() {
            [] => &self.township.villages[0].grid,
            grid => grid,
        };
        if !wanted || !open || grid.is_empty() || self.visiting_phone().is_some() {
            return Ok(());
        }
        let visitor = &self.county.map.people[*self.chance.pick(grid)];
        let desk = self.county.map.first(Role::Dispatcher).author;
        self.play.assign(desk, visitor, Duty::Visit)?;
        self.hand_to(visitor)?;
        Ok(())
    }

    fn look_in(&mut self, visitor: usize, due: u8) -> Result {
        let text = self.say(&self.words.visits).to_owned();
        let satisfaction = [5, 4, 3, 2][self.chance.weighted([0.62, 0.30, 0.06, 0.02])];
        let method = if self.chance.happens(0.7) {
            VisitMethod::Door
        } else {
            VisitMethod::Telephone
        };
        self.play.visit(
            visitor,
            &DemoVisit {
                due: Some(due),
                method,
                performance: Performance::Performed,
                satisfaction: Some(satisfaction),
                relapse_sign: self.chance.happens(0.02),
                text,
            },
        )?;
        self.play
            .observe(visitor, RiskFactor::CalmVisit, "走访平稳")?;
        self.sync(visitor)
    }

    /// The phone of a grid worker who is on the case.
    fn visiting_phone(&self) -> Option<usize> {
        let mut phones = self.play.phones.iter();
        phones.position(|p| p.sender().author.role == Role::GridWorker)
    }

    /// Mediation fails: it is terminated, or the case goes to court; the other routes are told.
    pub(super) fn fail(&mut self, phone: usize) -> Result {
        let why = self.say(&self.words.failed);
        self.play.note(phone, NoteKind::Other, why)?;
        if self.play.facts().stage.status() == Status::Mediating {
            let (ground, routes_told) = (TerminationGround::NoAgreement, true);
            self.play.ask(
                phone,
                act::Terminate {
                    ground,
                    routes_told,
                },
            )?;
        }
        self.sync(phone)?;
        self.end(phone)
    }

    /// It turns dangerous: the case is held and goes to the police.
    pub(super) fn danger(&mut self, phone: usize) -> Result {
        let what = String::from("一方扬言报复并四处找对方，已建议避让。");
        self.play
            .observe(phone, RiskFactor::Threat, "一方扬言伤害对方")?;
        self.play.ask(phone, act::ReportDanger { what })?;
        self.play.sync(phone)?;
        self.play.wait(20)?;
        let map = &self.county.map;
        let (police, desk) = (
            map.first(Role::PoliceDesk).author,
            map.first(Role::Dispatcher).author,
        );
        self.play.try_act(police, DeskAct::PoliceAccept)?;
        self.play.wait(60)?;
        let number = self.chance.between(1000, 9999);
        self.play.try_act(
            desk,
            DeskAct::Transfer(act::Transfer {
                to: Receiver::Police,
                receiver: "和安县公安局".into(),
                receipt: format!("公受-{number}"),
                notice: Some(act::NoticeGiven::in_person(self.play.now)),
            }),
        )?;
        Ok(())
    }
}
