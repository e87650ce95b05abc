//! Runs `bodies::policy`; see there. `fuzz/run policy SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::policy(input));
