"""Markup that is safe to show: what a browser would make of it is looked at, not what it looks like."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from service.text import plain
from service.text.markup import MOST_SAFE, safe_html
from tests.effort import demand_linear

LIST = "a b blockquote br code em figure figcaption h2 h3 h4 i li ol p pre strong sub sup table tbody td th thead tr ul"
AROUND = frozenset(("html", "body", "div"))
"""What the parser of this test puts around a fragment."""
ALLOWED = AROUND | set(LIST.split())
REL = "noopener noreferrer nofollow"
MANY = "<p>" + "Ferry <b>fares</b> rise. " * 100  # enough marks for the long way


class Marks(HTMLParser):
    """Every mark that a lenient reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.other: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    handle_pi = unknown_decl = handle_comment


def demand_harmless(html: str) -> None:
    """By two parsers that know nothing of each other."""
    marks = Marks()
    marks.feed(html)
    marks.close()
    assert marks.other == []
    tree = lxml_html.document_fromstring(f"<div>{html}</div>") if html.strip() else None
    twice = [] if tree is None else [(str(each.tag), dict(each.attrib)) for each in tree.iter(etree.Element)]
    for tag, attributes in [*marks.seen, *twice]:
        assert tag in ALLOWED, (tag, html)
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set()), (attributes, html)
        assert tag != "a" or attributes["rel"] == REL
        href = attributes.get("href")
        assert href is None or href.lower().startswith(("http://", "https://", "http:", "mailto:")), html


