"""Search over the routines of an upload: questions of comments, the index, and what orders hits."""
