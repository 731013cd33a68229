"""What the company does with what is written to it; each switch is explained in `docs/facts.yml`."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.businessnxt.switches import shape, switch


@dataclass
class CreatingBehaviours:
    """How a new row comes by its key and its columns, and what the answer shows of it."""

    last_key_column_is_numbered: bool = switch(default=True, off=False)
    text_keys_are_given: bool = switch(default=True, off=False)
    leading_key_columns_are_required: bool = switch(default=True, off=False)
    leading_key_rows_must_exist: bool = switch(default=True, off=False)
    keys_are_unique: bool = switch(default=True, off=False)
    order_numbers_are_not_given_again: bool = switch(default=True, off=False)
    last_key_column_is_no_input: bool = shape(default=True, off=False)
    computed_columns_are_no_input: bool = shape(default=True, off=False)
    utility_columns_are_no_input: bool = shape(default=True, off=False)
    columns_are_assigned_as_written: bool = switch(default=True, off=False)
    null_suggests_a_number: bool = switch(default=True, off=False)
    null_empties_other_columns: bool = switch(default=True, off=False)
    omitted_columns_are_not_assigned: bool = switch(default=True, off=False)
    suggest_draws_from_a_range: bool = switch(default=True, off=False)
    records_may_suggest: bool = shape(default=True, off=False)
    used_up_range_is_an_error: bool = switch(default=True, off=False)
    names_can_be_written: bool = shape(default=True, off=False)
    empty_record_is_allowed: bool = switch(default=True, off=False)
    children_need_no_parent_key: bool = switch(default=True, off=False)
    affected_rows_leaves_out_children: bool = switch(default=True, off=False)
    items_show_what_was_computed: bool = switch(default=True, off=False)
    rows_go_between_rows: bool = shape(default=True, off=False)
    place_is_a_sequence_number: bool = switch(default=True, off=False)
    temporary_rows_are_not_saved: bool = switch(default=True, off=False)


@dataclass
class ChangingBehaviours:
    """How rows are found, changed, stamped and removed."""

    update_changes_every_row_found: bool = switch(default=True, off=False)
    update_takes_pairs: bool = switch(default=True, off=False)
    update_is_single_or_pairs: bool = switch(default=True, off=False)
    update_input_has_no_key_of_several: bool = shape(default=True, off=False)
    update_of_nothing_is_no_error: bool = switch(default=True, off=False)
    update_filter_holds_as_it_writes: bool = switch(default=True, off=False)
    update_without_filter_changes_all: bool = switch(default=True, off=False)
    update_without_filter_warns: bool = switch(default=True, off=False)
    empty_update_changes_nothing: bool = switch(default=True, off=False)
    empty_update_warns: bool = switch(default=True, off=False)
    failed_update_shows_row_before: bool = switch(default=True, off=False)
    failed_update_leaves_its_row: bool = switch(default=True, off=False)
    equal_write_stamps: bool = switch(default=True, off=False)
    line_change_leaves_head_stamp: bool = switch(default=True, off=False)
    delete_shows_no_items: bool = switch(default=True, off=False)
    delete_needs_a_filter: bool = switch(default=True, off=False)
    order_goes_with_its_lines: bool = switch(default=True, off=False)
    used_rows_stay: bool = switch(default=True, off=False)
    protected_associates_stay: bool = switch(default=True, off=False)


@dataclass
class FailingBehaviours:
    """What stays of a mutation in which something failed, and what the errors say."""

    lenient_create_keeps_the_row: bool = switch(default=True, off=False)
    row_without_its_key_is_left_out: bool = switch(default=True, off=False)
    on_error_argument: bool = shape(default=True, off=False)
    fail_table_keeps_nothing: bool = switch(default=True, off=False)
    error_path_holds_the_record: bool = switch(default=True, off=False)
    error_path_goes_to_the_child: bool = switch(default=True, off=False)
    errors_name_failing_fields: bool = switch(default=True, off=False)
    errors_hold_a_status: bool = switch(default=True, off=False)
    errors_hold_a_status_name: bool = switch(default=True, off=False)
    error_details_stand_in_extensions: bool = switch(default=True, off=False)
    warnings_key: str = switch("warnings", off="notes")


@dataclass
class LockingBehaviours:
    """Who may write a row that somebody else is at work on.

    Attributes:
        edit_cache_seconds: How long an edit cache lives that nobody comes back to.
    """

    edited_rows_are_locked: bool = switch(default=True, off=False)
    order_is_locked_with_its_lines: bool = switch(default=True, off=False)
    locked_rows_are_read: bool = switch(default=True, off=False)
    lock_spares_its_owner: bool = switch(default=True, off=False)
    lock_error_names_the_person: bool = switch(default=True, off=False)
    locked_order_refuses_processings: bool = switch(default=True, off=False)
    edit_cache: bool = shape(default=True, off=False)
    edit_cache_is_seen_from_inside: bool = switch(default=True, off=False)
    edit_cache_is_hidden_from_others: bool = switch(default=True, off=False)
    edit_cache_is_saved_by_the_last_request: bool = switch(default=True, off=False)
    edit_cache_locks_its_rows: bool = switch(default=True, off=False)
    edit_cache_belongs_to_its_user: bool = switch(default=True, off=False)
    edit_cache_ends_when_abandoned: bool = switch(default=True, off=False)
    edit_cache_seconds: float = 1800


@dataclass
class FulfillingBehaviours:
    """What finishing and invoicing do to an order."""

    processing_needs_a_filter: bool = switch(default=True, off=False)
    finish_delivers_what_remains: bool = switch(default=True, off=False)
    finish_now_says_how_much: bool = switch(default=True, off=False)
    finish_type_chooses_lines: bool = switch(default=True, off=False)
    finish_tells_its_lines: bool = switch(default=True, off=False)
    finished_order_is_marked: bool = switch(default=True, off=False)
    quantity_is_what_remains: bool = switch(default=True, off=False)
    total_quantity_stays: bool = switch(default=True, off=False)
    order_can_be_cancelled: bool = shape(default=True, off=False)
    cancelling_ends_what_remains: bool = switch(default=True, off=False)
    orders_have_other_reports: bool = shape(default=True, off=False)
    reports_mark_the_order: bool = switch(default=True, off=False)
    invoice_follows_finishing: bool = switch(default=True, off=False)
    invoice_returns_documents: bool = switch(default=True, off=False)
    documents_come_when_asked_for: bool = switch(default=True, off=False)
    documents_are_base64: bool = switch(default=True, off=False)
    invoiced_order_is_marked: bool = switch(default=True, off=False)
    invoice_is_filed: bool = switch(default=True, off=False)
    invoice_is_a_claim: bool = switch(default=True, off=False)
    open_claims_have_an_entry: bool = switch(default=True, off=False)
    due_date_follows_payment_terms: bool = switch(default=True, off=False)
    label_becomes_invoice_number: bool = switch(default=True, off=False)
    finished_orders_refuse_edits: bool = switch(default=True, off=False)
    invoiced_orders_refuse_edits: bool = switch(default=True, off=False)


@dataclass
class BusinessBehaviours:
    """What assigning a column brings along, what may stand in it, and what lines and orders come to."""

    customer_fills_order_head: bool = switch(default=True, off=False)
    customer_fills_delivery_block: bool = switch(default=True, off=False)
    customer_brings_terms: bool = switch(default=True, off=False)
    customer_makes_orders_gross: bool = switch(default=True, off=False)
    delivery_associate_fills_delivery_block: bool = switch(default=True, off=False)
    head_fills_lines: bool = switch(default=True, off=False)
    barcode_names_the_product: bool = switch(default=True, off=False)
    invoice_reference_copies_lines: bool = switch(default=True, off=False)
    product_fills_line: bool = switch(default=True, off=False)
    line_products_can_be_changed: bool = switch(default=True, off=False)
    post_code_fills_place: bool = switch(default=True, off=False)
    country_suggests_language_and_currency: bool = switch(default=True, off=False)
    currency_brings_rate: bool = switch(default=True, off=False)
    template_brings_defaults: bool = switch(default=True, off=False)
    name_suggests_short_name: bool = switch(default=True, off=False)
    price_comes_from_matrix: bool = switch(default=True, off=False)
    own_price_goes_first: bool = switch(default=True, off=False)
    prices_hold_on_their_days: bool = switch(default=True, off=False)
    prices_are_turned_net_or_gross: bool = switch(default=True, off=False)
    gross_orders_hold_tax: bool = switch(default=True, off=False)
    tax_follows_the_product: bool = switch(default=True, off=False)
    tax_follows_the_trade_area: bool = switch(default=True, off=False)
    amounts_are_rounded_half_up: bool = switch(default=True, off=False)
    order_sums_follow_lines: bool = switch(default=True, off=False)
    order_discount_lowers_sums: bool = switch(default=True, off=False)
    text_lengths_are_enforced: bool = switch(default=True, off=False)
    foreign_numbers_must_exist: bool = switch(default=True, off=False)
    customer_numbers_are_unique: bool = switch(default=True, off=False)
    customer_numbers_are_fixed: bool = switch(default=True, off=False)
    product_numbers_are_fixed: bool = switch(default=True, off=False)


@dataclass
class WritingBehaviours(
    CreatingBehaviours,
    ChangingBehaviours,
    FailingBehaviours,
    LockingBehaviours,
    FulfillingBehaviours,
    BusinessBehaviours,
):
    """All of them."""
