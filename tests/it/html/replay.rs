//! What fuzzing found worth keeping (`fuzz/corpus`), through the same functions.

use std::fs;
use std::path::Path;

use super::bodies;

#[test]
fn the_corpora_of_the_fuzz_targets_hold() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, body) in bodies::ALL {
        let mut inputs = 0;
        for entry in fs::read_dir(corpora.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")) {
            let path = entry.unwrap().path();
            let input = fs::read(&path).unwrap();
            let holds = std::panic::catch_unwind(|| body(&input)).is_ok();
            assert!(holds, "fuzz target {name} fails on {}", path.display());
            inputs += 1;
        }
        assert!(inputs >= 10, "{name} has a corpus of {inputs}");
    }
}
