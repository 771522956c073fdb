//! What happens when parts of the server are killed, starved or fed hostile bytes.

mod account;
mod audit;
mod backup;
mod broken_off;
mod channel;
mod connections;
mod descriptors;
mod doctor;
mod doors;
mod key_ring;
mod one_answer;
mod one_folder;
#[path = "../chaos/phones.rs"]
#[allow(dead_code, reason = "shared with the tests that kill phones")]
mod phones;
mod private_postgres;
mod processes;
mod ready;
mod refold;
mod sending;
mod serve;
mod start;
#[path = "../chaos/words.rs"]
#[allow(dead_code, reason = "shared with the tests that kill phones")]
mod words;
mod worker;
