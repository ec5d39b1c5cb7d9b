"""The documentation site of a configuration: pages, pictures, search, written as files.

`build.build_site` writes it, `checks` holds what has been written; `pages` lists what pages there
are. See `docs/site.md`.
"""
