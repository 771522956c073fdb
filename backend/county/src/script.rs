//! Cases that were written by hand: fifteen stories, and each of the dangerous merges once,
//! between phones that really wrote at the same time.

mod accounts;
mod agreements;
mod closings;
mod desks;
mod records;
mod show;
mod stories;

pub(crate) use show::Show;

use crate::{
    County,
    calendar::DemoCall,
    play::{Halt, PlayError, Played, Result},
};
use hejie_case::{deadline::SHANGHAI, ids::SituationCode, reason::Reason};
use jiff::{ToSpan, civil::Date};

/// A case that was written by hand.
pub(crate) struct Script {
    /// `S01` and on for stories, `M01` and on for merges; it stands in the channel's number, so
    /// that the case is found by it.
    pub(crate) id: &'static str,
    /// What it is about, for whoever reads a list of them.
    pub(crate) title: &'static str,
    /// Where it is set.
    pub(crate) setting: Setting,
    /// What happens.
    pub(crate) play: fn(&mut Show<'_>) -> Result,
}

/// What the scripts of a file have in common, and each story for itself.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    /// The situation.
    pub(crate) situation: &'static str,
    /// One of the three townships of the demonstration, from 0.
    pub(crate) township: usize,
    /// How many days before the end of the telling it begins.
    pub(crate) days_ago: i64,
    /// Where, within the township.
    pub(crate) place: &'static str,
    /// Money in dispute, yuan.
    pub(crate) yuan: u64,
    /// People who take part.
    pub(crate) persons: u32,
    /// What is reported.
    pub(crate) summary: &'static str,
}

impl Setting {
    /// A script that is set here.
    const fn script(
        self,
        id: &'static str,
        title: &'static str,
        play: fn(&mut Show<'_>) -> Result,
    ) -> Script {
        Script {
            id,
            title,
            setting: self,
            play,
        }
    }
}

/// Every script, in the order of their ids within each file.
fn all() -> impl Iterator<Item = &'static Script> {
    let merges = [
        agreements::SCRIPTS,
        closings::SCRIPTS,
        records::SCRIPTS,
        accounts::SCRIPTS,
        desks::SCRIPTS,
    ];
    stories::SCRIPTS.iter().chain(merges.into_iter().flatten())
}

/// The ids and titles of the cases that were written by hand.
#[must_use]
pub fn titles() -> Vec<(&'static str, &'static str)> {
    all().map(|script| (script.id, script.title)).collect()
}

/// The scripts as calls.
pub(crate) fn calls(until: Date) -> Vec<DemoCall> {
    let call = |(number, script): (usize, &'static Script)| {
        let minute = i64::try_from(number).unwrap_or(0) * 7 % 60;
        let day = until
            .checked_sub(script.setting.days_ago.days())
            .unwrap_or(until);
        let at = day.at(9, 0, 0, 0).checked_add(minute.minutes());
        let at = at.ok().and_then(|at| SHANGHAI.to_timestamp(at).ok());
        let situation: Option<SituationCode> = script.setting.situation.parse().ok();
        Some(DemoCall {
            at: at?,
            source: "110",
            situation: situation?,
            township: script.setting.township,
            village: 0,
            pair: number as u64,
            earlier: 0,
            script: Some(script.id),
            number: (0, 0),
        })
    };
    all().enumerate().filter_map(call).collect()
}

/// Plays the script of a call.
pub(crate) fn play(county: &County, number: usize, id: &str) -> Result<Played, PlayError> {
    let unknown = || PlayError::Refused(Reason::new("unknown_script", "没有这个剧本"));
    let script = all().find(|script| script.id == id).ok_or_else(unknown)?;
    let mut show = Show::open(county, number, script)?;
    match (script.play)(&mut show) {
        Ok(()) | Err(Halt::Curtain) => show.play.finish(),
        Err(Halt::Failed(error)) => Err(error),
    }
}
