//! The terminal: one file a subcommand, asking the same engine as the window.
//!
//! Results go to standard output or a file, everything else to standard error. Nothing here knows the window.

mod answers;
mod compare;
mod completions;
mod counts;
mod covering;
mod curve;
mod figure;
mod film;
mod generator_flags;
mod grid;
mod import_flags;
mod input;
mod inspect;
mod inspect_labels;
mod label_flags;
mod lesson;
mod long_tail_flags;
mod loss;
mod objective_flags;
mod output;
mod profile_flags;
mod progress;
mod report;
mod share;
mod sheet;
mod situations;
mod source;
mod split_flags;
mod start;
mod sweep;
mod sweep_flags;
mod threads;
mod train;
mod train_files;
mod train_flags;
mod train_labels;
mod train_snippet;
mod weights;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub use figure::{FigureArguments, FigureProgress, FigureRequest, Theme, list_figures};
pub use film::FilmArguments;
pub use input::{refuse_unknown_name, shared_text};
pub use lesson::DrawHandout;
pub use loss::losses_of;
pub use output::{complain, say};
pub use start::Start;
pub use train::DrawReport;

use crate::{system::keep_to_the_cores, text::shown_os};

/// See and feel what class-imbalance weighting does
///
/// Long-tailed class counts, the weights that follow from them, and training under cross entropy, balanced cross
/// entropy, focal and class-balanced loss, side by side. Alone or with a file the program opens its window; with no
/// display it runs the experiment in the terminal.
#[derive(Debug, Parser)]
#[command(
    name = "longtail-lab",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    after_help = EXAMPLES
)]
pub struct Arguments {
    /// An experiment (.toml, at most 64 MiB), a data file (.csv, .tsv, .dat, .data, .arff, .svm, .parquet, .arrow, .feather,
    /// .xlsx, .npy, .npz, also compressed, at most 1 GiB) or results of a sweep (.jsonl, at most 4 GiB) to open in the window; or a lesson: its lesson.toml, or the key of
    /// one of the course; or the text of a shared experiment (longtail-lab:1:…)
    pub file: Option<PathBuf>,
    /// Open the window full screen, for a class: F11 does the same there
    #[arg(long)]
    pub present: bool,
    /// Say nothing but results and what is wrong: no notes, no progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do in the terminal.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = r"Examples:
  longtail-lab counts --classes 10 --max 5000 --imbalance 100
  longtail-lab weights --counts 5000,500,50 --beta 0.99,0.999
  longtail-lab train --data assets/data/page-blocks.csv --label class \
      --epochs 5";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the class counts of a profile
    ///
    /// Each class with its number of training samples, its share and its group (many, medium, few). Counts are
    /// truncated to whole numbers, so the realised imbalance factor can differ from the nominal one; both are shown.
    Counts(counts::CountsArguments),
    /// List the textbook situations that --situation takes
    ///
    /// Class counts and samples under a name, the same as in the window's menu: CIFAR-LT, step imbalance, fraud,
    /// screening, detection, the shapes of ImageNet-LT and iNaturalist 2018, and real data sets.
    Situations(situations::SituationsArguments),
    /// List class weights, one scheme beside the other
    ///
    /// One column for each scheme, and for the effective number one for each β. The counts come from a profile, a
    /// list or a file. Weights are scaled by the normalisation, which acts on training as a learning rate does. With
    /// --snippet one weight vector comes as code for another program.
    Weights(Box<weights::WeightsArguments>),
    /// Simulate the random covering behind the effective number
    ///
    /// Samples fall one by one on a space of N prototypes, each place as likely as any other; one that lands on a
    /// covered place adds nothing. The mean covered volume of many runs follows the effective number E_n with
    /// β = (N − 1)/N. The table shows about 20 steps, CSV and JSON all of them.
    Covering(covering::CoveringArguments),
    /// Show a loss as a function of p_t, or who owns the loss of a crowd
    ///
    /// Cross entropy and focal loss −(1 − p_t)^γ ln p_t against the probability p_t of what is true, with derivatives
    /// in CSV and JSON. With --positives and --negatives: how the summed loss of foreground and background is shared.
    Curve(curve::CurveArguments),
    /// Compute losses and gradients, to check an implementation against
    ///
    /// Reads a JSON array of cases and writes it back with "loss_per_sample" and "gradient" (with respect to the
    /// logits) in double precision. A case has "head" (softmax or sigmoid), "gamma", "class_weights" (one for each
    /// class), "logits" (one row for each sample) and "labels" (class indices from 0), and may have "note" and
    /// "alpha". A case with any number of labels a sample has "loss" in place of "head" (bce, focal, asl or
    /// distribution_balanced) with its numbers, "positive_weights" and "negative_weights" (one for each label) and rows of
    /// 0 and 1 as "labels". Where it has "loss_per_sample" and "gradient" of your own, the table tells how far they are from
    /// ours; --check also says what is likely to be wrong with them.
    /// At most 256 MiB are read, and 64 MiB without a line end.
    Loss(loss::LossArguments),
    /// Show what is in a data file and what would be dropped, before training on it
    ///
    /// Finds out separator, header, decimal mark and missing values, each of which can be overridden, and lists every
    /// column with what becomes of it: numbers stay, text with few values becomes one-hot, what says nothing is left out.
    /// Rows with missing values are dropped and counted. Numbers that can be read in two ways, such as 4,952, are named.
    /// `train` reads the file in the same way. A file has at most 1 GiB, a
    /// row 64 MiB, a table a million rows, 50,000 columns and 2^28 numbers; --sample reads a part of larger ones.
    Inspect(inspect::InspectArguments),
    /// Train under several objectives and compare recall per class
    ///
    /// Every objective sees the same samples, the same split, the same initial parameters and the same order of
    /// batches. Without an experiment file the defaults are trained: ten Gaussian classes with 2000 to 20 samples.
    /// Flags override the file. Ctrl-C ends early and prints what is finished.
    Train(Box<train::TrainArguments>),
    /// Run an experiment at many values of β, γ, α, τ, learning rate and more
    ///
    /// Every value with every other, or a random or low-discrepancy design; each with every seed. Parameters act on the
    /// objectives that use them; the others run once, to compare with. Every finished run is a line of the file at once:
    /// after Ctrl-C or a crash --resume goes on. The same sweep gives the same file whatever the number of threads. Runs
    /// are chosen by a validation part and reported by a test part; `report` draws the conclusions.
    Sweep(Box<sweep::SweepArguments>),
    /// Lay two results side by side
    ///
    /// Results of sweeps, or of `train --format json`: the best of both, and what both have under the same name. Where the
    /// data and their splits agree the differences are paired over splits, with 95 % intervals.
    Compare(compare::CompareArguments),
    /// Put the results of a sweep's shards together
    ///
    /// The merged file is the one that a single machine would have written. A run that is in two files must be the same in
    /// both.
    Merge(report::MergeArguments),
    /// List the lessons of the course, or check a lesson
    ///
    /// The course leads from cross entropy to class-balanced loss; the window teaches it (Lesson). A lesson of your own is a
    /// folder with lesson.toml and a text in Markdown for each language, as those under assets/lessons.
    Lesson(lesson::LessonArguments),
    /// Put the answers of a class to the questions of lessons together
    Answers(answers::AnswersArguments),
    /// Write an experiment, or a scene of a lesson, as one line of text
    ///
    /// The text can be sent, or pasted into a window of the lab with Ctrl+V; `longtail-lab TEXT` opens it, and `train TEXT`
    /// trains it. A lesson of one's own travels with it. Rows of a data file do not: only where the file is.
    Share(share::ShareArguments),
    /// Draw a picture of an experiment into a file, without a display
    ///
    /// The pictures are those of the window: the experiment is trained in the same way and drawn by the same charts. SVG and
    /// PDF are vectors, with letters as outlines; below the picture stand classes, epoch, seeds and the command that draws it
    /// again.
    Figure(figure::FigureArguments),
    /// Make a film of a run, without a display
    ///
    /// The experiment is trained as in the window and drawn at one epoch after the other, as an animated GIF or PNG.
    Film(film::FilmArguments),
    /// Write a script that lets a shell complete the program's arguments
    Completions(completions::CompletionsArguments),
    /// Write the manual page, as for `man -l`
    Man,
    /// Say what a sweep has found
    ///
    /// The best point by the validation part, its figures on the test part with 95 % intervals, its gain over cross
    /// entropy paired over seeds, and which points cannot be told from it. html is a page with charts that needs no script
    /// and no network, and that the lab opens as an experiment.
    Report(report::ReportArguments),
}

