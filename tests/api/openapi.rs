//! The description of the API that is checked in is the one that the handlers make.

use hejie_server::api::openapi;
use std::{env, fs, path::Path};

#[test]
fn the_checked_in_description_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/server/openapi.json");
    let made = serde_json::to_string_pretty(&openapi::document()).unwrap() + "\n";
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "openapi.json is out of date: UPDATE_OPENAPI=1 cargo test -p hejie-tests --test api openapi"
    );
}

#[test]
fn every_operation_has_an_identifier_a_summary_and_the_problem_answer() {
    let api = serde_json::to_value(openapi::document()).unwrap();
    assert_eq!(api["openapi"], "3.1.0");
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(operation["operationId"].is_string(), "{name}");
            assert!(operation["summary"].is_string(), "{name}");
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert_eq!(
                problem["schema"]["$ref"], "#/components/schemas/Problem",
                "{name}"
            );
        }
    }
}

/// Whoever makes a client from the description sends these words.
#[test]
fn the_words_of_every_enumeration_are_those_that_are_sent() {
    let api = serde_json::to_value(openapi::document()).unwrap();
    let schemas = api["components"]["schemas"].as_object().unwrap();
    let (mut words, mut wrong) = (0, Vec::new());
    for (name, schema) in schemas {
        for word in schema["enum"].as_array().into_iter().flatten() {
            let is_sent =
                |letter: char| letter.is_ascii_lowercase() || "0123456789_".contains(letter);
            words += 1;
            if !word.as_str().is_some_and(|word| word.chars().all(is_sent)) {
                wrong.push(format!("{name}: {word}"));
            }
        }
    }
    assert!(words > 50 && wrong.is_empty(), "{words}: {wrong:?}");
}
