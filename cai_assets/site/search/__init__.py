"""Search in the browser, from a folder: an inverted index in scripts that pages load on demand.

Browsers refuse `fetch`, modules and WebAssembly on `file://`, which all usual engines need, but
run scripts there. So the index is cut into scripts by ranges of words; a query loads the few it
needs. `static/search.js`, `query.js` and `stem.js` are the other half.
"""

from cai_assets.site.search.model import Document, IndexReport
from cai_assets.site.search.writing import FOLDER, write_index

__all__ = ["FOLDER", "Document", "IndexReport", "write_index"]