/// Reads the command line.
///
/// # Errors
/// With the exit code, once help was printed or a mistake was reported.
pub fn parse() -> Result<Arguments, ExitCode> {
    let parsed = Arguments::try_parse().inspect(|arguments| output::be_quiet(arguments.quiet));
    parsed.map_err(|error| {
        if error.use_stderr() {
            // The same complaint about arguments that can be shown: a line end in one would break the sentence.
            let shown = std::env::args_os().map(|argument| shown_os(&argument));
            let error = Arguments::try_parse_from(shown).err().filter(clap::Error::use_stderr).unwrap_or(error);
            complain(&one_sentence(&error.render().to_string()));
            return ExitCode::from(2);
        }
        // Help into a closed pipe has nobody left to complain to.
        let _ = error.print();
        ExitCode::SUCCESS
    })
}

/// A complaint about the command line without its usage section, on one line.
fn one_sentence(complaint: &str) -> String {
    let is_about_help = |line: &&str| line.starts_with("Usage:") || line.starts_with("For more information");
    let mut sentence = String::new();
    for line in complaint.lines().map(str::trim).take_while(|line| !is_about_help(line)) {
        let line = line.trim_start_matches("error: ");
        let joint = match sentence.is_empty() || line.is_empty() {
            true => "",
            false if line.starts_with("tip:") => "; ",
            false => " ",
        };
        sentence = sentence + joint + line;
    }
    sentence + " (see --help)"
}

