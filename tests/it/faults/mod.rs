//! What happens when something breaks: killed processes, lost databases, two nodes.

mod command_line;
mod killed;
mod two_nodes;
