//! Lengths of clocks and the like, as a county sets them.

use super::{Calendar, Ladder};
use crate::{colour::Weights, difficulty::Thresholds};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// Whether days are counted by the calendar or only where work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// 自然日.
    Calendar,
    /// 工作日.
    Working,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{key} is out of range: {rule}")]
pub struct BadPolicy {
    /// The setting.
    pub key: &'static str,
    /// What is allowed.
    pub rule: &'static str,
}

/// Defaults that a county may set otherwise (docs/domain/decisions.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Hours until a registered case must be dispatched.
    pub dispatch_hours: u32,
    /// Hours until the police accept what the centre hands over.
    pub police_accept_hours: u32,
    /// Channels behind whose cases somebody waits at the scene: their offers are urgent.
    pub urgent_channels: Vec<String>,
    /// Minutes until an urgent offer must be signed for.
    pub sign_for_urgent_minutes: u32,
    /// Minutes until any other offer must be signed for.
    pub sign_for_minutes: u32,
    /// Region codes, or beginnings of them, that count as town beside the subdistricts.
    pub town_regions: Vec<String>,
    /// Minutes from signing to arrival in town.
    pub arrive_town_minutes: u32,
    /// Minutes from signing to arrival in the country.
    pub arrive_country_minutes: u32,
    /// Hours from signing to the first contact with the parties.
    pub first_contact_hours: u32,
    /// How the days of administrative limits are counted: feedback, first session, joint handling, archive.
    pub administrative_days: DayCount,
    /// Days of feedback for a simple, an ordinary and a complex case (R115).
    pub feedback_days: [u32; 3],
    /// Days of the legal limit of mediation (LW15).
    pub legal_days: u32,
    /// Beginnings of situations under the medical limit.
    pub medical_situations: Vec<String>,
    /// Working days of the legal limit of a medical dispute (LW16).
    pub medical_working_days: u32,
    /// Beginnings of situations under the labour limit.
    pub labour_situations: Vec<String>,
    /// Days of the legal limit of a labour dispute, from its receipt (LW17).
    pub labour_days: u32,
    /// Days after effect in which judicial confirmation may be asked for (LW13).
    pub confirmation_days: u32,
    /// Days after closing in which a further call opens the next round (R040).
    pub relapse_days: u32,
    /// Days from acceptance to the first session.
    pub first_session_days: u32,
    /// Days after closing or performance at which a visit is due.
    pub follow_up_days: Vec<u32>,
    /// Days at which a red case is visited besides.
    pub follow_up_red_days: Vec<u32>,
    /// The hour of the daily look at progress 日清.
    pub daily_progress_at: Time,
    /// The hour of the weekly look on Mondays 周结.
    pub weekly_urge_at: Time,
    /// Days until a yellow case is visited.
    pub risk_visit_days: u32,
    /// Hours until a red case is visited.
    pub risk_visit_red_hours: u32,
    /// Days until the joint handling of a red case begins.
    pub joint_start_days: u32,
    /// Days until a joint case has its plan.
    pub joint_plan_days: u32,
    /// Days from one look at a joint case to the next.
    pub joint_check_days: u32,
    /// Days until a petition is answered in writing whether it is taken (LW25).
    pub petition_reply_days: u32,
    /// Working days in which a referral may be objected to (LW25).
    pub petition_objection_working_days: u32,
    /// Days until a petition is done (LW25).
    pub petition_days: u32,
    /// Days by which a petition may be extended once (LW25).
    pub petition_extension_days: u32,
    /// Working days until a letter is answered.
    pub letter_working_days: u32,
    /// Hours until contradictory closings are ruled on.
    pub close_ruling_hours: u32,
    /// Hours until somebody looked at a disagreement of grade review.
    pub merge_review_hours: u32,
    /// Days after closing until the dossier is filed.
    pub archive_days: u32,
    /// Days after which a suspension ends by itself.
    pub suspension_days: u32,
    /// Metres from the case's place within which an arrival needs no reason.
    pub arrive_metres: u32,
    /// A device of the case seen within these hours must have exchanged before the case is closed.
    pub quiet_hours: u32,
    /// After these hours a closing waits for no device any more.
    pub close_wait_hours: u32,
    /// Hours for which a phone's anchor of the server's time is good.
    pub anchor_hours: u32,
    /// Minutes by which a phone's clock may differ from its anchor.
    pub drift_minutes: u32,
    /// Holidays, and weekends on which work is made up.
    pub calendar: Calendar,
    /// What supervision does, and when.
    pub ladder: Ladder,
    /// What the three-colour score is made of.
    pub colour: Weights,
    /// Where the rules of difficulty begin.
    pub difficulty: Thresholds,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            dispatch_hours: 24,
            police_accept_hours: 24,
            urgent_channels: vec!["110".into()],
            sign_for_urgent_minutes: 30,
            sign_for_minutes: 240,
            town_regions: Vec::new(),
            arrive_town_minutes: 30,
            arrive_country_minutes: 60,
            first_contact_hours: 24,
            administrative_days: DayCount::Calendar,
            feedback_days: [7, 15, 30],
            legal_days: 30,
            medical_situations: vec!["N05".into()],
            medical_working_days: 30,
            labour_situations: vec!["N06".into()],
            labour_days: 15,
            confirmation_days: 30,
            relapse_days: 90,
            first_session_days: 3,
            follow_up_days: vec![7, 30, 90],
            follow_up_red_days: vec![1, 3],
            daily_progress_at: Time::constant(17, 30, 0, 0),
            weekly_urge_at: Time::constant(8, 30, 0, 0),
            risk_visit_days: 3,
            risk_visit_red_hours: 24,
            joint_start_days: 3,
            joint_plan_days: 3,
            joint_check_days: 7,
            petition_reply_days: 15,
            petition_objection_working_days: 5,
            petition_days: 60,
            petition_extension_days: 30,
            letter_working_days: 5,
            close_ruling_hours: 48,
            merge_review_hours: 24,
            archive_days: 30,
            suspension_days: 60,
            arrive_metres: 300,
            quiet_hours: 24,
            close_wait_hours: 48,
            anchor_hours: 72,
            drift_minutes: 5,
            calendar: Calendar::default(),
            ladder: Ladder::default(),
            colour: Weights::default(),
            difficulty: Thresholds::default(),
        }
    }
}

