//! The policy of a county: lengths of clocks, the ladder, weights, thresholds, as it sets them; and
//! which kind of clock has which length. What follows from them is reckoned in `deadline`,
//! `colour`, `difficulty` and the rules, which all stand above this.

mod calendar;
mod ladder;
mod length;
mod thresholds;
mod weights;

pub use calendar::{Calendar, CalendarError};
pub use ladder::{Ladder, Rung};
pub use thresholds::Thresholds;
pub use weights::{FromOn, Weights};

pub(crate) use length::Length;

use crate::{
    facts::{DeadlineKind, Facts, Level},
    ids::SituationCode,
    record::SuspensionGround,
};
use jiff::civil::Time;
use length::Length::{Daily, Days, DaysOfLaw, Hours, Minutes, Weekly, WorkingDays};
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

/// Makes the settings from their lines: what it is, key, default. A length must be from 1 to
/// [`MOST`] of its units.
macro_rules! settings {
    (
        lengths { $($(#[$what:meta])* $length:ident = $days:literal;)* }
        others { $($(#[$about:meta])* $key:ident: $type:ty = $default:expr;)* }
    ) => {
        /// Defaults that a county may set otherwise (docs/domain/decisions.md).
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Policy {
            $($(#[$what])* pub $length: u32,)*
            $($(#[$about])* pub $key: $type,)*
        }

        impl Default for Policy {
            fn default() -> Self {
                Self { $($length: $days,)* $($key: $default,)* }
            }
        }

        impl Policy {
            fn lengths(&self) -> impl Iterator<Item = (&'static str, u32)> {
                [$((stringify!($length), self.$length)),*].into_iter()
            }
        }
    };
}

settings! {
    lengths {
        /// Hours until a registered case must be dispatched.
        dispatch_hours = 24;
        /// Hours until the police accept what the centre hands over.
        police_accept_hours = 24;
        /// Minutes from the receipt of a danger until a person is called, if the police have not
        /// signed for it.
        danger_call_minutes = 5;
        /// Minutes until violence at home against somebody who cannot help himself is reported to
        /// the police (LW20).
        violence_report_minutes = 60;
        /// Hours until a push that nobody acknowledged is sent again, or has failed (R107).
        push_answer_hours = 24;
        /// How often the server sends such a push again by itself (R107).
        push_resends = 2;
        /// Minutes until an urgent offer must be signed for.
        sign_for_urgent_minutes = 30;
        /// Minutes until any other offer must be signed for.
        sign_for_minutes = 240;
        /// Minutes from signing to arrival in town.
        arrive_town_minutes = 30;
        /// Minutes from signing to arrival in the country.
        arrive_country_minutes = 60;
        /// Hours from signing to the first contact with the parties.
        first_contact_hours = 24;
        /// Days of the legal limit of mediation (LW15).
        legal_days = 30;
        /// Working days of the legal limit of a medical dispute (LW16).
        medical_working_days = 30;
        /// Days of the legal limit of a labour dispute, from its receipt (LW17).
        labour_days = 15;
        /// Days after effect in which judicial confirmation may be asked for (LW13).
        confirmation_days = 30;
        /// Days after closing in which a further call opens the next round (R040).
        relapse_days = 90;
        /// Days until the next visit, where one found signs of breaking out again (R041).
        relapse_visit_days = 3;
        /// Days from acceptance to the first session.
        first_session_days = 3;
        /// Days until a yellow case is visited.
        risk_visit_days = 3;
        /// Hours until a red case is visited.
        risk_visit_red_hours = 24;
        /// Days until the joint handling of a red case begins.
        joint_start_days = 3;
        /// Days until a joint case has its plan.
        joint_plan_days = 3;
        /// Days from one look at a joint case to the next.
        joint_check_days = 7;
        /// Hours in which some body at the table moves a joint case (R136).
        joint_move_hours = 48;
        /// Days until a petition is answered in writing whether it is taken (LW25).
        petition_reply_days = 15;
        /// Working days in which a referral may be objected to (LW25).
        petition_objection_working_days = 5;
        /// Days until a petition is done (LW25).
        petition_days = 60;
        /// Days by which a petition may be extended once (LW25).
        petition_extension_days = 30;
        /// Working days until a letter is answered.
        letter_working_days = 5;
        /// Days until an order of supervision is answered that names no day (R054).
        order_answer_days = 3;
        /// Hours until contradictory closings are ruled on.
        close_ruling_hours = 48;
        /// Hours until somebody looked at a disagreement of grade review.
        merge_review_hours = 24;
        /// Days after closing until the dossier is filed.
        archive_days = 30;
        /// Days after which a suspension ends by itself.
        suspension_days = 60;
        /// Days after what a party first said of a closed case in which it may say something else
        /// (D07).
        rating_replaced_days = 7;
        /// How often one address says something of cases before it waits; a village may share one.
        rating_address_burst = 20;
        /// Minutes after which such an address may say one thing more.
        rating_address_minutes = 1;
        /// How often one address says something under one public code before it waits.
        rating_code_burst = 5;
        /// Minutes after which it may say one thing more.
        rating_code_minutes = 60;
    }
    others {
        /// Channels behind whose cases somebody waits at the scene: their offers are urgent.
        urgent_channels: Vec<String> = vec!["110".into()];
        /// Region codes, or beginnings of them, that count as town beside the subdistricts.
        town_regions: Vec<String> = Vec::new();
        /// How the days of administrative limits are counted: feedback, first session, joint
        /// handling, archive.
        administrative_days: DayCount = DayCount::Calendar;
        /// Days of feedback for a simple, an ordinary and a complex case (R115).
        feedback_days: [u32; 3] = [7, 15, 30];
        /// Situations under the medical limit: what arises between doctors and patients (LW16).
        medical_situations: Vec<SituationCode> = these(&["N05-01", "N05-02", "N05-03"]);
        /// Situations under the labour limit: what arises between employer and employee (LW17).
        labour_situations: Vec<SituationCode> = these(&["N06-01", "N06-03", "N06-04", "N06-05"]);
        /// Days after closing or performance at which a visit is due.
        follow_up_days: Vec<u32> = vec![7, 30, 90];
        /// Days at which a red case is visited besides.
        follow_up_red_days: Vec<u32> = vec![1, 3];
        /// Days after a warning of the police for violence at home at which a visit is due.
        warning_visit_days: Vec<u32> = vec![3, 15, 30];
        /// The hour of the daily look at progress 日清.
        daily_progress_at: Time = Time::constant(17, 30, 0, 0);
        /// The hour of the weekly look on Mondays 周结.
        weekly_urge_at: Time = Time::constant(8, 30, 0, 0);
        /// Metres from the case's place within which an arrival needs no reason.
        arrive_metres: u32 = 300;
        /// A device of the case seen within these hours must have exchanged before the case is
        /// closed.
        quiet_hours: u32 = 24;
        /// After these hours a closing waits for no device any more.
        close_wait_hours: u32 = 48;
        /// Hours for which a phone's anchor of the server's time is good.
        anchor_hours: u32 = 72;
        /// Minutes by which a phone's clock may differ from its anchor.
        drift_minutes: u32 = 5;
        /// Holidays, and weekends on which work is made up.
        calendar: Calendar = Calendar::default();
        /// What supervision does, and when.
        ladder: Ladder = Ladder::default();
        /// What the three-colour score is made of.
        colour: Weights = Weights::default();
        /// Where the rules of difficulty begin.
        difficulty: Thresholds = Thresholds::default();
    }
}

/// No limit is longer than this many of its units; a slip of the keyboard is.
const MOST: u32 = 3650;

/// The rule behind a length that the county chose by itself.
const OWN_RULE: &str = "本县规定";

impl Policy {
    /// How long a kind of clock runs in this case, and the rule that says so.
    pub(crate) fn length(&self, kind: DeadlineKind, facts: &Facts) -> (Length, &'static str) {
        use DeadlineKind as K;
        match kind {
            K::Dispatch => (Hours(self.dispatch_hours), "R078"),
            K::PoliceAccept => (Hours(self.police_accept_hours), "R116"),
            K::DangerCall => (Minutes(self.danger_call_minutes), "LW06"),
            K::ViolenceReport => (Minutes(self.violence_report_minutes), "LW20"),
            K::SignFor if self.is_urgent(facts) => (Minutes(self.sign_for_urgent_minutes), "R012"),
            K::SignFor => (Minutes(self.sign_for_minutes), "R012"),
            K::Arrive if self.is_town(facts) => (Minutes(self.arrive_town_minutes), "R012"),
            K::Arrive => (Minutes(self.arrive_country_minutes), "R012"),
            K::FirstContact => (Hours(self.first_contact_hours), OWN_RULE),
            K::Feedback => {
                let days = self.feedback_days[facts.difficulty as usize];
                (self.administrative(days), "R115")
            }
            K::Legal => self.legal(facts),
            K::FirstSession => (self.administrative(self.first_session_days), OWN_RULE),
            K::Confirmation => (DaysOfLaw(self.confirmation_days), "LW13"),
            // The due date of an obligation is agreed, not reckoned: see `start_obligation`.
            K::Obligation => (Days(self.legal_days), "协议约定"),
            K::FollowUp => {
                let first = self.follow_up_days.first().copied();
                (Days(first.unwrap_or(self.legal_days)), OWN_RULE)
            }
            K::DailyProgress => (Daily(self.daily_progress_at), "日清"),
            K::WeeklyUrge => (Weekly(self.weekly_urge_at), "周结"),
            K::SameDay => (Days(0), "当日交办"),
            K::RiskVisit if facts.colour.level == Level::Red => {
                (Hours(self.risk_visit_red_hours), OWN_RULE)
            }
            K::RiskVisit => (Days(self.risk_visit_days), OWN_RULE),
            K::JointStart => (self.administrative(self.joint_start_days), OWN_RULE),
            K::JointPlan => (self.administrative(self.joint_plan_days), OWN_RULE),
            K::JointCheck => (Days(self.joint_check_days), OWN_RULE),
            K::JointMove => (Hours(self.joint_move_hours), "R136"),
            K::PetitionReply => (DaysOfLaw(self.petition_reply_days), "LW25"),
            K::PetitionObjection => (WorkingDays(self.petition_objection_working_days), "LW25"),
            K::Petition => (DaysOfLaw(self.petition_days), "LW25"),
            K::Letter => (WorkingDays(self.letter_working_days), OWN_RULE),
            K::OrderAnswer => (self.administrative(self.order_answer_days), "R054"),
            K::CloseRuling => (Hours(self.close_ruling_hours), OWN_RULE),
            K::MergeReview => (Hours(self.merge_review_hours), OWN_RULE),
            K::Archive => (self.administrative(self.archive_days), OWN_RULE),
            K::Suspension => (Days(self.suspension_days), OWN_RULE),
        }
    }

    fn administrative(&self, days: u32) -> Length {
        match self.administrative_days {
            DayCount::Calendar => Days(days),
            DayCount::Working => WorkingDays(days),
        }
    }

    fn legal(&self, facts: &Facts) -> (Length, &'static str) {
        if self.is_medical(facts) {
            (WorkingDays(self.medical_working_days), "LW16")
        } else if self.is_labour(facts) {
            (DaysOfLaw(self.labour_days), "LW17")
        } else {
            (DaysOfLaw(self.legal_days), "LW15")
        }
    }

    /// Whether the case is a medical dispute (LW16).
    pub(crate) fn is_medical(&self, facts: &Facts) -> bool {
        self.medical_situations.contains(&facts.situation)
    }

    /// Whether the case stands under the limit of labour disputes, which runs from receipt (LW17).
    pub(crate) fn is_labour(&self, facts: &Facts) -> bool {
        self.labour_situations.contains(&facts.situation)
    }

    /// Whether a rest for this ground stops a kind of clock (E15). Of a medical or labour dispute
    /// the law leaves out the time of an appraisal and no other.
    pub(crate) fn stops(
        &self,
        kind: DeadlineKind,
        ground: SuspensionGround,
        facts: &Facts,
    ) -> bool {
        let is_strict = self.is_medical(facts) || self.is_labour(facts);
        let counts_on =
            kind == DeadlineKind::Legal && is_strict && ground != SuspensionGround::Appraisal;
        kind.fixed().is_stopped && !counts_on
    }

    /// Somebody waits at the scene, or the case is not calm.
    fn is_urgent(&self, facts: &Facts) -> bool {
        facts.colour.level > Level::Blue || self.urgent_channels.contains(&facts.source.channel)
    }

    /// A subdistrict 街道 (its number in the county begins with 0), what the county names as town,
    /// or a case without a township.
    fn is_town(&self, facts: &Facts) -> bool {
        let code = facts.region.as_str();
        let subdistrict = matches!(code.as_bytes().get(6), None | Some(b'0'));
        let mut towns = self.town_regions.iter();
        subdistrict || towns.any(|town| code.starts_with(town.as_str()))
    }

    /// Whether every setting can be used.
    ///
    /// # Errors
    /// With the first one that cannot.
    pub fn check(&self) -> Result<(), BadPolicy> {
        let rule = "1 to 3650";
        let mut lengths = self.lengths();
        match lengths.find(|(_, length)| !(1..=MOST).contains(length)) {
            Some((key, _)) => Err(BadPolicy { key, rule }),
            None => self.check_series(),
        }
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
            ("warning_visit_days", &self.warning_visit_days),
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

/// Situations that stand in the catalogue.
fn these(codes: &[&str]) -> Vec<SituationCode> {
    codes.iter().filter_map(|code| code.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn every_situation_with_a_limit_of_its_own_stands_in_the_catalogue() {
        let policy = Policy::default();
        assert_eq!(policy.medical_situations.len(), 3);
        assert_eq!(policy.labour_situations.len(), 4);
        let all = policy.medical_situations.iter();
        let known = |code| Catalogue::current().lookup(code).is_some();
        assert!(all.chain(&policy.labour_situations).all(known));
    }

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
