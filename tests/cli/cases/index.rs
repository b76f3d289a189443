//! Which test holds each case that was found from outside.

use std::{fs, path::Path};

use crate::support::REPOSITORY;

/// A case, the file of its test, and the test.
type Held = (&'static str, &'static str, &'static str);

const CLI: &str = "tests/cli/cases";

#[rustfmt::skip]
const CASES: [Held; 38] = [
    ("counts_exact_tail", "numbers.rs", "counts_obey_their_formula_where_it_is_exact"),
    ("csv_decimal_comma_after_row_200", "text.rs", "csv_decimal_comma_after_row_200_is_found_from_all_rows"),
    ("csv_thousands_proof", "text.rs", "csv_thousands_proof_tells_for_the_columns_beside_it"),
    ("csv_thousands_quoted_silent", "text.rs", "csv_thousands_quoted_silent_gives_what_the_plain_numbers_give_and_says_so"),
    ("csv_unnamed_index_beside_x1", "text.rs", "csv_unnamed_index_beside_x1_gets_a_name_of_its_own"),
    ("json_bom", "text.rs", "json_bom_is_no_part_of_the_text"),
    ("jsonl_bom", "results.rs", "marks_and_line_ends_of_other_systems_and_lines_that_come_twice_change_nothing"),
    ("ok_bom_quoted_header", "text.rs", "ok_bom_quoted_header_names_the_columns"),
    ("ok_codes_with_E", "text.rs", "ok_codes_with_e_are_words"),
    ("ok_empty_class_offsets", "numbers.rs", "offsets_and_margins_of_an_empty_class_are_numbers"),
    ("ok_na_class_said", "text.rs", "ok_na_class_said_and_marks_can_be_chosen"),
    ("ok_out_checked_first", "numbers.rs", "an_output_that_cannot_be_written_is_refused_before_training"),
    ("ok_resume_half_line", "numbers.rs", "a_sweep_goes_on_from_half_a_line_to_the_same_file"),
    ("ok_weights_empty_class", "numbers.rs", "weights_of_large_counts_and_of_an_empty_class_are_exact"),
    ("ok_weights_large_n", "numbers.rs", "weights_of_large_counts_and_of_an_empty_class_are_exact"),
    ("out_dev_stdout", "outputs.rs", "what_is_open_already_is_written_to_in_order_with_everything_else"),
    ("paired_two_seeds_tie", "numbers.rs", "two_seeds_that_agree_by_the_grain_of_the_test_set_are_not_sure"),
    ("snippet_sklearn_empty_class", "../../snippets.rs", "scikit_learn_reproduces_our_loss_and_minimises_it"),
    ("snippet_sklearn_two_classes", "../../snippets.rs", "scikit_learn_reproduces_our_loss_and_minimises_it"),
    ("standardise_large_offset", "numbers.rs", "columns_of_any_offset_and_unit_are_standardised"),
    ("standardise_scale_small", "numbers.rs", "columns_of_any_offset_and_unit_are_standardised"),
    ("whitespace_data", "text.rs", "whitespace_data_is_read_as_columns"),
    ("window_beta_shows_one", "../../ui/fields.rs", "a_beta_that_is_not_one_never_reads_as_one"),
    ("window_field_rounds_on_focus", "../../ui/fields.rs", "no_field_of_any_place_changes_anything_by_being_looked_at"),
    ("01-window-panic-long-class-names", "../../ui/layout.rs", "eight_objectives_on_page_blocks_are_drawn_at_the_usual_size"),
    ("02-table-panic-65536", "text.rs", "names_longer_than_a_table_can_be_wide_are_cut_there_and_whole_elsewhere"),
    ("03-results-header-runs", "results.rs", "a_header_that_says_more_runs_than_its_sweep_has_is_refused_at_once"),
    ("04-results-out-of-range", "results.rs", "lines_that_their_sweep_cannot_have_written_are_named_and_trained_again"),
    ("05-two-sweeps-one-file", "results.rs", "a_second_sweep_into_the_same_file_is_refused_and_no_run_is_lost"),
    ("06-fitted-long-tail", "numbers.rs", "a_fitted_long_tail_counts_the_classes_of_its_table"),
    ("07-out-over-input", "outputs.rs", "no_subcommand_writes_over_what_it_reads"),
    ("08-nohup", "signals.rs", "signals_that_were_made_ignored_stay_so_and_others_end_the_sweep"),
    ("09-permissions", "outputs.rs", "the_mode_of_a_file_stays_and_a_write_protected_one_is_refused"),
    ("10-endless-device", "text.rs", "endless_devices_are_refused_by_every_reader"),
    ("11-settings-not-atomic", "kills.rs", "settings_are_old_or_new_whatever_moment_the_program_is_killed_at"),
    ("12-terminal-escapes", "text.rs", "names_do_not_steer_the_terminal"),
    ("13-start-deletes-own-results", "../../../src/worker/background/sweeper.rs", "what_is_gone_on_with_is_kept_though_it_is_the_oldest_and_so_is_what_others_have_put_there"),
    ("14-window-reads-on-ui-thread", "../../ui/waiting.rs", "an_experiment_that_does_not_answer_is_given_up_with_escape_and_what_it_says_later_is_dropped"),
];

#[test]
fn every_case_that_was_found_has_its_test() {
    for (case, file, test) in CASES {
        let path = Path::new(REPOSITORY).join(CLI).join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{case}: {}: {error}", path.display()));
        assert!(text.contains(&format!("fn {test}()")), "{case}: there is no test {test} in {file}");
    }
}
