//! Puts the built console into the program: every file of `backend/console/dist`, or one plain page when it has not been built.

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
    let mut files = Vec::new();
    collect(&dist.canonicalize()?, &mut files)?;
    if !files.iter().any(|file| file.ends_with("dist/index.html")) {
        let page = out.join("dist");
        fs::create_dir_all(&page)?;
        fs::write(page.join("index.html"), NOT_BUILT)?;
        files = vec![page.join("index.html")];
    }
    files.sort();
    fs::write(out.join("console_files.rs"), table(&files))
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn table(files: &[PathBuf]) -> String {
    let mut text = String::from("pub(super) static FILES: &[(&str, &[u8])] = &[\n");
    for file in files {
        let whole = file.to_string_lossy();
        let name = whole
            .rsplit_once("/dist/")
            .map_or(whole.as_ref(), |(_, name)| name);
        text.push_str(&format!("    ({name:?}, include_bytes!({whole:?})),\n"));
    }
    text + "];\n"
}
