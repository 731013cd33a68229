"""What the schema looks like and how the company answers questions; each switch is explained in `docs/facts.yml`."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.businessnxt.switches import shape, switch


@dataclass
class NamingBehaviours:
    """How types and fields are called: `{table}` stands for `orderLine`, `{Table}` for `OrderLine`."""

    row_type_name: str = shape("{Table}", off="{Table}Row")
    connection_type_name: str = shape("Query_{Root}_{Table}_Connection", off="{Table}Connection")
    filter_type_name: str = shape("FilterExpression_{Table}", off="{Table}Filter")
    input_type_name: str = shape("{Table}_Input", off="{Table}Input")
    suggest_type_name: str = shape("Suggest_{Table}_Input", off="{Table}Suggestion")
    result_type_name: str = shape("Mutation_{Root}_{Table}_Result", off="{Table}Result")
    mutation_name: str = shape("{table}_{verb}", off="{verb}{Table}")
    joinup_name: str = shape("joinup_{Table}_via_{Relation}", off="{Relation}")
    joindown_name: str = shape("joindown_{Table}_via_{Relation}", off="{Table}By{Relation}")
    processings_name: str = shape("{table}_processings", off="process{Table}")
    reports_name: str = shape("{table}_reports", off="report{Table}")
    joinup_name_is_short: bool = shape(default=True, off=False)
    update_input_type_name: str = shape("{Table}_Update_Input", off="{Table}_Input_Update")
    order_by_type_name: str = shape("OrderBy_{Table}", off="{Table}OrderBy")
    operators_type_name: str = shape("FilterOperators_{Type}", off="{Type}Filter")


@dataclass
class PagingBehaviours:
    """What a table field answers, and how its pages follow one another."""

    items_without_edges: bool = shape(default=True, off=False)
    total_count: bool = shape(default=True, off=False)
    page_info: bool = shape(default=True, off=False)
    cursors_are_opaque: bool = switch(default=True, off=False)
    cursors_are_row_offsets: bool = switch(default=True, off=False)
    null_cursor_is_the_beginning: bool = switch(default=True, off=False)
    previous_page_is_told_forward: bool = switch(default=True, off=False)
    flags_are_odd_backward: bool = switch(default=True, off=False)
    skip_goes_both_ways: bool = switch(default=True, off=False)
    page_sizes_are_positive: bool = switch(default=True, off=False)
    first_wins_over_last: bool = switch(default=True, off=False)
    default_page_size: int | None = switch(None, off=2)
    largest_page: int | None = switch(None, off=500)
    order_by_is_a_list: bool = shape(default=True, off=False)
    ties_are_sorted_by_key: bool = switch(default=True, off=False)
    joinup_is_an_object: bool = shape(default=True, off=False)
    joinup_of_unset_is_null: bool = switch(default=True, off=False)
    joindown_is_a_connection: bool = shape(default=True, off=False)
    joins_follow_mutations: bool = switch(default=True, off=False)


@dataclass
class LanguageBehaviours:
    """Which of GraphQL's words are understood, and how a document that breaks the rules is answered."""

    aliases: bool = shape(default=True, off=False)
    named_fragments: bool = shape(default=True, off=False)
    inline_fragments: bool = shape(default=True, off=False)
    commas_are_optional: bool = shape(default=True, off=False)
    include_directive: bool = shape(default=True, off=False)
    skip_directive: bool = shape(default=True, off=False)
    export_directive: bool = shape(default=True, off=False)
    exports_collect_into_lists: bool = switch(default=True, off=False)
    exports_are_waited_for: bool = switch(default=True, off=False)
    one_value_for_a_list: bool = shape(default=True, off=False)
    filters_as_variables: bool = shape(default=True, off=False)
    introspection_is_on: bool = shape(default=True, off=False)
    validation_errors_name_their_class: bool = shape(default=True, off=False)
    validation_errors_have_codes: bool = shape(default=True, off=False)


