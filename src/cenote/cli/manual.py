"""``xe help``: all commands, or what one of them wants."""

from __future__ import annotations

from cenote.cli.command import Command, Select
from cenote.cli.commands import table
from cenote.cli.line import Line
from cenote.cli.page import Cell, Page

WIDTH = 74
"""After so many characters a list of commands goes on in the next line."""
INDENT = "    "

HEAD = """\
Usage:
  xe <command>
    [ -s <server> ]            the host to talk to (without it, the one on this machine)
    [ -p <port> ]              its port
    [ -u <username> -pw <password> | -pwf <password file> ]
                               who you are; on this machine the Unix socket already knows
    [ --nossl ]                HTTP instead of HTTPS
    [ --debug ]                say what goes over the wire
    [ --debug-on-fail ]        the same, only when the command fails
    [ --minimal ]              only values, separated by commas
    [ --json ]                 lists, records and values as JSON
    [ --traceparent <value> ]  the trace that this call belongs to
    [ <name>=<value> ... ]     the parameters of the command

To get help on a specific command:
  xe help <command>

"""
ALL = "Full command list\n-----------------\n"
COMMON = """\
To get a full listing of commands:
  xe help --all

Common command list
-------------------
"""

PICKING = {
    Select.VMS: (
        " The VMs are picked by filters on their parameters: 'uuid=<uuid>' picks one, 'power-state=halted' all that are"
        " halted; 'vm=<name or uuid>' compares both. Where several are picked, '--multiple' must be given. 'xe vm-list"
        " params=all' shows what can be compared. Without a filter, all VMs are meant."
    ),
    Select.HOSTS: (
        " The hosts are picked by filters on their parameters: 'uuid=<uuid>' picks one, 'enabled=true' all that are"
        " enabled; 'host=<hostname, name or uuid>' compares all three. Where several are picked, '--multiple' must be"
        " given. 'xe host-list params=all' shows what can be compared. Without a filter, all hosts are meant."
    ),
    Select.SRS: (
        " The SRs are picked by filters on their parameters: 'uuid=<uuid>' picks one, 'type=ext' all of that type;"
        " 'sr=<name or uuid>' compares both. Where several are picked, '--multiple' must be given. 'xe sr-list"
        " params=all' shows what can be compared. Without a filter, all SRs are meant."
    ),
}


def show(line: Line, page: Page) -> None:
    """Print what the person asks for help about."""
    asked = [name for name, _ in line.params if line.is_parameter(name)]
    if not asked:
        overview(page, line.flag("all"))
    for name in asked:
        command = table().get(name)
        if command is None:
            page.values([f"Unknown command '{name}'"])
        else:
            page.table([[Cell(head, "", text, text) for head, text in describe(command)]])


def describe(command: Command) -> list[tuple[str, str]]:
    """The lines that tell of one command."""
    optional = command.optional.split()
    text = command.text
    if command.select is not None:
        optional.append(command.select.value)
        text += PICKING[command.select]
    return [
        ("command name        ", command.name),
        ("reqd params     ", ", ".join(command.required.split())),
        ("optional params ", ", ".join(optional)),
        ("description     ", text),
    ]


def overview(page: Page, everything: bool) -> None:
    """Print the names of all commands, or of the common ones."""
    shown = sorted(each.name for each in table().values() if not each.hidden and (everything or each.standard))
    if not page.plain:
        page.values(shown)
        return
    if not everything:
        page.values([HEAD + COMMON])
        page.values(lines(shown))
        return
    page.values([HEAD + ALL])
    hosts = [name for name in shown if name.startswith("host-")]
    machines = [name for name in shown if name.startswith("vm-")]
    for group in (hosts, [""], machines, [""], [name for name in shown if name not in {*hosts, *machines}]):
        page.values(lines(group))


def lines(names: list[str]) -> list[str]:
    """Names between commas, in lines of bearable length."""
    found = [INDENT + names[0]]
    for name in names[1:]:
        if len(found[-1]) + len(name) > WIDTH:
            found.append(INDENT + name)
        else:
            found[-1] += f", {name}"
    return found
