//! Files that are made from others: each is held to what is made now, or written anew.

use crate::tree;
use std::{env, fs};

/// What there is to say of a made file. `renew` is the command that writes it anew: it begins with
/// the variable that asks for that.
pub(crate) fn findings(path: &str, made: &str, renew: &str) -> Vec<String> {
    let file = tree::root().join(path);
    let (variable, _) = renew.split_once('=').expect("it begins with a variable");
    if env::var_os(variable).is_some() {
        fs::write(&file, made).expect("the file can be written");
    } else if kept(path) != made {
        return vec![format!("{path} is out of date: {renew}")];
    }
    Vec::new()
}

/// The file as it is kept; empty where there is none.
pub(crate) fn kept(path: &str) -> String {
    fs::read_to_string(tree::root().join(path)).unwrap_or_default()
}