/// No limit is longer than this many of its units; a slip of the keyboard is.
const MOST: u32 = 3650;

impl Policy {
    /// Whether every setting can be used.
    ///
    /// # Errors
    /// With the first one that cannot.
    pub fn check(&self) -> Result<(), BadPolicy> {
        let lengths = [
            ("dispatch_hours", self.dispatch_hours),
            ("police_accept_hours", self.police_accept_hours),
            ("sign_for_urgent_minutes", self.sign_for_urgent_minutes),
            ("sign_for_minutes", self.sign_for_minutes),
            ("arrive_town_minutes", self.arrive_town_minutes),
            ("arrive_country_minutes", self.arrive_country_minutes),
            ("first_contact_hours", self.first_contact_hours),
            ("legal_days", self.legal_days),
            ("medical_working_days", self.medical_working_days),
            ("labour_days", self.labour_days),
            ("confirmation_days", self.confirmation_days),
            ("relapse_days", self.relapse_days),
            ("first_session_days", self.first_session_days),
            ("risk_visit_days", self.risk_visit_days),
            ("risk_visit_red_hours", self.risk_visit_red_hours),
            ("joint_start_days", self.joint_start_days),
            ("joint_plan_days", self.joint_plan_days),
            ("joint_check_days", self.joint_check_days),
            ("petition_reply_days", self.petition_reply_days),
            (
                "petition_objection_working_days",
                self.petition_objection_working_days,
            ),
            ("petition_days", self.petition_days),
            ("petition_extension_days", self.petition_extension_days),
            ("letter_working_days", self.letter_working_days),
            ("close_ruling_hours", self.close_ruling_hours),
            ("merge_review_hours", self.merge_review_hours),
            ("archive_days", self.archive_days),
            ("suspension_days", self.suspension_days),
        ];
        let rule = "1 to 3650";
        for (key, value) in lengths {
            if !(1..=MOST).contains(&value) {
                return Err(BadPolicy { key, rule });
            }
        }
        self.check_series()
    }

    fn check_series(&self) -> Result<(), BadPolicy> {
        let [simple, ordinary, complex] = self.feedback_days;
        if simple == 0 || simple > ordinary || ordinary > complex || complex > MOST {
            let (key, rule) = ("feedback_days", "1 to 3650, the harder the longer");
            return Err(BadPolicy { key, rule });
        }
        let rising = |days: &[u32]| days.windows(2).all(|pair| pair[0] < pair[1]);
        let visits = [
            ("follow_up_days", &self.follow_up_days),
            ("follow_up_red_days", &self.follow_up_red_days),
        ];
        for (key, days) in visits {
            if !rising(days) || days.len() > 20 || days.iter().any(|n| *n > MOST) {
                let rule = "at most 20 days, each later than the one before";
                return Err(BadPolicy { key, rule });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_can_be_used_and_a_limit_of_nothing_cannot() {
        assert_eq!(Policy::default().check(), Ok(()));
        let hasty = Policy {
            dispatch_hours: 0,
            ..Policy::default()
        };
        assert_eq!(hasty.check().unwrap_err().key, "dispatch_hours");
        let falling = Policy {
            feedback_days: [7, 5, 30],
            ..Policy::default()
        };
        assert_eq!(falling.check().unwrap_err().key, "feedback_days");
    }
}
