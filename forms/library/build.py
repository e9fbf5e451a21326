"""Build the XLSX files of the form library from their YAML source.

Run as `python -m forms.library.build`, or with `--check` to compare only.
"""

import sys
from pathlib import Path

import click

from forms.library.source_model import SourceError, load_library
from forms.library.workbook import form_sheets, read_workbook, write_workbook

LIBRARY = Path(__file__).parent


def build(directory: Path = LIBRARY) -> list[Path]:
    """Write the XLSX of every form into a folder; the same source gives the same bytes."""
    library = load_library()
    paths = []
    for form in library.forms:
        path = directory / f"{form.form_id}.xlsx"
        write_workbook(path, form_sheets(form, library))
        paths.append(path)
    return paths


def differences(directory: Path = LIBRARY) -> list[str]:
    """One sentence for every XLSX in a folder that is missing, differs from its source or has none.

    Cells are compared, not bytes: another compression library may pack the same cells differently.
    """
    library = load_library()
    found = []
    for form in library.forms:
        path = directory / f"{form.form_id}.xlsx"
        if not path.exists():
            found.append(f"{path.name} is missing.")
            continue
        built, committed = form_sheets(form, library), read_workbook(path)
        if sheets := sorted(name for name in built | committed if built.get(name) != committed.get(name)):
            found.append(f"{path.name} differs from its source in {', '.join(sheets)}.")
    known = {form.form_id for form in library.forms}
    found += [f"{path.name} has no source." for path in sorted(directory.glob("*.xlsx")) if path.stem not in known]
    return found


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when an XLSX differs from its source.")
def main(*, check: bool) -> None:
    """Build the XLSX files of the form library from their YAML source."""
    try:
        if not check:
            click.echo(f"{len(build())} forms written.")
        elif found := differences():
            click.echo("\n".join([*found, "Run: python -m forms.library.build"]), err=True)
            sys.exit(1)
    except SourceError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
