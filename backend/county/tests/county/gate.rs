//! Every change that the county loads goes the way of the gate: the demonstration is loaded without
//! it, and must hold nothing that a phone could not have sent.

use crate::COUNTY;
use hejie_case::{
    document::CaseDoc,
    rights::{self, ChangeWriter},
};
use hejie_county::{County, Scale, play::Played};
use std::collections::BTreeMap;

/// One drawn case of so many is looked at, and each that was written by hand.
const STEP: usize = 40;

#[test]
fn nothing_of_the_county_was_written_by_somebody_who_may_not_write_it() {
    let scripts = County::draw(20_250_620, Scale::Small, jiff::civil::date(2026, 11, 22));
    let drawn = (0..COUNTY.calls.len()).step_by(STEP).map(|n| (&*COUNTY, n));
    let written = (0..scripts.calls.len()).map(|n| (&scripts, n));
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut judged = 0;
    for (county, number) in written.chain(drawn) {
        let played = county.play(number).unwrap();
        judged += played.log.len();
        for why in refusals(&played) {
            let case = county.calls[number]
                .script
                .map_or_else(|| number.to_string(), Into::into);
            refused.entry(why).or_default().push(case);
        }
    }
    assert!(judged > 5_000, "{judged} changes");
    assert!(refused.is_empty(), "{refused:#?}");
}

/// What the check of rights says of the changes of a case, in the order in which they were heard.
fn refusals(played: &Played) -> Vec<String> {
    let begun = CaseDoc::from_log(std::slice::from_ref(&played.first.bytes)).unwrap();
    let mut index = rights::index_of(&begun).unwrap();
    let mut refused = Vec::new();
    for logged in &played.log {
        let writer = ChangeWriter {
            actor: logged.by.actor,
            role: logged.by.author.role,
        };
        let change = std::slice::from_ref(&logged.change.bytes);
        match rights::check(change, &index, &writer) {
            Ok(objects) => index.extend(objects),
            Err(error) => refused.push(format!("{error} ({:?})", writer.role)),
        }
    }
    refused
}
