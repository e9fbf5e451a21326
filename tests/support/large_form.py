"""A form of hundreds of questions, such as a survey of a whole school: groups of twenty-five, of every common kind."""

from __future__ import annotations

GROUP = 25
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"><h:head>'
)
_LISTS = {
    "yes_no": {"yes": "ใช่", "no": "ไม่ใช่"},
    "level": {str(number): f"ระดับ {number}" for number in range(1, 6)},
    "kinds": {f"k{number}": f"เรื่องที่ {number}" for number in range(1, 9)},
}


def large_form(xml_form_id: str, questions: int = 500) -> bytes:
    """The XForm: texts, numbers with limits, choices, and texts asked for only after a "no", with a sum of each group."""
    groups = [
        [_question(group, number, group * GROUP + number + 1) for number in range(GROUP)]
        for group in range(questions // GROUP)
    ]
    data = "".join(
        f"<g{at}>" + "".join(f"<{name}/>" for name, _, _ in group) + f"<sum/></g{at}>"
        for at, group in enumerate(groups)
    )
    binds = "".join(bind for group in groups for _, bind, _ in group) + "".join(
        f'<bind nodeset="/data/g{at}/sum" type="int" calculate="{_sum(at)}"/>' for at in range(len(groups))
    )
    body = "".join(
        f'<group ref="/data/g{at}"><label>ส่วนที่ {at + 1}</label>'
        + "".join(control for _, _, control in group)
        + "</group>"
        for at, group in enumerate(groups)
    )
    instances = "".join(
        f'<instance id="{name}"><root>'
        + "".join(f"<item><name>{value}</name><label>{label}</label></item>" for value, label in choices.items())
        + "</root></instance>"
        for name, choices in _LISTS.items()
    )
    return (
        f'{_HEAD}<h:title>แบบยาว</h:title><model><instance><data id="{xml_form_id}" version="1">{data}'
        f"<meta><instanceID/></meta></data></instance>{instances}{binds}"
        '<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>'
        f"</model></h:head><h:body>{body}</h:body></h:html>"
    ).encode()


def _question(group: int, number: int, count: int) -> tuple[str, str, str]:
    """Name, bind and control of a question."""
    name = f"q{number}"
    path = f"/data/g{group}/{name}"
    words = f"<label>คำถามที่ {count}</label><hint>ตอบตามที่พบในวันที่ไป</hint>"
    match number % 5:
        case 0:
            return name, f'<bind nodeset="{path}" type="string"/>', f'<input ref="{path}">{words}</input>'
        case 1:
            limit = 'constraint=". &gt;= 0" jr:constraintMsg="ต้องเป็น 0 หรือมากกว่า"'
            return name, f'<bind nodeset="{path}" type="int" {limit}/>', f'<input ref="{path}">{words}</input>'
        case 2:
            return (
                name,
                f'<bind nodeset="{path}" type="string" required="true()"/>',
                _select("select1", path, words, "yes_no"),
            )
        case 3:
            asked = f"relevant=\"../q{number - 1} = 'no'\""
            return name, f'<bind nodeset="{path}" type="string" {asked}/>', f'<input ref="{path}">{words}</input>'
    kind, choices = ("select", "kinds") if number % 2 else ("select1", "level")
    return name, f'<bind nodeset="{path}" type="string"/>', _select(kind, path, words, choices)


def _select(kind: str, path: str, words: str, choices: str) -> str:
    nodes = f"instance('{choices}')/root/item"
    return f'<{kind} ref="{path}">{words}<itemset nodeset="{nodes}"><value ref="name"/><label ref="label"/></itemset></{kind}>'


def _sum(group: int) -> str:
    return " + ".join(f"coalesce(/data/g{group}/q{number}, 0)" for number in range(1, GROUP, 5))
