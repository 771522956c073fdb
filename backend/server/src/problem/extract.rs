//! Extractors whose rejections are problems. A JSON body is checked (`garde`) before a handler sees
//! it, no string of a body holds control characters, and no query and no path U+0000, which
//! Postgres does not keep: looked at here, once, for every operation. So is whether whoever sent a
//! body may still come in when it is there, and that no field of it is one that there is not: what
//! was meant by it would be passed over in silence.

use super::{Problem, SecondLook, words};
use axum::{
    body::{Body, Bytes},
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use hejie_case::limit::form;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A JSON body: read and checked on the way in, written on the way out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

/// As [`Json`], from a phone, which may be newer than the server (PP11): fields that there are not
/// are passed over.
#[derive(Debug, Clone, Copy, Default)]
pub struct PhoneJson<T>(pub T);

/// Parameters of the path.
#[derive(Debug, Clone, Copy, Default)]
pub struct Path<T>(pub T);

/// Parameters of the query.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned + garde::Validate<Context: Default>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (body, bytes) = checked(request, state).await?;
        no_unknown_field::<T>(&bytes)?;
        Ok(Self(body))
    }
}

impl<S, T> FromRequest<S> for PhoneJson<T>
where
    S: Send + Sync,
    T: DeserializeOwned + garde::Validate<Context: Default>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (body, _) = checked(request, state).await?;
        Ok(Self(body))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if holds_encoded_nul(parts.uri.path()) {
            return Err(Problem::NotFound);
        }
        let axum::extract::Path(path) =
            axum::extract::Path::<T>::from_request_parts(parts, state).await?;
        Ok(Self(path))
    }
}

impl<S, T> FromRequestParts<S> for Query<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(holds_encoded_nul) {
            return Err(control(nul_in(parts.uri.query()).as_deref()));
        }
        let axum::extract::Query(query) =
            axum::extract::Query::<T>::from_request_parts(parts, state).await?;
        Ok(Self(query))
    }
}

/// Reads a JSON text as what an operation takes.
///
/// # Errors
/// [`Problem::Unreadable`] when it is no JSON, and [`Problem::Invalid`], which names the field,
/// when a value does not fit, a text holds control characters, or there is no such field.
pub(crate) fn of_json<T>(json: &[u8]) -> Result<T, Problem>
where
    T: DeserializeOwned + garde::Validate<Context: Default>,
{
    writable(json)?;
    is_object(json)?;
    let axum::Json(body) = axum::Json::<T>::from_bytes(json)?;
    valid(&body)?;
    no_unknown_field::<T>(json)?;
    Ok(body)
}

/// A body, checked, and the bytes of it.
async fn checked<S, T>(request: Request, state: &S) -> Result<(T, Bytes), Problem>
where
    S: Send + Sync,
    T: DeserializeOwned + garde::Validate<Context: Default>,
{
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let bytes = Bytes::from_request(whole, state).await?;
    SecondLook::pass(&parts.extensions).await?;
    writable(&bytes)?;
    is_object(&bytes)?;
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let axum::Json(body) = axum::Json::<T>::from_request(request, state).await?;
    valid(&body)?;
    Ok((body, bytes))
}

/// Passes what is no list: the reader would take its values for the fields, in the order in which
/// these happen to be declared.
fn is_object(json: &[u8]) -> Result<(), Problem> {
    match json.trim_ascii_start().first() {
        Some(b'[') => Err(Problem::invalid("body: 应为对象（{…}），不是列表。")),
        _ => Ok(()),
    }
}

fn valid<T: garde::Validate<Context: Default>>(body: &T) -> Result<(), Problem> {
    body.validate()
        .map_err(|report| Problem::invalid(words::of_check(&report.to_string())))
}

/// Passes when a JSON text that reads as `T` says nothing that this does not know.
fn no_unknown_field<T: DeserializeOwned>(json: &[u8]) -> Result<(), Problem> {
    let mut first = None;
    let mut text = serde_json::Deserializer::from_slice(json);
    // What cannot be read was told already, with its place.
    let _: Result<T, _> = serde_ignored::deserialize(&mut text, |path| {
        first.get_or_insert_with(|| path.to_string());
    });
    let unknown = |field| Problem::invalid(format!("{field}: 没有这一字段，请核对字段名。"));
    first.map_or(Ok(()), |field| Err(unknown(field)))
}

