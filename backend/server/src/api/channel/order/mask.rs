//! Numbers and names of persons that come in an order although they should not: masked before
//! anything is kept.

use super::OrderRequest;
use hejie_case::{
    identity::{mask_name, mask_numbers},
    limit::form,
};
use serde_json::Value;

/// Fields of an order that hold numbers and hashes of the channel.
const NUMBERS_OF_CHANNELS: [&str; 4] = ["external_no", "repeat_of", "party_pair_hash", "letter_no"];

/// What a summary ends with in which numbers were masked.
const MASKED_HERE: &str = "（来单中的号码已由系统打码。）";

/// What people read of an order, and the order as it is kept, with the numbers of persons masked;
/// the summary says so.
pub(super) fn masked(order: OrderRequest, mut raw: Value) -> (OrderRequest, Value) {
    mask_in(&mut raw);
    let (summary, in_summary) = mask_numbers(&order.summary);
    let (address, in_address) = mask_numbers(&order.address);
    let (caller, in_caller) = mask_numbers(&order.caller_masked);
    let caller_masked = mask_names(&caller);
    if let Some(kept) = raw.get_mut("caller_masked") {
        *kept = Value::String(caller_masked.clone());
    }
    let note = match in_summary + in_address + in_caller {
        0 => "",
        _ => MASKED_HERE,
    };
    let order = OrderRequest {
        summary: summary + note,
        address,
        caller_masked,
        ..order
    };
    (order, raw)
}

/// A caller's words with every name masked that came in full.
fn mask_names(caller: &str) -> String {
    let masked = |word: &str| {
        let is_name = word.chars().all(char::is_alphabetic) && !form::is_mask(word);
        if is_name {
            mask_name(word)
        } else {
            word.to_owned()
        }
    };
    let words: Vec<String> = caller.split_whitespace().map(masked).collect();
    words.join(" ")
}

/// Numbers of the channel itself are no numbers of persons.
fn mask_in(value: &mut Value) {
    match value {
        Value::String(text) => {
            let (masked, found) = mask_numbers(text);
            if found > 0 {
                *text = masked;
            }
        }
        Value::Number(number) => {
            let (masked, found) = mask_numbers(&number.to_string());
            if found > 0 {
                *value = Value::String(masked);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_in),
        Value::Object(entries) => entries
            .iter_mut()
            .filter(|(name, _)| !NUMBERS_OF_CHANNELS.contains(&name.as_str()))
            .for_each(|(_, value)| mask_in(value)),
        _ => {}
    }
}
