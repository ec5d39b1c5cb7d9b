"""`cai serve`: code server, daemon and web server of one machine as one program.

`programs` says what they are, `forking` starts them from one process that has imported everything,
`supervisor` keeps them up, `home` prepares the folder of Dagster's history.
"""