PROBES = {
    "script": "<script>alert(1)</script>",
    "script in halves": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script never closed": "<b>x</b><script>alert(1)",
    "script with a slash": "<script/x>alert(1)</script>",
    "handler": "<p onclick=alert(1) onmouseover='alert(2)'>x</p>",
    "handler on an image": "<img src=x onerror=alert(1)>",
    "handler without blanks": "<b/onmouseenter=alert(1)/>x",
    "handler after a quote": '<a href="http://a.test/" "onclick=alert(1)">x</a>',
    "javascript": '<a href="javascript:alert(1)">x</a>',
    "javascript in capitals with blanks": '<a href=" \tJaVaScRiPt:alert(1)">x</a>',
    "javascript broken by a newline": '<a href="java\nscript:alert(1)">x</a>',
    "javascript in entities": '<a href="&#106;&#x61;vascript&colon;alert(1)">x</a>',
    "javascript after a control": '<a href="\x01javascript:alert(1)">x</a>',
    "data": '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "vbscript": "<a href=vbscript:msgbox(1)>x</a>",
    "a place in our own page": '<a href="//evil.test/x">x</a><a href="/v1/topics">y</a><a href="?q">z</a>',
    "iframe": '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe><iframe src=javascript:alert(1)>',
    "object and embed": "<object data=javascript:alert(1)></object><embed src=x><applet code=x></applet>",
    "svg": "<svg onload=alert(1)><script>alert(1)</script><animate onbegin=alert(1)></svg>",
    "svg link": '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "math": '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "style": "<style>*{background:url(javascript:alert(1))}</style><p style='width:expression(alert(1))'>x</p>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "textarea": "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "title": "<title><b title='</title><script>alert(1)</script>'></title>",
    "template": "<template><script>alert(1)</script></template>",
    "comment that browsers close early": "<!--><script>alert(1)</script>--><!--!><img src=x onerror=alert(1)>",
    "conditional comment": "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "instruction": "<?xml-stylesheet href='javascript:alert(1)'?><?php echo '<script>alert(1)</script>' ?>",
    "meta and base": "<meta http-equiv=refresh content='0;url=javascript:alert(1)'><base href=javascript:alert(1)//>",
    "form": "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button><input autofocus>",
    "name that hides ours": "<a id=location name=cookie class=x>x</a>",
    "twice decoded": "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt;",
    "table that lets out": "<table><td><a href=http://a.test/><table><script>alert(1)</script></table><svg></td>",
    "unclosed quote": '<a href="http://a.test/><script>alert(1)</script>',
    "broken mark at the end": "x<script src=//evil.test/x.js",
    "nul and surrogates": "<scr\x00ipt>alert(1)</script>\ud800<b\x00>",
    "half-width": "＜script＞alert(1)＜/script＞<ſcript>alert(1)</ſcript>",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_nothing_that_runs_comes_out(probe: str) -> None:
    for html in (probe, MANY + probe + "</p>", probe * 60, f"<ul><li>{probe}<table><tr><td>{probe}", probe + MANY):
        demand_harmless(safe_html(html))


MARKS = "<p> </p> <b> </b> </a> <table> <td> </table> < > \" ' <!-- --> </svg> <ul><li> &#60; = / <h2/x> fares"
PIECES = st.sampled_from([*PROBES.values(), *MARKS.split(), "<a href='http://a.test/?a=1&b=\"'>"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=60), st.booleans())
def test_no_mixture_of_them_does_either(pieces: list[str], at_length: bool) -> None:
    html = "".join(pieces)
    shown = safe_html(MANY + html if at_length else html)
    demand_harmless(shown)
    assert safe_html(shown) == shown or len(shown) > 15_000  # sanitising again finds nothing to do


def test_what_is_safe_stays_as_it_is() -> None:
    html = (
        "<h2>Harbour</h2><p>Fares <strong>rise</strong> by 5&nbsp;%, says <em>the</em> board.<br>More:</p>"
        "<ul><li>adults</li><li>CO<sub>2</sub> levy</li></ul><blockquote><p>We “had” to.</p></blockquote>"
        "<table><thead><tr><th>Line</th></tr></thead><tbody><tr><td>3 &lt; 4 &amp; more</td></tr></tbody></table>"
        "<figure><figcaption>The quay</figcaption></figure><pre><code>a\n  b</code></pre>"
    )
    assert safe_html(html) == html
    many = html * 20
    assert safe_html(many) == many


@pytest.mark.parametrize("fill", ["", MANY], ids=["short", "long"])
def test_links_lead_out_and_vouch_for_nothing(fill: str) -> None:
    shown = safe_html(fill + '<a href="https://a.test/?a=1&amp;b=2" target=_top rel=me onclick=x>x</a>')
    assert f'<a href="https://a.test/?a=1&amp;b=2" rel="{REL}">x</a>' in shown
    assert 'href="mailto:desk@a.test"' in safe_html(fill + "<a href=mailto:desk@a.test>x</a>")
    assert "href" not in safe_html(fill + "<a href='/relative'>x</a><a href='tel:1'>x</a><a href='ftp://a.test'>x</a>")


def test_text_without_markup_is_only_escaped() -> None:
    assert safe_html("") == ""
    assert safe_html("Ferries resume") == "Ferries resume"
    assert safe_html("5 < 6 & more") == "5 &lt; 6 &amp; more"


def test_the_text_is_all_there_however_much_markup() -> None:
    html = "".join(f"<p>{n}<i>i</i></p>" for n in range(9_000))
    assert plain(safe_html(html)).split() == plain(html).split()


HARM = {
    "unclosed": "<b>",
    "lists": "<ul><li>",
    "divisions": "<div>",
    "tables": "<table><tr><td>",
    "tables side by side": "<table><b>x</table>",
    "ends that are ignored": "<div><table><td></div></td></table>",
    "links": "<a href='http://a.test/'>",
    "bare": "<",
    "unclosed quotes": "<a href='",
    "reopened": "<b x=1><i><p>x",
}


@pytest.mark.parametrize("unit", HARM.values(), ids=HARM)
def test_a_mebibyte_of_harm_takes_a_moment(unit: str) -> None:
    html = (unit * (MOST_SAFE // len(unit) + 1))[:MOST_SAFE] + "<script>alert(1)</script>"
    demand_harmless(safe_html(html)[:50_000].rpartition("<")[0])
    demand_linear(lambda size: safe_html(html[:size]), MOST_SAFE)


def test_attributes_without_number_take_a_moment() -> None:
    start = "".join(f"<b x{n}=1>" for n in range(45)) + "<p>" + "<p "

    def work(size: int) -> None:
        assert "x" in safe_html(start + " ".join(f"a{n}" for n in range(size)) + ">x")

    demand_linear(work, 100_000)
