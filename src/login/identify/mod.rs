//! Who is there: the first step asks for an address and says nothing about whether anybody has it.

pub mod pages;