/// Passes when no string of a JSON text holds control characters but tab and line breaks, however
/// they are written.
///
/// # Errors
/// [`Problem::Invalid`].
fn writable(json: &[u8]) -> Result<(), Problem> {
    let mut rest = json;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        let is_control = match first {
            b'\\' => {
                rest = behind.get(1..).unwrap_or_default();
                escapes_control(behind)
            }
            0x7F => true,
            0xC2 => behind.first().is_some_and(|next| *next < 0xA0),
            _ => false,
        };
        if is_control {
            return Err(control(field_of(json).as_deref()));
        }
    }
    Ok(())
}

/// The field of a JSON text that holds what may not be written, as validation names fields:
/// `steps[1].why`.
fn field_of(json: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(json).ok()?;
    let mut path = path_in(&value)?;
    if path.starts_with('.') {
        path.remove(0);
    }
    Some(path).filter(|path| !path.is_empty())
}

fn path_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => (!text.chars().all(form::is_writable)).then(String::new),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(at, item)| Some(format!("[{at}]{}", path_in(item)?)))
        }
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, field)| Some(format!(".{name}{}", path_in(field)?))),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Whether an escape, without its backslash, stands for a control character that no text may hold.
fn escapes_control(escape: &[u8]) -> bool {
    match escape {
        [b'b' | b'f', ..] => true,
        [b'u', digits @ ..] => {
            let digits = digits
                .get(..4)
                .and_then(|four| std::str::from_utf8(four).ok());
            let value = digits.and_then(|four| u32::from_str_radix(four, 16).ok());
            value
                .and_then(char::from_u32)
                .is_some_and(|c| !form::is_writable(c))
        }
        _ => false,
    }
}

fn holds_encoded_nul(text: &str) -> bool {
    text.contains("%00")
}

/// The parameter of a query in whose value U+0000 stands.
fn nul_in(query: Option<&str>) -> Option<String> {
    let mut pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
    let (name, _) = pairs.find(|(_, value)| holds_encoded_nul(value))?;
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then(|| name.to_owned())
}

fn control(field: Option<&str>) -> Problem {
    let zh = "内容含有无法保存的空字符或控制字符，请删除后重新填写。";
    let detail = format!("{}: {zh}", field.unwrap_or("body"));
    Problem::Invalid { detail }
}

/// What the framework says, without its own preface: the field, and what is wrong with it. Nothing
/// of the value is given back.
pub(super) fn of_field(text: &str) -> String {
    let known = [
        "Failed to deserialize the JSON body into the target type: ",
        "Failed to deserialize query string: ",
    ];
    let mut known = known.iter();
    let bare = known.find_map(|preface| text.strip_prefix(preface));
    words::of_reader(bare.unwrap_or(text))
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        if let JsonRejection::JsonDataError(error) = &rejection {
            return Self::Invalid {
                detail: of_field(&error.body_text()),
            };
        }
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMedia,
            _ => Self::Unreadable {
                detail: rejection.body_text(),
            },
        }
    }
}

impl From<PathRejection> for Problem {
    /// An identifier that is none names nothing.
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::Invalid {
            detail: of_field(&rejection.body_text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_character_is_seen_however_it_is_written_and_nothing_else_is_taken_for_it() {
        for text in [
            r#"{"q":"a\u0000"}"#,
            r#"["\\\u0000"]"#,
            r#"{"\u0000":1}"#,
            r#""\u001F""#,
            r#""\b""#,
            r#""\u0085""#,
            "\"\u{7f}\"",
            "\"\u{9f}\"",
        ] {
            assert!(writable(text.as_bytes()).is_err(), "{text}");
        }
        for text in [
            r#"{"q":"\\u0000"}"#,
            r#"["u0000","\u000a\u0009\r\n"]"#,
            "\"\u{a0}和\u{ff}\"",
            "\\",
            "",
        ] {
            assert!(writable(text.as_bytes()).is_ok(), "{text}");
        }
        let nested = br#"{"steps":[{"why":"a"},{"why":"b\u0000"}]}"#;
        assert_eq!(field_of(nested).as_deref(), Some("steps[1].why"));
        assert_eq!(field_of(br#""\u0000""#), None);
        assert!(holds_encoded_nul("q=%00"));
        assert!(!holds_encoded_nul("q=%2500"));
    }
}
