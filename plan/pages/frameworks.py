"""Pages on frameworks, their parts and the standards."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from flask import Response, flash, g, make_response, render_template, request
from flask_babel import gettext

from core.access.guard import allow
from core.errors import Problem
from core.transaction import reading, unit_of_work
from plan import frameworks, indicators, queries, words
from plan.checks import indicator_warnings
from plan.models import Framework
from plan.pages.common import blueprint, go, options, problem_sentences, root
from plan.pages.edit import EditPage, Input, attempt, sent_version, show, submit_change, submit_new
from plan.schema_fields import load
from plan.schemas import FrameworkSchema, NodeSchema, StandardSchema
from plan.usual_frameworks import USUAL_FRAMEWORKS


@blueprint.get("/frameworks")
@allow("plan.read")
def list_frameworks(workspace_id: int) -> str:
    """Frameworks with how many indicators they have this year, and the standards."""
    session = reading()
    year = queries.current_year(session, workspace_id)
    rows = queries.frameworks(session, workspace_id)
    used = queries.indicators(session, workspace_id, year_be=year.year_be) if year else []
    return render_template(
        "plan/frameworks.html",
        frameworks=rows,
        standards=queries.standards(session, workspace_id),
        indicators=Counter(row.framework for row in used),
        issues=[row for row in used if row.framework == "area_std"],
        missing=[item for item in USUAL_FRAMEWORKS if item.code not in {row.code for row in rows}],
    )


@blueprint.post("/usual-frameworks")
@allow("plan.update")
def add_usual_frameworks(workspace_id: int) -> Response:
    """Add those of the usual frameworks that are missing."""
    unit_of_work(lambda session: frameworks.add_usual_frameworks(session, g.actor, workspace_id=workspace_id))
    flash(gettext("The usual frameworks are there now."))
    return go(f"{root(workspace_id)}/frameworks")


@blueprint.get("/frameworks/<code>")
@allow("plan.read")
def one_framework(workspace_id: int, code: str) -> Response:
    """A framework with its parts and what to look at in its indicators."""
    return _framework_page(workspace_id, code)


@blueprint.get("/frameworks/<code>/edit")
@allow("plan.update")
def edit_framework(workspace_id: int, code: str) -> Response:
    """Form of a framework."""
    return show(_framework_form(workspace_id, queries.find_framework(reading(), workspace_id, code)))


@blueprint.post("/frameworks/<code>/edit")
@allow("plan.update")
def change_framework(workspace_id: int, code: str) -> Response:
    """Change a framework."""
    return submit_change(
        _framework_form(workspace_id, queries.find_framework(reading(), workspace_id, code)),
        FrameworkSchema(exclude=["code", "nodes"]),
        partial(frameworks.update_framework, workspace_id=workspace_id, code=code),
        said=gettext("The framework is changed."),
    )


@blueprint.get("/frameworks/<code>/new-part")
@allow("plan.update")
def new_part(workspace_id: int, code: str) -> Response:
    """Form for one more part."""
    return show(_part_form(workspace_id, queries.find_framework(reading(), workspace_id, code)))


@blueprint.post("/frameworks/<code>/new-part")
@allow("plan.update")
def add_part(workspace_id: int, code: str) -> Response:
    """Add a part at the end."""
    framework = queries.find_framework(reading(), workspace_id, code)
    page = _part_form(workspace_id, framework)

    def add() -> Framework:
        node = load(NodeSchema(), page.given())
        return _with_nodes(workspace_id, code, [*frameworks.node_values(framework), node])

    return attempt(
        add, again=partial(show, page), after=lambda _: page.back, said=gettext("The part is added.")
    )  # fmt: skip


@blueprint.post("/frameworks/<code>/remove-part")
@allow("plan.update")
def remove_part(workspace_id: int, code: str) -> Response:
    """Take a part out."""
    gone = request.form.get("part", "")
    framework = queries.find_framework(reading(), workspace_id, code)
    kept = [node for node in frameworks.node_values(framework) if node["code"] != gone]
    return attempt(
        lambda: _with_nodes(workspace_id, code, kept),
        again=partial(_framework_page, workspace_id, code),
        after=lambda _: f"{root(workspace_id)}/frameworks/{framework.code}",
        said=gettext("The part is removed."),
    )


@blueprint.get("/new-standard")
@allow("plan.update")
def new_standard(workspace_id: int) -> Response:
    """Form for a new standard."""
    return show(_standard_form(workspace_id))


@blueprint.post("/new-standard")
@allow("plan.update")
def create_standard(workspace_id: int) -> Response:
    """Add a standard."""
    return submit_new(
        _standard_form(workspace_id),
        StandardSchema(),
        lambda session, actor, data: indicators.create_standard(session, actor, workspace_id=workspace_id, **data),
        said=gettext("The standard is added. Choose it in the indicators that stand under it."),
    )


def _with_nodes(workspace_id: int, code: str, nodes: list[dict[str, Any]]) -> Framework:
    version = sent_version()
    service = partial(frameworks.update_framework, workspace_id=workspace_id, code=code, version=version)
    return unit_of_work(lambda session: service(session, g.actor, changes={"nodes": nodes}))


def _framework_page(workspace_id: int, code: str, problem: Problem | None = None) -> Response:
    session = reading()
    framework = queries.find_framework(session, workspace_id, code)
    year = queries.current_year(session, workspace_id)
    rows = queries.indicators(session, workspace_id, year_be=year.year_be, framework=code) if year else []
    body = render_template(
        "plan/framework.html",
        framework=framework,
        indicators=rows,
        warnings=indicator_warnings(rows),
        sentences=problem_sentences(problem) if problem else [],
    )
    return make_response(body, problem.status if problem else 200)


def _framework_form(workspace_id: int, framework: Framework) -> EditPage:
    return EditPage(
        title=gettext("Change the framework"),
        lead=framework.code,
        back=f"{root(workspace_id)}/frameworks/{framework.code}",
        version=framework.version,
        inputs=[
            Input(name="nameTh", label=gettext("Thai name"), value=framework.name_th, required=True),
            Input(name="nameEn", label=gettext("English name"), value=framework.name_en),
            Input(name="ownerBody", label=gettext("Body that owns it"), value=framework.owner_body),
            Input(
                name="scoreFloor",
                label=gettext("Least score"),
                kind="select",
                value=framework.score_floor,
                options=[("0", "0"), ("1", "1")],
                required=True,
            ),
            Input(
                name="roundingDigits",
                label=gettext("Decimal places of scores"),
                kind="number",
                value=framework.rounding_digits,
                required=True,
            ),
        ],
    )


def _part_form(workspace_id: int, framework: Framework) -> EditPage:
    above = [(node.code, f"{node.code} {node.name}") for node in framework.nodes]
    names = ("kind", "code", "name", "parentCode")
    return EditPage(
        title=gettext("Add a part"),
        lead=framework.name_th,
        back=f"{root(workspace_id)}/frameworks/{framework.code}",
        version=framework.version,
        adds=True,
        places={f"nodes.{len(framework.nodes)}.{name}": name for name in names},
        inputs=[
            Input(
                name="kind",
                label=gettext("Kind of part"),
                kind="select",
                options=options(words.NODE_KIND),
                required=True,
            ),
            Input(name="code", label=gettext("Code"), required=True),
            Input(name="name", label=gettext("Name of the part"), required=True, wide=True),
            Input(
                name="parentCode",
                label=gettext("Part above it"),
                kind="select",
                options=[("", gettext("None")), *above],
                wide=True,
            ),
        ],
    )


def _standard_form(workspace_id: int) -> EditPage:
    return EditPage(
        title=gettext("New standard"),
        back=f"{root(workspace_id)}/frameworks",
        inputs=[
            Input(name="code", label=gettext("Code"), required=True),
            Input(name="name", label=gettext("Name of the standard"), required=True, wide=True),
        ],
    )
