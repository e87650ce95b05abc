//! The web platform's vocabulary: media types, the URL a browser would fetch, patterns of paths,
//! import maps.
//! Pure: no sockets, no clock.

mod media_type;
mod import_map;
mod javascript_url;
mod path_pattern;
mod pattern_index;
mod path_readings;
mod refresh;
mod script_url;
mod url_pattern;

pub use import_map::{ImportMap, ImportMapError, SpecifierMap, is_in_scope};
pub use javascript_url::javascript_url;
pub use media_type::{MediaType, extract_media_type};
pub use path_pattern::{PathPattern, PathPatternError, canonical_path};
pub use path_readings::{PathReadings, other_slash};
pub use pattern_index::PatternIndex;
pub use refresh::refresh_targets;
pub use script_url::{
    UrlError, document_at, document_origin, document_url, resolve_attribute, resolve_in_charset,
};
pub use url_pattern::{ScriptUrlPattern, ScriptUrlPatternError};