@dataclass
class FilterBehaviours:
    """Which filters there are, and what they find."""

    filter_equality: bool = shape(default=True, off=False)
    filter_comparisons: bool = shape(default=True, off=False)
    filter_like: bool = shape(default=True, off=False)
    filter_not_like: bool = shape(default=True, off=False)
    filter_in: bool = shape(default=True, off=False)
    filter_between: bool = shape(default=True, off=False)
    between_takes_from_and_to: bool = shape(default=True, off=False)
    filter_and_or: bool = shape(default=True, off=False)
    filter_date_times: bool = shape(default=True, off=False)
    date_times_know_milliseconds: bool = switch(default=True, off=False)
    several_operators_mean_and: bool = switch(default=True, off=False)
    comparisons_ignore_case: bool = switch(default=True, off=False)
    null_finds_empty_stamps: bool = switch(default=True, off=False)
    absent_filter_finds_all: bool = switch(default=True, off=False)
    empty_filter_finds_all: bool = switch(default=True, off=False)


@dataclass
class GroupingBehaviours:
    """Rows summed up instead of shown."""

    group_by: bool = shape(default=True, off=False)
    group_aggregates: bool = shape(default=True, off=False)
    group_having: bool = shape(default=True, off=False)
    having_compares_aggregates: bool = shape(default=True, off=False)
    groups_are_not_paged: bool = switch(default=True, off=False)
    order_by_aggregates: bool = shape(default=True, off=False)
    distinct_rows: bool = shape(default=True, off=False)


@dataclass
class ColumnBehaviours:
    """How the values of columns are shown, and which columns every table has."""

    as_date_columns: bool = shape(default=True, off=False)
    as_time_columns: bool = shape(default=True, off=False)
    as_enum_columns: bool = shape(default=True, off=False)
    flags_columns: bool = shape(default=True, off=False)
    impossible_date_is_null: bool = shape(default=True, off=False)
    dates_are_numbers: bool = shape(default=True, off=False)
    unset_is_zero_or_empty: bool = shape(default=True, off=False)
    decimals_are_numbers: bool = shape(default=True, off=False)
    timestamps_have_a_blank: bool = shape(default=True, off=False)
    timestamps_have_no_zone: bool = shape(default=True, off=False)
    old_rows_lack_timestamps: bool = shape(default=True, off=False)
    stamps_on_every_table: bool = shape(default=True, off=False)
    timestamps_on_every_table: bool = shape(default=True, off=False)
    change_time_in_milliseconds: bool = shape(default=True, off=False)
    changed_time_in_minutes: bool = switch(default=True, off=False)
    server_time_is_local: bool = switch(default=True, off=False)
    changed_by_is_the_client_id: bool = switch(default=True, off=False)


@dataclass
class TenantBehaviours:
    """What is said of companies, customers and the model, and what of those one may not enter.

    Attributes:
        other_companies: How many companies are listed beside ours; nobody may enter them.
    """

    use_customer: bool = shape(default=True, off=False)
    use_model: bool = shape(default=True, off=False)
    model_language: bool = shape(default=True, off=False)
    model_language_of_tables: bool = shape(default=True, off=False)
    model_table_by_number: bool = shape(default=True, off=False)
    model_database_type: bool = shape(default=True, off=False)
    model_columns_tell_lengths: bool = shape(default=True, off=False)
    available_companies: bool = shape(default=True, off=False)
    available_companies_of_a_customer: bool = shape(default=True, off=False)
    available_customers: bool = shape(default=True, off=False)
    available_lists_lack_page_info: bool = shape(default=True, off=False)
    available_first_wins_over_last: bool = shape(default=True, off=False)
    available_organization_no: bool = shape(default=True, off=False)
    other_companies: int = 0
    company_number_is_nullable: bool = shape(default=True, off=False)
    denied_company_is_named: bool = switch(default=True, off=False)
    denied_company_keeps_its_shape: bool = switch(default=True, off=False)


@dataclass
class RightsBehaviours:
    """What becomes of tables and columns that the access group does not open."""

    hidden_tables_leave_mutations: bool = shape(default=True, off=False)
    hidden_columns_leave_inputs: bool = shape(default=True, off=False)
    hidden_tables_leave_queries: bool = shape(default=True, off=False)
    hidden_columns_leave_rows: bool = shape(default=True, off=False)
    hidden_tables_leave_joins: bool = shape(default=True, off=False)
    refused_mutations_leave_the_schema: bool = shape(default=True, off=False)


@dataclass
class ReadingBehaviours(
    NamingBehaviours,
    PagingBehaviours,
    LanguageBehaviours,
    FilterBehaviours,
    GroupingBehaviours,
    ColumnBehaviours,
    TenantBehaviours,
    RightsBehaviours,
):
    """All of them."""
