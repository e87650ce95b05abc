//! What browsers tell: intake of reports, parsed, scrubbed, counted.
