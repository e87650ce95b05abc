//! What a newcomer and an operator see: the admin address, and the demo on free ports.

mod admin;
