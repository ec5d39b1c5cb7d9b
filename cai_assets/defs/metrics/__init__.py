"""What the platform measures of itself, for Prometheus: `cai metrics` serves it.

`catalogue` names every metric; the parts (`runs`, `assets`, `daemons`, `automation`,
`configurations`, `intake`, `models`, `disk`) read one source each; `collector` reads them when
Prometheus asks, `server` answers. A part remembers how far it has read, so that a scrape costs the
same after ten runs and after ten thousand.
"""
