//! The supervisors' console: its built files are part of the program.

use crate::problem::Problem;
use axum::{
    http::{HeaderValue, Method, Uri, header},
    response::{IntoResponse, Response},
};

/// `FILES: &[(&str, &[u8])]`, by path, written by the build script.
mod built {
    include!(concat!(env!("OUT_DIR"), "/console_files.rs"));
}

/// Serves a file of the console, or its page for every other address outside the API: the console
/// has addresses of its own.
pub(super) async fn serve(method: Method, uri: Uri) -> Result<Response, Problem> {
    let path = uri.path().trim_start_matches('/');
    if ["api", "sync"].contains(&path.split('/').next().unwrap_or_default()) {
        return Err(Problem::NotFound);
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(Problem::MethodNotAllowed);
    }
    match find(path) {
        Some(bytes) => Ok(answer(path, bytes)),
        // A file that a newer or older build had: never answer it with a page that would be kept as
        // that file.
        None if path.starts_with("assets/") => Err(Problem::NotFound),
        None => find("index.html")
            .map(|page| answer("index.html", page))
            .ok_or(Problem::NotFound),
    }
}

fn find(path: &str) -> Option<&'static [u8]> {
    built::FILES
        .iter()
        .find(|(name, _)| *name == path)
        .map(|(_, bytes)| *bytes)
}

fn answer(path: &str, bytes: &'static [u8]) -> Response {
    let kind = HeaderValue::from_static(media_type(path));
    let keep = HeaderValue::from_static(caching(path));
    (
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)],
        bytes,
    )
        .into_response()
}

/// Files below `assets/` carry the hash of their content in their names; everything else may change
/// under its name.
fn caching(path: &str) -> &'static str {
    match path {
        _ if path.starts_with("assets/") => "public, max-age=31536000, immutable",
        "index.html" => "no-store",
        _ => "no-cache",
    }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_files_are_kept_for_ever_and_the_page_never() {
        assert!(caching("assets/index-4f2a.js").contains("immutable"));
        assert_eq!(caching("index.html"), "no-store");
        assert_eq!(caching("favicon.svg"), "no-cache");
    }

    #[tokio::test]
    async fn an_address_of_the_console_is_its_page_and_one_of_the_api_is_not() {
        let get = |path: &'static str| serve(Method::GET, Uri::from_static(path));
        assert_eq!(
            get("/cases/5").await.unwrap().headers()[header::CACHE_CONTROL],
            "no-store"
        );
        assert!(matches!(
            get("/api/v1/nothing").await,
            Err(Problem::NotFound)
        ));
        assert!(matches!(
            get("/assets/gone.js").await,
            Err(Problem::NotFound)
        ));
        assert!(matches!(
            serve(Method::POST, Uri::from_static("/x")).await,
            Err(Problem::MethodNotAllowed)
        ));
    }
}
