//! The program in the terminal, from the outside.
#![cfg(unix)]

mod cases;
mod commands;
mod convergence;
mod exports;
mod habits;
mod labels;
mod loss_shares;
mod losses;
mod sampling;
mod seeds;
mod support;
mod sweep;
mod theory;
