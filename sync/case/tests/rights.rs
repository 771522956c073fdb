//! What may be written by whom, judged without the document.

#[path = "document/scene.rs"]
mod scene;

#[path = "rights/permitted.rs"]
mod permitted;

#[path = "rights/refused.rs"]
mod refused;
