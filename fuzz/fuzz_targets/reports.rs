//! Runs `bodies::reports`; see there. `fuzz/run reports SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::reports(input));
