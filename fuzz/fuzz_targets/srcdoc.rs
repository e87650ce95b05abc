//! Runs `bodies::srcdoc`; see there. `fuzz/run srcdoc SECONDS` starts it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| countersign_fuzz::bodies::srcdoc(input));
