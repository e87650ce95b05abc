//! Runs `bodies::bypass`; see there. `fuzz/run bypass SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::bypass(input));
