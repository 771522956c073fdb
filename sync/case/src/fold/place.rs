//! One key for one place, however its address is typed.

use crate::{facts::Facts, ids::RegionCode, record::Place, view::CaseView};
use sha2::{Digest, Sha256};

/// The key of a place: township and address without spaces, punctuation, width and case, hashed. A
/// village and its township give the same key; two households of one building do too, so that a
/// match is a reason to look and never more.
#[must_use]
pub fn place_key(place: &Place) -> Option<String> {
    const TOWNSHIP: usize = 9;
    let address: String = place.address.chars().map(narrow).collect();
    let plain: String = address
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    if plain.is_empty() {
        return None;
    }
    let region = place.region.as_str();
    let township = region.get(..TOWNSHIP).unwrap_or(region);
    let digest = Sha256::digest(format!("{township}|{plain}"));
    Some(hex::encode(&digest[..16]))
}

/// The region that the place of a case names, when it lies outside of the county in which the case
/// is registered: a mistyped code, or people on both sides of a border. The case is worked on all
/// the same; somebody looks at the place.
#[must_use]
pub fn place_outside(view: &CaseView, facts: &Facts) -> Option<RegionCode> {
    let named = &view.intake.place.get()?.region;
    (named.county() != facts.region.county()).then(|| named.clone())
}

/// A full-width letter or figure as the ordinary one.
fn narrow(c: char) -> char {
    const OFFSET: u32 = 0xFEE0;
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - OFFSET).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(region: &str, address: &str) -> Option<String> {
        place_key(&Place {
            region: region.parse().unwrap(),
            address: address.into(),
            position: None,
        })
    }

    /// Shows M09.
    #[test]
    fn a_station_and_a_village_write_one_place_in_one_way() {
        let station = key("990101001", "新栖街 某小区3号楼");
        assert_eq!(station, key("990101001002", "新栖街某小区３号楼。"));
        assert_ne!(station, key("990101001", "新栖街某小区4号楼"));
        assert_ne!(station, key("990101002", "新栖街某小区3号楼"));
        assert_eq!(key("990101001", " ，"), None);
    }
}
