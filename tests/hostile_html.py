"""Texts that would do harm in a page, and a look at whether they still could."""

from html.parser import HTMLParser

from procession.kit.html import VIDEO_HOSTS, clean_html

SANDBOX = "allow-scripts allow-same-origin allow-presentation allow-popups"
#: Name and text, from the collections that testers of web pages use. Each must come out without a
#: script, a handler, or a link that runs something.
HOSTILE: list[tuple[str, str]] = [
    ("script", "<script>alert(1)</script>"),
    ("script in capitals", "<ScRiPt SRC=//evil.test/x.js></sCrIpT>"),
    ("script that is not closed", "<script src=//evil.test/x.js"),
    ("script split by a script", "<scr<script>ipt>alert(1)</scr</script>ipt>"),
    ("script with a zero sign", "<scr\x00ipt>alert(1)</scr\x00ipt>"),
    ("script after a slash", "<script/x>alert(1)</script>"),
    ("script in xml", "<?xml version='1.0'?><script>alert(1)</script>"),
    ("event handler", '<img src="x" onerror="alert(1)">'),
    ("event handler without quotes", "<img src=x onerror=alert(1)//"),
    ("event handler after a slash", "<img/src='x'/onerror='alert(1)'>"),
    ("event handler after a line break", "<img src=x\nonerror\n=\nalert(1)>"),
    ("event handler on a kept tag", "<p onclick=alert(1) onmouseover=alert(1)>x</p>"),
    ("event handler on a table", "<table onload=alert(1)><tr onclick=alert(1)><td>x</table>"),
    ("event handler on details", "<details open ontoggle=alert(1)>x</details>"),
    ("event handler in svg", "<svg onload=alert(1)>"),
    ("event handler of a body", "<body onload=alert(1)>x</body>"),
    ("event handler of a video", "<video><source onerror=alert(1)></video>"),
    ("event handler of an input", "<input autofocus onfocus=alert(1)>"),
    ("event handler of a marquee", "<marquee onstart=alert(1)>x</marquee>"),
    ("event handler in an attribute", '<img alt="`><img src=x onerror=alert(1)>" src=x>'),
    ("javascript link", '<a href="javascript:alert(1)">x</a>'),
    ("javascript link in capitals", '<a href="JaVaScRiPt:alert(1)">x</a>'),
    ("javascript link with a tab", '<a href="jav\tascript:alert(1)">x</a>'),
    ("javascript link with line breaks", '<a href="java\nscript\r\n:alert(1)">x</a>'),
    ("javascript link after blanks", '<a href="  \x01 javascript:alert(1)">x</a>'),
    ("javascript link in entities", '<a href="&#106;&#97;vascript&#58;alert(1)">x</a>'),
    ("javascript link in hex entities", '<a href="&#x6A&#x61&#x76;ascript&colon;alert(1)">x</a>'),
    ("javascript link with an entity tab", '<a href="jav&Tab;ascript&NewLine;:alert(1)">x</a>'),
    ("javascript link encoded", '<a href="javascript%3Aalert(1)" onclick="x()">x</a>'),
    ("javascript image", '<img src="javascript:alert(1)">'),
    ("javascript area", '<map><area href="javascript:alert(1)"></map>'),
    ("javascript quote", '<blockquote cite="javascript:alert(1)">x</blockquote>'),
    ("vbscript link", '<a href="vbscript:msgbox(1)">x</a>'),
    ("data link", '<a href="data:text/html,<script>alert(1)</script>">x</a>'),
    ("data link in base64", '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>'),
    ("data image", '<img src="data:image/svg+xml,<svg onload=alert(1)>">'),
    ("blob and file links", '<a href="blob:x">x</a><a href="file:///etc/passwd">y</a>'),
    ("link with xlink", '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>'),
    ("svg with a script", "<svg><script>alert(1)</script></svg>"),
    ("svg with script in entities", "<svg><script>&#97;lert(1)</script></svg>"),
    ("svg that animates",
     '<svg><a><animate attributeName=href values=javascript:alert(1) />'),
    ("svg with use", '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"></svg>'),
    ("svg with foreign object", "<svg><foreignObject><img src=x onerror=alert(1)></svg>"),
    ("svg with style", "<svg><style><img src=x onerror=alert(1)></style></svg>"),
    ("svg with a title", "<svg></p><title><a id='</title><img src=x onerror=alert(1)>'></svg>"),
    ("math with a link",
     '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">'),
    ("math with a mutation", "<math><mtext><table><mglyph><style><!--</style>"
     '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">'),
    ("math and a form", "<form><math><mtext></form><form><mglyph><style></math>"
     "<img src onerror=alert(1)>"),
    ("math with an annotation", '<math><annotation-xml encoding="text/html"><style>'
     "<img src=x onerror=alert(1)></style></annotation-xml></math>"),
    ("noscript mutation", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">'),
    ("template mutation", "<template><script>alert(1)</script></template>"),
    ("textarea mutation", '<textarea><p title="</textarea><img src=x onerror=alert(1)>">'),
    ("title mutation", '<title><p title="</title><img src=x onerror=alert(1)>">'),
    ("xmp mutation", '<xmp><p title="</xmp><img src=x onerror=alert(1)>">'),
    ("noembed mutation", '<noembed><p title="</noembed><img src=x onerror=alert(1)>">'),
    ("plaintext", "<plaintext><img src=x onerror=alert(1)>"),
    ("listing mutation", "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>"),
    ("select mutation", "<select><iframe></select><img src=x onerror=alert(1)>"),
    ("comment", "<!-- --!><img src=x onerror=alert(1)> -->"),
    ("comment with a condition", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->"),
    ("cdata", "<![CDATA[<script>alert(1)</script>]]>"),
    ("backticks", "<img src=`x` onerror=`alert(1)`>"),
    ("style tag", "<style>body{background:url(javascript:alert(1))}</style>"),
    ("style attribute", '<p style="background:url(javascript:alert(1))">x</p>'),
    ("style with expression", '<p style="width:expression(alert(1))">x</p>'),
    ("style with a binding", '<p style="-moz-binding:url(//evil.test/x.xml#x)">x</p>'),
    ("style that covers the page", '<div style="position:fixed;inset:0">x</div>'),
    ("linked style", '<link rel=stylesheet href="//evil.test/x.css">'),
    ("imported style", "<style>@import '//evil.test/x.css';</style>"),
    ("frame of a foreign host", '<iframe src="https://evil.test/"></iframe>'),
    ("frame with javascript", '<iframe src="javascript:alert(1)"></iframe>'),
    ("frame with data", '<iframe src="data:text/html,<script>alert(1)</script>"></iframe>'),
    ("frame with srcdoc", '<iframe srcdoc="<script>alert(1)</script>"></iframe>'),
    ("frame of a video with srcdoc",
     '<iframe src="https://www.youtube.com/embed/x" srcdoc="<script>alert(1)</script>"></iframe>'),
    ("frame with a handler",
     '<iframe src="https://www.youtube.com/embed/x" onload=alert(1)></iframe>'),
    ("frame with content",
     '<iframe src="https://www.youtube.com/embed/x"><img src=x onerror=alert(1)></iframe>'),
    ("frame with its own sandbox", '<iframe src="https://www.youtube.com/embed/x" '
     'sandbox="allow-top-navigation" allow="camera"></iframe>'),
    ("frame whose host only begins so", '<iframe src="https://www.youtube.com.evil.test/"></iframe>'),
    ("frame whose host only ends so", '<iframe src="https://evilwww.youtube.com/"></iframe>'),
    ("frame with a user before the host",
     '<iframe src="https://www.youtube.com@evil.test/embed"></iframe>'),
    ("frame with a backslash", '<iframe src="https://evil.test\\@www.youtube.com/"></iframe>'),
    ("frame without a scheme", '<iframe src="//www.youtube.com/embed/x"></iframe>'),
    ("frame with plain http", '<iframe src="http://www.youtube.com/embed/x"></iframe>'),
    ("frame with another port", '<iframe src="https://www.youtube.com:8443/x"></iframe>'),
    ("frame with a broken port", '<iframe src="https://www.youtube.com:x/"></iframe>'),
    ("frame in an attribute", '<img alt="<iframe>" src=x><p title="</iframe>&lt;b&gt;">x</p>'),
    ("frameset", "<frameset><frame src=javascript:alert(1)></frameset>"),
    ("object", '<object data="javascript:alert(1)"></object>'),
    ("embed", '<embed src="//evil.test/x.swf" allowscriptaccess=always>'),
    ("applet", '<applet code="x.class"></applet>'),
    ("form", '<form action="//evil.test"><input name=password><button>Go</button></form>'),
    ("nested forms", "<form id=a><form action=javascript:alert(1)><button form=a>x</form></form>"),
    ("button with an action", '<button formaction="javascript:alert(1)">x</button>'),
    ("base", '<base href="//evil.test/">'),
    ("refreshing meta", '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">'),
    ("clobbered names", '<img name="body" id="cookie" src=x><a id=x name=y href=z>t</a>'),
    ("link that reaches its opener", '<a href="https://evil.test" target="top" rel="opener">x</a>'),
    ("dialog and popover",
     "<dialog open>x</dialog><div popover id=x onbeforetoggle=alert(1)>x</div>"),
    ("custom element", "<x-evil onclick=alert(1)>x</x-evil>"),
    ("unbalanced quotes", "<a href='x\"' title=\"' onmouseover='alert(1)\">x</a>"),
    ("much nesting", "<b><i>" * 200 + "<script>alert(1)</script>"),
    ("template injection", "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {% print(1) %}"),
    ("hidden in a variable", '{{<script>alert(1)</script>}} <b title="{{x}}" onclick=a>y</b>'),
]  # fmt: skip

_TAGS = frozenset(
    """a abbr acronym area article aside b bdi bdo blockquote br caption center cite code col
    colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6
    header hgroup hr i iframe img ins kbd li map mark nav ol p pre q rp rt rtc ruby s samp small
    span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var
    wbr""".split()  # noqa: SIM905
)
_ADDRESSES = ("href", "src", "cite", "action", "formaction", "data", "background", "poster")
_SAFE = ("http://", "https://", "mailto:", "tel:")
_NEVER = ("style", "id", "name", "srcdoc", "class", "allow")


class Inspector(HTMLParser):
    """Fails at whatever a browser could run or load into the page."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS, tag
        values = dict(attrs)
        assert len(values) == len(attrs)
        for name, value in values.items():
            assert not name.startswith("on"), name
            assert name not in _NEVER, name
            if name in _ADDRESSES:
                self.check_address(value or "")
        if tag == "iframe":
            assert str(values["src"]).startswith(tuple(f"https://{host}/" for host in VIDEO_HOSTS))
            assert values["sandbox"] == SANDBOX
        if tag == "a":
            assert values["rel"] == "noopener noreferrer"
            assert values.get("target", "_blank") == "_blank"

    def check_address(self, address: str) -> None:
        scheme, colon, _ = address.partition(":")
        has_scheme = colon and scheme.isascii() and scheme.isalnum()
        assert not has_scheme or address.lower().startswith(_SAFE), address

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def check_harmless(text: str | None) -> None:
    """Also when it is read once more, as browsers and editors do."""
    if text is None:
        return
    inspector = Inspector(convert_charrefs=True)
    inspector.feed(text)
    inspector.close()
    assert clean_html(text) == text, "cleaning what is clean changes nothing"
