//! What the API takes and answers, described for programs: `OpenAPI` 3.1. Its schemas are made from the types that are
//! written, so they can't fall behind; a test holds its paths against the router's, and `tests/api` sends what it
//! allows and what it forbids. <https://spec.openapis.org/oas/v3.1.1>

use std::sync::LazyLock;

use axum::Json;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::asked::Problem;
use super::operations::{Answer, Operation, Takes, operations};

/// `GET /api/openapi.json`.
pub(super) async fn openapi() -> Json<&'static Value> {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
    Json(&DOCUMENT)
}

/// A type's schema, or a reference to it.
pub(super) type Shape = fn(&mut SchemaGenerator) -> Schema;

pub(super) fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn document() -> Value {
    // Answers are written: what is never left out is always there.
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = SchemaGenerator::new(settings);
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let described = describe(&operation, &mut generator);
        let path = paths.entry(operation.path).or_insert_with(|| Value::Object(Map::new()));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_owned(), described);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countersign",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What runs on the pages, what browsers told, and what stands. Lists come a part at a \
                            time: `next` is the `after` of the next part, and null where there is none.",
        },
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) },
    })
}

fn describe(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut described = Map::new();
    described.insert("operationId".to_owned(), json!(operation.id));
    described.insert("summary".to_owned(), json!(operation.summary));
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|parameter| {
            json!({
                "name": parameter.name,
                "in": if parameter.in_path { "path" } else { "query" },
                "required": parameter.in_path,
                "description": parameter.description,
                "schema": parameter.schema,
            })
        })
        .collect();
    if !parameters.is_empty() {
        described.insert("parameters".to_owned(), json!(parameters));
    }
    if let Takes::Json(shape) = operation.takes {
        let content = json!({ "application/json": { "schema": shape(generator) } });
        described.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    let mut responses = Map::new();
    responses.insert("200".to_owned(), answer(operation.answer, generator));
    for (status, description) in operation.problems {
        let schema = match operation.answer {
            Answer::Json(shape) if *status == 422 && matches!(operation.takes, Takes::Nothing) => {
                shape(generator)
            }
            Answer::Json(_) | Answer::Text(_) => generator.subschema_for::<Problem>(),
        };
        let content = json!({ "application/json": { "schema": schema } });
        responses.insert(status.to_string(), json!({ "description": description, "content": content }));
    }
    described.insert("responses".to_owned(), Value::Object(responses));
    Value::Object(described)
}

fn answer(answer: Answer, generator: &mut SchemaGenerator) -> Value {
    match answer {
        Answer::Json(shape) => {
            let schema = shape(generator);
            json!({ "description": "So it is.", "content": { "application/json": { "schema": schema } } })
        }
        Answer::Text(media_type) => {
            let mut content = Map::new();
            content.insert(media_type.to_owned(), json!({ "schema": { "type": "string" } }));
            json!({ "description": "So it is.", "content": content })
        }
    }
}

/// A text as filters take it.
pub(super) fn text() -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": 512 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
        let document = document();
        let mut references = Vec::new();
        collect(&document, &mut references);
        assert!(references.len() > 20, "{references:?}");
        for reference in references {
            let place = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(place).is_some(), "{reference}");
        }
        let mut ids: Vec<&str> = operations().iter().map(|operation| operation.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), operations().len());
    }

    #[test]
    fn the_parts_of_a_path_are_its_parameters() {
        for operation in operations() {
            let named: Vec<&str> = operation
                .path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let parameters = operation.parameters.iter().filter(|parameter| parameter.in_path);
            assert_eq!(named, parameters.map(|parameter| parameter.name).collect::<Vec<_>>());
        }
    }

    fn collect(value: &Value, references: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    references.push(reference.clone());
                }
                fields.values().for_each(|value| collect(value, references));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
