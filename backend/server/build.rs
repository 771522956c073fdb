//! Puts the built console into the program: every file of `backend/console/dist`, or one plain page
//! when it has not been built.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>和解</title>\
    <p>控制台尚未构建。Console not built: run <code>make console</code>, then build the server again.</p></html>\n";

fn main() -> io::Result<()> {
    let dist = Path::new("../console/dist");
    // An absent directory would make cargo run this script every time.
    fs::create_dir_all(dist)?;
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(
        env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?,
    );
    // A copy, because the console may be built again while the compiler reads.
    let copy = out.join("console");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    let mut names = Vec::new();
    if dist.join("index.html").exists() {
        collect(dist, Path::new(""), &copy, &mut names)?;
    } else {
        fs::create_dir_all(&copy)?;
        fs::write(copy.join("index.html"), NOT_BUILT)?;
        names.push("index.html".to_owned());
    }
    names.sort();
    fs::write(out.join("console_files.rs"), table(&names))
}

fn collect(dist: &Path, below: &Path, copy: &Path, names: &mut Vec<String>) -> io::Result<()> {
    fs::create_dir_all(copy.join(below))?;
    for entry in fs::read_dir(dist.join(below))? {
        let entry = entry?;
        let name = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(dist, &name, copy, names)?;
        } else {
            fs::copy(entry.path(), copy.join(&name))?;
            names.push(name.to_string_lossy().into_owned());
        }
    }
    Ok(())
}

fn table(names: &[String]) -> String {
    let mut text = String::from("pub(super) static FILES: &[(&str, &[u8])] = &[\n");
    for name in names {
        text.push_str(&format!(
            "    ({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/console/\", {name:?}))),\n"
        ));
    }
    text + "];\n"
}
