//! The demo: a shop, a vendor that can be tampered with, a drop box, and Countersign in front.
