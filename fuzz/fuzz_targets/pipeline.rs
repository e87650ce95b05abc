//! Runs `bodies::pipeline`; see there. `fuzz/run pipeline SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::pipeline(input));
