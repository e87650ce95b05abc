//! The tables, version by version. One text for both databases; a dialect fills in where they differ.

/// Where the databases' words differ.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Dialect {
    /// A number that the database gives each row, its primary key.
    pub(in crate::store) row_id: &'static str,
    /// The type of bytes.
    pub(in crate::store) bytes: &'static str,
    /// Behind a table that has no row numbers.
    pub(in crate::store) keyed: &'static str,
    /// What keeps evidence from being changed, in the database's own words.
    pub(in crate::store) evidence_stays: &'static str,
}

#[allow(dead_code, reason = "PostgreSQL tells sizes by table")]
/// Every table, for whoever adds up their sizes.
pub(in crate::store) const TABLES: [&str; 16] = [
    "batches",
    "violations",
    "violation_hours",
    "violation_pages",
    "violation_browsers",
    "shed",
    "scripts",
    "generations",
    "events",
    "drifts",
    "nodes",
    "evidence",
    "page_seen",
    "page_hours",
    "policy_texts",
    "class_hours",
];

/// What leads from each version to the next, the first from nothing. Released ones are never changed: databases out
/// there were made with them.
const VERSIONS: [&str; 2] = [include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// The same in a database's words.
pub(in crate::store) fn migrations(dialect: Dialect) -> [String; VERSIONS.len()] {
    let Dialect { row_id, bytes, keyed, evidence_stays } = dialect;
    let mut migrations =
        VERSIONS.map(|text| text.replace("ROW_ID", row_id).replace("BYTES", bytes).replace("KEYED", keyed));
    let [first, _] = &mut migrations;
    first.push_str(evidence_stays);
    migrations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sri::{Algorithm, Digest};

    #[test]
    fn every_table_is_listed() {
        let made: Vec<&str> = VERSIONS
            .iter()
            .flat_map(|text| text.split("CREATE TABLE ").skip(1))
            .filter_map(|rest| rest.split_once(" (").map(|(name, _)| name))
            .collect();
        assert_eq!(made, TABLES);
    }

    #[test]
    fn a_released_version_is_never_changed() {
        let [first, _] = VERSIONS;
        for (text, digest) in [
            (first, "sha256-gJ5qa5laRAXjcEpmd2xTsuQ8li7cWMgUzL1kWlMea1g="),
            (include_str!("schema/1.sqlite.sql"), "sha256-ivS9/yBXIIjfN5WGlR1Bliyb4MeEeXfHd0I04X0qqfw="),
            (include_str!("schema/1.postgres.sql"), "sha256-xxJCUwkxALY94Q/MEJ/QbsVhjPVyhd6JtnDhiJ3fe00="),
        ] {
            assert_eq!(Digest::of(Algorithm::Sha256, text.as_bytes()).to_string(), digest, "{text}");
        }
    }
}
