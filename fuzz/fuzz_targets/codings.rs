//! Runs `bodies::codings`; see there. `fuzz/run codings SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::codings(input));
