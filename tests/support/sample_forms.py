"""Definitions of small forms, as XForms and as workbooks, for tests of bringing forms in and handing them out."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

Sheets = dict[str, Sequence[Sequence[object]]]

OPEN = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"'
    ' xmlns:odk="http://www.opendatakit.org/xforms" xmlns:tidtam="urn:tidtam:report">'
)
META_BIND = '<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>'

SIMPLE = f"""{OPEN}
  <h:head>
    <h:title>Simple</h:title>
    <model>
      <instance>
        <data id="simple">
          <meta>
            <instanceID/>
          </meta>
          <name/>
          <age/>
        </data>
      </instance>
      {META_BIND}
      <bind nodeset="/data/name" type="string"/>
      <bind nodeset="/data/age" type="int"/>
    </model>
  </h:head>
  <h:body>
    <input ref="/data/name"><label>What is your name?</label></input>
    <input ref="/data/age"><label>What is your age?</label></input>
  </h:body>
</h:html>"""

WITH_REPEAT = f"""<?xml version="1.0"?>
{OPEN}
  <h:head>
    <model>
      <instance>
        <data id="withrepeat" orx:version="1.0">
          <orx:meta><orx:instanceID/></orx:meta>
          <name/>
          <children>
            <child jr:template=""><name/><age/></child>
          </children>
        </data>
      </instance>
      <bind nodeset="/data/orx:meta/orx:instanceID" preload="uid" type="string"/>
      <bind nodeset="/data/name" type="string"/>
      <bind nodeset="/data/children/child/name" type="string"/>
      <bind nodeset="/data/children/child/age" type="int"/>
    </model>
  </h:head>
  <h:body>
    <input ref="/data/name"><label>What is your name?</label></input>
    <group ref="/data/children/child">
      <label>Child</label>
      <repeat nodeset="/data/children/child">
        <input ref="/data/children/child/name"><label>What is the child's name?</label></input>
        <input ref="/data/children/child/age"><label>What is the child's age?</label></input>
      </repeat>
    </group>
  </h:body>
</h:html>"""


def xform(
    questions: dict[str, str],
    *,
    xml_form_id: str = "sample",
    version: str = "1",
    title: str = "ตัวอย่าง",
    model: str = "",
    body: str = "",
    binds: dict[str, str] | None = None,
) -> str:
    """A form of questions by name with their types. `binds` are further attributes by question, `body` the controls."""
    more = binds or {}
    nodes = "".join(f"<{name}/>" for name in questions)
    bound = "".join(
        f'<bind nodeset="/data/{name}" type="{kind}" {more.get(name, "")}/>' for name, kind in questions.items()
    )
    controls = body or "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in questions)
    return (
        f"{OPEN}<h:head><h:title>{title}</h:title><model>"
        f'<instance><data id="{xml_form_id}" version="{version}">{nodes}<meta><instanceID/></meta></data></instance>'
        f"{model}{bound}{META_BIND}</model></h:head><h:body>{controls}</h:body></h:html>"
    )


def with_media(*names: str, xml_form_id: str = "withmedia", version: str = "1") -> str:
    """A form that refers to files: data files as lists, others as pictures in a label."""
    lists = "".join(
        f'<instance id="list{number}" src="jr://file-csv/{name}"/>'
        for number, name in enumerate(names)
        if name.endswith(".csv")
    )
    pictures = "".join(
        f'<text id="p{number}"><value>x</value><value form="image">jr://images/{name}</value></text>'
        for number, name in enumerate(names)
        if not name.endswith(".csv")
    )
    itext = f'<itext><translation lang="en">{pictures}</translation></itext>' if pictures else ""
    return xform({"name": "string"}, xml_form_id=xml_form_id, version=version, model=itext + lists)


def workbook(sheets: Sheets) -> bytes:
    """An Excel workbook of these sheets."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def xlsform(
    *questions: Iterable[object],
    form_id: str = "sheet",
    version: str = "1",
    choices: Sequence[Sequence[object]] = (),
    columns: Sequence[str] = ("type", "name", "label"),
) -> bytes:
    """An XLSForm of rows of the sheet survey."""
    sheets: Sheets = {
        "survey": [columns, *[list(row) for row in questions]],
        "settings": [["form_id", "form_title", "version"], [form_id, "แบบในตาราง", version]],
    }
    if choices:
        sheets["choices"] = [["list_name", "name", "label"], *choices]
    return workbook(sheets)