/// What needs the window's charts, which the program brings.
#[derive(Clone, Copy)]
pub struct Drawing {
    /// The page about an experiment.
    pub report: DrawReport,
    /// The sheets of a lesson.
    pub handout: DrawHandout,
}

/// Runs a subcommand; `draw` is there where the program can draw.
///
/// # Errors
/// A sentence that says what is wrong and what to do.
pub fn run(command: Command, draw: Option<Drawing>) -> anyhow::Result<ExitCode> {
    if !matches!(command, Command::Train(_) | Command::Sweep(_)) {
        // Those two have a flag for it.
        keep_to_the_cores();
    }
    match command {
        Command::Counts(arguments) => counts::run(&arguments),
        Command::Situations(arguments) => situations::run(&arguments),
        Command::Weights(arguments) => weights::run(&arguments),
        Command::Covering(arguments) => covering::run(&arguments),
        Command::Curve(arguments) => curve::run(&arguments),
        Command::Loss(arguments) => loss::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Train(arguments) => train::run(&arguments, draw.map(|draw| draw.report)),
        Command::Sweep(arguments) => sweep::run(&arguments),
        Command::Compare(arguments) => compare::run(&arguments),
        Command::Merge(arguments) => report::run_merge(&arguments),
        Command::Lesson(arguments) => lesson::run(&arguments, draw.map(|draw| draw.handout)),
        Command::Answers(arguments) => answers::run(&arguments),
        Command::Share(arguments) => share::run(&arguments),
        Command::Figure(_) | Command::Film(_) => anyhow::bail!("this program was built without pictures"),
        Command::Report(arguments) => report::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man => completions::run_man(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_complaint_becomes_one_sentence() {
        let complaint = "error: unexpected argument '--x' found\n\n  tip: use '--max'\n\nUsage: a\n\nFor more…\n";
        assert_eq!(one_sentence(complaint), "unexpected argument '--x' found; tip: use '--max' (see --help)");
    }
}
