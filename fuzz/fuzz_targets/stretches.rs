//! Runs `bodies::stretches`; see there. `fuzz/run stretches SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::stretches(input));
