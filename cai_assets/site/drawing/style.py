"""How pictures look: put into the style sheet of the pages, whose colours they use.

The page defines `--ink` (text), `--pale` (lesser text), `--paper` (ground), `--line` (thin lines),
`--accent`, `--warn` and `--fill-1` … `--fill-6`, for light and for dark. Text stands on `--paper`,
on `--fill-…` and on tints of `--accent` up to half: these want 4.5:1 against `--ink`, and `--pale`,
`--accent` and `--warn` want it against `--paper`.
"""

from __future__ import annotations

from cai_assets.site.drawing.canvas import MINIMA
from cai_assets.site.drawing.model import TONES

_NUMBERS = range(1, TONES + 1)
_TONES = "".join(
    f".d-t{tone}{{--t:var(--fill-{tone});--u:var(--fill-{tone})}}" for tone in _NUMBERS
)
# The same hues, strong enough to be told from the ground in light and in dark.
_STRONG = "".join(f".d-t{n}{{--u:oklch(from var(--fill-{n}) .62 .11 h)}}" for n in _NUMBERS)
_SHADES = "".join(f".d-s{step}{{fill-opacity:{step / 10:g}}}" for step in range(1, 11))

STYLE = (
    """\
.d-f,figure:has(>.d){overflow-x:auto}
.d{display:block;max-width:100%;height:auto;color:var(--ink);\
font:12px/1.2 "Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
.d text{fill:var(--ink)}
.d rect{fill:var(--t,var(--paper));stroke:var(--u,var(--line))}
.d a{text-decoration:none}
.d a:hover text{fill:var(--accent);text-decoration:underline}
.d a:hover rect{stroke:var(--accent)}
.d a:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.d .d-h{font-weight:600}
.d .d-p{fill:var(--pale);font-size:11px}
.d .d-q{fill-opacity:.8;font-size:11px;text-anchor:end}
.d .d-j,.d .d-w{font-size:11px}
.d a .d-r{fill:var(--accent)}
.d .d-e{text-anchor:end}
.d .d-m{text-anchor:middle}
.d .d-k{stroke:var(--u,var(--pale));stroke-width:4;fill:none}
.d .d-l{stroke:var(--pale);fill:none}
@supports(color:color-mix(in oklab,red,blue)){\
.d .d-l{stroke:color-mix(in oklab,var(--pale) 55%,var(--paper))}}
.d .d-l:hover{stroke:var(--accent)}
.d .d-a{fill:var(--pale)}
.d .d-c rect{stroke:var(--accent);stroke-width:2}
.d .d-x .d-l,.d .d-l.d-x{stroke:var(--warn)}
.d .d-a.d-x{fill:var(--warn)}
.d .d-x rect{stroke:var(--warn)}
.d .d-g{stroke:var(--line);fill:none}
.d .d-v{fill:var(--u,var(--accent));stroke:none}
.d .d-v.d-x{fill:var(--warn)}
.d .d-b{stroke:var(--accent);stroke-width:8;stroke-linecap:round;fill:none}
.d .d-u rect,.d .d-u path{opacity:.35}
.d .d-o{stroke:var(--accent);stroke-width:2;fill:none}
.d .d-i{fill:var(--accent)}
.d rect.d-y{stroke:var(--warn);stroke-width:1.5}
.d .d-own{stroke:var(--accent);fill:var(--accent)}
.d .d-other{stroke:var(--pale);fill:var(--pale)}
.d .d-own path,.d .d-other path{stroke-width:7;stroke-linecap:round;stroke-opacity:.4}
.d .d-own circle,.d .d-other circle{stroke:none}
.d .d-n{fill:var(--line);fill-opacity:.35;stroke:none}
"""
    + f"{_TONES}\n@supports(color:oklch(from red l c h)){{{_STRONG}}}\n{_SHADES}\n{MINIMA}\n"
)
