"""`ivr customer import`: a list of customers out of a spreadsheet or another system."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.options import json_option, settings_options

SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option(
    "--encoding", default="", help="Of the file; UTF-8, UTF-16 and GBK are told apart by themselves."
)
@click.option("--skip-bad", is_flag=True, help="Take over the good rows although others are not.")
@json_option
@settings_options
@click.pass_context
def command(
    context: click.Context, file: Path, dry_run: bool, encoding: str, skip_bad: bool, as_json: bool
) -> None:
    """Take the customers of FILE over: a CSV file whose first line names the columns, in Chinese or English.

    A column of numbers is needed (number, phone, 电话, 手机号), others may be name, company, vip, tags,
    agent, language, id; any more become attributes. Customers who are there already are filled in; an empty
    cell changes nothing. Nothing is taken over while a row is wrong, unless --skip-bad is given.
    """
    from ivr.cli import common
    from ivr.cli.customer.place import directory, now
    from ivr.customers import listed, sheet
    from ivr.store import customer_lists, customers

    table = sheet.read(file.read_bytes(), file.name, encoding)
    entries, problems = listed.entries(table, file.name)
    with directory() as store:
        plan = customer_lists.plan(store, entries, now())
        problems = sorted([*problems, *plan.problems], key=lambda problem: problem.line)
        takes = not dry_run and (skip_bad or not problems)
        refused = customers.write(store, plan.customers) if takes else []
    told = {
        "encoding": table.encoding,
        "separator": table.separator,
        "rows": len(table.rows) - 1,
        "new": plan.new,
        "changed": len(plan.customers) - plan.new,
        "problems": problems,
        "refused": [one.reason for one in refused],
        "taken_over": takes,
    }
    if as_json:
        common.print_json(told)
    else:
        for problem in problems[:SHOWN]:
            common.out().print(f"{file.name}: {problem}", style="red", soft_wrap=True, markup=False)
        if len(problems) > SHOWN:
            common.talk().print(f"… and {len(problems) - SHOWN} more rows are wrong", style="red")
        first = entries[0] if entries else None
        if dry_run and first:
            common.talk().print(
                f"first: {', '.join(first.numbers)} {first.name}", soft_wrap=True, markup=False
            )
        would = "" if takes else "would be "
        summary = f"{told['new']} customers {would}added, {told['changed']} {would}changed ({table.encoding})"
        common.talk().print(summary, style="green" if takes else "yellow")
    if problems or refused:
        context.exit(1)
