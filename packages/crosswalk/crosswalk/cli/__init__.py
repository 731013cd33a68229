"""The command line over the link store: what belongs together, what is open and why, and how a person decides it."""

from __future__ import annotations

import click
from typing_extensions import override

from crosswalk.cli.check import check
from crosswalk.cli.conflicts import conflicts
from crosswalk.cli.links import links
from crosswalk.cli.plan import plan
from crosswalk.cli.printing import project_store
from crosswalk.cli.rejects import rejects
from crosswalk.cli.runs import runs
from crosswalk.cli.store import erase, rebuild
from crosswalk.cli.writes import writes

HELP = ["-h", "--help"]


class Commands(click.Group):
    """The commands; what each is for is told before there is a link store, too."""

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        ctx.meta["explains"] = bool(set(args).intersection(HELP))
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": HELP})
@click.option(
    "--link-store",
    envvar="CROSSWALK_LINK_STORE",
    help="SQLAlchemy URL of the link store; default: the one of this Meltano project and environment.",
)
@click.option("--mapping", envvar="CROSSWALK_MAPPING", help="Folder with the mapping files.", hidden=True)
@click.pass_context
def main(context: click.Context, link_store: str | None, mapping: str | None) -> None:  # noqa: ARG001 - `erase` asks for it
    """Look into the links between a webshop and Business NXT, and decide what is open."""
    if not context.meta["explains"]:
        context.obj = link_store or project_store(must_exist=context.invoked_subcommand != "rebuild")


for command in (links, conflicts, rejects, plan, runs, writes, check, erase, rebuild):
    main.add_command(command)
