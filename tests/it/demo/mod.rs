//! What a newcomer and an operator see: the demo on free ports, the admin address, the documents.

mod admin;
mod docs;
mod running;
