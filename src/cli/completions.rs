//! `completions` and `man`: the command line for shells and as a manual page.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Arguments, output::OutputFlags};

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionsArguments {
    /// Shell to write for: bash, zsh, fish, elvish or powershell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab completions bash > longtail-lab.bash
  longtail-lab man > longtail-lab.1";

/// Name of the program on the command line.
const NAME: &str = "longtail-lab";

pub(super) fn run(arguments: &CompletionsArguments) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), NAME, &mut script);
    write(&script)
}

/// Writes the manual page: the program, then each subcommand.
pub(super) fn run_man() -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    let command = Arguments::command().name(NAME);
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        let named =
            subcommand.clone().bin_name(format!("{NAME} {}", subcommand.get_name())).disable_help_subcommand(true);
        let man = clap_mangen::Man::new(named);
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    write(&page)
}

fn write(bytes: &[u8]) -> anyhow::Result<ExitCode> {
    OutputFlags::default().open([])?.write(|out| out.write_all(bytes))?;
    Ok(ExitCode::SUCCESS)
}
