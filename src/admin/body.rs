//! A request's JSON. What is wrong with it is answered as every other problem of the API is: as JSON.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use super::asked::Problem;

/// What was sent.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = (StatusCode, Json<Problem>);

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let read = Json::from_request(request, state).await;
        let Json(sent) = read.map_err(|rejection: JsonRejection| {
            (rejection.status(), Json(Problem::new(rejection.body_text())))
        })?;
        Ok(Self(sent))
    }
}
