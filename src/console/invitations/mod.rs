//! Invitations: who was asked to join, and what became of it.

pub mod pages;
mod view;
