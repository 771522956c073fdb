//! The description of the API (OpenAPI 3.1), made from the handlers themselves.

use crate::{problem::MEDIA_TYPE, state::AppState};
use axum::http::Method;
use utoipa::{
    OpenApi as _,
    openapi::{
        Components, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, PathItem},
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "和解 hejie", description = "矛盾纠纷多元化解：登记、分流、调解、回访。所有时间为 RFC 3339 UTC。"),
    components(schemas(crate::problem::ProblemView<'static>))
)]
struct BaseDocument;

/// A router that already knows what the description starts from.
#[must_use]
pub fn base() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(BaseDocument::openapi())
}

/// The whole description, as it is served and checked in.
#[must_use]
pub fn document() -> OpenApi {
    finish(super::routes().into_openapi())
}

/// Adds what is common to every operation: the problem answer, and the bearer token where the
/// access table asks for one.
#[must_use]
pub fn finish(mut api: OpenApi) -> OpenApi {
    let components = api.components.get_or_insert_with(Components::new);
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
    );
    for item in api.paths.paths.values_mut() {
        for operation in operations_mut(item) {
            complete(operation);
        }
    }
    api
}

/// Lists the operations as (path, method, operation id).
#[must_use]
pub fn operations(api: &OpenApi) -> Vec<(String, Method, String)> {
    let mut list = Vec::new();
    for (path, item) in &api.paths.paths {
        let all = [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
            (Method::HEAD, &item.head),
            (Method::OPTIONS, &item.options),
        ];
        for (method, operation) in all {
            if let Some(id) = operation
                .as_ref()
                .and_then(|operation| operation.operation_id.clone())
            {
                list.push((path.clone(), method, id));
            }
        }
    }
    list
}

/// The description itself.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation", responses((status = 200, content_type = "application/json")))]
pub async fn get_openapi() -> axum::Json<OpenApi> {
    axum::Json(document())
}

fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
        &mut item.head,
        &mut item.options,
    ]
    .into_iter()
    .flatten()
}

fn complete(operation: &mut Operation) {
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(problem_response()));
    let access = operation
        .operation_id
        .as_deref()
        .and_then(crate::access::of_operation);
    if access.is_some_and(|access| access.needs_token()) {
        operation.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(
            "bearer",
            [],
        )]);
    }
}

fn problem_response() -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description("Why it was not done (RFC 9457)")
        .content(MEDIA_TYPE, content)
        .build()
}
